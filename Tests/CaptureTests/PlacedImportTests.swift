import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing
import WireSamples

/// Messages are learnt from, kept and redacted as they stand in their frames.
///
/// Logs bring them with their fields copied. Both ways must tell the same.
@Suite struct `An import of frames` {
    private static let texts = [
        "DU1234567", "U7654321,DU1234567,All", "F1234567X", "Grandma", "Order held for U7654322",
        "call +1 555 010 0199", "(555) 010-0199", "write to jane.doe@mail.example.org", "a b",
        "AccountCode", "Cushion", "Ünï", "alpha-strategy", "of alpha-strategy", "20260115 14:31:07",
        "0000e0d5.12345678.01.01", "a|b\\c}", "1.7976931348623157E308", "-12.50", "1e5",
    ]

    /// A session of any messages, with texts that give something away.
    private func recording(_ version: Int, seed: UInt64, port: UInt16 = 50_000) -> Recording {
        var recording = Recording(port: port)
        recording.version = version
        recording.open()
        recording.hello(100...max(version, 101))
        recording.reply()
        recording.startApi()
        var maker = MessageMaker(seed: seed)
        for round in 0..<4 {
            for schema in ProtocolSchema.messages where schema.name != "startApi" {
                let encoding = schema.encoding(at: version)
                let isOdd = maker.random.chance(0.3)
                var message =
                    isOdd
                    ? maker.oddMessage(schema, as: encoding)
                    : maker.message(schema, isLiteral: encoding == .protobuf)
                message.encoding = encoding
                for (index, item) in schema.items.enumerated() {
                    guard case .field(let field) = item, field.type == .string,
                        maker.random.chance(0.3)
                    else { continue }
                    let text = Int.random(in: Self.texts.indices, using: &maker.random)
                    message.values[index] = .text(Self.texts[text])
                }
                var bytes = MessageEncoder(serverVersion: version).encode(message)
                if maker.random.chance(0.05), bytes.count > 12 {
                    bytes[Int.random(in: 8..<bytes.count, using: &maker.random)] =
                        UInt8.random(in: 0...255, using: &maker.random)
                }
                let cuts = maker.random.chance(0.1) && bytes.count > 8 ? [6] : []
                recording.send(schema.direction, bytes, cutAt: cuts)
                if round == 3 { recording.wait(.microseconds(300)) }
            }
        }
        recording.fin(.toGateway)
        recording.fin(.toClient)
        return recording
    }

    private func imported(
        _ path: String, _ options: ImportOptions, copiesFields: Bool
    ) throws -> (fixtures: [Fixture], importer: CaptureImporter) {
        var importer = CaptureImporter(options: options)
        if copiesFields {
            var capture = try DecodedCapture(path: path)
            var sink = importer.sink(path: path, diagnosing: nil)
            while let event = try capture.next() { sink.take(event) }
            (importer, _) = sink.finish(notes: capture.notes, isDamaged: capture.isDamaged)
        } else {
            try importer.read(paths: [path])
        }
        return (importer.makeFixtures(), importer)
    }

    private static let redactions: [RedactionOptions] = {
        var amounts = RedactionOptions()
        amounts.amountFactor = 3
        amounts.keepsLengths = true
        var accounts = RedactionOptions()
        accounts.texts = false
        var texts = RedactionOptions()
        texts.accounts = false
        return [RedactionOptions(), .nothing, amounts, accounts, texts]
    }()

    @Test(arguments: [100, 157, 176, 187, 201, 207, 213, 222, 226])
    func `tells the same as one of copied fields`(version: Int) throws {
        let folder = TemporaryFolder()
        for seed in [UInt64(1), 2] {
            let path = folder.file("case.pcap")
            try recording(version, seed: seed &+ UInt64(version)).write(to: path)
            for redaction in Self.redactions {
                var options = ImportOptions()
                options.redaction = redaction
                options.timeScale = seed == 1 ? 1 : 0.1
                let one = try imported(path, options, copiesFields: false)
                let other = try imported(path, options, copiesFields: true)
                #expect(one.importer.redaction == other.importer.redaction)
                #expect(one.importer.notes == other.importer.notes)
                let files = zip(one.fixtures[0].files, other.fixtures[0].files)
                #expect(one.fixtures.count == 1 && other.fixtures.count == 1)
                for (file, same) in files where file != same {
                    let lines = [file, same].map { $0.text.split(separator: "\n") }
                    let first = zip(lines[0], lines[1]).first { $0 != $1 }
                    Issue.record("\(first?.0 ?? "no line") instead of \(first?.1 ?? "none")")
                }
            }
        }
    }

    /// Transcripts of one fixture are made at the same time, those of several one by one.
    @Test(arguments: [187, 222])
    func `of several connections hides the same as of each apart`(version: Int) throws {
        let folder = TemporaryFolder()
        let paths = try (0..<5).map { number in
            let path = folder.file("case\(number).pcap")
            let port = 50_000 + UInt16(number)
            try recording(version, seed: UInt64(number + 7), port: port).write(to: path)
            return path
        }
        func files(isApart: Bool) throws -> (texts: [String], redaction: RedactionReport) {
            var options = ImportOptions()
            options.isApart = isApart
            var importer = CaptureImporter(options: options)
            try importer.read(paths: paths)
            let files = importer.makeFixtures().flatMap(\.files)
            return (files.filter { !$0.isScenario }.map(\.text), importer.redaction)
        }
        let (together, apart) = (try files(isApart: false), try files(isApart: true))
        #expect(together.texts.count == 5)
        for (one, other) in zip(together.texts, apart.texts) {
            let lines = zip(one.split(separator: "\n"), other.split(separator: "\n"))
            let first = lines.first { $0 != $1 }
            #expect(first?.0 == first?.1)
        }
        #expect(together.texts == apart.texts)
        #expect(together.redaction == apart.redaction)
        #expect(together.redaction.sentences.contains { $0.contains("e-mail address") })
    }
}

import CaptureImport
import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing
import WireSamples

/// A capture is judged on another thread than the one that reads it.
@Suite struct `A diagnosis beside the reading` {
    /// A session of so many batches that both threads wait for each other.
    private func recording(_ version: Int, _ seed: UInt64) -> Recording {
        var recording = Recording()
        recording.version = version
        recording.open()
        recording.hello(100...max(version, 101))
        recording.reply()
        recording.startApi()
        var maker = MessageMaker(seed: seed)
        let row = ProtocolSchema.message(named: "tickPrice", .toClient)
        for round in 0..<20 {
            for schema in ProtocolSchema.messages where schema.name != "startApi" {
                let encoding = schema.encoding(at: version)
                var message = maker.message(schema, isLiteral: encoding == .protobuf)
                message.encoding = encoding
                let bytes = MessageEncoder(serverVersion: version).encode(message)
                let isCut = maker.random.chance(0.1) && bytes.count > 8
                recording.send(schema.direction, bytes, cutAt: isCut ? [6] : [])
                if maker.random.chance(0.01) {
                    recording.send(schema.direction, [0, 0, 0, 3, 1, 2, 3])
                }
            }
            guard let row else { return recording }
            for _ in 0..<round * 100 { recording.send(maker.message(row)) }
        }
        recording.fin(.toGateway)
        return recording
    }

    private func lines(_ facts: inout WireFacts) -> [String] {
        let sheet = facts.finish()
        return sheet.facts.map { fact in
            let values = fact.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let evidence = fact.evidence.map {
                "\($0.number) \($0.at) \(String(describing: $0.packets)) \($0.text)"
            }
            return "\(fact.at) \(fact.word) \(values) \(evidence)"
        } + ["\(sheet.messageCount) messages, \(sheet.omittedCount) facts omitted"]
    }

    private func expectSame(
        _ lines: [String], _ expected: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(lines.count == expected.count, sourceLocation: sourceLocation)
        let first = zip(lines, expected).first { $0 != $1 }
        #expect(first?.0 == first?.1, sourceLocation: sourceLocation)
    }

    @Test(arguments: [187, 222])
    func `states the same facts in the same order`(version: Int) throws {
        let folder = TemporaryFolder()
        let path = folder.file("case.pcap")
        try recording(version, 3).write(to: path)
        let clauses = PathologyCatalogue.shipped.suspects.flatMap {
            $0.recognition.signs.flatMap(\.clauses)
        }

        var sink = DiagnosingSink(WireFacts(clauses: clauses), nil)
        var capture = try DecodedCapture(path: path)
        try capture.read(into: &sink)
        var alone = sink.facts
        let expected = lines(&alone)
        #expect(expected.count > 100)

        var beside = WireFacts(clauses: clauses)
        capture = try DecodedCapture(path: path)
        try capture.read(into: &beside)
        expectSame(lines(&beside), expected)

        var importer = CaptureImporter(options: ImportOptions())
        var imported: WireFacts? = WireFacts(clauses: clauses)
        try importer.read(paths: [path], diagnosing: &imported)
        var told = try #require(imported)
        expectSame(lines(&told), expected)
    }
}

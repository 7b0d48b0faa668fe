import CaptureImport
import Diagnosis
import EventLog
import GatewayWire
import Glibc
import ScenarioFormat
import Simulation

extension FuzzTarget {
    /// A capture file.
    ///
    /// Besides libFuzzer's changes each input is changed in its packets.
    ///
    /// Every connection has one beginning and one end; times never run backwards; reading ends.
    /// Events that are taken one by one and those that pass through a sink print the same. A
    /// diagnosis finds the same facts with and without making messages of all frames. What is imported
    /// can be read back.
    static let capture = FuzzTarget(
        name: "capture",
        check: { input in
            let path = "\(folder)/fakegw-fuzz-\(getpid()).pcap"
            guard let file = fopen(path, "w") else { preconditionFailure("cannot write \(path)") }
            input.withUnsafeBytes { _ = fwrite($0.baseAddress, 1, $0.count, file) }
            fclose(file)
            defer { unlink(path) }
            do throws(CaptureError) {
                var capture = try DecodedCapture(path: path)
                var last = CaptureInstant(nanosecondsSinceEpoch: .min)
                var ended: Set<Int> = []
                var lines = ""
                while let event = try capture.next() {
                    precondition(event.at >= last, "times run backwards")
                    last = event.at
                    precondition(!ended.contains(event.connection), "events after the end")
                    if case .over = event.kind { ended.insert(event.connection) }
                    lines += event.logEvent.jsonLine(epoch: 0) + "\n"
                }
                precondition(ended.count == capture.gatewayCount, "a connection without an end")
                precondition(capture.notes.allSatisfy { !$0.isEmpty })
                let text = try printed(path)
                precondition(text.elementsEqual(lines.utf8), "two ways, two texts")
                try summarize(path)
                let inPlace = try facts(path, log: nil)
                let whole = try facts(path, log: { _ in })
                precondition(inPlace == whole, "two ways, two diagnoses")
                try importFixtures(path)
            } catch {
                precondition(!error.description.isEmpty)
            }
        },
        seeds: { random in
            (0..<60).map { round in
                captureSeed(isPcapng: round % 3 == 0, linkType: round % 5, &random)
            }
        })

    /// Where files stay in memory, if there is such a place.
    private static let folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"

    private static func printed(_ path: String) throws(CaptureError) -> [UInt8] {
        var bytes: [UInt8] = []
        var printer = LinePrinter(isJSON: true) { bytes += $0 }
        var capture = try DecodedCapture(path: path)
        try capture.read(into: &printer)
        printer.flush()
        return bytes
    }

    private static func summarize(_ path: String) throws(CaptureError) {
        var digest = CaptureDigest()
        var capture = try DecodedCapture(path: path)
        try capture.read(into: &digest)
        let page = DigestPage(digest, capture.summary, rows: 24, columns: 80)
        precondition(!page.lines.isEmpty)
    }

    private static let clauses = PathologyCatalogue.shipped.suspects.flatMap {
        $0.recognition.signs.flatMap(\.clauses)
    }

    /// The facts that a diagnosis rests on.
    ///
    /// - Parameter log: When it is there, messages are made of all frames.
    private static func facts(
        _ path: String, log: ((LogEvent) -> Void)?
    ) throws(CaptureError) -> [String] {
        var facts = WireFacts(clauses: clauses)
        var capture = try DecodedCapture(path: path)
        try capture.read(into: &facts, log: log)
        let sheet = facts.finish()
        return sheet.facts.map { fact in
            let values = fact.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            let evidence = fact.evidence.map { "\($0.number) \($0.at) \($0.text)" }
            return "\(fact.at) \(fact.word) \(values) \(evidence)"
        } + ["\(sheet.messageCount) messages, \(sheet.omittedCount) facts omitted"]
    }

    private static func importFixtures(_ path: String) throws(CaptureError) {
        var importer = CaptureImporter(options: ImportOptions())
        try importer.read(paths: [path])
        for fixture in importer.makeFixtures() {
            for file in fixture.files where file.name.hasSuffix(".transcript") {
                let read = try? Transcript.parse(file.text, file: file.name)
                precondition(read != nil, "a transcript that cannot be read")
            }
        }
    }

    /// A session with some of its packets lost, doubled, exchanged or damaged.
    private static func captureSeed(
        isPcapng: Bool, linkType: Int, _ random: inout SeededRandom
    ) -> [UInt8] {
        let type = LinkType.allCases[linkType % LinkType.allCases.count]
        var connection = SyntheticConnection(
            client: TCPEndpoint(.loopback, port: 50_000),
            gateway: TCPEndpoint(.loopback, port: 4002), linkType: type)
        let encoder = MessageEncoder(serverVersion: 176)
        var packets = connection.open()
        packets += connection.bytes(.toGateway, Hello(versions: 157...176).bytes)
        packets += connection.bytes(
            .toClient,
            VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC").bytes)
        for number in 0..<6 {
            packets += connection.bytes(
                .toClient, encoder.encode(Message("nextValidId", ["orderId": "\(number)"])))
        }
        packets += [connection.fin(.toGateway), connection.acknowledgement(.toClient)]
        for index in packets.indices where random.chance(0.2) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: packets[index] = packets[Int.random(in: packets.indices, using: &random)]
            case 1: packets.swapAt(index, Int.random(in: packets.indices, using: &random))
            case 2: packets[index].removeLast(packets[index].count / 2)
            default:
                let place = Int.random(in: packets[index].indices, using: &random)
                packets[index][place] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return isPcapng ? pcapng(packets, type) : pcap(packets, type)
    }

    private static func little(_ number: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func number(of type: LinkType) -> Int {
        switch type {
        case .ethernet: 1
        case .loopback: 0
        case .raw: 101
        case .linuxCooked: 113
        case .linuxCooked2: 276
        }
    }

    private static func pcap(_ packets: [[UInt8]], _ type: LinkType) -> [UInt8] {
        var file = little(0xA1B2_C3D4, 4) + little(0x4_0002, 4) + little(0, 8)
        file += little(262_144, 4) + little(number(of: type), 4)
        for (index, packet) in packets.enumerated() {
            file += little(1_768_487_467, 4) + little(index * 1000, 4)
            file += little(packet.count, 4) + little(packet.count, 4) + packet
        }
        return file
    }

    private static func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let size = little(padded.count + 12, 4)
        return little(type, 4) + size + padded + size
    }

    private static func pcapng(_ packets: [[UInt8]], _ type: LinkType) -> [UInt8] {
        var file = block(0x0A0D_0D0A, little(0x1A2B_3C4D, 4) + little(1, 4) + little(-1, 8))
        file += block(1, little(number(of: type), 4) + little(0, 4))
        for (index, packet) in packets.enumerated() {
            let head = little(0, 8) + little(index * 1000, 4)
            file += block(6, head + little(packet.count, 4) + little(packet.count, 4) + packet)
        }
        return file
    }
}

import CaptureImport
import EventLog
import GatewayWire
import Glibc
import Simulation
import Testing

@Suite struct `A pcapng file` {
    private let instant = CaptureInstant(nanosecondsSinceEpoch: 0x0102_0304_0506_0708)

    @Test func `begins with a section of its own byte order`() {
        #expect(
            PcapngBlock.sectionHeader(application: "abc") == [
                0x0A, 0x0D, 0x0D, 0x0A, 40, 0, 0, 0,  // type, size
                0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0,  // byte order, version 1.0
                0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,  // length unknown
                4, 0, 3, 0, 0x61, 0x62, 0x63, 0,  // shb_userappl, padded
                0, 0, 0, 0, 40, 0, 0, 0,  // end of options, size again
            ])
    }

    @Test func `names its interfaces, and counts time in nanoseconds`() {
        #expect(
            PcapngBlock.interface(name: "client", linkType: .raw) == [
                1, 0, 0, 0, 44, 0, 0, 0,
                101, 0, 0, 0, 0, 0, 4, 0,  // LINKTYPE_RAW, snapshot length
                2, 0, 6, 0, 0x63, 0x6C, 0x69, 0x65, 0x6E, 0x74, 0, 0,  // if_name
                9, 0, 1, 0, 9, 0, 0, 0,  // if_tsresol
                0, 0, 0, 0, 44, 0, 0, 0,
            ])
    }

    @Test func `pads packets and comments`() {
        #expect(
            PcapngBlock.packet([1, 2, 3, 4, 5], at: instant, interface: 1, comment: "hm") == [
                6, 0, 0, 0, 52, 0, 0, 0, 1, 0, 0, 0,
                4, 3, 2, 1, 8, 7, 6, 5, 5, 0, 0, 0, 5, 0, 0, 0,
                1, 2, 3, 4, 5, 0, 0, 0,
                1, 0, 2, 0, 0x68, 0x6D, 0, 0, 0, 0, 0, 0, 52, 0, 0, 0,
            ])
        let bare = PcapngBlock.packet([1, 2, 3, 4], at: instant, interface: 0, comment: nil)
        #expect(bare.count == 36)
        #expect(bare[4] == 36)
    }

    @Test(arguments: [4094, 4095, 4096, 4097, 70_000])
    func `cuts a comment at its bound, never within a character`(count: Int) {
        let comment = String(repeating: "a", count: count) + "é"
        let block = PcapngBlock.packet([], at: instant, interface: 0, comment: comment)
        let size = Int(block[30]) | Int(block[31]) << 8
        #expect(size == min(count + (count + 2 <= 4096 ? 2 : 0), 4096))
    }
}

@Suite struct `A capture that is written while connections last` {
    private let client = TCPEndpoint(.loopback, port: 50_000)
    private let gateway = TCPEndpoint(.loopback, port: 4002)
    private let start: Int64 = 1_768_487_467_000_000_001
    private let first = ConnectionID(1)

    private func record(
        _ happenings: [CaptureRecorder.Happening], to path: String, format: CaptureFormat = .pcapng
    ) throws {
        let recorder = try CaptureRecorder(path: path, format: format)
        let interface = try recorder.addInterface(named: "client")
        for (index, happening) in happenings.enumerated() {
            let at = CaptureInstant(nanosecondsSinceEpoch: start + Int64(index) * 1_000_000)
            try recorder.record(happening, of: first, on: interface, at: at)
        }
    }

    /// Bytes of each direction, and how the connection ended.
    private func read(_ path: String) throws -> (
        toGateway: [UInt8], toClient: [UInt8], endings: [ConnectionEnding], summary: CaptureSummary
    ) {
        var connections = try CapturedConnections(path: path)
        var toGateway: [UInt8] = []
        var toClient: [UInt8] = []
        var endings: [ConnectionEnding] = []
        while let event = try connections.next() {
            if case .bytes(.toGateway, let bytes) = event.happening { toGateway += bytes }
            if case .bytes(.toClient, let bytes) = event.happening { toClient += bytes }
            if case .closed(let ending) = event.happening { endings.append(ending) }
        }
        return (toGateway, toClient, endings, connections.summary)
    }

    private var opened: CaptureRecorder.Happening { .opened(client: client, gateway: gateway) }

    @Test(arguments: [CaptureFormat.pcap, .pcapng])
    func `is read back with its bytes, its ending and its nanoseconds`(
        format: CaptureFormat
    ) throws {
        let folder = TemporaryFolder()
        let path = folder.file("written")
        let long = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try record(
            [
                opened, .bytes(.toGateway, [1, 2, 3]), .bytes(.toClient, long), .fin(.toClient),
                .fin(.toGateway), .closed,
            ], to: path, format: format)
        let back = try read(path)
        #expect(back.toGateway == [1, 2, 3])
        #expect(back.toClient == long)
        #expect(back.endings == [.bothClosed(first: .toClient)])
        #expect(back.summary.notes == [])
        #expect(back.summary.firstAt?.nanosecondsSinceEpoch == start)
        // Three to open, two for the first bytes, four pieces and their ACK, two for each FIN.
        #expect(back.summary.packetCount == 3 + 2 + 5 + 4)
    }

    @Test func `leaves a held connection half-closed, and the FIN acknowledged`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("held.pcapng")
        try record([opened, .bytes(.toGateway, [1]), .fin(.toGateway)], to: path)
        #expect(
            try read(path).endings == [
                .halfClosed(.toGateway, waited: .zero, isAcknowledged: true)
            ])
    }

    @Test func `leaves an open connection open, and a reset one reset`() throws {
        let folder = TemporaryFolder()
        let open = folder.file("open.pcapng")
        try record([opened, .bytes(.toClient, [1])], to: open)
        #expect(try read(open).endings == [.stillOpen])
        let reset = folder.file("reset.pcapng")
        try record([opened, .bytes(.toClient, [1]), .reset(.toClient), .closed], to: reset)
        #expect(try read(reset).endings == [.reset(.toClient)])
    }

    @Test func `tells two conversations from the same port apart`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("twice.pcapng")
        try record(
            [
                opened, .bytes(.toGateway, [1]), .reset(.toClient), .closed,
                opened, .bytes(.toGateway, [2]), .fin(.toGateway), .fin(.toClient), .closed,
            ], to: path)
        let back = try read(path)
        #expect(back.toGateway == [1, 2])
        #expect(back.endings == [.reset(.toClient), .bothClosed(first: .toGateway)])
    }

    @Test func `forgets what is told of a connection that is closed`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("closed.pcapng")
        try record(
            [.bytes(.toGateway, [9]), opened, .fin(.toClient), .closed, .bytes(.toClient, [9])],
            to: path)
        #expect(try read(path).summary.packetCount == 3 + 2)
    }

    @Test func `is readable while it is being written`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("growing.pcapng")
        let recorder = try CaptureRecorder(path: path, format: .pcapng)
        let interface = try recorder.addInterface(named: "client")
        let at = CaptureInstant(nanosecondsSinceEpoch: start)
        try recorder.record(opened, of: first, on: interface, at: at)
        try recorder.record(.bytes(.toClient, [1, 2]), of: first, on: interface, at: at)
        #expect(try read(path).toClient == [1, 2])
        withExtendedLifetime(recorder) {}
    }

    @Test func `keeps the sides of one connection apart`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("sides.pcapng")
        try recordBothSides(to: path)
        let back = try read(path)
        #expect(back.toGateway == [1, 2, 1, 2])
        #expect(back.endings == [.stillOpen, .stillOpen])
    }

    private func recordBothSides(to path: String) throws {
        let recorder = try CaptureRecorder(path: path, format: .pcapng)
        let near = try recorder.addInterface(named: "client")
        let far = try recorder.addInterface(named: "gateway")
        let at = CaptureInstant(nanosecondsSinceEpoch: start)
        let own = TCPEndpoint(IPAddress.loopback6, port: 51_000)
        let behind = TCPEndpoint(IPAddress.loopback6, port: 4001)
        try recorder.record(opened, of: first, on: near, at: at)
        let second = CaptureRecorder.Happening.opened(client: own, gateway: behind)
        try recorder.record(second, of: first.upstream, on: far, at: at)
        try recorder.record(.bytes(.toGateway, [1, 2]), of: first, on: near, at: at)
        try recorder.record(.bytes(.toGateway, [1, 2]), of: first.upstream, on: far, at: at)
    }

    @Test(.enabled(if: Tshark.isThere))
    func `is understood by tshark, with nothing to complain of`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("tshark.pcapng")
        try recordBothSides(to: path)
        let fields = [
            "frame.interface_name", "frame.comment", "frame.time_epoch", "tcp.flags.str",
            "tcp.len", "tcp.checksum.status",
        ]
        let lines = Tshark.read(path, fields: fields)
        let time = "1768487467.000000001"
        let flags = ["··········S·", "·······A··S·", "·······A····", "·······AP···"]
        func line(_ interface: String, _ comment: String, _ flag: Int, _ size: Int) -> String {
            [interface, comment, time, flags[flag], "\(size)", "1"].joined(separator: "|")
        }
        #expect(
            lines == [
                line("client", "connection #1", 0, 0), line("client", "", 1, 0),
                line("client", "", 2, 0), line("gateway", "connection #1 upstream", 0, 0),
                line("gateway", "", 1, 0), line("gateway", "", 2, 0), line("client", "", 3, 2),
                line("client", "", 2, 0), line("gateway", "", 3, 2), line("gateway", "", 2, 0),
            ])
        // It remarks on every SYN; a note, a warning or an error would be a fault of ours.
        let complaints = Tshark.read(
            path, fields: ["_ws.expert.message"], filter: "_ws.expert.severity >= 0x400000")
        #expect(complaints == [])
    }

    @Test func `is written in the format that its name ends in`() {
        #expect(CaptureFormat(path: "a.pcapng") == .pcapng)
        #expect(CaptureFormat(path: "a/b.pcap") == .pcap)
        #expect(CaptureFormat(path: "a.pcap.gz") == nil)
        #expect(CaptureFormat(path: "pcapng") == nil)
    }

    @Test func `says which file cannot be written`() {
        let path = "/nonexistent/x.pcapng"
        let failure = CaptureError.cannotWrite(path: path, reason: "cannot be created")
        #expect(throws: failure) { try CaptureRecorder(path: path, format: .pcapng) }
        let full = CaptureError.cannotWrite(
            path: "/dev/full", reason: "a packet could not be written; is the disk full?")
        #expect(throws: full) { try CaptureRecorder(path: "/dev/full", format: .pcapng) }
    }
}

/// Wireshark's own reader, where it is installed.
private enum Tshark {
    static let isThere =
        access("/usr/bin/tshark", X_OK) == 0 || access("/usr/local/bin/tshark", X_OK) == 0

    static func read(_ path: String, fields: [String], filter: String = "frame") -> [String] {
        let wanted = fields.map { "-e \($0)" }.joined(separator: " ")
        let command =
            "tshark -r '\(path)' -o tcp.check_checksum:TRUE -Y '\(filter)'"
            + " -T fields -E separator='|' \(wanted) 2>/dev/null"
        guard let pipe = popen(command, "r") else { return [] }
        defer { pclose(pipe) }
        var bytes: [UInt8] = []
        while case let byte = getc(pipe), byte >= 0 { bytes.append(UInt8(byte)) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

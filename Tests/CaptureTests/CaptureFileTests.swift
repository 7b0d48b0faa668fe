import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

/// A little-endian number as captures made here store it.
private func little(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

private func block(_ type: Int, _ body: [UInt8]) -> [UInt8] {
    let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    let size = little(padded.count + 12, 4)
    return little(type, 4) + size + padded + size
}

/// A pcapng file with nanosecond instants, one packet a millisecond.
private func pcapng(_ packets: [[UInt8]], linkType: Int = 1) -> [UInt8] {
    let section = block(0x0A0D_0D0A, little(0x1A2B_3C4D, 4) + little(1, 4) + little(-1, 8))
    // Option 9 (timestamp resolution): 10^-9.
    let options = little(9, 2) + little(1, 2) + [9, 0, 0, 0] + little(0, 4)
    let interface = block(1, little(linkType, 4) + little(0, 4) + options)
    return packets.enumerated().reduce(section + interface) { file, item in
        let instant = (item.offset + 1) * 1_000_000
        let sizes = little(item.element.count, 4) + little(item.element.count, 4)
        let body = little(0, 4) + little(instant >> 32, 4) + little(instant, 4) + sizes
        return file + block(6, body + item.element)
    }
}

/// A connection with one request, one answer and a FIN that nobody answers.
private func packets(_ linkType: LinkType) -> [[UInt8]] {
    var connection = SyntheticConnection(
        client: clientEnd(), gateway: gatewayEnd, linkType: linkType)
    return connection.open() + connection.bytes(.toGateway, [1, 2, 3])
        + connection.bytes(.toClient, [4, 5]) + [connection.fin(.toGateway)]
        + [connection.acknowledgement(.toClient)]
}

private func write(_ packets: [[UInt8]], to path: String, _ linkType: LinkType) throws {
    let writer = try CaptureWriter(path: path, linkType: linkType)
    for (index, packet) in packets.enumerated() {
        let at = CaptureInstant(nanosecondsSinceEpoch: Int64(index + 1) * 1_000_000)
        try writer.write(packet, at: at)
    }
}

private func read(_ path: String) throws -> ([CapturedEvent], CaptureSummary) {
    var connections = try CapturedConnections(path: path)
    var events: [CapturedEvent] = []
    while let event = try connections.next() { events.append(event) }
    return (events, connections.summary)
}

private func error(reading path: String) -> CaptureError? {
    do throws(CaptureError) {
        var connections = try CapturedConnections(path: path)
        while try connections.next() != nil {}
        return nil
    } catch {
        return error
    }
}

@Suite struct `A capture file` {
    private let folder = TemporaryFolder()

    private let story: [Happening] = [
        .attempted(client: clientEnd(), gateway: gatewayEnd),
        .opened(client: clientEnd(), gateway: gatewayEnd, .handshake),
        .bytes(.toGateway, [1, 2, 3]),
        .bytes(.toClient, [4, 5]),
        .fin(.toGateway),
        .finAcknowledged(.toGateway),
        .closed(.halfClosed(.toGateway, waited: .milliseconds(1), isAcknowledged: true)),
    ]

    @Test(arguments: LinkType.allCases)
    func `reads back what was written`(linkType: LinkType) throws {
        let path = folder.file("story.pcap")
        try write(packets(linkType), to: path, linkType)
        let (events, summary) = try read(path)
        #expect(events.map(\.happening) == story)
        #expect(events.map(\.packet) == [1, 2, 4, 5, 6, 7, 7])
        #expect(events.first?.at == CaptureInstant(nanosecondsSinceEpoch: 1_000_000))
        #expect(summary.packetCount == 7)
        #expect(summary.connectionCount == 1)
        #expect(summary.notes == [])
    }

    @Test func `may be pcapng`() throws {
        let path = folder.file("story.pcapng", holding: pcapng(packets(.ethernet)))
        let (events, summary) = try read(path)
        #expect(events.map(\.happening) == story)
        #expect(events.map(\.at.nanosecondsSinceEpoch).first == 1_000_000)
        #expect(summary.lastAt == CaptureInstant(nanosecondsSinceEpoch: 7_000_000))
    }

    @Test func `is readable up to the last packet while it is being written`() throws {
        let path = folder.file("live.pcap")
        let writer = try CaptureWriter(path: path, linkType: .raw)
        for packet in packets(.raw) {
            try writer.write(packet, at: CaptureInstant(nanosecondsSinceEpoch: 0))
        }
        #expect(try read(path).1.packetCount == 7)
        // Closing now must add nothing.
        let before = folder.contents(of: path)
        _ = consume writer
        #expect(folder.contents(of: path) == before)
    }

    @Test(arguments: [false, true])
    func `that stops within a packet gives all before it`(isPcapng: Bool) throws {
        let path = folder.file("cut.pcap")
        try write(packets(.ethernet), to: path, .ethernet)
        let whole = isPcapng ? pcapng(packets(.ethernet)) : folder.contents(of: path)
        let cut = folder.file("cut", holding: Array(whole.dropLast(5)))
        let (events, summary) = try read(cut)
        #expect(events.prefix(5).map(\.happening) == Array(story.prefix(5)))
        #expect(summary.packetCount == 6)
        #expect(summary.notes == [.endsInPacket(packet: 7)])
        #expect(summary.notes.map(\.description) == ["capture ends in the middle of packet 7"])
    }

    @Test(arguments: [false, true])
    func `damaged anywhere is read as far as it goes`(isPcapng: Bool) throws {
        let path = folder.file("whole.pcap")
        try write(packets(.ethernet), to: path, .ethernet)
        let whole = isPcapng ? pcapng(packets(.ethernet)) : folder.contents(of: path)
        var random = SeededRandom(seed: 42)
        for _ in 0..<500 {
            var damaged = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                damaged[place] = UInt8.random(in: 0...255, using: &random)
            }
            let file = folder.file("damaged", holding: damaged)
            guard let (events, summary) = try? read(file) else { continue }
            let endings = events.count { if case .closed = $0.happening { true } else { false } }
            #expect(endings == summary.connectionCount)
        }
    }

    @Test func `is read without the connections nobody wants`() throws {
        let path = folder.file("story.pcap")
        try write(packets(.raw), to: path, .raw)
        var connections = try CapturedConnections(path: path)
        connections.ignore(try #require(try connections.next()).connection)
        #expect(try connections.next() == nil)
        #expect(connections.summary.packetCount == 7)
    }

    @Test func `that does not exist is named with the system's reason`() {
        #expect(
            error(reading: "/nonexistent/a.pcap")?.description == """
                /nonexistent/a.pcap: cannot be opened: No such file or directory
                  hint: check the path, and that you may read the file
                """)
    }

    @Test func `that is a folder is named with the system's reason`() {
        let found = error(reading: folder.path)
        #expect(found == .cannotOpen(path: folder.path, reason: "Is a directory"))
    }

    @Test func `without a single byte was never recorded`() {
        let path = folder.file("empty.pcap", holding: [])
        #expect(
            error(reading: path)?.description == """
                \(path): the file is empty (0 bytes)
                  hint: a recorder writes its header at once, so recording never started; \
                look for its error message and record again
                """)
    }

    @Test func `in a foreign format is refused`() {
        let path = folder.file("notes.txt", holding: Array("Dear diary, today it broke.".utf8))
        #expect(
            error(reading: path)?.description == """
                \(path): not a pcap or pcapng capture (unknown file format)
                  hint: 'file' says what it is; convert other capture formats with \
                'editcap -F pcapng'
                """)
    }

    @Test func `in an archive of another kind is to be unpacked`() {
        let path = folder.file("a.pcap.xz", holding: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
        #expect(
            error(reading: path)?.description == """
                \(path): not a pcap or pcapng capture, it looks like an xz archive \
                (unknown file format)
                  hint: unpack it first
                """)
    }

    @Test func `that ends within its header is refused`() {
        let path = folder.file("stub.pcap", holding: [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0])
        guard case .headerIncomplete = error(reading: path) else {
            Issue.record("\(String(describing: error(reading: path)))")
            return
        }
    }

    @Test func `of an unknown link is refused by name`() {
        let path = folder.file("wifi.pcapng", holding: pcapng([[1, 2, 3]], linkType: 105))
        #expect(
            error(reading: path) == .unsupportedLinkType(path: path, name: "IEEE802_11"))
    }

    @Test func `without TCP says so at its end`() {
        let path = folder.file("quiet.pcapng", holding: pcapng([[UInt8](repeating: 0, count: 60)]))
        #expect(error(reading: path) == .noTCP(path: path, packetCount: 1))
    }

    @Test func `that cannot be created is named`() {
        #expect(throws: CaptureError.self) {
            try CaptureWriter(path: "/nonexistent/a.pcap", linkType: .raw)
        }
    }
}

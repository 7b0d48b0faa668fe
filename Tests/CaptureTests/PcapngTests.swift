import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

/// A pcapng file as other recorders write it: in either byte order, of several interfaces and sections.
private struct Pcapng {
    private(set) var bytes: [UInt8] = []
    private var isBig = false

    func number(_ number: Int, _ size: Int) -> [UInt8] {
        let little = (0..<size).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        return isBig ? little.reversed() : little
    }

    private mutating func block(_ type: Int, _ body: [UInt8]) {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        let size = number(padded.count + 12, 4)
        bytes += number(type, 4) + size + padded + size
    }

    mutating func beginSection(isBig: Bool) {
        self.isBig = isBig
        block(0x0A0D_0D0A, number(0x1A2B_3C4D, 4) + number(1, 2) + number(0, 2) + number(-1, 8))
    }

    /// - Parameter resolution: The option's byte: a power of ten, or of two with the highest bit.
    mutating func addInterface(_ linkType: LinkType, resolution: UInt8?, offset: Int? = nil) {
        var options: [UInt8] = []
        if let resolution { options += number(9, 2) + number(1, 2) + [resolution, 0, 0, 0] }
        if let offset { options += number(14, 2) + number(8, 2) + number(offset, 8) }
        if !options.isEmpty { options += number(0, 4) }
        block(1, number(linkType.fileNumber, 2) + number(0, 2) + number(0, 4) + options)
    }

    mutating func add(_ packet: [UInt8], interface: Int, ticks: Int) {
        block(
            6,
            number(interface, 4) + number(ticks >> 32, 4) + number(ticks & 0xFFFF_FFFF, 4)
                + number(packet.count, 4) + number(packet.count, 4) + packet)
    }
}

extension LinkType {
    /// As files name it.
    fileprivate var fileNumber: Int {
        switch self {
        case .ethernet: 1
        case .loopback: 0
        case .raw: 101
        case .linuxCooked: 113
        case .linuxCooked2: 276
        }
    }
}

/// A connection with a request and its answer, as packets of a link type.
private func packets(_ linkType: LinkType, port: UInt16, isIPv6: Bool = false) -> [[UInt8]] {
    var connection = SyntheticConnection(
        client: TCPEndpoint(isIPv6 ? .loopback6 : .loopback, port: port),
        gateway: TCPEndpoint(isIPv6 ? .loopback6 : .loopback, port: 4002), linkType: linkType)
    return connection.open() + connection.bytes(.toGateway, pattern(40))
        + connection.bytes(.toClient, pattern(90))
}

private func read(_ bytes: [UInt8]) throws -> (events: [CapturedEvent], notes: [CaptureNote]) {
    let folder = TemporaryFolder()
    var connections = try CapturedConnections(path: folder.file("a.pcapng", holding: bytes))
    var events: [CapturedEvent] = []
    while let event = try connections.next() { events.append(event) }
    return (events, connections.summary.notes)
}

private func bytes(_ direction: Direction, of events: [CapturedEvent], _ connection: Int) -> [UInt8]
{
    events.flatMap { event -> [UInt8] in
        guard event.connection == ConnectionID(connection),
            case .bytes(direction, let bytes) = event.happening
        else { return [] }
        return bytes
    }
}

@Suite struct `A pcapng file of another recorder` {
    @Test(arguments: [[false, true], [true, false], [true, true, false]])
    func `may change its byte order from section to section`(orders: [Bool]) throws {
        var file = Pcapng()
        for (section, isBig) in orders.enumerated() {
            file.beginSection(isBig: isBig)
            file.addInterface(.ethernet, resolution: 9)
            for (index, packet) in packets(.ethernet, port: UInt16(50_000 + section)).enumerated() {
                let ticks = 1_768_487_467_000_000_000 + (section * 100 + index) * 1_000_000
                file.add(packet, interface: 0, ticks: ticks)
            }
        }
        let (events, notes) = try read(file.bytes)
        #expect(notes == [])
        for connection in 1...orders.count {
            #expect(bytes(.toGateway, of: events, connection) == pattern(40))
            #expect(bytes(.toClient, of: events, connection) == pattern(90))
        }
        #expect(
            events.first?.at == CaptureInstant(nanosecondsSinceEpoch: 1_768_487_467_000_000_000))
    }

    /// What one interface recorded of a connection, and the other one of another, on one clock.
    @Test(arguments: [false, true])
    func `may have interfaces of different link types and clocks`(isBig: Bool) throws {
        var file = Pcapng()
        file.beginSection(isBig: isBig)
        file.addInterface(.ethernet, resolution: nil)
        file.addInterface(.raw, resolution: 9)
        // 2^-20 of a second, and a clock that counts from 2026-01-15.
        file.addInterface(.linuxCooked, resolution: 0x94, offset: 1_768_435_200)
        let links: [LinkType] = [.ethernet, .raw, .linuxCooked]
        let stories = links.enumerated().map { packets($1, port: UInt16(50_000 + $0)) }
        for index in stories[0].indices {
            // Each packet a millisecond and a half after the one before it.
            for (interface, story) in stories.enumerated() {
                let nanoseconds = (index * 3 + interface) * 1_500_000
                let ticks =
                    switch interface {
                    case 0: 1_768_487_467_000_000 + nanoseconds / 1000
                    case 1: 1_768_487_467_000_000_000 + nanoseconds
                    default: (52_267 << 20) + (nanoseconds << 20) / 1_000_000_000
                    }
                file.add(story[index], interface: interface, ticks: ticks)
            }
        }
        let (events, notes) = try read(file.bytes)
        // The recorder's order is the order of time on every clock.
        #expect(notes == [])
        for connection in 1...3 {
            #expect(bytes(.toGateway, of: events, connection) == pattern(40))
            #expect(bytes(.toClient, of: events, connection) == pattern(90))
        }
        let starts = events.filter {
            if case .attempted = $0.happening { true } else { false }
        }.map { ($0.at.nanosecondsSinceEpoch - 1_768_487_467_000_000_000) / 1000 }
        #expect(starts.count == 3)
        #expect(starts.prefix(2) == [0, 1500])
        // To the tick, which is a microsecond.
        #expect(starts.count == 3 && (2999...3000).contains(starts[2]))
    }

    @Test func `gives a second section interfaces of its own`() throws {
        var file = Pcapng()
        for (section, linkType) in [LinkType.ethernet, .raw].enumerated() {
            file.beginSection(isBig: section == 1)
            file.addInterface(linkType, resolution: section == 0 ? 6 : 9)
            for (index, packet) in packets(linkType, port: UInt16(50_000 + section)).enumerated() {
                let microseconds = 1_768_487_467_000_000 + section * 1000 + index
                file.add(
                    packet, interface: 0, ticks: section == 0 ? microseconds : microseconds * 1000)
            }
        }
        let (events, notes) = try read(file.bytes)
        #expect(notes == [])
        #expect(bytes(.toClient, of: events, 1) == pattern(90))
        #expect(bytes(.toClient, of: events, 2) == pattern(90))
    }
}

@Suite struct `IPv6 fragments` {
    /// The packet, an IPv6 one without a link header, in pieces of so many bytes.
    private func fragments(of packet: [UInt8], number: UInt8, size: Int) -> [[UInt8]] {
        let payload = Array(packet[40...])
        return stride(from: 0, to: payload.count, by: size).map { start in
            let piece = payload[start..<min(start + size, payload.count)]
            var header = Array(packet[..<40])
            let length = piece.count + 8
            header[4] = UInt8(length >> 8)
            header[5] = UInt8(length & 0xFF)
            header[6] = 44
            let place = start | (start + size < payload.count ? 1 : 0)
            return header + [6, 0, UInt8(place >> 8), UInt8(place & 0xFF), 0, 0, 0, number] + piece
        }
    }

    private func read(_ packets: [[UInt8]]) throws -> ([CapturedEvent], [CaptureNote]) {
        let folder = TemporaryFolder()
        let path = folder.file("fragments.pcap")
        let writer = try CaptureWriter(path: path, linkType: .raw)
        for (index, packet) in packets.enumerated() {
            try writer.write(
                packet, at: CaptureInstant(nanosecondsSinceEpoch: Int64(index) * 1_000_000))
        }
        var connections = try CapturedConnections(path: path)
        var events: [CapturedEvent] = []
        while let event = try connections.next() { events.append(event) }
        return (events, connections.summary.notes)
    }

    @Test(arguments: [8, 24, 64], [false, true])
    func `are put together in any order`(size: Int, isReversed: Bool) throws {
        let whole = packets(.raw, port: 50_000, isIPv6: true)
        let pieces = whole.enumerated().flatMap { index, packet in
            let made = fragments(of: packet, number: UInt8(index), size: size)
            return isReversed ? made.reversed() : made
        }
        #expect(pieces.count > whole.count)
        let (events, notes) = try read(pieces)
        #expect(notes == [])
        #expect(bytes(.toGateway, of: events, 1) == pattern(40))
        #expect(bytes(.toClient, of: events, 1) == pattern(90))
    }

    @Test func `of which one is missing are counted and named`() throws {
        let whole = packets(.raw, port: 50_000, isIPv6: true)
        let lost = whole.count - 2
        let pieces = whole.enumerated().flatMap { index, packet in
            index == lost
                ? Array(fragments(of: packet, number: UInt8(index), size: 24).dropLast()) : [packet]
        }
        let (_, notes) = try read(pieces)
        #expect(notes == [.fragments(count: 1, firstPacket: lost + 1)])
    }

    @Test func `with the same number between other addresses are not mixed`() throws {
        let one = packets(.raw, port: 50_000, isIPv6: true)
        var other = packets(.raw, port: 50_001, isIPv6: true)
        // Another host: the last byte of its source or destination, whichever is the client's.
        for index in other.indices {
            let isToGateway = other[index][42] == 0x0F && other[index][43] == 0xA2
            other[index][isToGateway ? 23 : 39] = 9
        }
        let mixed = zip(one, other).enumerated().flatMap { index, pair in
            zip(
                fragments(of: pair.0, number: UInt8(index), size: 8),
                fragments(of: pair.1, number: UInt8(index), size: 8)
            ).flatMap { [$0, $1] }
        }
        let (events, _) = try read(mixed)
        #expect(bytes(.toGateway, of: events, 1) == pattern(40))
        #expect(bytes(.toClient, of: events, 1) == pattern(90))
    }
}

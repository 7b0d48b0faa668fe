import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

/// Captures as people send them: incomplete, one-sided, disordered, in pieces.
@Suite struct `A capture from the field` {
    private let folder = TemporaryFolder()

    private func write(
        _ packets: [(at: CaptureInstant, bytes: [UInt8])], to name: String,
        linkType: LinkType = .ethernet
    ) throws -> String {
        let path = folder.file(name)
        let writer = try CaptureWriter(path: path, linkType: linkType)
        for packet in packets { try writer.write(packet.bytes, at: packet.at) }
        return path
    }

    /// What `decode` prints of files, without the seconds, and the notes.
    private func decoded(
        _ paths: String..., ports: GatewayPorts = GatewayPorts()
    ) throws -> (lines: [String], notes: [String]) {
        var capture = try DecodedCapture(paths: paths, ports: ports)
        var events: [DecodedEvent] = []
        while let event = try capture.next() { events.append(event) }
        #expect(events.map(\.at) == events.map(\.at).sorted(), "times run backwards")
        return (lines(events).map { String($0.dropFirst(13)) }, capture.notes)
    }

    private func session(port: UInt16 = 50_000, gatewayPort: UInt16 = 4002) -> Recording {
        var recording = Recording(port: port, gatewayPort: gatewayPort)
        recording.begin()
        recording.send(Message("currentTime", ["time": "1768487467"]))
        recording.send(Message("nextValidId", ["orderId": "2"]))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        return recording
    }

    private let told = [
        "#1 → startApi clientId=7", "#1 ← managedAccounts accountsList=DU1234567",
        "#1 ← nextValidId orderId=1", "#1 ← currentTime time=1768487467",
        "#1 ← nextValidId orderId=2",
    ]

    /// The packets of one side, by the source port of IPv4 behind Ethernet.
    private func isFromClient(_ packet: [UInt8]) -> Bool {
        UInt16(packet[34]) << 8 | UInt16(packet[35]) == 50_000
    }

    @Test func `is put in order when its packets are not`() throws {
        var random = SeededRandom(seed: 7)
        var packets = session().packets
        let before = try decoded(write(packets, to: "sorted.pcap"))
        for index in packets.indices where random.chance(0.5) {
            packets.swapAt(index, min(packets.count - 1, index + 3))
        }
        let (lines, notes) = try decoded(write(packets, to: "shuffled.pcap"))
        #expect(lines == before.lines)
        #expect(lines.filter(told.contains) == told)
        #expect(notes.count == 1 && notes[0].contains("stored out of order and put in their place"))
    }

    @Test func `goes on when the clock was set back`() throws {
        var packets = session().packets
        for index in packets.indices.dropFirst(7) {
            packets[index].at = CaptureInstant(
                nanosecondsSinceEpoch: packets[index].at.nanosecondsSinceEpoch - 3_600_000_000_000)
        }
        let (lines, notes) = try decoded(write(packets, to: "back.pcap"))
        #expect(lines.filter(told.contains) == told)
        #expect(notes.count == 1 && notes[0].hasPrefix("the clock was set back by 3599999 ms"))
    }

    @Test func `of the client's side alone tells that the gateway spoke`() throws {
        let packets = session().packets.filter { isFromClient($0.bytes) }
        let (lines, _) = try decoded(write(packets, to: "client.pcap"))
        #expect(lines.contains("#1 → hello v157..176"))
        #expect(lines.contains("#1 → startApi clientId=7"))
        #expect(lines.contains { $0.hasSuffix("bytes were not captured") })
        #expect(!lines.contains { $0.contains("no whole frame") })
    }

    @Test func `of the gateway's side alone is read with its own version`() throws {
        let packets = session().packets.filter { !isFromClient($0.bytes) }
        let (lines, _) = try decoded(write(packets, to: "gateway.pcap"))
        #expect(lines.filter(told.contains) == Array(told.dropFirst()))
        #expect(lines.contains { $0.hasPrefix("#1 ← server version 176") })
    }

    @Test func `where the gateway is silent shows what the client sent as messages`() throws {
        var recording = Recording()
        recording.open()
        recording.hello()
        recording.startApi()
        recording.fin(.toGateway)
        let (lines, _) = try decoded(write(recording.packets, to: "silent.pcap"))
        #expect(lines.contains("#1 → startApi clientId=7"))
        #expect(!lines.contains { $0.contains("no whole frame") })
    }

    @Test(arguments: [4002, 6123] as [UInt16], [4, 5, 6])
    func `that begins in the middle is recognized by its frames`(
        port: UInt16, skipped: Int
    ) throws {
        let packets = Array(session(gatewayPort: port).packets.dropFirst(skipped))
        let (lines, _) = try decoded(write(packets, to: "middle.pcap"))
        #expect(lines.first?.hasPrefix("#1 already open") == true)
        #expect(lines.filter(told.contains).suffix(4) == told.suffix(4))
    }

    @Test func `that begins within a frame finds the next one and says so`() throws {
        var recording = Recording(gatewayPort: 6123)
        recording.begin()
        let first = recording.packets.count
        let bytes = recording.bytes([
            Message("managedAccounts", ["accountsList": "DU1234567"]),
            Message("currentTime", ["time": "1768487467"]),
            Message("nextValidId", ["orderId": "2"]), Message("nextValidId", ["orderId": "3"]),
        ])
        recording.send(.toClient, bytes, cutAt: [6])
        let packets = Array(recording.packets.dropFirst(first + 1))
        let (lines, _) = try decoded(write(packets, to: "within.pcap"))
        #expect(
            Array(lines.dropFirst(2).prefix(3).dropFirst()) == [
                "#1 ← currentTime time=1768487467", "#1 ← nextValidId orderId=2",
            ])
        #expect(lines.contains { $0.contains("bytes that are no whole frame") })
    }

    @Test(arguments: [[0, 1, 2], [2, 0, 1]])
    func `in rotated files is one capture, in any order`(order: [Int]) throws {
        let packets = session().packets
        let parts = [packets[..<5], packets[5..<8], packets[8...]]
        let paths = try parts.enumerated().map { try write(Array($0.1), to: "part\($0.0).pcap") }
        let (lines, notes) = try decoded(paths[order[0]], paths[order[1]], paths[order[2]])
        let whole = try decoded(write(packets, to: "whole.pcap"))
        #expect(lines == whole.lines)
        #expect(
            notes == [
                "packet 6 is the first one of \(paths[1])",
                "packet 9 is the first one of \(paths[2])",
            ])
    }

    @Test func `shows a refused connection whatever its port`() throws {
        var connection = SyntheticConnection(
            client: clientEnd(), gateway: TCPEndpoint(.loopback, port: 6123), linkType: .ethernet)
        let syn = connection.open()[0]
        let builder = PacketBuilder(linkType: .ethernet)
        let reset = builder.packet(
            TCPSegment(
                source: TCPEndpoint(.loopback, port: 6123), destination: clientEnd(), sequence: 0,
                acknowledgement: sequence(of: syn) &+ 1, flags: [.rst, .ack]), payload: [])
        let at = CaptureInstant(nanosecondsSinceEpoch: 1_768_487_467_000_000_000)
        let (lines, _) = try decoded(write([(at, syn), (at, reset)], to: "refused.pcap"))
        #expect(lines.last == "#1 closed: refused, nobody listened")
    }

    private func sequence(of packet: [UInt8]) -> UInt32 {
        packet[38..<42].reduce(0) { $0 << 8 | UInt32($1) }
    }

    @Test func `is searched on the ports asked for alone`() throws {
        let packets = session(gatewayPort: 6123).packets + session(port: 50_001).packets
        let path = try write(packets.sorted { $0.at < $1.at }, to: "two.pcap")
        let (lines, notes) = try decoded(path, ports: GatewayPorts([6123]))
        #expect(lines.filter(told.contains) == told)
        #expect(!lines.contains { $0.hasPrefix("#2") })
        #expect(notes.contains { $0.contains("not on the ports asked for") })
    }

    @Test(arguments: [false, true])
    func `with fragments is put together`(isReversed: Bool) throws {
        var packets: [(at: CaptureInstant, bytes: [UInt8])] = []
        for (index, packet) in session().packets.enumerated() {
            let pieces = fragments(of: packet.bytes, number: index, size: 32)
            packets += (isReversed ? pieces.reversed() : pieces).map { (packet.at, $0) }
        }
        let (lines, notes) = try decoded(write(packets, to: "fragments.pcap"))
        #expect(lines.filter(told.contains) == told)
        #expect(notes == [])
    }

    @Test func `with fragments missing says how many packets it lacks`() throws {
        var packets = session().packets
        let pieces = fragments(of: packets[5].bytes, number: 9, size: 24)
        packets[5].bytes = pieces[0]
        let (lines, notes) = try decoded(write(packets, to: "fragments.pcap"))
        #expect(lines.contains { $0.hasSuffix("bytes were not captured") })
        #expect(
            notes == ["1 IP packets lack fragments and were left out, the first is packet 6"])
    }

    /// An IPv4 packet behind Ethernet in pieces of `size` bytes of payload.
    private func fragments(of packet: [UInt8], number: Int, size: Int) -> [[UInt8]] {
        let payload = Array(packet[34...])
        return stride(from: 0, to: payload.count, by: size).map { start in
            let end = min(start + size, payload.count)
            var header = Array(packet[..<34])
            header[16] = UInt8((20 + end - start) >> 8)
            header[17] = UInt8((20 + end - start) & 0xFF)
            header[18] = 0x12
            header[19] = UInt8(number)
            header[20] = (end < payload.count ? 0x20 : 0) | UInt8(start / 2048)
            header[21] = UInt8(start / 8 & 0xFF)
            return header + payload[start..<end]
        }
    }

    @Test func `does not believe a segment that its receiver dropped`() throws {
        var packets = session().packets
        let index = 7
        var damaged = packets[index].bytes
        damaged[damaged.count - 2] ^= 0x15
        packets.insert((packets[index].at, damaged), at: index)
        let (lines, _) = try decoded(write(packets, to: "checksum.pcap"))
        #expect(lines.filter(told.contains) == told)
        #expect(lines.contains { $0.contains("had a wrong checksum: its receiver dropped it") })
    }

    @Test func `with checksums left to the network card is believed`() throws {
        var packets = session().packets
        for index in packets.indices {
            // Nothing but the sum over addresses and length, as Linux leaves it.
            let count = packets[index].bytes.count - 34
            let sum = 0x7F00 + 1 + 0x7F00 + 1 + 6 + count
            packets[index].bytes[50] = UInt8(((sum & 0xFFFF) + (sum >> 16)) >> 8)
            packets[index].bytes[51] = UInt8(((sum & 0xFFFF) + (sum >> 16)) & 0xFF)
        }
        #expect(try decoded(write(packets, to: "offload.pcap")).lines.filter(told.contains) == told)
    }

    @Test func `with addresses rewritten, so that no checksum is right, is believed`() throws {
        var packets = session().packets
        for index in packets.indices { packets[index].bytes[50] ^= 0x5A }
        #expect(try decoded(write(packets, to: "rewrite.pcap")).lines.filter(told.contains) == told)
    }

    @Test(arguments: [false, true])
    func `is read from an archive`(isZstd: Bool) throws {
        let plain = folder.contents(of: try write(session().packets, to: "plain.pcap"))
        let archive = isZstd ? zstd(plain) : gzip(Array(plain[..<500])) + gzip(Array(plain[500...]))
        let path = folder.file("packed", holding: archive)
        #expect(try decoded(path).lines.filter(told.contains) == told)
        let cut = folder.file("cut", holding: Array(archive.dropLast(120)))
        let (lines, notes) = try decoded(cut)
        #expect(lines.contains(told[0]))
        #expect(notes.contains { $0.contains("the archive ends early") })
    }

    /// A gzip part that stores its bytes as they are.
    private func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var check: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            check ^= UInt32(byte)
            for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xEDB8_8320 : check >> 1 }
        }
        let size = [UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8)]
        let trailer = [~check, UInt32(bytes.count)].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
        }
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + size + size.map { ~$0 } + bytes + trailer
    }

    /// A zstd frame of one block that stores its bytes as they are.
    private func zstd(_ bytes: [UInt8]) -> [UInt8] {
        let header = bytes.count << 3 | 1
        let size = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
        return [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + size
            + (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) } + bytes
    }

    @Test func `notes keep-alive probes`() throws {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2])
        conversation.send(.toClient, at: 0, acknowledging: 2)
        conversation.send(.toGateway, at: 1)
        conversation.send(.toGateway, at: 1, [0])
        #expect(conversation.notes == [.keepAlive(.toGateway), .keepAlive(.toGateway)])
        #expect(conversation.received(.toGateway) == [1, 2])
    }
}

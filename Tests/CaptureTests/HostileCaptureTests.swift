import GatewayWire
import CaptureImport
import Simulation
import Testing

@Suite struct `Damaged packets` {
    /// A few connections with everything that can happen to them, on one link type.
    private func packets(_ linkType: LinkType, _ random: inout SeededRandom) -> [[UInt8]] {
        (0..<4).flatMap { index -> [[UInt8]] in
            let address = index % 2 == 0 ? IPAddress.loopback : .loopback6
            var connection = SyntheticConnection(
                client: TCPEndpoint(address, port: 50_000 + UInt16(index)),
                gateway: TCPEndpoint(address, port: 4002), linkType: linkType,
                firstSequences: (UInt32.random(in: 0...UInt32.max, using: &random), UInt32.max - 9))
            var packets = connection.open()
            for size in 0..<6 {
                packets += connection.bytes(
                    size % 2 == 0 ? .toGateway : .toClient, pattern(size * 9))
            }
            packets += [connection.fin(.toGateway), connection.acknowledgement(.toClient)]
            return packets + [index < 2 ? connection.fin(.toClient) : connection.rst(.toClient)]
        }
    }

    private func damage(_ packets: inout [[UInt8]], _ random: inout SeededRandom) {
        for index in packets.indices where random.chance(0.4) {
            let count = packets[index].count
            switch Int.random(in: 0..<5, using: &random) {
            case 0: packets[index][Int.random(in: 0..<count, using: &random)] ^= 0xFF
            case 1:
                let place = Int.random(in: 0..<count, using: &random)
                packets[index][place] = UInt8.random(in: 0...255, using: &random)
            case 2: packets[index].removeLast(Int.random(in: 0..<count, using: &random))
            case 3: packets.swapAt(index, Int.random(in: packets.indices, using: &random))
            default: packets[index] += packets[Int.random(in: packets.indices, using: &random)]
            }
            if packets[index].isEmpty { packets[index] = [0] }
        }
    }

    @Test(arguments: LinkType.allCases)
    func `never trap and end every connection once`(linkType: LinkType) {
        var random = SeededRandom(seed: 20_260_115).stream("\(linkType)")
        var limits = ReassemblyLimits()
        limits.heldSegments = 3
        limits.heldBytes = 100
        limits.openConnections = 3
        limits.endedConnections = 2
        let layers = PacketLayers(linkType: linkType)
        for _ in 0..<400 {
            var packets = packets(linkType, &random)
            damage(&packets, &random)
            var reassembler = TCPReassembler(limits: limits)
            var events: [CapturedEvent] = []
            let at = CaptureInstant(nanosecondsSinceEpoch: .max)
            for (index, packet) in packets.enumerated() {
                let length = random.chance(0.1) ? Int(UInt32.max) : packet.count
                let content = layers.read(packet.span, originalLength: length)
                guard case .segment(let segment) = content else { continue }
                reassembler.take(segment, in: packet.span, number: index, at: at, into: &events)
            }
            reassembler.finish(at: at, number: packets.count, into: &events)
            expectWholeStories(events, count: reassembler.connectionCount)
        }
    }

    /// Every connection has one beginning and one end, and nothing after it.
    private func expectWholeStories(_ events: [CapturedEvent], count: Int) {
        for number in 1...max(1, count) where count > 0 {
            let story = events.filter { $0.connection == ConnectionID(number) }
            let endings = story.indices.filter {
                if case .closed = story[$0].happening { true } else { false }
            }
            #expect(endings == [story.count - 1])
        }
    }

    @Test func `do not disturb the segments around them`() {
        var random = SeededRandom(seed: 3)
        let bytes = pattern(3000)
        for _ in 0..<200 {
            var order = stride(from: 0, to: 3000, by: 100).map { ($0, 100) }
            // Every byte is sent at least once, in any order and any cut.
            for _ in 0..<30 {
                let start = Int.random(in: 0..<2900, using: &random)
                order.append((start, Int.random(in: 1...100, using: &random)))
            }
            order.shuffle(using: &random)
            var conversation = Conversation(firstSequences: (.max - 1500, 5))
            conversation.open()
            for (start, size) in order {
                conversation.send(.toGateway, at: start, Array(bytes[start..<start + size]))
            }
            conversation.finish()
            #expect(conversation.received(.toGateway) == bytes)
            #expect(conversation.notes == [])
        }
    }
}

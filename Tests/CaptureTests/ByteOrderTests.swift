import CaptureImport
import EventLog
import GatewayWire
import Testing

@Suite struct `The bytes of a connection` {
    @Test func `come out as they were sent, one event for each segment`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2, 3])
        conversation.send(.toClient, at: 0, acknowledging: 3, [9])
        conversation.send(.toGateway, at: 3, acknowledging: 1, [4])
        #expect(
            conversation.happenings == [
                .attempted(client: clientEnd(), gateway: gatewayEnd),
                .opened(client: clientEnd(), gateway: gatewayEnd, .handshake),
                .bytes(.toGateway, [1, 2, 3]),
                .bytes(.toClient, [9]),
                .bytes(.toGateway, [4]),
            ])
        #expect(conversation.events.map(\.packet) == [1, 2, 4, 5, 6])
    }

    @Test(arguments: permutations(5))
    func `are the same whatever order five segments come in`(order: [Int]) {
        let bytes = pattern(50)
        var conversation = Conversation()
        conversation.open()
        for index in order {
            conversation.send(
                .toGateway, at: index * 10, Array(bytes[index * 10..<index * 10 + 10]))
        }
        conversation.finish()
        #expect(conversation.received(.toGateway) == bytes)
        #expect(conversation.notes == [])
    }

    @Test(arguments: [UInt32.max, UInt32.max - 1, UInt32.max - 17, 0x7FFF_FFF0])
    func `run on when sequence numbers wrap`(first: UInt32) {
        let bytes = pattern(40)
        var conversation = Conversation(firstSequences: (first, first))
        conversation.open()
        for start in [10, 0, 30, 20] {
            conversation.send(.toClient, at: start, Array(bytes[start..<start + 10]))
        }
        conversation.send(.toGateway, at: 0, acknowledging: 40)
        conversation.finish()
        #expect(conversation.received(.toClient) == bytes)
        #expect(conversation.endings == [.stillOpen])
    }

    @Test func `come once when a segment is sent again`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2, 3])
        conversation.send(.toGateway, at: 0, [1, 2, 3])
        conversation.send(.toGateway, at: 1, [2, 3, 4, 5])
        #expect(
            conversation.happenings.suffix(2) == [
                .bytes(.toGateway, [1, 2, 3]), .bytes(.toGateway, [4, 5]),
            ])
        #expect(conversation.notes == [])
    }

    @Test func `keep what came first when a retransmission differs`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2, 3])
        conversation.send(.toGateway, at: 1, [7, 7, 4])
        #expect(conversation.received(.toGateway) == [1, 2, 3, 4])
        #expect(conversation.notes == [.contradiction(.toGateway, byteCount: 2)])
    }

    @Test(arguments: [1, 3, 4, 7, 10, 11, 25])
    func `are compared with as many of the last ones as the limit says`(partSize: Int) {
        let bytes = pattern(47)
        var limits = ReassemblyLimits()
        limits.rememberedBytes = 10
        var conversation = Conversation(limits: limits)
        conversation.open()
        for start in stride(from: 0, to: bytes.count, by: partSize) {
            let end = min(start + partSize, bytes.count)
            conversation.send(.toGateway, at: start, Array(bytes[start..<end]))
        }
        // The same again, and then with one difference before the last ten and four among them.
        conversation.send(.toGateway, at: 0, bytes)
        #expect(conversation.notes == [])
        var others = bytes
        for place in [36, 37, 40, 41, 46] { others[place] &+= 1 }
        conversation.send(.toGateway, at: 0, others)
        #expect(conversation.notes == [.contradiction(.toGateway, byteCount: 4)])
        conversation.send(.toGateway, at: 38, Array(others[38..<41]))
        #expect(conversation.notes.last == .contradiction(.toGateway, byteCount: 1))
        #expect(conversation.received(.toGateway) == bytes)
    }

    @Test func `keep what came first among segments that wait`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 4, [5, 6])
        conversation.send(.toGateway, at: 2, [3, 4, 9, 9, 7])
        conversation.send(.toGateway, at: 0, [1, 2])
        #expect(conversation.received(.toGateway) == [1, 2, 3, 4, 5, 6, 7])
        #expect(conversation.notes == [.contradiction(.toGateway, byteCount: 2)])
    }

    @Test func `are not disturbed by keep-alive probes`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2])
        conversation.send(.toGateway, at: 1)
        conversation.send(.toGateway, at: 1, [0])
        conversation.send(.toGateway, at: 2, [3])
        #expect(conversation.received(.toGateway) == [1, 2, 3])
        #expect(conversation.notes == [])
    }

    @Test func `stop while the receiver's window is closed`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toClient, at: 0, [1, 2])
        conversation.send(.toGateway, at: 0, acknowledging: 2, window: 0)
        conversation.send(.toClient, at: 1)
        conversation.send(.toGateway, at: 0, acknowledging: 2, window: 0)
        conversation.send(.toGateway, at: 0, acknowledging: 2, window: 100)
        conversation.send(.toClient, at: 2, [3])
        #expect(
            conversation.happenings.dropFirst(2) == [
                .bytes(.toClient, [1, 2]), .stalled(.toClient), .resumed(.toClient),
                .bytes(.toClient, [3]),
            ])
    }

    @Test func `are not wanted from an ignored connection`() {
        var conversation = Conversation()
        conversation.open()
        conversation.ignore(1)
        conversation.send(.toGateway, at: 0, [1])
        conversation.send(.toGateway, .rst, at: 1)
        conversation.finish()
        #expect(conversation.happenings.count == 2)
    }
}

@Suite struct `Bytes missing from a capture` {
    @Test func `are a gap once acknowledged and not seen soon`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2])
        conversation.send(.toGateway, at: 5, [6, 7])
        conversation.send(.toClient, at: 0, acknowledging: 7, [8])
        for end in 0..<33 { conversation.send(.toClient, at: 1 + end, acknowledging: 7, [8]) }
        #expect(
            conversation.happenings.filter { $0 != .bytes(.toClient, [8]) }.suffix(3) == [
                .bytes(.toGateway, [1, 2]), .gap(.toGateway, count: 3), .bytes(.toGateway, [6, 7]),
            ])
        let packets = conversation.events.filter { $0.happening == .bytes(.toGateway, [6, 7]) }
        #expect(packets.map(\.packet) == [5])
    }

    @Test func `are a gap at the next packet when that comes late`() {
        var conversation = Conversation()
        conversation.open()
        conversation.pace = .seconds(1)
        conversation.send(.toClient, at: 0, acknowledging: 4)
        conversation.send(.toGateway, at: 4, [5])
        #expect(
            conversation.happenings.suffix(2) == [
                .gap(.toGateway, count: 4), .bytes(.toGateway, [5]),
            ])
    }

    @Test func `are no gap when only recorded after their acknowledgement`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toClient, at: 0, acknowledging: 2)
        conversation.send(.toGateway, at: 0, [1, 2])
        conversation.finish()
        #expect(conversation.received(.toGateway) == [1, 2])
        #expect(conversation.happenings.suffix(1) == [.closed(.stillOpen)])
    }

    @Test func `are a gap behind the part that the recorder kept`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2], missing: 3)
        conversation.send(.toGateway, .fin, at: 5, [6])
        #expect(
            conversation.happenings.suffix(4) == [
                .bytes(.toGateway, [1, 2]), .gap(.toGateway, count: 3),
                .bytes(.toGateway, [6]), .fin(.toGateway),
            ])
    }

    @Test func `are a gap in front of what waits when the capture ends`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, .fin, at: 3, [4])
        conversation.finish()
        #expect(
            conversation.happenings.suffix(4) == [
                .gap(.toGateway, count: 3), .bytes(.toGateway, [4]), .fin(.toGateway),
                .closed(.halfClosed(.toGateway, waited: .zero, isAcknowledged: false)),
            ])
    }

    @Test(arguments: [2, 3, 4])
    func `are waited for up to so many held segments`(segments: Int) {
        var limits = ReassemblyLimits()
        limits.heldSegments = 3
        var conversation = Conversation(limits: limits)
        conversation.open()
        for index in 0..<segments { conversation.send(.toGateway, at: 1 + index * 2, [7]) }
        let gaps = conversation.happenings.filter { $0 == .gap(.toGateway, count: 1) }
        #expect(gaps.count == (segments > 3 ? 1 : 0))
    }

    @Test(arguments: [9, 10, 11])
    func `are waited for up to so many held bytes`(bytes: Int) {
        var limits = ReassemblyLimits()
        limits.heldBytes = 10
        var conversation = Conversation(limits: limits)
        conversation.open()
        conversation.send(.toGateway, at: 1, pattern(bytes))
        #expect(conversation.received(.toGateway).isEmpty == (bytes <= 10))
    }
}

@Suite struct `Bytes sent again` {
    private let resent = Happening.unacknowledged(.toGateway, count: 3, resent: 2)

    private func story(acknowledgedAtLast: Bool) -> Conversation {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, at: 0, [1, 2])
        conversation.send(.toClient, at: 0, acknowledging: 2, [9])
        conversation.send(.toGateway, at: 2, acknowledging: 1, [3, 4, 5])
        conversation.send(.toGateway, at: 2, acknowledging: 1, [3, 4, 5])
        conversation.send(.toGateway, at: 2, acknowledging: 1, [3, 4, 5])
        if acknowledgedAtLast { conversation.send(.toClient, at: 1, acknowledging: 5) }
        return conversation
    }

    @Test func `and never acknowledged are told at the end`() {
        var conversation = story(acknowledgedAtLast: false)
        #expect(!conversation.happenings.contains(resent))
        conversation.finish()
        #expect(conversation.happenings.suffix(2) == [resent, .closed(.stillOpen)])
    }

    @Test func `and never acknowledged are told when a reset ends it`() {
        var conversation = story(acknowledgedAtLast: false)
        conversation.send(.toGateway, .rst, at: 5, acknowledging: 1)
        #expect(
            conversation.happenings.suffix(3) == [
                resent, .rst(.toGateway), .closed(.reset(.toGateway)),
            ])
    }

    @Test func `are an ordinary loss when they are acknowledged at last`() {
        var conversation = story(acknowledgedAtLast: true)
        conversation.finish()
        #expect(conversation.happenings.last == .closed(.stillOpen))
        #expect(!conversation.happenings.contains { $0.isUnacknowledged })
    }

    @Test func `mean nothing where the other side is not in the capture`() {
        var conversation = Conversation()
        conversation.send(.toGateway, .syn, at: -1)
        for _ in 0..<3 { conversation.send(.toGateway, at: 0, acknowledging: 0, [1, 2]) }
        conversation.finish()
        #expect(!conversation.happenings.contains { $0.isUnacknowledged })
    }
}

extension Happening {
    fileprivate var isUnacknowledged: Bool {
        if case .unacknowledged = self { true } else { false }
    }
}

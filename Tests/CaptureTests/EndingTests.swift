import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `The end of a connection` {
    @Test func `is told when both sides have closed and know it`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, [.fin, .ack], at: 0)
        conversation.send(.toClient, [.fin, .ack], at: 0, acknowledging: 1)
        conversation.send(.toGateway, at: 1, acknowledging: 1)
        conversation.send(.toGateway, at: 1, acknowledging: 1)
        conversation.finish()
        #expect(
            conversation.happenings.dropFirst(2) == [
                .fin(.toGateway), .finAcknowledged(.toGateway), .fin(.toClient),
                .finAcknowledged(.toClient), .closed(.bothClosed(first: .toGateway)),
            ])
    }

    @Test func `is missing when a FIN is acknowledged and never answered`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, [.fin, .ack], at: 0, [1])
        conversation.send(.toClient, at: 0, acknowledging: 2)
        conversation.finish(after: .seconds(90))
        #expect(
            conversation.happenings.dropFirst(2) == [
                .bytes(.toGateway, [1]), .fin(.toGateway), .finAcknowledged(.toGateway),
                .closed(
                    .halfClosed(
                        .toGateway, waited: .milliseconds(90_001), isAcknowledged: true)),
            ])
    }

    @Test func `comes after the bytes that a FIN overtook`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toClient, [.fin, .ack], at: 2)
        conversation.send(.toClient, at: 0, [1, 2])
        #expect(
            conversation.happenings.suffix(2) == [.bytes(.toClient, [1, 2]), .fin(.toClient)])
    }

    @Test func `leaves the other direction running after a FIN`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, [.fin, .ack], at: 0)
        conversation.send(.toClient, at: 0, acknowledging: 1, [5])
        conversation.send(.toGateway, at: 1, [6])
        #expect(conversation.received(.toClient) == [5])
        #expect(conversation.notes == [.bytesAfterFin(.toGateway)])
    }

    @Test(arguments: Direction.allCases)
    func `names the direction of a reset`(direction: Direction) {
        var conversation = Conversation()
        conversation.open()
        conversation.send(direction, .rst, at: 0)
        conversation.send(direction.opposite, at: 0, [1])
        conversation.finish()
        #expect(
            conversation.happenings.dropFirst(2) == [.rst(direction), .closed(.reset(direction))])
    }

    @Test(arguments: [(-1, false), (0, true), (65_535, true), (65_536, false)])
    func `is not a reset outside the window`(offset: Int, isValid: Bool) {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toClient, .rst, at: offset)
        #expect(conversation.endings == (isValid ? [.reset(.toClient)] : []))
        #expect(conversation.notes == (isValid ? [] : [.resetOutsideWindow(.toClient)]))
    }

    @Test func `is a refusal when a SYN meets a reset`() {
        var conversation = Conversation()
        conversation.send(.toGateway, .syn, at: -1)
        conversation.send(.toClient, [.rst, .ack], at: 0, acknowledging: 0)
        #expect(
            conversation.happenings == [
                .attempted(client: clientEnd(), gateway: gatewayEnd), .rst(.toClient),
                .closed(.refused),
            ])
    }

    @Test func `says how often a SYN went unanswered`() {
        var conversation = Conversation()
        for _ in 0..<3 { conversation.send(.toGateway, .syn, at: -1) }
        conversation.finish()
        #expect(
            conversation.happenings == [
                .attempted(client: clientEnd(), gateway: gatewayEnd),
                .closed(.unanswered(attempts: 3)),
            ])
    }

    @Test func `makes room for a new connection on the same ports`() {
        var conversation = Conversation()
        conversation.open()
        conversation.send(.toGateway, .rst, at: 0)
        conversation.firstSequences = (77_000, 88_000)
        conversation.open()
        conversation.send(.toGateway, at: 0, [1])
        #expect(conversation.events.map(\.connection.number) == [1, 1, 1, 1, 2, 2, 2])
        #expect(conversation.received(.toGateway) == [1])
    }

    @Test func `is implied by a new SYN on the same ports`() {
        var conversation = Conversation()
        conversation.open()
        conversation.firstSequences = (77_000, 88_000)
        conversation.open()
        #expect(
            conversation.happenings.dropFirst(2) == [
                .note(.portsReused), .closed(.stillOpen),
                .attempted(client: clientEnd(), gateway: gatewayEnd),
                .opened(client: clientEnd(), gateway: gatewayEnd, .handshake),
            ])
    }

    @Test func `comes early for the most silent when too many are open`() {
        var limits = ReassemblyLimits()
        limits.openConnections = 2
        var conversation = Conversation(limits: limits)
        for port: UInt16 in 50_001...50_003 {
            conversation.client = clientEnd(port)
            conversation.open()
        }
        conversation.finish()
        #expect(conversation.notes == [.forgotten])
        #expect(conversation.endings == [.stillOpen, .stillOpen, .stillOpen])
    }
}

@Suite struct `The start of a connection` {
    @Test func `is midway when its SYN was not captured`() {
        var conversation = Conversation()
        conversation.send(.toClient, at: 70, acknowledging: 30, [1])
        conversation.send(.toGateway, at: 30, acknowledging: 71, [2])
        conversation.finish()
        #expect(
            conversation.happenings == [
                .opened(client: clientEnd(), gateway: gatewayEnd, .midStream),
                .bytes(.toClient, [1]), .bytes(.toGateway, [2]), .closed(.stillOpen),
            ])
    }

    @Test func `is told from the SYN-ACK when the SYN is missing`() {
        var conversation = Conversation()
        conversation.send(.toClient, [.syn, .ack], at: -1, acknowledging: 0)
        conversation.send(.toGateway, at: 0, acknowledging: 0, [1])
        #expect(
            conversation.happenings == [
                .opened(client: clientEnd(), gateway: gatewayEnd, .handshake),
                .bytes(.toGateway, [1]),
            ])
    }

    @Test func `is told from the client alone when nothing else was captured`() {
        var conversation = Conversation()
        conversation.send(.toGateway, .syn, at: -1)
        conversation.send(.toGateway, at: 0, acknowledging: 0)
        conversation.send(.toGateway, at: 0, acknowledging: 9, [1])
        #expect(
            conversation.happenings == [
                .attempted(client: clientEnd(), gateway: gatewayEnd),
                .opened(client: clientEnd(), gateway: gatewayEnd, .handshake),
                // What the client acknowledges was said, and not captured.
                .gap(.toClient, count: 9), .bytes(.toGateway, [1]),
            ])
    }

    @Test func `does not repeat when its SYN is sent again`() {
        var conversation = Conversation()
        conversation.send(.toGateway, .syn, at: -1)
        conversation.open()
        conversation.send(.toClient, [.syn, .ack], at: -1, acknowledging: 0)
        #expect(conversation.happenings.count == 2)
    }
}

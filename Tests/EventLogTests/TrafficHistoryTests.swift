import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `What clients have done` {
    private let opened = LogEvent.Kind.opened(client: nil, gateway: nil, isMidStream: false)

    /// - Parameter events: Seconds, number of the connection, and what happened.
    private func history(
        _ events: [(at: Int64, connection: Int, kind: LogEvent.Kind)], keeping: Set<Direction> = []
    ) -> TrafficHistory {
        var tally = LogTally()
        for direction in keeping { tally.keep(direction, of: "live") }
        for event in events {
            tally.take(
                LogEvent(
                    at: SimInstant(nanoseconds: event.at * 1_000_000_000), gateway: "live",
                    connection: ConnectionID(event.connection), kind: event.kind))
        }
        return tally.gateway("live")?.history ?? TrafficHistory()
    }

    private func start(_ clientID: Int) -> LogEvent.Kind {
        .message(
            Message("startApi", ["clientId": String(clientID)], direction: .toGateway))
    }

    private func order(_ id: Int, _ reference: String) -> LogEvent.Kind {
        .message(
            Message(
                "placeOrder", ["orderId": String(id), "order.orderRef": reference],
                direction: .toGateway))
    }

    @Test func `has the time from one connection's end to the next`() {
        let history = history([
            (0, 1, opened), (1, 1, .ended(.fin)), (1, 1, .closed(.fin)), (3, 2, opened),
            (4, 2, .closed(.rst)), (4, 3, opened),
        ])
        #expect(history.gaps.map(\.length) == [.seconds(2), .zero])
        #expect(history.gaps.map(\.next) == [2, 3])
        #expect(history.mostOpen == 1)
    }

    @Test func `knows how many were open at once`() {
        let history = history([
            (0, 1, opened), (1, 2, opened), (2, 1, .ended(.fin)), (3, 3, opened),
        ])
        #expect(history.mostOpen == 2)
        #expect(history.gaps == [])
    }

    @Test(arguments: [
        ([1, 2, 4], true), ([2, 2, 2], false), ([4, 2, 1], false), ([1, 5, 3], false), ([3], false),
    ])
    func `tells a client that backs off`(gaps: [Int64], backsOff: Bool) {
        var events: [(Int64, Int, LogEvent.Kind)] = [(0, 1, opened), (0, 1, .ended(.fin))]
        var now: Int64 = 0
        for (index, gap) in gaps.enumerated() {
            now += gap
            events += [(now, index + 2, opened), (now, index + 2, .ended(.fin))]
        }
        #expect(
            history(events.map { (at: $0.0, connection: $0.1, kind: $0.2) }).backsOff == backsOff)
    }

    @Test func `has the client ids, and the order references that were used twice`() {
        let history = history([
            (0, 1, opened), (0, 1, start(7)), (0, 1, order(1, "a")), (0, 1, order(1, "a")),
            (0, 1, order(2, "b")), (1, 1, .ended(.fin)), (2, 2, opened), (2, 2, start(9)),
            (2, 2, order(3, "b")), (2, 2, order(4, "")), (2, 2, order(5, "")),
        ])
        #expect(history.clientIDs == [7, 9])
        #expect(history.referencesUsedTwice == ["b"])
    }

    @Test func `follows an order of messages, others between them`() {
        let events: [(at: Int64, connection: Int, kind: LogEvent.Kind)] = [
            (0, 1, start(1)), (0, 1, .message(Message("reqCurrentTime", direction: .toGateway))),
            (0, 1, order(1, "a")),
        ]
        let kept = history(events, keeping: [.toGateway])
        #expect(kept.progress(of: ["startApi", "placeOrder"]) == 2)
        #expect(kept.progress(of: ["placeOrder", "startApi"]) == 1)
        #expect(history(events).received.isEmpty)
    }
}

import EventLog
import GatewayWire

/// Two conversations that began with the same requests, compared topic by topic.
package struct ConversationComparison: Sendable {
    /// In the order in which the recording comes to them.
    package private(set) var topics: [TopicComparison] = []
    /// Messages about which nothing was asked.
    package private(set) var unaskedCount = 0

    /// - Parameters:
    ///   - recorded: Requests and answers of the recording.
    ///   - leg: The connection of the recording, counted from 0.
    ///   - orders: Orders that were placed on an earlier connection.
    ///   - isExact: Every message and value counts, and what nobody asked for too.
    ///   - other: The same requests, and the other side's answers, under the recording's ids.
    package init(
        recorded: [Turn], other: [Turn], leg: Int = 0, orders: Set<Int> = [], isPartial: Bool,
        isExact: Bool = false, includesUnasked: Bool = false
    ) {
        let ours = Self.sorted(recorded, orders)
        let theirs = Self.sorted(other, orders)
        unaskedCount = ours.turns[.unasked]?.count ?? 0
        var order = ours.order
        order += theirs.order.filter { ours.turns[$0] == nil }
        for topic in order where topic != .unasked || includesUnasked {
            topics.append(
                TopicComparison(
                    topic, leg: leg, request: ours.requests[topic],
                    recorded: ours.turns[topic] ?? [],
                    other: theirs.turns[topic] ?? [], isPartial: isPartial, isExact: isExact))
        }
    }

    private struct Sorted {
        var order: [Topic] = []
        var turns: [Topic: [Turn]] = [:]
        var requests: [Topic: Message] = [:]
    }

    private static func sorted(_ turns: [Turn], _ orders: Set<Int>) -> Sorted {
        var finder = TopicFinder(orders: orders)
        var sorted = Sorted()
        var latest: [String: Message] = [:]
        for turn in turns {
            if turn.isRequest {
                finder.ask(turn.message)
                latest[turn.message.name + " " + (TopicFinder.requestID(of: turn.message) ?? "")] =
                    turn.message
                continue
            }
            let topic = finder.topic(of: turn.message)
            if sorted.turns[topic] == nil { sorted.order.append(topic) }
            sorted.turns[topic, default: []].append(turn)
            if case .request(let id, let name) = topic, sorted.requests[topic] == nil {
                sorted.requests[topic] = latest[name + " " + id]
            }
        }
        return sorted
    }
}

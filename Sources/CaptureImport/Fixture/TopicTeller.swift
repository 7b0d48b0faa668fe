import EventLog
import GatewayWire

/// Tells what each line of a connection is about, requests included.
struct TopicTeller {
    private var finder = TopicFinder()
    private var names: [String: String] = [:]
    private var counts: [String: Int] = [:]

    /// - Returns: `nil` for what is no message, and for a cancel without an id.
    mutating func topic(of event: Transcript.Event) -> Topic? {
        guard case .message(let message, _) = event else { return nil }
        guard message.schema.direction == .toGateway else { return finder.topic(of: message) }
        finder.ask(message)
        if message.name == "startApi" { return nil }
        if message.name == "placeOrder" || message.name == "cancelOrder" {
            return message["orderId"].flatMap { Int($0) }.map { .order($0) }
        }
        if let id = TopicFinder.requestID(of: message) {
            if names[id] == nil || !message.name.hasPrefix("cancel") { names[id] = message.name }
            return .request(id, name: names[id] ?? message.name)
        }
        if message.name.hasPrefix("cancel") || message["subscribe"] == "0" { return nil }
        counts[message.name, default: 0] += 1
        return .question(message.name, number: counts[message.name] ?? 1)
    }
}

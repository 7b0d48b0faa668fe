import EventLog
import GatewayWire
import Simulation

/// How long requests wait for their first answer, by the name of the request, in gateway time.
struct RequestLatencies {
    private struct Key: Hashable {
        let gateway: String?
        let connection: ConnectionID?
        let id: String
    }

    /// Requests without an answer that are remembered; the oldest are forgotten.
    private static let mostPending = 10_000
    private var pending: [Key: (name: String, at: SimInstant)] = [:]
    private(set) var histograms: [String: [String: Histogram]] = [:]

    mutating func take(_ event: LogEvent) {
        switch event.kind {
        case .message(let message):
            guard let id = Self.id(of: message) else { return }
            let key = Key(gateway: event.gateway, connection: event.connection, id: id)
            if message.schema.direction == .toGateway {
                if pending.count >= Self.mostPending { pending = [:] }
                if pending[key] == nil { pending[key] = (message.name, event.at) }
            } else if let request = pending.removeValue(forKey: key) {
                histograms[event.gateway ?? "", default: [:]][request.name, default: Histogram()]
                    .take(event.at - request.at)
            }
        case .closed, .ended:
            guard !pending.isEmpty else { return }
            pending = pending.filter {
                $0.key.connection != event.connection || $0.key.gateway != event.gateway
            }
        default: break
        }
    }

    /// What ties an answer to its request; messages without it are not measured.
    private static func id(of message: Message) -> String? {
        if let id = message["reqId"], id != "-1" { return id }
        return message["orderId"].map { "order \($0)" }
    }
}

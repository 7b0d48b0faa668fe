import GatewayWire
import Simulation

extension LogEvent {
    /// One readable line without time: `#1 → startApi clientId=7`.
    ///
    /// `→` is towards the gateway, `←` towards the client.
    package func textLine(showsGateway: Bool = false) -> String {
        var parts: [String] = []
        if showsGateway, let gateway { parts.append(gateway) }
        if let connection { parts.append(connection.description) }
        parts.append(kindText)
        return parts.joined(separator: " ")
    }

    private var kindText: String {
        switch kind {
        case .message(let message):
            "\(arrow(message.schema.direction)) \(message.name)\(message.summary)"
        case .hello(let hello):
            "→ hello v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
                + (hello.connectOptions.isEmpty ? "" : " \(hello.connectOptions)")
        case .version(let reply): "← server version \(reply.serverVersion), \(reply.connectionTime)"
        case .unknown(let direction, let id, let bytes):
            "\(arrow(direction)) unknown message id \(id), \(bytes.count) bytes"
        case .malformed(let direction, let reason): "\(arrow(direction)) malformed: \(reason)"
        case .opened: "opened"
        case .ended(.fin): "client sent FIN"
        case .ended(.halfClose): "client keeps its half open"
        case .ended(.rst): "client sent RST"
        case .ended(.rstUnread): "client sent RST, killed with bytes unread"
        case .closed(.fin): "closed"
        case .closed(.rst): "reset"
        case .closed(.halfClose): "sent FIN, still receiving"
        case .closed(.held): "descriptor kept: CLOSE_WAIT"
        case .closed(.released): "kept descriptor closed"
        case .phase(let phase): "is \(phase.rawValue)"
        case .listening: "listening"
        case .listenerClosed: "listener closed"
        case .light(let light): "API light \(light == .red ? "RED" : "green")"
        case .lifecycle(let what): what
        case .fault(let rule, let action): "fault \(rule): \(action)"
        case .note(let text): text
        case .clientStarted(let client, let command): "\(client) started: \(command)"
        case .clientLine(let client, let stream, let text): "\(client) \(stream)| \(text)"
        case .clientEnded(let client, let how): "\(client) \(how)"
        case .clientSignaled(let client, let signal): "\(client) got SIG\(signal)"
        case .socket(let side, let state, let owner):
            "\(side) socket \(state)" + (owner.map { " owned by \($0)" } ?? "")
        }
    }

    private func arrow(_ direction: Direction) -> String {
        direction == .toGateway ? "→" : "←"
    }
}

import GatewayWire
import Simulation

extension LogEvent {
    /// One JSON object, in the shapes of `fakegw decode --json` with lifecycle, fault and
    /// socket-state events besides.
    ///
    /// - Parameters:
    ///   - epoch: Nanoseconds since 1970 at the start of gateway time.
    ///   - facts: What only the driver knows, such as the client's address.
    package func jsonLine(epoch: Int64, facts: [(key: String, value: String)] = []) -> String {
        var line = JSONLine()
        if let connection { line.add("connection", connection.number) }
        line.add("at", timestamp(epoch: epoch))
        if let gateway { line.add("gateway", gateway) }
        addKind(to: &line)
        for (key, value) in facts { line.add(key, value) }
        return line.finished
    }

    package func timestamp(epoch: Int64) -> String {
        UTCTime(nanosecondsSince1970: epoch &+ at.nanoseconds).isoText
    }

    private func addKind(to line: inout JSONLine) {
        switch kind {
        case .message(let message): line.add(message)
        case .hello(let hello): line.add(hello)
        case .version(let reply): line.add(reply)
        case .unknown(let direction, let id, let bytes):
            line.add("event", "unknown")
            line.add("direction", direction.rawValue)
            line.add("id", id)
            line.add("hex", hexText(bytes))
        case .malformed(let direction, let reason):
            line.add("event", "malformed")
            line.add("direction", direction.rawValue)
            line.add("reason", reason)
        case .opened: line.add("event", "opened")
        case .ended(let ending):
            line.add("event", ending.rawValue)
            line.add("by", "client")
        case .closed(let closing):
            line.add("event", closing.rawValue)
            line.add("by", "gateway")
        case .phase(let phase):
            line.add("event", "phase")
            line.add("phase", phase.rawValue)
        case .listening: line.add("event", "listening")
        case .listenerClosed: line.add("event", "listenerClosed")
        case .light(let light):
            line.add("event", "light")
            line.add("light", light.rawValue)
        case .lifecycle(let what): line.add("event", what)
        case .fault(let rule, let action):
            line.add("event", "fault")
            line.add("fault", rule)
            line.add("action", action)
        case .note(let text):
            line.add("event", "note")
            line.add("text", text)
        case .clientStarted(let client, let command):
            line.add("event", "clientStarted")
            line.add("client", client)
            line.add("command", command)
        case .clientLine(let client, let stream, let text):
            line.add("event", "clientLine")
            line.add("client", client)
            line.add("stream", stream)
            line.add("text", text)
        case .clientEnded(let client, let how):
            line.add("event", "clientEnded")
            line.add("client", client)
            line.add("how", how)
        case .clientSignaled(let client, let signal):
            line.add("event", "clientSignaled")
            line.add("client", client)
            line.add("signal", signal)
        case .socket(let side, let state, let owner):
            line.add("event", "socket")
            line.add("side", side)
            line.add("state", state)
            if let owner { line.add("owner", owner) }
        }
    }
}

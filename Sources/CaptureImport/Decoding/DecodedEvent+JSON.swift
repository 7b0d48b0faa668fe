import EventLog
import GatewayWire
import Simulation

extension DecodedEvent {
    /// One JSON object, as `fakegw decode --json` prints it.
    package var jsonLine: String {
        var line = JSONLine()
        line.add("connection", connection)
        line.add("at", at.description)
        kind.add(to: &line)
        return line.finished
    }
}

extension DecodedEvent.Kind {
    /// Bytes shown of what could not be understood.
    private static let maxShownBytes = 4096

    func add(to line: inout JSONLine) {
        switch self {
        case .message(let message): line.add(message)
        case .hello(let hello): line.add(hello)
        case .version(let reply): line.add(reply)
        case .attempted(let client, let gateway):
            line.add("event", "attempted")
            line.add("client", client.description)
            line.add("gateway", gateway.description)
        case .opened(let client, let gateway, let start):
            line.add("event", "opened")
            line.add("client", client.description)
            line.add("gateway", gateway.description)
            if start == .midStream { line.addRaw("midStream", "true") }
        case .legacyHello(let clientVersion):
            line.add("event", "legacyHello")
            line.add("clientVersion", clientVersion)
        case .unknown(let direction, let id, let bytes):
            line.add("event", "unknown")
            line.add("direction", direction.rawValue)
            line.add("id", id)
            add(bytes, to: &line)
        case .malformed(let direction, let reason, let bytes):
            line.add("event", "malformed")
            line.add("direction", direction.rawValue)
            line.add("reason", reason)
            add(bytes, to: &line)
        case .raw(let direction, let bytes):
            line.add("event", "raw")
            line.add("direction", direction.rawValue)
            add(bytes, to: &line)
        case .gap(let direction, let count):
            line.add("event", "gap")
            line.add("direction", direction.rawValue)
            line.add("count", count)
        case .fin(let direction): add("fin", by: direction.sender, to: &line)
        case .finAcknowledged(let direction):
            add("finAcknowledged", by: direction.opposite.sender, to: &line)
        case .rst(let direction): add("rst", by: direction.sender, to: &line)
        case .stalled(let direction): add("stalled", by: direction.opposite.sender, to: &line)
        case .resumed(let direction): add("resumed", by: direction.opposite.sender, to: &line)
        case .note(let text):
            line.add("event", "note")
            line.add("text", text)
        case .closed(let ending):
            line.add("event", "closed")
            add(ending, to: &line)
        }
    }

    private func add(_ event: String, by side: String, to line: inout JSONLine) {
        line.add("event", event)
        line.add("by", side)
    }

    private func add(_ bytes: [UInt8], to line: inout JSONLine) {
        line.add("count", bytes.count)
        line.add("hex", hexText(bytes.prefix(Self.maxShownBytes)))
    }

    private func add(_ ending: ConnectionEnding, to line: inout JSONLine) {
        switch ending {
        case .refused: line.add("ending", "refused")
        case .unanswered(let attempts):
            line.add("ending", "unanswered")
            line.add("attempts", attempts)
        case .reset(let direction):
            line.add("ending", "reset")
            line.add("by", direction.sender)
        case .bothClosed(let first):
            line.add("ending", "bothClosed")
            line.add("firstBy", first.sender)
        case .halfClosed(let direction, let waited, let isAcknowledged):
            line.add("ending", "halfClosed")
            line.add("by", direction.sender)
            line.add("waitedMs", Int(waited.nanoseconds / 1_000_000))
            line.addRaw("acknowledged", isAcknowledged ? "true" : "false")
        case .stillOpen: line.add("ending", "stillOpen")
        }
    }
}

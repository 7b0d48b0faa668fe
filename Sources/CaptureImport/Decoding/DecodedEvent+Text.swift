internal import EventLog
import GatewayWire
import Simulation

extension DecodedEvent {
    /// One readable line, led by the time since the connection's start.
    ///
    /// - Parameter start: When the connection was opened or attempted.
    package func textLine(since start: CaptureInstant) -> String {
        "\(Self.seconds(at - start)) #\(connection) \(kind.text)\(calendarTime)"
    }

    private static func seconds(_ span: Duration) -> String {
        let microseconds = max(0, span.nanoseconds / 1000)
        let whole = String(microseconds / 1_000_000)
        let part = String(String(microseconds % 1_000_000 + 1_000_000).dropFirst())
        return String(repeating: " ", count: max(0, 5 - whole.count)) + whole + "." + part
    }

    /// The first line of a connection says when that was.
    private var calendarTime: String {
        switch kind {
        case .attempted, .opened: ", \(at)"
        case .hello, .legacyHello, .version, .message, .unknown, .malformed, .raw, .gap, .fin,
            .finAcknowledged, .rst, .stalled, .resumed, .note, .closed:
            ""
        }
    }
}

extension DecodedEvent.Kind {
    /// For people, on one line: field texts may hold line ends and terminal sequences.
    var text: String {
        let bytes = words.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    private var words: String {
        switch self {
        case .attempted(let client, let gateway): "\(client) calls \(gateway)"
        case .opened(let client, let gateway, .handshake): "opened \(client) → \(gateway)"
        case .opened(let client, let gateway, .midStream):
            "already open \(client) → \(gateway)"
        case .hello(let hello):
            "→ hello v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
                + (hello.connectOptions.isEmpty ? "" : " \(hello.connectOptions)")
        case .legacyHello(let version): "→ hello from before API\\0, client version \(version)"
        case .version(let reply): "← server version \(reply.serverVersion), \(reply.connectionTime)"
        case .message(let message):
            "\(message.schema.direction.arrow) \(message.name)\(message.summary)"
        case .unknown(let direction, let id, let bytes):
            "\(direction.arrow) unknown message id \(id), \(bytes.count) bytes"
        case .malformed(let direction, let reason, _): "\(direction.arrow) malformed: \(reason)"
        case .raw(let direction, let bytes):
            "\(direction.arrow) \(bytes.count) bytes that are no whole frame: "
                + hexText(bytes.prefix(32)) + (bytes.count > 32 ? "…" : "")
        case .gap(let direction, let count): "\(direction.arrow) \(count) bytes were not captured"
        case .fin(let direction): "\(direction.sender) sent FIN"
        case .finAcknowledged(let direction): "\(direction.sender)'s FIN was acknowledged"
        case .rst(let direction): "\(direction.sender) sent RST"
        case .stalled(let direction): "\(direction.opposite.sender) takes no more bytes: window 0"
        case .resumed(let direction): "\(direction.opposite.sender) takes bytes again"
        case .note(let text): "note: \(text)"
        case .closed(let ending): "closed: \(ending)"
        }
    }
}

/// Turns the events of a capture into the lines `fakegw decode` prints.
///
/// ```
/// var capture = try DecodedCapture(path: path)
/// var lines = DecodedLines(isJSON: true)
/// while let event = try capture.next() { print(lines.line(for: event)) }
/// for note in capture.notes { … on standard error … }
/// ```
package struct DecodedLines: Sendable {
    private let isJSON: Bool
    private var starts: [Int: CaptureInstant] = [:]

    package init(isJSON: Bool) {
        self.isJSON = isJSON
    }

    package mutating func line(for event: DecodedEvent) -> String {
        if isJSON { return event.jsonLine }
        let start = starts[event.connection] ?? event.position.startedAt
        if case .closed = event.kind {
            starts[event.connection] = nil
        } else {
            starts[event.connection] = start
        }
        return event.textLine(since: start)
    }
}

import EventLog
import GatewayWire
import Simulation

/// A message that is a kept line.
struct PlacedMessage {
    let isProtobuf: Bool
    /// Since the line before; `nil` when it came in the same segment.
    let after: Duration?
}

/// Makes events of kept lines, one at a time.
struct KeptEvents {
    private var toGateway: MessageScanner
    private var toClient: MessageScanner

    /// - Parameter serverVersion: At which the messages are to be read; any when there is none.
    init(serverVersion: Int?) {
        let version = serverVersion ?? ProtocolSchema.serverVersions.lowerBound
        toGateway = MessageScanner(serverVersion: version, direction: .toGateway)
        toClient = MessageScanner(serverVersion: version, direction: .toClient)
    }

    /// - Returns: `nil` for what is no message although it was kept as one, which does not happen.
    mutating func event(of lines: borrowing KeptLineReader) -> Transcript.Event? {
        guard let placed = lines.current else { return nil }
        let content = lines.bytes.span.extracting(placed.content)
        switch placed.line.form {
        case .event: return lines.event
        case .bytes:
            return placed.line.direction.map { .bytes($0, content.copied(0..<content.count)) }
        case .text, .protobuf:
            let isProtobuf = placed.line.form == .protobuf
            let cuts = placed.cuts(in: lines.bytes.span)
            let outcome: DecodeOutcome?
            switch placed.line.direction {
            case .toGateway?: outcome = Self.read(content, isProtobuf, &toGateway)
            case .toClient?: outcome = Self.read(content, isProtobuf, &toClient)
            case nil: outcome = nil
            }
            guard case .message(let message)? = outcome else { return nil }
            return .message(message, cuts: cuts)
        }
    }

    /// Hands on a message without breaks as it stands in its frame.
    ///
    /// - Returns: What `take` does; false for anything else.
    mutating func place(
        _ lines: borrowing KeptLineReader, after: Duration?,
        _ take: (PlacedMessage, Span<UInt8>, borrowing MessageScanner) -> Bool
    ) -> Bool {
        guard let placed = lines.current, !placed.hasCuts else { return false }
        let form = placed.line.form
        guard form == .text || form == .protobuf else { return false }
        let message = PlacedMessage(isProtobuf: form == .protobuf, after: after)
        let body = lines.bytes.span.extracting(placed.content)
        switch placed.line.direction {
        case .toGateway?:
            return toGateway.scan(body).isMessage && take(message, body, toGateway)
        case .toClient?:
            return toClient.scan(body).isMessage && take(message, body, toClient)
        case nil: return false
        }
    }

    private static func read(
        _ body: Span<UInt8>, _ isProtobuf: Bool, _ scanner: inout MessageScanner
    ) -> DecodeOutcome? {
        guard scanner.scan(body).isMessage else { return nil }
        return scanner.message(in: body, isProtobuf: isProtobuf)
    }
}

extension ScanOutcome {
    fileprivate var isMessage: Bool {
        switch self {
        case .text, .protobuf: true
        case .unknown, .malformed: false
        }
    }
}

/// Tells the times between lines.
struct LineClock {
    private var last: KeptLine?
    private var lastAt: CaptureInstant?

    /// How long after the line before a line comes; `nil` when both came in one segment.
    mutating func after(_ line: KeptLine) -> Duration? {
        let isSameSegment =
            line.direction != nil && line.direction == last?.direction
            && line.firstPacket == last?.lastPacket
        let before = lastAt ?? line.startedAt
        defer {
            last = line
            lastAt = lastAt.map { max($0, line.endedAt) } ?? max(before, line.endedAt)
        }
        return isSameSegment ? nil : KeptLines.rounded(line.startedAt - before)
    }
}

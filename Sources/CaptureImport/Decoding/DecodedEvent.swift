package import EventLog
package import GatewayWire
package import Simulation

/// One thing a capture shows about a gateway connection, bytes already understood.
package struct DecodedEvent: Equatable, Sendable {
    /// Among the gateway connections of the capture, counted from 1.
    package let connection: Int
    /// In which packets it stood.
    package let position: FramePosition
    package let kind: LogEvent.Kind
    /// When it was understood: when it was complete, or later.
    ///
    /// Of one connection's events none is earlier than the one before it.
    package let at: CaptureInstant

    package init(
        connection: Int, position: FramePosition, kind: LogEvent.Kind, at: CaptureInstant? = nil
    ) {
        self.connection = connection
        self.position = position
        self.kind = kind
        self.at = at ?? position.endedAt
    }

    /// The event as a log has it, its time from 1970 in whole microseconds.
    package var logEvent: LogEvent {
        LogEvent(at: at.logged, connection: ConnectionID(connection), kind: kind)
    }
}

extension CaptureInstant {
    /// As a log has it: from 1970 in whole microseconds.
    package var logged: SimInstant {
        SimInstant(nanoseconds: floorDivide(nanosecondsSinceEpoch, 1000) &* 1000)
    }
}

/// In which segments of a capture something stood.
package struct FramePosition: Equatable, Sendable {
    package var startedAt: CaptureInstant
    package var endedAt: CaptureInstant
    package var firstPacket: Int
    package var lastPacket: Int
    /// Where the next segment began; empty when all of it came in one.
    package var cuts: [Transcript.Cut] = []

    package init(at: CaptureInstant, packet: Int) {
        startedAt = at
        endedAt = at
        firstPacket = packet
        lastPacket = packet
    }
}

/// Takes what is understood of gateway connections, in order.
///
/// Messages come as bytes whose fields have been found and not copied. Whoever needs only a few of
/// them makes no text of the others.
package protocol DecodedEventSink {
    mutating func take(_ event: DecodedEvent)

    /// A whole message at the connection's own server version.
    ///
    /// - Parameters:
    ///   - body: The frame's body, its message id included; it does not outlive the call.
    ///   - scanner: Has just scanned `body`, and knows its fields when it is text.
    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner)
}

/// Where and when a message stood in a capture, and its form.
package struct MessagePlace: Sendable {
    package let connection: Int
    package let position: FramePosition
    /// When it was understood.
    package let at: CaptureInstant
    package let isProtobuf: Bool

    /// The message with its fields copied, or why it cannot be read.
    package func event(
        _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) -> DecodedEvent {
        let kind: LogEvent.Kind =
            switch scanner.message(in: body, isProtobuf: isProtobuf) {
            case .message(let message): .message(message)
            case .unknown(let id, _):
                .unknown(scanner.direction, id: id, bytes: frame(body.copied(0..<body.count)))
            case .malformed(let error):
                .malformed(
                    scanner.direction, reason: error.description,
                    bytes: frame(body.copied(0..<body.count)))
            }
        return DecodedEvent(connection: connection, position: position, kind: kind, at: at)
    }
}

extension Array: DecodedEventSink where Element == DecodedEvent {
    package mutating func take(_ event: DecodedEvent) { append(event) }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        append(place.event(body, scanner))
    }
}

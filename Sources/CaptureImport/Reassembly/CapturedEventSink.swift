package import GatewayWire
package import Simulation

/// Takes what a capture shows, in order.
///
/// Bytes come as a span of the packet, so that whoever does not keep them copies nothing.
package protocol CapturedEventSink {
    /// Anything but bytes.
    mutating func take(_ event: CapturedEvent)

    /// New bytes in order, never empty.
    ///
    /// - Parameter packet: The one they came in, counted from 1.
    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int)
}

extension Array: CapturedEventSink where Element == CapturedEvent {
    package mutating func take(_ event: CapturedEvent) { append(event) }

    package mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {
        append(
            CapturedEvent(
                connection: connection, at: at, packet: packet,
                happening: .bytes(direction, bytes.copied(0..<bytes.count))))
    }
}

/// Takes nothing: of a connection that is not wanted only its end counts.
struct IgnoringSink: CapturedEventSink {
    mutating func take(_ event: CapturedEvent) {}

    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {}
}

package import GatewayWire

/// One thing done to a message on its way, a connection, or the gateway as a whole.
///
/// How an action is written, where it can act and what it means stands in `ActionWord`.
package enum FaultAction: Hashable, Sendable {
    // The message the trigger is about, or the answer to the hello
    case delay(Duration)
    /// Keeps the message back until the trigger holds on its connection; later messages pass.
    case hold(until: Trigger)
    /// Lets so many later messages pass, or `within` go by, first.
    case reorder(past: Int, within: Duration)
    case drop
    case duplicate(copies: Int)
    case replace([String: String])
    /// Sends the first `kept` bytes of the frame, length prefix included, and nothing more of it.
    case cut(kept: Int, then: CutEnding)

    // The connection the trigger is about
    case mute
    case stopReading
    case resumeReading
    case fin
    case halfClose
    case rst
    case closeWithUnread
    case holdSocket
    case slice(size: Int, gap: Duration, Direction)
    case coalesce(window: Duration, Direction)
    case limit(bytesPerSecond: Int, Direction)
    case send(Message)
    case sendBytes([UInt8])

    // The gateway
    case gateway(GatewayCommand)

    // The record
    case note(String)
}

/// What follows a frame that was cut.
package enum CutEnding: String, Hashable, Sendable, CaseIterable {
    case nothing, fin, rst
}

/// Bounds on what a client can make the gateway keep.
package struct GatewayLimits: Sendable {
    /// Largest frame accepted from a client, in bytes.
    ///
    /// The real bound is unknown; requests are below a few kilobytes.
    package var maxFrameBytes = 1 << 20
    /// Log entries kept until somebody takes them; what comes beyond is counted.
    package var maxLogCount = 1 << 20
    /// Bytes that may be on their way in one direction of a connection; beyond it is reset.
    package var maxLaneBytes = 64 << 20
    /// Bytes on their way beyond which their sender is not read any further.
    package var congestionBytes = 256 << 10
    /// Messages that may be kept back at one time, on all connections.
    package var maxKeptCount = 100_000
    /// How long a client's FIN goes unanswered when a fault waits for a half-close.
    package var halfCloseGrace = Duration.milliseconds(300)

    package init() {}
}

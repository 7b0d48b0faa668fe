/// Bounds on what a client can make the gateway store.
package struct GatewayLimits: Sendable {
    /// Largest frame accepted from a client, in bytes.
    ///
    /// The real bound is unknown; requests are below a few kilobytes.
    package var maxFrameBytes = 1 << 20
    /// Log entries kept until `takeLog`.
    ///
    /// Further ones are only counted.
    package var maxLogCount = 1 << 20
    /// Bytes that the lane of one direction stores, 128 more for each piece.
    ///
    /// A connection with more is reset.
    package var maxLaneBytes = 64 << 20
    /// With more bytes on a lane, the gateway stops reading from their sender.
    package var congestionBytes = 256 << 10
    /// Messages that may be kept back at one time, on all connections.
    package var maxKeptCount = 100_000
    /// Firings that wait for their `after` or their next `every`, on all connections.
    ///
    /// Further ones are not done.
    package var maxDeferredCount = 10_000
    /// Deadlines that a late driver lets pass and that are met one by one, each at its own time.
    ///
    /// Further ones are met together: what a machine cannot follow must not keep it from everything else.
    package var maxOverdueCount = 64
    /// Bytes sent for deadlines that have passed, before the further ones are met together.
    package var maxOverdueBytes = 512 << 10
    /// How soon a front ends a connection that the gateway refused.
    package var refusalTime = Duration.milliseconds(1)
    /// How deep signals may be nested that rules give.
    package var maxSignalDepth = 16
    /// How long a client's FIN goes unanswered when a fault waits for a half-close.
    package var halfCloseGrace = Duration.milliseconds(300)

    /// How many occasions may cause one another before the next is ignored.
    package var maxOccasionDepth = 64
    /// How many occasions one occasion may cause through others before further ones are ignored.
    ///
    /// Each may cause several, so the depth alone bounds nothing. What it causes directly does not
    /// count: a notice to every client, for example.
    package var maxCausedOccasions = 1000

    package init() {}
}

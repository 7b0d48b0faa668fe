package import GatewayWire

/// Bounds on what is written to an event log and read from it.
package struct EventLogLimits: Sendable {
    /// Bytes written for data that is not a message.
    ///
    /// It is more than the largest frame and one read.
    ///
    /// Longer data is cut, and `omitted` beside it tells by how much.
    package var maxBytes = 1 << 25
    /// Lines read of one file.
    package var maxLines = 1 << 26
    /// Bounds on one line.
    package var json = JSONLimits()
    /// Bytes kept of the output of one run of a client program, for each stream; the middle is
    /// dropped.
    package var maxOutputBytes = 8 << 20

    package init() {}
}

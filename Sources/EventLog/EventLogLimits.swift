package import GatewayWire

/// What an event log may hold.
package struct EventLogLimits: Sendable {
    /// Bytes written of what is no message: more than the largest frame and a read have.
    ///
    /// What is longer is cut; `omitted` beside it says by how much.
    package var maxBytes = 1 << 25
    /// Lines read of one file.
    package var maxLines = 1 << 26
    /// What one line may hold.
    package var json = JSONLimits()
    /// Lines kept of what one run of a client program says, each stream by itself.
    package var maxOutputLines = 1 << 20

    package init() {}
}

/// What the reassembler holds at most, and how long it waits.
package struct ReassemblyLimits: Equatable, Sendable {
    /// Bytes held in one direction of a connection while earlier ones are missing.
    package var heldBytes = 1 << 20
    /// Pieces held in one direction of a connection while earlier ones are missing.
    package var heldSegments = 1024
    /// Delivered bytes kept in one direction to compare what is sent again.
    package var rememberedBytes = 8192
    /// Packets that may pass after an acknowledgement of bytes not captured, before these count
    /// as lost: recorders sometimes store an acknowledgement before the bytes.
    package var packetsBeforeGap = 32
    /// Time after such an acknowledgement before the next packet makes them count as lost.
    package var timeBeforeGap = Duration.milliseconds(100)
    /// How far ahead a sequence or acknowledgement number may be, in bytes: TCP's largest window.
    package var plausibleBytes: Int64 = 1 << 30
    /// Connections followed at the same time.
    package var openConnections = 65_536
    /// Ended connections whose late packets are still recognised.
    package var endedConnections = 4096

    package init() {}
}

/// How much an import keeps of what it reads.
package struct KeptLimits: Hashable, Sendable {
    /// Bytes that a connection's lines take, at its beginning and again at its end.
    package var halfBytes = 16 << 20
    /// Of that, what is put away or left out at once.
    package var chunkBytes = 32 << 10
    /// Streams of repeated messages that are told apart on a connection.
    package var maxStreams = 65_536
    /// Bytes that the last lines of a connection's streams take while it is open.
    package var streamBytes = 16 << 20
    /// Bytes of all connections that stay in memory when they are put away.
    package var heldBytes = 8 << 20

    package init() {}
}

/// What clients of an HTTP server may take of it.
package struct HTTPBounds: Sendable {
    /// Connections at once.
    ///
    /// Further ones are closed.
    package var maxConnections = 128
    /// Streams at once, of these connections.
    ///
    /// A further one is answered 503.
    package var maxStreams = 64
    /// Seconds without a byte after which a connection is closed, unless it is a stream.
    package var idleSeconds = 60
    /// Bytes of a request's line and headers.
    package var maxHeadBytes = 32 << 10

    package init() {}
}

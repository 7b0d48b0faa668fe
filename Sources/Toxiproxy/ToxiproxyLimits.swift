/// What clients of the API, and peers of its proxies, may make grow.
package struct ToxiproxyLimits: Sendable {
    package var maxProxies = 1000
    /// Of one proxy, both streams together.
    package var maxToxics = 100
    /// Bytes of a name or an address.
    package var maxTextBytes = 1024
    /// Bytes of a request's body.
    package var maxBodyBytes = 1 << 20
    /// Label sets of the metrics that are kept for proxies that are closed.
    ///
    /// What comes beyond is not kept.
    package var maxPastSeries = 4096

    package init() {}

    /// The greatest value of an attribute.
    ///
    /// In milliseconds this is 34 years, and no sum of two overflows.
    static let maxAttribute = 1 << 40
    /// Bytes of a chunk that toxics see.
    static let maxChunkBytes = 32_768
    /// Bytes that may wait in a link, before its source is read no more.
    static let maxQueuedBytes = 64 << 10
    /// The same for a link with a latency toxic.
    static let maxDelayedBytes = 32 << 20
    /// Chunks that may wait in a link; each costs memory, however short it is.
    static let maxQueuedChunks = 16_384
    /// Bytes that a link sends in one step.
    ///
    /// Between two steps the driver says when a peer does not take more.
    static let maxStepBytes = 1 << 20
}

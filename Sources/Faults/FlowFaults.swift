/// How much later messages or bytes arrive.
package struct Latency: Hashable, Sendable {
    package var time: Duration
    /// The most by which one of them is earlier or later than `time`.
    package var jitter: Duration
    /// How much a draw resembles the one before: 0 not at all, 1 entirely.
    package var correlation: Double

    package init(_ time: Duration, jitter: Duration = .zero, correlation: Double = 0) {
        self.time = time
        self.jitter = jitter
        self.correlation = correlation
    }
}

/// How much of a stream vanishes.
package struct Loss: Hashable, Sendable {
    /// The probability that a chunk vanishes.
    package var rate: Double
    /// How much a draw resembles the one before: 0 not at all, 1 entirely.
    package var correlation: Double
    /// Most bytes of a chunk.
    package var chunk: Int

    package init(rate: Double, correlation: Double = 0, chunk: Int = 1460) {
        self.rate = rate
        self.correlation = correlation
        self.chunk = chunk
    }
}

/// How the gateway ends a connection.
package enum WayToEnd: String, Hashable, Sendable, CaseIterable {
    case fin, rst
    /// No segment tells the client. From then on nothing is acknowledged.
    case silence
}

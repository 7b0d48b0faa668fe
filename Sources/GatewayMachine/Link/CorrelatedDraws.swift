import Faults
import Simulation

/// Random numbers from 0 up to 1, each a mixture of a new one and the one before.
struct CorrelatedDraws: Sendable {
    private var random: SeededRandom
    private let correlation: Double
    private var last: Double?

    init(_ random: SeededRandom, correlation: Double) {
        self.random = random
        self.correlation = correlation
    }

    mutating func next() -> Double {
        let new = Double(random.next() >> 11) * 0x1p-53
        let mixed = last.map { correlation * $0 + (1 - correlation) * new } ?? new
        last = mixed
        return mixed
    }
}

/// The times by which one message or chunk after the other is late.
struct Delays: Sendable {
    private let latency: Latency
    private var draws: CorrelatedDraws

    init(_ latency: Latency, _ random: SeededRandom) {
        self.latency = latency
        draws = CorrelatedDraws(random, correlation: latency.correlation)
    }

    mutating func next() -> Duration {
        let shift = Double(latency.jitter.nanoseconds) * (2 * draws.next() - 1)
        return max(.zero, latency.time + .nanoseconds(Int64(shift)))
    }
}

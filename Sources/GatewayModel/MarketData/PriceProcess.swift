import Simulation

/// Every contract's price at every moment, past and future, as a function of the seed.
///
/// Nothing is drawn and nothing remembered: history and the live stream read the same curve, and the
/// same question has the same answer. The curve is a sum of smooth noises from two seconds to a
/// quarter long and passes through the contract's reference price at the gateway's start. Markets
/// never close (assumed, for clients that are tried at night).
struct PriceProcess: Sendable {
    private let seed: UInt64
    /// The curve's height at the gateway's start, by con id.
    private var origins: [Int64: Double] = [:]

    init(seed: UInt64, contracts: [Contract]) {
        self.seed = seed
        for contract in contracts { origins[contract.conID] = wave(contract.conID, at: 0) }
    }

    /// The step in which prices change.
    static let stepMilliseconds: Int64 = 250
    /// Period in milliseconds and amplitude as a part of the price.
    fileprivate static let octaves: [(period: Int64, amplitude: Double)] = [
        (2_000, 0.0001), (20_000, 0.0003), (180_000, 0.0008), (1_200_000, 0.002),
        (7_200_000, 0.004), (86_400_000, 0.010), (432_000_000, 0.020), (1_728_000_000, 0.030),
        (7_776_000_000, 0.060),
    ]

    struct Quote: Hashable, Sendable {
        let bid: Amount
        let ask: Amount
        let last: Amount
        let bidSize: Int64
        let askSize: Int64
        let lastSize: Int64

        var middle: Amount { Amount(micros: (bid.micros + ask.micros) / 2) }
    }

    static func milliseconds(of instant: SimInstant) -> Int64 {
        floorDivide(instant.nanoseconds, 1_000_000)
    }

    /// - Parameter milliseconds: From the gateway's start; negative for before.
    func quote(of contract: Contract, at milliseconds: Int64) -> Quote {
        let step = floorDivide(milliseconds, Self.stepMilliseconds)
        let level =
            (1 + wave(contract.conID, at: step &* Self.stepMilliseconds))
            / (1 + (origins[contract.conID] ?? 0))
        let tick = max(contract.minTick.micros, 1)
        let raw = Amount(nearest: contract.referencePrice.double * level).micros
        let last = max((min(raw, 1_000_000_000_000) + tick / 2) / tick * tick, 2 * tick)
        let chance = hash(contract.conID, 100, step)
        let bid = last - Int64(chance & 1) * tick
        let ask = bid + Int64(1 + (chance >> 1) & 1) * tick
        return Quote(
            bid: Amount(micros: bid), ask: Amount(micros: max(ask, last)),
            last: Amount(micros: last),
            bidSize: 100 * Int64(1 + (chance >> 8) % 20),
            askSize: 100 * Int64(1 + (chance >> 16) % 20),
            lastSize: Int64(1 + (chance >> 24) % 300))
    }

    /// Units traded between two moments, in milliseconds from the start; parts add up to the whole.
    func volume(of contract: Contract, from start: Int64, to end: Int64) -> Int64 {
        max(0, traded(contract.conID, at: end) - traded(contract.conID, at: start))
    }

    /// A count that only grows: a steady rate with a jitter every minute, straight in between.
    private func traded(_ conID: Int64, at milliseconds: Int64) -> Int64 {
        let rate = Int64(2_000 + hash(conID, 101, 0) % 20_000)
        let minute = floorDivide(milliseconds, 60_000)
        func total(_ minute: Int64) -> Int64 {
            minute &* rate &+ Int64(hash(conID, 102, minute) % UInt64(rate))
        }
        let from = total(minute)
        return from &+ (total(minute &+ 1) &- from) &* (milliseconds &- minute &* 60_000) / 60_000
    }

    private func wave(_ conID: Int64, at milliseconds: Int64) -> Double {
        var sum = 0.0
        for (number, octave) in Self.octaves.enumerated() {
            let cell = floorDivide(milliseconds, octave.period)
            let part = Double(milliseconds &- cell &* octave.period) / Double(octave.period)
            let blend = part * part * (3 - 2 * part)
            let from = noise(conID, number, cell)
            sum += octave.amplitude * (from + (noise(conID, number, cell &+ 1) - from) * blend)
        }
        return sum
    }

    /// Between -1 and 1.
    private func noise(_ conID: Int64, _ octave: Int, _ cell: Int64) -> Double {
        Double(hash(conID, octave, cell) >> 11) * 0x1p-52 - 1
    }

    private func hash(_ conID: Int64, _ kind: Int, _ cell: Int64) -> UInt64 {
        var mixed = seed ^ UInt64(bitPattern: conID) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= UInt64(truncatingIfNeeded: kind) &* 0xD6E8_FEB8_6659_FD93
        var random = SeededRandom(seed: mixed &+ UInt64(bitPattern: cell) &* 0xA076_1D64_78BD_642F)
        return random.next()
    }
}

extension PriceProcess {
    /// A bound on how far a price can move within a time, in units of the price.
    ///
    /// A noise of amplitude `a` and period `p` moves at most `2a`, and no faster than `3a / p`.
    func largestMove(of contract: Contract, within milliseconds: Int64) -> Double {
        let span = Double(milliseconds + Self.stepMilliseconds)
        let waves = Self.octaves.reduce(0.0) {
            $0 + 2 * $1.amplitude * min(1, 1.5 * span / Double($1.period))
        }
        // The curve is scaled by its height at the start, which no sum of amplitudes exceeds.
        let depth = Self.octaves.reduce(0.0) { $0 + $1.amplitude }
        return contract.referencePrice.double * waves / max(1 - depth, 0.1)
    }
}

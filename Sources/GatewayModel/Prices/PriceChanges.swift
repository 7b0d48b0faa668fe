import Simulation

/// What commands have done to contracts' prices: jumps, and halts of trading.
///
/// ```
/// the seed's path   ──╮  ╭──╮ ╭────╮
/// a jump            ──╯  ╰──╯ ╰─ + offset from its moment on
/// a halt                 the price at its first moment, until it ends
/// ```
///
/// Prices before a jump stay what they were, so that history and live prices still agree. All moments
/// are milliseconds since 1970 in the market's time.
struct PriceChanges: Sendable {
    struct Jump: Hashable, Sendable {
        let moment: Int64
        /// Added to the seed's path, in ticks.
        let offset: Int64
        /// How far bid and ask stand below and above the last price, in ticks.
        let below: Int64
        let above: Int64
    }

    private struct Changes: Sendable {
        var jumps: [Jump] = []
        var halts: [(from: Int64, to: Int64?)] = []
    }

    private var changes: [Int64: Changes] = [:]

    /// Jumps and halts of a contract so far.
    func count(of conID: Int64) -> Int {
        changes[conID].map { $0.jumps.count + $0.halts.count } ?? 0
    }

    func concern(_ conID: Int64) -> Bool { !changes.isEmpty && changes[conID] != nil }

    /// Whether trading is halted now.
    func isHalted(_ conID: Int64) -> Bool {
        guard !changes.isEmpty, let last = changes[conID]?.halts.last else { return false }
        return last.to == nil
    }

    /// The moment whose price counts: the beginning of a halt while it lasts.
    func traded(_ conID: Int64, at moment: Int64) -> Int64 {
        let halt = changes[conID]?.halts.last { $0.from <= moment && moment < $0.to ?? .max }
        return halt?.from ?? moment
    }

    /// The halt in which nothing can be traded at a moment; the trade of its first moment still happened.
    func halt(of conID: Int64, at moment: Int64) -> Range<Int64>? {
        guard !changes.isEmpty else { return nil }
        return changes[conID]?.halts.last { $0.from < moment && moment < $0.to ?? .max }
            .map { $0.from..<($0.to ?? .max) }
    }

    /// The times within a stretch in which nothing can be traded.
    func halts(of conID: Int64, from start: Int64, to end: Int64) -> [Range<Int64>] {
        guard !changes.isEmpty, start < end, let halts = changes[conID]?.halts else { return [] }
        return halts.compactMap { halt in
            let from = max(halt.from + 1, start)
            let to = min(halt.to ?? end, end)
            return from < to ? from..<to : nil
        }
    }

    /// A price of the path, as jumps have moved it by a moment.
    func moved(_ ticks: Int64, _ conID: Int64, at moment: Int64) -> Int64 {
        guard let jump = jump(of: conID, at: moment) else { return ticks }
        return max(2, ticks + jump.offset)
    }

    func spread(of conID: Int64, at moment: Int64) -> (below: Int64, above: Int64) {
        guard !changes.isEmpty, let jump = jump(of: conID, at: moment) else { return (1, 1) }
        return (jump.below, jump.above)
    }

    private func jump(of conID: Int64, at moment: Int64) -> Jump? {
        changes[conID]?.jumps.last { $0.moment <= moment }
    }

    /// A stretch of time, cut where a jump is and where a halt begins or ends.
    func parts(of conID: Int64, from start: Int64, to end: Int64) -> [Range<Int64>] {
        guard start < end, let changes = changes[conID] else { return [] }
        let cuts =
            changes.jumps.map(\.moment)
            + changes.halts.flatMap { [$0.from, $0.from + 1, $0.to ?? end] }
        let bounds = [start] + Set(cuts).filter { $0 > start && $0 < end }.sorted() + [end]
        return zip(bounds, bounds.dropFirst()).map { $0..<$1 }
    }

    mutating func add(_ jump: Jump, to conID: Int64) {
        if changes[conID]?.jumps.last?.moment == jump.moment {
            changes[conID]?.jumps.removeLast()
        }
        changes[conID, default: Changes()].jumps.append(jump)
    }

    mutating func halt(_ conID: Int64, at moment: Int64) {
        changes[conID, default: Changes()].halts.append((moment, nil))
    }

    mutating func resume(_ conID: Int64, at moment: Int64) {
        guard let last = changes[conID]?.halts.indices.last else { return }
        changes[conID]?.halts[last].to = moment
    }
}

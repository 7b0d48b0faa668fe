import GatewayWire
import Simulation

/// When prices begin to move.
///
/// ```
/// gateway's clock  14:30:00 ──── market waits ────▶ opens at 14:31:00.1 ──────▶
/// prices           do not move                      move with the clock
/// ```
///
/// The market opens at the first request that depends on prices. Until then prices do not move.
/// When it opens, the gateway's clock is put forward to the next whole minute. A program starts a
/// little earlier or later in each run; because of the two rules, the prices, bars and fills that
/// it gets depend on the seed alone. After that the market follows the gateway's clock.
struct MarketClock: Sendable {
    /// The market opens at a whole minute, so that bars start at the same moments in every run.
    private static let grid: Int64 = 60_000
    /// The clock is put forward this much beyond the minute, in milliseconds.
    ///
    /// A request that answers a tick at once, or comes whole seconds later, is then not near the
    /// edge of a price step, and gets the same price in every run.
    private static let lead: Int64 = 100

    /// Milliseconds from the gateway's start to the market's; `nil` while it waits.
    private(set) var opened: Int64?
    /// How far the gateway's clock was put forward.
    private var skipped = Duration.zero
    /// Where the gateway's clock stands still; `nil` when it runs.
    private(set) var stoppedAt: SimInstant?

    init(waits: Bool) {
        opened = waits ? nil : 0
    }

    /// The market's own time for a moment in milliseconds from the gateway's start.
    func moment(_ milliseconds: Int64) -> Int64 {
        guard milliseconds > 0 else { return milliseconds }
        return max(0, milliseconds - (opened ?? milliseconds))
    }

    /// The moment itself if prices move then, else the nearest moment at which they do.
    func moving(_ milliseconds: Int64, forwards: Bool) -> Int64 {
        guard milliseconds > 0, let opened, milliseconds < opened else { return milliseconds }
        return forwards ? opened : 0
    }

    /// - Parameter driverNow: The driver's instant, which knows nothing of what was put forward.
    mutating func open(at driverNow: SimInstant) {
        guard opened == nil else { return }
        let waited = PriceProcess.milliseconds(of: now(at: driverNow))
        let minute = floorDivide(waited + Self.grid - 1, Self.grid) * Self.grid
        opened = minute
        let now = SimInstant.start + .milliseconds(minute + Self.lead)
        skipped = now - driverNow
        if stoppedAt != nil { stoppedAt = now }
    }
}

/// What commands do to the gateway's clock.
extension MarketClock {
    func now(at driverNow: SimInstant) -> SimInstant { stoppedAt ?? driverNow + skipped }

    func driverTime(of instant: SimInstant) -> SimInstant? {
        stoppedAt == nil ? instant - skipped : nil
    }

    mutating func advance(by time: Duration) {
        if let instant = stoppedAt { stoppedAt = instant + time }
        skipped += time
    }

    mutating func stop(at driverNow: SimInstant) { stoppedAt = now(at: driverNow) }

    /// Lets the clock go on from where it stands.
    mutating func goOn(at driverNow: SimInstant) {
        if let instant = stoppedAt { skipped = instant - driverNow }
        stoppedAt = nil
    }
}

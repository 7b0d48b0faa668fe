import GatewayWire
import Simulation

/// When the market moves, and how often it is looked at.
///
/// ```
/// gateway's clock  14:30:00 ────── waiting ──────▶ first look: 14:31:00.1 ──────▶
/// prices           stand still                     move with the clock from here on
/// ```
///
/// A program that is started after its gateway comes a little earlier or later in every run. The
/// market therefore waits for the first request that has to do with prices, and the gateway's clock
/// moves on to the next whole minute then, so that prices, bars and fills after that moment are the
/// same in every run with the same seed. From there both go on with real time.
struct MarketClock: Sendable {
    /// Whole minutes, so that every bar starts where it does in any other run.
    private static let grid: Int64 = 60_000
    /// The first look comes a little into a price step: neither what answers a tick at once nor
    /// what comes whole seconds later is then near a step's edge.
    private static let lead: Int64 = 100

    /// Milliseconds from the gateway's start to the market's; `nil` while it waits.
    private(set) var opened: Int64?
    /// How far the gateway's clock was put forward.
    private(set) var skipped = Duration.zero

    init(waits: Bool) {
        opened = waits ? nil : 0
    }

    /// The market's own time for a moment in milliseconds from the gateway's start.
    func moment(_ milliseconds: Int64) -> Int64 {
        guard milliseconds > 0 else { return milliseconds }
        return max(0, milliseconds - (opened ?? milliseconds))
    }

    /// The nearest moment outside the waiting; a moment itself where prices move.
    func moving(_ milliseconds: Int64, forwards: Bool) -> Int64 {
        guard milliseconds > 0, let opened, milliseconds < opened else { return milliseconds }
        return forwards ? opened : 0
    }

    /// - Parameter now: Without what is skipped from now on.
    mutating func open(at now: SimInstant) {
        guard opened == nil else { return }
        let waited = PriceProcess.milliseconds(of: now)
        let minute = floorDivide(waited + Self.grid - 1, Self.grid) * Self.grid
        opened = minute
        skipped = SimInstant.start + .milliseconds(minute + Self.lead) - now
    }
}

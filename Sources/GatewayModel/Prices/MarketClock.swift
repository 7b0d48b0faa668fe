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

extension HealthyGateway {
    /// Requests that do not move the market: what clients ask when a session begins, and what has
    /// nothing to do with prices.
    private static let quietRequests: Set = [
        "startApi", "reqIds", "reqManagedAccts", "setServerLogLevel", "reqMarketDataType",
        "reqPositions", "cancelPositions", "reqPositionsMulti", "cancelPositionsMulti",
        "reqAccountUpdates", "reqAccountUpdatesMulti", "cancelAccountUpdatesMulti",
        "reqAccountSummary", "cancelAccountSummary", "reqOpenOrders", "reqAllOpenOrders",
        "reqAutoOpenOrders", "reqCompletedOrders", "reqExecutions", "reqContractDetails",
        "requestFA", "reqFamilyCodes", "reqSoftDollarTiers", "reqUserInfo", "reqNewsBulletins",
        "cancelNewsBulletins", "verifyRequest", "verifyMessage", "verifyAndAuthRequest",
        "verifyAndAuthMessage",
    ]

    /// Whether the market, as far as it still waits, begins to move.
    ///
    /// It does at the first request that has to do with prices, or when somebody's account values
    /// are to be told again.
    func movesMarket(_ event: Event, at now: SimInstant) -> Bool {
        guard prices.clock.opened == nil else { return false }
        switch event {
        case .received(let connection, let message):
            return clients[connection]?.clientID != nil
                && !Self.quietRequests.contains(message.name)
        case .deadlineReached:
            return now >= .start + settings.accountUpdateInterval
                && clients.values.contains(where: sendsAccountValues)
        case .connected, .hello, .unknownRequest, .malformed, .disconnected, .commanded:
            return false
        }
    }

    /// The market moves from now on: whoever waits for a price waits anew.
    mutating func openMarket(at now: SimInstant) {
        prices.clock.open(at: now)
        forgetAnnouncedWake()
        lookAtAllPrices(at: now + prices.clock.skipped)
    }

    /// The moment, in milliseconds from the start, whose prices stand for now.
    func priceMoment(at now: SimInstant) -> Int64 {
        let moment = PriceProcess.milliseconds(of: now)
        return floorDivide(moment, priceStep) * priceStep
    }

    /// The grid on which fills, values and quotes are looked up, in milliseconds.
    var priceStep: Int64 {
        max(min(settings.priceStep, tickInterval).nanoseconds / 1_000_000, 1)
    }

    /// The next instant at which every line ticks.
    func nextTick(after now: SimInstant) -> SimInstant {
        nextMultiple(of: tickInterval, after: now)
    }
}

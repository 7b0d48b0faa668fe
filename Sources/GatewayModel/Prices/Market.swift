import Simulation

/// The world's contracts, their prices at every moment, and the calendar.
///
/// None of them changes, except that the market opens once. What depends on them alone is a method
/// of this type, in the folder of its topic: bars, historical ticks, contract details, option
/// computations.
struct Market: Sendable {
    let clock: WallClock
    let contracts: ContractBook
    let exchangeRates: ExchangeRates
    private(set) var prices: PriceProcess
    /// Time between two ticks of a line; at least a millisecond, whatever the settings say.
    let tickInterval: Duration
    /// The grid on which fills, values and quotes are looked up, in milliseconds.
    let priceStep: Int64

    init(_ world: World, settings: GatewaySettings, seed: UInt64) {
        clock = WallClock(epoch: settings.epoch, zoneName: settings.timeZoneName)
        contracts = ContractBook.of(world, today: clock.day(at: .start))
        exchangeRates = ExchangeRates(contracts.contracts)
        prices = PriceProcess(
            seed: SeededRandom(seed: seed).stream("prices").firstNumber,
            contracts: contracts, epoch: clock.milliseconds(at: .start),
            sizeStep: min(1000, settings.tickInterval.nanoseconds / 500_000),
            clock: MarketClock(waits: settings.marketWaits))
        tickInterval = max(settings.tickInterval, .milliseconds(1))
        priceStep = max(min(settings.priceStep, tickInterval).nanoseconds / 1_000_000, 1)
    }

    /// Whether the market waits for the first request that depends on prices.
    var isWaiting: Bool { prices.clock.opened == nil }

    /// The gateway's time at a driver's: put forward when the market opened, and by commands.
    func now(at driverNow: SimInstant) -> SimInstant { prices.clock.now(at: driverNow) }

    /// When a driver has to wake the gateway for an instant of its time; `nil` while its clock
    /// stands still.
    func driverTime(of instant: SimInstant) -> SimInstant? { prices.clock.driverTime(of: instant) }

    mutating func open(at now: SimInstant) { prices.clock.open(at: now) }

    /// Changes the gateway's clock or prices, because a command says so.
    mutating func change(_ body: (inout PriceProcess) -> Void) { body(&prices) }

    /// The moment, in milliseconds from the start, whose prices count at an instant.
    func priceMoment(at now: SimInstant) -> Int64 {
        let moment = PriceProcess.milliseconds(of: now)
        return floorDivide(moment, priceStep) * priceStep
    }

    /// Draws for what real gateways do one way or another from session to session.
    func chance(ofClient id: Int) -> UInt64 { prices.chance(102, Int64(id)) }

    /// The next instant at which every line ticks.
    func nextTick(after now: SimInstant) -> SimInstant { now.nextMultiple(of: tickInterval) }
}

extension SimInstant {
    /// The first instant after this one on a grid of gateway time; steps are a millisecond or more.
    func nextMultiple(of interval: Duration) -> SimInstant {
        let step = max(interval.nanoseconds, 1_000_000)
        let index = floorDivide(nanoseconds, step)
        let (next, overflow) = (index + 1).multipliedReportingOverflow(by: step)
        return SimInstant(nanoseconds: overflow ? .max : next)
    }
}

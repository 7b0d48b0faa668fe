import Simulation

/// Reads one contract's prices and volumes at moments that follow one another.
///
/// It remembers the last position, which makes the next moment cheap. Results depend on the moment
/// alone.
struct MarketCursor: Sendable {
    private var path: PricePath.Cursor?
    private var trading: Trading
    private let tick: Int64
    private let sizeKey: UInt64

    init(path: PricePath?, trading: Trading, tick: Int64, sizeKey: UInt64) {
        self.path = path.map { PricePath.Cursor($0) }
        self.trading = trading
        self.tick = tick
        self.sizeKey = sizeKey
    }

    /// - Parameter milliseconds: From the gateway's start; negative for before.
    mutating func quote(
        of contract: Contract, at milliseconds: Int64, in prices: PriceProcess
    ) -> PriceProcess.Quote {
        let moment = prices.clock.moment(milliseconds)
        let last = last(of: contract, atMarket: moment, in: prices)
        let chance = mixed(
            sizeKey, UInt64(bitPattern: floorDivide(moment, prices.sizeStep)))
        let trade = prices.tradeStart(atMarket: moment)
        return PriceProcess.Quote(
            bid: Amount(micros: last - tick), ask: Amount(micros: last + tick),
            last: Amount(micros: last),
            bidSize: 100 * Int64(1 + (chance >> 8) % 20),
            askSize: 100 * Int64(1 + (chance >> 16) % 20),
            lastSize: trading.volume(from: trade, to: trade + PricePath.tradeMilliseconds))
    }

    /// The last price alone.
    mutating func last(
        of contract: Contract, at milliseconds: Int64, in prices: PriceProcess
    ) -> Amount {
        let moment = prices.clock.moment(milliseconds)
        return Amount(micros: last(of: contract, atMarket: moment, in: prices))
    }

    /// In millionths, at a moment of the market's time.
    private mutating func last(
        of contract: Contract, atMarket moment: Int64, in prices: PriceProcess
    ) -> Int64 {
        let moment = prices.epoch &+ moment
        return (path?.price(at: moment) ?? prices.ticks(of: contract, at: moment)) * tick
    }

    /// Units traded since another moment, in milliseconds from the start.
    mutating func volume(from start: Int64, to end: Int64, in prices: PriceProcess) -> Int64 {
        trading.volume(since: prices.clock.moment(start), to: prices.clock.moment(end))
    }
}

/// The units of a contract traded so far: a count that only grows.
///
/// Its rate varies from minute to minute and is steady within one.
struct Trading: Sendable {
    private let key: UInt64
    private let rate: Int64
    /// The last minute asked for, what was traded before it, and what in it.
    private var minute = Int64.min
    private var before: Int64 = 0
    private var within: Int64 = 0
    private var origin: (moment: Int64, total: Int64)?

    init(key: UInt64) {
        self.key = key
        rate = Int64(2_400 + key % 20_000)
    }

    /// Parts add up to the whole.
    mutating func volume(from start: Int64, to end: Int64) -> Int64 {
        max(0, traded(at: end) - traded(at: start))
    }

    /// As `volume`, for a start that stays the same.
    mutating func volume(since start: Int64, to end: Int64) -> Int64 {
        if origin?.moment != start { origin = (start, traded(at: start)) }
        return max(0, traded(at: end) - (origin?.total ?? 0))
    }

    private mutating func traded(at milliseconds: Int64) -> Int64 {
        let minute = floorDivide(milliseconds, 60_000)
        if minute != self.minute {
            self.minute = minute
            before = total(minute)
            within = total(minute &+ 1) &- before
        }
        return before &+ within &* (milliseconds &- minute &* 60_000) / 60_000
    }

    private func total(_ minute: Int64) -> Int64 {
        minute &* rate &+ Int64(mixed(key, UInt64(bitPattern: minute)) % UInt64(rate / 2))
    }
}

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
        let traded = prices.changes.traded(contract.conID, at: prices.epoch &+ moment)
        let trade = prices.tradeStart(atMarket: traded &- prices.epoch)
        let spread = prices.changes.spread(of: contract.conID, at: prices.epoch &+ moment)
        return PriceProcess.Quote(
            bid: Amount(micros: last - spread.below * tick),
            ask: Amount(micros: last + spread.above * tick),
            last: Amount(micros: last),
            bidSize: 100 * Int64(1 + (chance >> 8) % 20),
            askSize: 100 * Int64(1 + (chance >> 16) % 20),
            lastSize: trading.volume(
                from: prices.epoch &+ trade,
                to: prices.epoch &+ trade &+ PricePath.tradeMilliseconds))
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
        if prices.changes.concern(contract.conID) {
            return prices.ticks(of: contract, at: moment) * tick
        }
        return (path?.price(at: moment) ?? prices.ticks(of: contract, at: moment)) * tick
    }

    /// Units traded since another moment, in milliseconds from the start.
    mutating func volume(
        of contract: Contract, from start: Int64, to end: Int64, in prices: PriceProcess
    ) -> Int64 {
        let from = prices.epoch &+ prices.clock.moment(start)
        let to = prices.epoch &+ prices.clock.moment(end)
        let volume = trading.volume(since: from, to: to)
        guard prices.changes.concern(contract.conID) else { return volume }
        return prices.changes.halts(of: contract.conID, from: from, to: to).reduce(volume) {
            $0 - trading.volume(from: $1.lowerBound, to: $1.upperBound)
        }
    }
}

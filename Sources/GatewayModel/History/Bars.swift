import Simulation

/// Which prices bars are made of.
enum BarSource: Sendable {
    case trades, middle, bid, ask

    init?(_ text: String) {
        switch text {
        case "TRADES", "ADJUSTED_LAST": self = .trades
        case "MIDPOINT": self = .middle
        case "BID": self = .bid
        case "ASK": self = .ask
        default: return nil
        }
    }

    func price(_ quote: PriceProcess.Quote) -> Amount {
        switch self {
        case .trades: quote.last
        case .middle: quote.middle
        case .bid: quote.bid
        case .ask: quote.ask
        }
    }
}

/// Open, high, low, close and volume between two moments.
struct Bar: Hashable, Sendable {
    let open: Amount
    let high: Amount
    let low: Amount
    let close: Amount
    /// -1 when the source has no volume, and so for the two below.
    let volume: Int64
    let average: Amount
    let count: Int64
}

extension HealthyGateway {
    /// The bar between two moments in milliseconds from the gateway's start.
    ///
    /// Read off the price curve at up to sixteen moments, so a very short spike may be missing from
    /// the high of a long bar.
    func bar(of contract: Contract, from start: Int64, to end: Int64, showing source: BarSource)
        -> Bar
    {
        let last = max(start, end - 1)
        let step = max(PriceProcess.stepMilliseconds, (last - start) / 15)
        var samples = stride(from: start, to: last, by: Int(step)).map { moment in
            source.price(prices.quote(of: contract, at: moment))
        }
        samples.append(source.price(prices.quote(of: contract, at: last)))
        let open = samples[0]
        let close = samples[samples.count - 1]
        let high = samples.reduce(open, max)
        let low = samples.reduce(open, min)
        guard source == .trades else {
            return Bar(
                open: open, high: high, low: low, close: close, volume: -1, average: -1, count: -1)
        }
        let volume = prices.volume(of: contract, from: start, to: end)
        let sum = samples.reduce(Amount.zero, +)
        return Bar(
            open: open, high: high, low: low, close: close, volume: volume,
            average: sum / Amount(whole: Int64(samples.count)), count: max(1, volume / 90))
    }
}

import Simulation

/// Which prices, or other numbers, bars are made of.
enum BarSource: Sendable {
    case trades, middle, bid, ask, bidAsk
    case historicalVolatility, impliedVolatility, feeRate
    case yield

    init?(_ text: String) {
        switch text {
        case "TRADES", "ADJUSTED_LAST", "AGGTRADES": self = .trades
        case "MIDPOINT": self = .middle
        case "BID": self = .bid
        case "ASK": self = .ask
        case "BID_ASK": self = .bidAsk
        case "HISTORICAL_VOLATILITY": self = .historicalVolatility
        case "OPTION_IMPLIED_VOLATILITY": self = .impliedVolatility
        case "FEE_RATE": self = .feeRate
        case "YIELD_BID", "YIELD_ASK", "YIELD_BID_ASK", "YIELD_LAST": self = .yield
        default: return nil
        }
    }

    /// The source for a leg that is sold.
    fileprivate var otherSide: BarSource {
        switch self {
        case .bid: .ask
        case .ask: .bid
        case .trades, .middle, .bidAsk, .historicalVolatility, .impliedVolatility, .feeRate,
            .yield:
            self
        }
    }

    var isPrice: Bool {
        switch self {
        case .trades, .middle, .bid, .ask: true
        case .bidAsk, .historicalVolatility, .impliedVolatility, .feeRate, .yield: false
        }
    }
}

extension Contract {
    /// Whether there is such data about it at all; otherwise a query returns no data.
    func offers(_ source: BarSource) -> Bool {
        switch source {
        case .trades: !hasNoTrades && secType != "NEWS"
        case .middle, .bid, .ask, .bidAsk: !isIndex && secType != "NEWS"
        case .historicalVolatility, .impliedVolatility: secType == "STK" || isIndex
        case .feeRate: secType == "STK"
        case .yield: secType == "BOND"
        }
    }
}

/// Open, high, low, close and volume between two moments.
struct Bar: Hashable, Sendable {
    var open: Amount
    var high: Amount
    var low: Amount
    var close: Amount
    /// -1 when the source has no volume, and so for the two below.
    var volume: Int64
    var average: Amount
    var count: Int64

    /// This bar and that of another instrument in the same time, added up.
    fileprivate func beside(_ other: Bar) -> Bar {
        Bar(
            open: open + other.open, high: high + other.high, low: low + other.low,
            close: close + other.close, volume: min(volume, other.volume),
            average: volume >= 0 ? average + other.average : -1,
            count: min(count, other.count))
    }

    /// Adds the bar that follows; the average is weighed anew by the caller's choice of prices.
    mutating func append(_ later: Bar) {
        high = max(high, later.high)
        low = min(low, later.low)
        close = later.close
        guard volume >= 0 else { return }
        volume += later.volume
        count += later.count
        average = Amount(micros: (high.micros + low.micros + close.micros) / 3)
    }
}

extension Market {
    /// The bar between two moments in milliseconds from the gateway's start.
    ///
    /// Bars of adjoining stretches add up exactly, except for their averages, which are the mean of
    /// high, low and close (assumed; a real one is weighed by volume).
    func bar(of contract: Contract, from start: Int64, to end: Int64, showing source: BarSource)
        -> Bar
    {
        guard contract.legs.isEmpty else {
            return combinedBar(of: contract, from: start, to: end, showing: source)
        }
        let tick = contract.minTick
        switch source {
        case .trades: return tradesBar(of: contract, from: start, to: end)
        case .middle: return quietBar(prices.range(of: contract, from: start, to: end), 0)
        case .bid: return quietBar(prices.range(of: contract, from: start, to: end), -tick)
        case .ask: return quietBar(prices.range(of: contract, from: start, to: end), tick)
        case .bidAsk: return bidAskBar(of: contract, from: start, to: end)
        case .historicalVolatility:
            return measured("historical volatility", contract, contract.usualVolatility, start, end)
        case .impliedVolatility:
            return measured("implied volatility", contract, contract.usualVolatility, start, end)
        case .feeRate: return measured("fee rate", contract, 0.25, start, end)
        case .yield: return measured("yield", contract, Double(contract.coupon), start, end)
        }
    }

    /// The sum of the legs' bars, as IB makes it: no history is stored for combinations.
    ///
    /// What is sold counts with its low for the high, and with its ask for the bid. The volume is
    /// what all legs together could have had (assumed).
    private func combinedBar(
        of combination: Contract, from start: Int64, to end: Int64, showing source: BarSource
    ) -> Bar {
        var sum: Bar?
        for leg in combination.legs {
            guard let contract = contracts[leg.conID] else { continue }
            let isSold = leg.signedRatio < 0
            let shown = isSold ? source.otherSide : source
            var bar = bar(of: contract, from: start, to: end, showing: shown)
            let ratio = Amount(whole: leg.signedRatio)
            let (high, low) = (bar.high * ratio, bar.low * ratio)
            let swapsEnds = isSold && source == .bidAsk
            (bar.open, bar.close) =
                swapsEnds
                ? (bar.close * ratio, bar.open * ratio) : (bar.open * ratio, bar.close * ratio)
            bar.high = isSold ? low : high
            bar.low = isSold ? high : low
            if bar.volume >= 0 {
                bar.volume /= Int64(clamping: max(leg.signedRatio.magnitude, 1))
                bar.average = bar.average * ratio
            }
            sum = sum?.beside(bar) ?? bar
        }
        return sum ?? quietBar(PriceRange(0), 0)
    }

    /// Without trades, as while trading is halted, it stands at the last price and has no volume (recorded
    /// for minutes of a share in which nobody traded; inferred for halts).
    private func tradesBar(of contract: Contract, from start: Int64, to end: Int64) -> Bar {
        var bar = quietBar(prices.range(of: contract, from: start, to: end), 0)
        bar.average = Amount(micros: (bar.high.micros + bar.low.micros + bar.close.micros) / 3)
        // An index is not traded: it has prices, but no volume.
        bar.volume = contract.isIndex ? 0 : prices.volume(of: contract, from: start, to: end)
        bar.count =
            contract.isIndex ? 0 : prices.tradeCount(of: contract, from: start, to: end)
        return bar
    }

    private func quietBar(_ range: PriceRange, _ shift: Amount) -> Bar {
        Bar(
            open: Amount(micros: range.open) + shift, high: Amount(micros: range.high) + shift,
            low: Amount(micros: range.low) + shift, close: Amount(micros: range.close) + shift,
            volume: -1, average: -1, count: -1)
    }

    /// Average bid, highest ask, lowest bid, average ask, as IB defines it; averages as above.
    private func bidAskBar(of contract: Contract, from start: Int64, to end: Int64) -> Bar {
        let bar = quietBar(prices.range(of: contract, from: start, to: end), 0)
        let tick = contract.minTick
        let middle = Amount(micros: (bar.high.micros + bar.low.micros + bar.close.micros) / 3)
        return Bar(
            open: middle - tick, high: bar.high + tick, low: bar.low - tick, close: middle + tick,
            volume: -1, average: -1, count: -1)
    }

    private func measured(
        _ name: String, _ contract: Contract, _ base: Double, _ start: Int64, _ end: Int64
    ) -> Bar {
        let origin = clock.milliseconds(at: .start)
        let path = prices.measure(name, of: contract, around: base)
        return quietBar(path.range(from: start + origin, to: end + origin), 0)
    }
}

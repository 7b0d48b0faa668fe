import Simulation

/// Options on one underlying: six months ahead, strikes in even steps around a centre.
///
/// Con ids are invented; they depend on the option alone, not on the day the gateway starts.
package struct OptionChain: Hashable, Sendable {
    package let underlyingSymbol: String
    package var underlyingConID: Int64
    package var name: String
    /// The strike in the middle, and the distance from one to the next, in whole units.
    package var centre: Int64
    package var step: Int64
    package var volatility: Double
    /// The underlying's price at the gateway's start.
    package var spot: Amount

    package init(
        underlyingSymbol: String, underlyingConID: Int64, name: String, centre: Int64,
        step: Int64, volatility: Double, spot: Amount
    ) {
        self.underlyingSymbol = underlyingSymbol
        self.underlyingConID = underlyingConID
        self.name = name
        self.centre = centre
        self.step = step
        self.volatility = volatility
        self.spot = spot
    }

    /// The con ids that the chain at a place in the world's list may give.
    package static func conIDs(number: Int) -> Range<Int64> {
        let first = 700_000_000 + Int64(number) * 2_000_000
        return first..<(first + 2_000_000)
    }

    private static let months = 6
    package static let strikesEachSide: Int64 = 10

    /// The options that live on a day since 1970.
    func contracts(number: Int64, today: Int64) -> [Contract] {
        ListedMonths(from: today, every: 1).prefix(Self.months).flatMap { month in
            (-Self.strikesEachSide...Self.strikesEachSide).flatMap { place in
                ["C", "P"].map { right in
                    option(number, month, place, right, today: today)
                }
            }
        }
    }

    private func option(
        _ number: Int64, _ month: ListedMonths.Month, _ place: Int64, _ right: String,
        today: Int64
    ) -> Contract {
        let strike = centre + place * step
        // Far strikes are dearer, puts a little more so.
        let smile = volatility * (1 + 0.004 * Double(place * place) - 0.01 * Double(place))
        let formula = OptionFormula(
            strike: Double(strike), isCall: right == "C",
            years: (Double(month.expiry - today) + 0.5) / 365)
        let price = formula.price(underlying: spot.double, volatility: smile)
        var contract = Contract(
            conID: Self.conIDs(number: Int(number)).lowerBound + month.number * 500
                + (place + Self.strikesEachSide) * 2 + (right == "C" ? 0 : 1),
            symbol: underlyingSymbol, secType: "OPT", longName: name,
            referencePrice: Amount(nearest: price).roundedToCents)
        contract.lastTradeDate = month.expiryDate
        contract.strike = Amount(whole: strike)
        contract.right = right
        contract.multiplier = "100"
        contract.primaryExchange = ""
        contract.validExchanges = Contract.optionExchanges
        contract.localSymbol =
            underlyingSymbol
            + String(repeating: " ", count: max(0, 6 - underlyingSymbol.utf8.count))
            + month.expiryDate.dropFirst(2) + right + padded(strike * 1000, to: 8)
        contract.conIDIsInvented = true
        contract.underlyingConID = underlyingConID
        contract.volatility = smile
        contract.marketRule = 32
        return contract
    }
}

/// Futures on one thing: four months that live, and the two that expired before them.
package struct FutureSeries: Hashable, Sendable {
    package let symbol: String
    package var name: String
    package var exchange: String
    package var multiplier: String
    package var tick: Amount
    /// Of the nearest month at the gateway's start; later ones cost a little more.
    package var price: Amount
    /// 1 every month, 3 at the quarters' ends.
    package var everyMonths: Int64
    package var underlyingConID: Int64
    package var marketRule: Int

    package init(
        symbol: String, name: String, exchange: String, multiplier: String, tick: Amount,
        price: Amount, everyMonths: Int64, underlyingConID: Int64, marketRule: Int
    ) {
        self.symbol = symbol
        self.name = name
        self.exchange = exchange
        self.multiplier = multiplier
        self.tick = tick
        self.price = price
        self.everyMonths = everyMonths
        self.underlyingConID = underlyingConID
        self.marketRule = marketRule
    }

    /// The con ids that the series at a place in the world's list may give.
    package static func conIDs(number: Int) -> Range<Int64> {
        let first = 600_000_000 + Int64(number) * 10_000
        return first..<(first + 10_000)
    }

    private static let letters = ["F", "G", "H", "J", "K", "M", "N", "Q", "U", "V", "X", "Z"]

    func contracts(number: Int64, today: Int64) -> [Contract] {
        let start = today - 31 * 2 * everyMonths
        let living = ListedMonths(from: today, every: everyMonths).prefix(4)
        var expired = Array(ListedMonths(from: start, every: everyMonths).prefix(4))
        expired.removeAll { $0.expiry >= today }
        expired = expired.suffix(2)
        return (expired + living).enumerated().map { place, month in
            future(number, month, Int64(max(0, place - expired.count)))
        }
    }

    private func future(_ number: Int64, _ month: ListedMonths.Month, _ place: Int64) -> Contract {
        let raw = price + price * Amount(micros: 8_000) * Amount(whole: place)
        var contract = Contract(
            conID: Self.conIDs(number: Int(number)).lowerBound + month.number, symbol: symbol,
            secType: "FUT",
            longName: name,
            referencePrice: Amount(
                micros: raw.micros / max(tick.micros, 1) * max(tick.micros, 1)))
        contract.lastTradeDate = month.expiryDate
        contract.multiplier = multiplier
        contract.exchange = exchange
        contract.primaryExchange = ""
        contract.validExchanges = Contract.futureExchanges(of: exchange)
        contract.localSymbol = symbol + Self.letters[Int(month.month - 1)] + String(month.year % 10)
        contract.minTick = tick
        contract.conIDIsInvented = true
        contract.underlyingConID = underlyingConID
        contract.marketRule = marketRule
        return contract
    }
}

/// Months with a third Friday from a day on, as options and index futures expire.
///
/// Assumed for every series; real oil and gold futures have rules of their own.
struct ListedMonths: Sequence, IteratorProtocol {
    struct Month: Hashable {
        let year: Int64
        /// 1 to 12.
        let month: Int64
        /// Days since 1970.
        let expiry: Int64

        /// Counted from January 2000, kept within 100 years.
        var number: Int64 { ((year - 2000) * 12 + month - 1) % 1200 + (year < 2000 ? 1200 : 0) }
        var expiryDate: String { WallClock.day(of: expiry * WallClock.secondsPerDay) }
    }

    private let first: Int64
    private let every: Int64
    private var place: Int64

    init(from day: Int64, every: Int64) {
        first = day
        self.every = Swift.max(every, 1)
        let date = UTCTime.civil(days: day)
        place = date.year * 12 + date.month - 1
    }

    mutating func next() -> Month? {
        while true {
            let year = floorDivide(place, 12)
            let month = place - year * 12 + 1
            place += 1
            let start = UTCTime.days(year: year, month: month, day: 1)
            let friday = start + (12 - UTCTime.weekday(days: start)) % 7 + 14
            if month % every == 0, friday >= first {
                return Month(year: year, month: month, expiry: friday)
            }
        }
    }
}

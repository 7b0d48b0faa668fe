import Simulation

/// Every contract's price at every moment, past and future, as a function of the seed.
///
/// It has no state: history and live prices are read from the same path, and the price at a moment
/// is always the same. Each path passes through the contract's reference price at the market's
/// start (see `MarketClock`). Bid and ask are one tick below and above the last price. An option's
/// price is computed from its underlying's, a combination's is the sum of its legs. Markets never
/// close (assumed, so that tests can run at any time of day).
struct PriceProcess: Sendable {
    private enum Source: Sendable {
        case path(PricePath)
        case option(underlying: Int64, tick: Double, OptionTerms)
    }

    struct OptionTerms: Sendable {
        let strike: Double
        let isCall: Bool
        /// Days since 1970.
        let expiry: Int64
        var volatility: Double

        /// Constant within a day, so that a day's prices rise and fall with the underlying's.
        func formula(day: Int64) -> OptionFormula {
            let days = max(Double(expiry - day), 0) + 0.5
            return OptionFormula(strike: strike, isCall: isCall, years: days / 365)
        }
    }

    struct Quote: Hashable, Sendable {
        let bid: Amount
        let ask: Amount
        let last: Amount
        let bidSize: Int64
        let askSize: Int64
        let lastSize: Int64

        var middle: Amount { Amount(micros: (bid.micros + ask.micros) / 2) }
    }

    private let seed: UInt64
    /// Milliseconds from 1970 to the gateway's start.
    let epoch: Int64
    let sizeStep: Int64
    /// Callers give moments of the gateway's clock; this converts them to the market's time.
    var clock: MarketClock
    /// What commands have done to prices.
    var changes = PriceChanges()
    private var sources: [Int64: Source] = [:]
    private let contracts: ContractBook
    private var habits: [Int64: Trading.Habit] = [:]

    /// - Parameters:
    ///   - epoch: Milliseconds from 1970 to the gateway's start.
    ///   - sizeStep: Milliseconds in which the sizes at bid and ask change.
    init(
        seed: UInt64, contracts: ContractBook, epoch: Int64, sizeStep: Int64 = 50,
        clock: MarketClock = MarketClock(waits: false)
    ) {
        self.clock = clock
        self.seed = seed
        self.epoch = epoch
        self.sizeStep = max(sizeStep, 1)
        self.contracts = contracts
        sources.reserveCapacity(contracts.contracts.count)
        habits.reserveCapacity(contracts.contracts.count)
        // The first of equals counts.
        for contract in contracts.contracts where habits[contract.conID] == nil {
            habits[contract.conID] = Trading.Habit(of: contract, key: hash(contract.conID, 101))
            if !contract.isDerivedFromUnderlying {
                sources[contract.conID] = .path(anchoredPath(of: contract))
            }
        }
        for contract in contracts.contracts where contract.isDerivedFromUnderlying {
            sources[contract.conID] = optionSource(contract)
        }
    }

    static func milliseconds(of instant: SimInstant) -> Int64 {
        floorDivide(instant.nanoseconds, 1_000_000)
    }

    /// - Parameter milliseconds: From the gateway's start; negative for before.
    func quote(of contract: Contract, at milliseconds: Int64) -> Quote {
        var market = market(of: contract)
        return market.quote(of: contract, at: milliseconds, in: self)
    }

    /// The last price alone.
    func last(of contract: Contract, at milliseconds: Int64) -> Amount {
        let moment = epoch &+ clock.moment(milliseconds)
        return Amount(micros: ticks(of: contract, at: moment) * tick(of: contract))
    }

    /// A contract's market, to be followed from moment to moment.
    func market(of contract: Contract) -> MarketCursor {
        var path: PricePath?
        if contract.legs.isEmpty {
            switch sources[contract.conID] {
            case .path(let found): path = found
            case .option: path = nil
            case nil: path = self.path(of: contract)
            }
        }
        return MarketCursor(
            path: path, trading: trading(of: contract), tick: tick(of: contract),
            sizeKey: hash(contract.conID, 100))
    }

    /// Every last price between two moments summed up, in millionths.
    func range(of contract: Contract, from start: Int64, to end: Int64) -> PriceRange {
        let tick = tick(of: contract)
        let (start, end) = (epoch &+ clock.moment(start), epoch &+ clock.moment(end))
        return ticks(of: contract, from: start, to: end).mapped { $0 * tick }
    }

    /// An invented number that moves like a price: a volatility, a fee rate, a yield.
    func measure(_ name: String, of contract: Contract, around base: Double) -> PricePath {
        let number = SeededRandom(seed: seed).stream(name).firstNumber
        return PricePath(
            key: mixed(number, UInt64(bitPattern: contract.conID)), base: base * 1e6,
            liveliness: 1.5)
    }

    /// Units traded between two moments, in milliseconds from the start; parts add up to the whole.
    func volume(of contract: Contract, from start: Int64, to end: Int64) -> Int64 {
        var trading = trading(of: contract)
        let (from, to) = (epoch &+ clock.moment(start), epoch &+ clock.moment(end))
        return changes.halts(of: contract.conID, from: from, to: to)
            .reduce(trading.volume(from: from, to: to)) {
                $0 - trading.volume(from: $1.lowerBound, to: $1.upperBound)
            }
    }

    /// Trades between two moments; they are 50 milliseconds apart while trading is not halted.
    func tradeCount(of contract: Contract, from start: Int64, to end: Int64) -> Int64 {
        func count(from start: Int64, to end: Int64) -> Int64 {
            let step = PricePath.tradeMilliseconds
            return max(0, floorDivide(end &- 1, step) - floorDivide(start &- 1, step))
        }
        let (from, to) = (epoch &+ clock.moment(start), epoch &+ clock.moment(end))
        return changes.halts(of: contract.conID, from: from, to: to)
            .reduce(count(from: from, to: to)) {
                $0 - count(from: $1.lowerBound, to: $1.upperBound)
            }
    }

    /// The nearest moment of a trade outside a halt, in milliseconds from the gateway's start.
    ///
    /// - Returns: `nil` when trading is not halted at that moment.
    func edge(ofHaltOf contract: Contract, at milliseconds: Int64, forwards: Bool) -> Int64? {
        let moment = epoch &+ clock.moment(milliseconds)
        guard let halt = changes.halt(of: contract.conID, at: moment) else { return nil }
        if forwards, halt.upperBound == .max { return .max }
        let distance = forwards ? halt.upperBound - moment : moment - halt.lowerBound
        let step = PricePath.tradeMilliseconds
        let whole = (distance + step - 1) / step * step
        return forwards ? milliseconds + whole : milliseconds - whole
    }

    /// When the trade of a moment began, in the market's time.
    func tradeStart(atMarket moment: Int64) -> Int64 {
        moment - Self.into(epoch &+ moment, PricePath.tradeMilliseconds)
    }

    /// An option's terms at the volatility the market gives it, or `nil` for what is no option.
    func optionTerms(of contract: Contract) -> (terms: OptionTerms, underlying: Contract)? {
        guard case .option(let underlying, _, let terms) = sources[contract.conID],
            let contract = contracts[underlying]
        else { return nil }
        return (terms, contract)
    }

    static func into(_ milliseconds: Int64, _ step: Int64) -> Int64 {
        milliseconds - floorDivide(milliseconds, step) * step
    }

    /// Days since 1970 at a moment from the gateway's start.
    func day(at milliseconds: Int64) -> Int64 {
        floorDivide(epoch &+ milliseconds, PricePath.millisecondsPerDay)
    }

    func tick(of contract: Contract) -> Int64 { max(contract.minTick.micros, 1) }

    /// The last price in ticks, at a moment since 1970.
    func ticks(of contract: Contract, at moment: Int64) -> Int64 {
        guard changes.concern(contract.conID) else { return walk(of: contract, at: moment) }
        let ticks = walk(of: contract, at: changes.traded(contract.conID, at: moment))
        return changes.moved(ticks, contract.conID, at: moment)
    }

    /// The price as the seed has it, without what commands have done to this contract.
    func walk(of contract: Contract, at moment: Int64) -> Int64 {
        if !contract.legs.isEmpty {
            return legs(of: contract) { ticks(of: $0, at: moment) }
        }
        switch sources[contract.conID] {
        case .path(let path): return path.price(at: moment)
        case .option(let underlying, let step, let terms):
            let formula = terms.formula(day: floorDivide(moment, PricePath.millisecondsPerDay))
            guard let contract = contracts[underlying] else { return 2 }
            return optionTicks(
                formula, terms, step, underlying: ticks(of: contract, at: moment), contract)
        case nil: return path(of: contract).price(at: moment)
        }
    }

    private func ticks(of contract: Contract, from start: Int64, to end: Int64) -> PriceRange {
        guard changes.concern(contract.conID) else {
            return walk(of: contract, from: start, to: end)
        }
        var result: PriceRange?
        for part in changes.parts(of: contract.conID, from: start, to: end) {
            let isStill = changes.traded(contract.conID, at: part.lowerBound) < part.lowerBound
            result.append(
                isStill
                    ? PriceRange(ticks(of: contract, at: part.lowerBound))
                    : walk(of: contract, from: part.lowerBound, to: part.upperBound).mapped {
                        changes.moved($0, contract.conID, at: part.lowerBound)
                    })
        }
        return result ?? PriceRange(ticks(of: contract, at: start))
    }

    private func walk(of contract: Contract, from start: Int64, to end: Int64) -> PriceRange {
        if !contract.legs.isEmpty {
            let last = max(start, end - PricePath.tradeMilliseconds)
            var range = PriceRange(ticks(of: contract, at: start))
            range.append(PriceRange(ticks(of: contract, at: last)))
            return range
        }
        switch sources[contract.conID] {
        case .path(let path): return path.range(from: start, to: end)
        case .option(let underlying, let tick, let terms):
            guard let contract = contracts[underlying] else { return PriceRange(2) }
            return optionRange(contract, tick, terms, from: start, to: end)
        case nil: return path(of: contract).range(from: start, to: end)
        }
    }

    private func optionRange(
        _ underlying: Contract, _ tick: Double, _ terms: OptionTerms, from start: Int64,
        to end: Int64
    ) -> PriceRange {
        var result: PriceRange?
        var moment = start
        repeat {
            let day = floorDivide(moment, PricePath.millisecondsPerDay)
            let stop = min(max(end, start + 1), (day + 1) * PricePath.millisecondsPerDay)
            let formula = terms.formula(day: day)
            result.append(
                ticks(of: underlying, from: moment, to: stop).mapped {
                    optionTicks(formula, terms, tick, underlying: $0, underlying)
                })
            moment = stop
        } while moment < end
        return result ?? PriceRange(2)
    }

    private func optionTicks(
        _ formula: OptionFormula, _ terms: OptionTerms, _ step: Double, underlying ticks: Int64,
        _ underlying: Contract
    ) -> Int64 {
        let spot = Double(ticks) * Double(tick(of: underlying)) / 1e6
        let price = formula.price(underlying: spot, volatility: terms.volatility)
        return max(2, Int64(min(price / step, 1e12) + 0.5))
    }

    /// The legs' prices, each times its ratio, in ticks of the combination; may be negative.
    private func legs(of contract: Contract, _ price: (Contract) -> Int64) -> Int64 {
        contract.legs.reduce(0) { sum, leg in
            guard let part = contracts[leg.conID] else { return sum }
            let micros = price(part).multipliedReportingOverflow(by: tick(of: part)).partialValue
            return sum &+ micros &* leg.signedRatio / tick(of: contract)
        }
    }

    private func path(of contract: Contract) -> PricePath {
        let usual =
            switch contract.secType {
            case "CASH", "BOND": 0.3
            case "IND", "FUT": 0.8
            case "CRYPTO": 2.0
            default: 1.0
            }
        return PricePath(
            key: hash(contract.conID, 1),
            base: Double(contract.referencePrice.micros) / Double(tick(of: contract)),
            liveliness: contract.liveliness ?? usual)
    }

    private func anchoredPath(of contract: Contract) -> PricePath {
        var path = path(of: contract)
        path.floor = -2_000_000_000_000
        let wanted = contract.referencePrice.micros / tick(of: contract)
        path.offset = min(wanted, 1_000_000_000_000) - path.price(at: epoch)
        path.floor = 2
        return path
    }

    /// An option without a volatility of its own gets the one that gives its reference price.
    private func optionSource(_ contract: Contract) -> Source {
        // An underlying that is an option itself could lead back to this one.
        guard let underlying = contracts[contract.underlyingConID],
            !underlying.isDerivedFromUnderlying, underlying.legs.isEmpty,
            let expiry = WallClock.seconds(from: contract.lastTradeDate)
        else { return .path(anchoredPath(of: contract)) }
        var terms = OptionTerms(
            strike: contract.strike.double, isCall: contract.right == "C",
            expiry: expiry / WallClock.secondsPerDay, volatility: contract.volatility)
        if terms.volatility <= 0 {
            let formula = terms.formula(day: floorDivide(epoch, PricePath.millisecondsPerDay))
            terms.volatility =
                formula.volatility(
                    price: contract.referencePrice.double,
                    underlying: underlying.referencePrice.double) ?? 0.3
        }
        return .option(
            underlying: underlying.conID, tick: Double(tick(of: contract)) / 1e6, terms)
    }

    private func trading(of contract: Contract) -> Trading {
        Trading(
            habits[contract.conID] ?? Trading.Habit(of: contract, key: hash(contract.conID, 101)))
    }

    /// A number that follows from the seed, a kind of draw and what it is about.
    func chance(_ kind: UInt64, _ subject: Int64) -> UInt64 { hash(subject, kind) }

    private func hash(_ conID: Int64, _ kind: UInt64) -> UInt64 {
        mixed(seed &+ kind, UInt64(bitPattern: conID))
    }
}

extension SeededRandom {
    var firstNumber: UInt64 {
        var copy = self
        return copy.next()
    }
}

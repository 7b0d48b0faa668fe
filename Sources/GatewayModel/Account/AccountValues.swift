import Simulation

/// One line of an account's values.
struct AccountValue: Hashable, Sendable {
    let key: String
    let value: String
    let currency: String
}

/// A position with its price now.
struct PricedPosition: Sendable {
    let position: World.Position
    let holding: Holding
    let price: Amount
    /// What its currency is worth in the account's.
    let rate: Amount
    let value: Amount

    init(_ position: World.Position, _ holding: Holding, price: Amount, rate: Amount) {
        self.position = position
        self.holding = holding
        self.price = price
        self.rate = rate
        value = position.quantity * price * holding.pointValue
    }

    var contract: Contract { holding.contract }
    var unrealized: Amount { value - position.cost }

    /// What the account would have without the position and its cost, in the contract's currency.
    var equity: Amount {
        switch holding.settlement {
        case .paid: value
        case .margined: unrealized
        // Its worth is in the cash of the two currencies.
        case .exchanged: 0
        }
    }
}

/// An account's values at one moment, each derived from cash and positions so that they add up.
///
/// Margins are assumed: a third of a position's value at its start and a quarter from then on, a
/// tenth for futures and contracts for difference, a thirtieth for currencies; buying power is four
/// times the available funds.
struct AccountValues: Sendable {
    /// What an account's history says of it.
    struct Past: Sendable {
        /// Days since 1970.
        var today: Int64 = 0
        /// What the account was worth when the day began.
        var equity: Amount?
    }

    let account: World.Account
    let positions: [PricedPosition]
    /// What a unit of each currency of the account is worth in its own.
    let rates: [String: Amount]
    let cash: Amount
    let grossPositionValue: Amount
    let netLiquidation: Amount
    let unrealized: Amount
    /// Taken today, commissions included.
    let realized: Amount
    let initialMargin: Amount
    let maintenanceMargin: Amount
    /// What of all that belongs to futures and contracts for difference.
    let commodities: Segment
    var past = Past()

    /// One of the two parts of an account that IB keeps apart.
    struct Segment: Sendable {
        var cash = Amount.zero
        var netLiquidation = Amount.zero
        var initialMargin = Amount.zero
        var maintenanceMargin = Amount.zero

        var availableFunds: Amount { netLiquidation - initialMargin }
        var excessLiquidity: Amount { netLiquidation - maintenanceMargin }
    }

    init(account: World.Account, positions: [PricedPosition], rates: [String: Amount]) {
        self.account = account
        self.positions = positions
        self.rates = rates
        var cash = account.cash
        for (currency, amount) in account.otherCash { cash += amount * (rates[currency] ?? 1) }
        var (gross, net, unrealized, realized) = (Amount.zero, cash, Amount.zero, Amount.zero)
        var (initial, maintenance) = (Amount.zero, Amount.zero)
        var commodities = Segment()
        for priced in positions {
            let value = priced.value.magnitude * priced.rate
            net += priced.equity * priced.rate
            unrealized += priced.unrealized * priced.rate
            realized += priced.position.realizedProfit * priced.rate
            switch priced.holding.settlement {
            case .paid:
                gross += value
                initial += value / 3
                maintenance += value / 4
            case .margined:
                gross += value
                initial += value / 10
                maintenance += value / 10
                commodities.netLiquidation += priced.equity * priced.rate
                commodities.initialMargin += value / 10
                commodities.maintenanceMargin += value / 10
            case .exchanged:
                initial += value / 30
                maintenance += value / 30
            }
        }
        self.cash = cash
        grossPositionValue = gross
        netLiquidation = net
        self.unrealized = unrealized
        self.realized = realized
        initialMargin = initial.roundedToCents
        maintenanceMargin = maintenance.roundedToCents
        self.commodities = commodities
    }

    var availableFunds: Amount { netLiquidation - initialMargin }
    var excessLiquidity: Amount { netLiquidation - maintenanceMargin }

    /// Excess liquidity as a part of net liquidation.
    var cushion: Amount { netLiquidation > 0 ? excessLiquidity / netLiquidation : 0 }

    var leverage: String {
        netLiquidation > 0 ? (grossPositionValue / netLiquidation).money : "0.00"
    }

    /// All but the commodities.
    var securities: Segment {
        Segment(
            cash: cash - commodities.cash,
            netLiquidation: netLiquidation - commodities.netLiquidation,
            initialMargin: initialMargin - commodities.initialMargin,
            maintenanceMargin: maintenanceMargin - commodities.maintenanceMargin)
    }

    /// The account's currencies in alphabetical order.
    var currencies: [String] { rates.keys.sorted() }

    /// What is in one currency, in that currency.
    func ledger(of currency: String) -> CurrencyLedger {
        let held = positions.filter { $0.contract.currency == currency }
        let cash = account.cash(in: currency)
        return CurrencyLedger(
            currency, rate: rates[currency] ?? 1, cash: cash, positions: held,
            worth: { amount, _ in amount }, net: held.reduce(cash) { $0 + $1.equity })
    }

    /// Everything together, in the account's own currency.
    var baseLedger: CurrencyLedger {
        CurrencyLedger(
            "BASE", rate: 1, cash: cash, positions: positions, worth: { $0 * $1.rate },
            net: netLiquidation)
    }
}

/// What an account holds in one currency.
struct CurrencyLedger: Sendable {
    /// `BASE` for everything together.
    let currency: String
    let rate: Amount
    let cash: Amount
    /// Cash without what was paid for today's trades, which settle later.
    let settledCash: Amount
    let netLiquidation: Amount
    let realized: Amount
    let unrealized: Amount
    private let valueByKind: [String: Amount]
    let futuresProfit: Amount

    init(
        _ currency: String, rate: Amount, cash: Amount, positions: [PricedPosition],
        worth: (Amount, PricedPosition) -> Amount, net: Amount
    ) {
        self.currency = currency
        self.rate = rate
        self.cash = cash
        netLiquidation = net
        var (settled, realized, unrealized, futures) = (cash, Amount.zero, Amount.zero, Amount.zero)
        var values: [String: Amount] = [:]
        for priced in positions {
            let profit = worth(priced.position.realizedProfit, priced)
            let open = worth(priced.unrealized, priced)
            realized += profit
            unrealized += open
            values[priced.contract.secType, default: 0] += worth(priced.value, priced)
            switch priced.holding.settlement {
            case .paid: settled += worth(priced.position.paidToday, priced)
            case .margined: futures += profit + open
            case .exchanged: break
            }
        }
        settledCash = settled
        self.realized = realized
        self.unrealized = unrealized
        futuresProfit = futures
        valueByKind = values
    }

    func value(of secType: String) -> Amount { valueByKind[secType] ?? 0 }
}

extension Market {
    /// An account's values at a moment, in milliseconds from the start.
    func values(of account: World.Account, at moment: Int64) -> AccountValues {
        var markets = HeldMarkets()
        return values(of: account, at: moment, &markets)
    }

    /// - Parameter markets: Cursors from earlier calls, which make this one cheaper.
    func values(
        of account: World.Account, at moment: Int64, _ markets: inout HeldMarkets
    ) -> AccountValues {
        var rates = [account.baseCurrency: Amount(whole: 1)]
        func rate(of currency: String) -> Amount {
            if let known = rates[currency] { return known }
            let rate = exchangeRates.rate(
                from: currency, to: account.baseCurrency, at: moment, prices)
            rates[currency] = rate
            return rate
        }
        var positions: [PricedPosition] = []
        positions.reserveCapacity(account.positions.count)
        for position in account.positions {
            guard
                let (holding, price) = markets.price(position.conID, at: moment, prices, contracts)
            else { continue }
            positions.append(
                PricedPosition(
                    position, holding, price: price, rate: rate(of: holding.contract.currency)))
        }
        for currency in account.otherCash.keys { _ = rate(of: currency) }
        return AccountValues(account: account, positions: positions, rates: rates)
    }
}

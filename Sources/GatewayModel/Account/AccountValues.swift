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
    var unrealized: Amount { value - position.quantity * position.averageCost }

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

    init(account: World.Account, positions: [PricedPosition], rates: [String: Amount]) {
        self.account = account
        self.positions = positions
        self.rates = rates
        var cash = account.cash
        for (currency, amount) in account.otherCash { cash += amount * (rates[currency] ?? 1) }
        var (gross, net, unrealized, realized) = (Amount.zero, cash, Amount.zero, Amount.zero)
        var (initial, maintenance) = (Amount.zero, Amount.zero)
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
    }

    var availableFunds: Amount { netLiquidation - initialMargin }
    var excessLiquidity: Amount { netLiquidation - maintenanceMargin }

    /// The tags a summary can ask for, in the order a gateway lists them.
    var summary: [AccountValue] {
        let money: [(String, Amount)] = [
            ("AccruedCash", 0), ("AvailableFunds", availableFunds),
            ("BuyingPower", max(availableFunds, 0) * 4), ("EquityWithLoanValue", netLiquidation),
            ("ExcessLiquidity", excessLiquidity), ("FullAvailableFunds", availableFunds),
            ("FullExcessLiquidity", excessLiquidity), ("FullInitMarginReq", initialMargin),
            ("FullMaintMarginReq", maintenanceMargin), ("GrossPositionValue", grossPositionValue),
            ("InitMarginReq", initialMargin), ("LookAheadAvailableFunds", availableFunds),
            ("LookAheadExcessLiquidity", excessLiquidity),
            ("LookAheadInitMarginReq", initialMargin),
            ("LookAheadMaintMarginReq", maintenanceMargin), ("MaintMarginReq", maintenanceMargin),
            ("NetLiquidation", netLiquidation), ("PreviousDayEquityWithLoanValue", netLiquidation),
            ("RegTEquity", netLiquidation), ("RegTMargin", initialMargin), ("SMA", availableFunds),
            ("SettledCash", cash), ("TotalCashValue", cash),
        ]
        let plain = [
            AccountValue(key: "AccountType", value: "INDIVIDUAL", currency: ""),
            AccountValue(key: "Cushion", value: cushion.description, currency: ""),
            AccountValue(key: "DayTradesRemaining", value: "-1", currency: ""),
            AccountValue(key: "DayTradesRemainingT+1", value: "-1", currency: ""),
            AccountValue(key: "DayTradesRemainingT+2", value: "-1", currency: ""),
            AccountValue(key: "DayTradesRemainingT+3", value: "-1", currency: ""),
            AccountValue(key: "DayTradesRemainingT+4", value: "-1", currency: ""),
            AccountValue(key: "HighestSeverity", value: "0", currency: ""),
            AccountValue(key: "Leverage", value: leverage, currency: ""),
            AccountValue(key: "LookAheadNextChange", value: "0", currency: ""),
        ]
        return plain
            + money.map {
                AccountValue(key: $0.0, value: $0.1.money, currency: account.baseCurrency)
            }
    }

    /// Excess liquidity as a part of net liquidation.
    var cushion: Amount { netLiquidation > 0 ? excessLiquidity / netLiquidation : 0 }

    private var leverage: String {
        netLiquidation > 0 ? (grossPositionValue / netLiquidation).money : "0.00"
    }

    /// The account's currencies, its own first.
    var currencies: [String] {
        [account.baseCurrency] + rates.keys.filter { $0 != account.baseCurrency }.sorted()
    }

    /// The values of everything together, in the account's own currency.
    var baseLedger: [AccountValue] {
        ledger(
            "BASE", rate: 1, cash: cash, positions: positions,
            worth: { $0 * $1.rate }, net: netLiquidation)
    }

    /// The values of what is in one currency, in that currency.
    func ledger(of currency: String) -> [AccountValue] {
        let held = positions.filter { $0.contract.currency == currency }
        let cash = account.cash(in: currency)
        return ledger(
            currency, rate: rates[currency] ?? 1, cash: cash, positions: held,
            worth: { amount, _ in amount }, net: held.reduce(cash) { $0 + $1.equity })
    }

    private func ledger(
        _ currency: String, rate: Amount, cash: Amount, positions: [PricedPosition],
        worth: (Amount, PricedPosition) -> Amount, net: Amount
    ) -> [AccountValue] {
        func sum(_ amount: (PricedPosition) -> Amount) -> Amount {
            positions.reduce(.zero) { $0 + worth(amount($1), $1) }
        }
        func value(of secType: String) -> Amount {
            sum { $0.contract.secType == secType ? $0.value : 0 }
        }
        let money: [(String, Amount)] = [
            ("AccruedCash", 0), ("CashBalance", cash), ("NetLiquidationByCurrency", net),
            ("OptionMarketValue", value(of: "OPT")),
            ("RealizedPnL", sum(\.position.realizedProfit)),
            ("StockMarketValue", value(of: "STK")), ("TotalCashBalance", cash),
            ("UnrealizedPnL", sum(\.unrealized)),
        ]
        let rateText = rate == 1 ? "1.00" : rate.description
        return [
            AccountValue(key: "Currency", value: currency, currency: currency),
            AccountValue(key: "ExchangeRate", value: rateText, currency: currency),
        ]
            + money.map { AccountValue(key: $0.0, value: $0.1.money, currency: currency) }
    }

    /// Everything an account update carries.
    var all: [AccountValue] {
        [
            AccountValue(key: "AccountCode", value: account.name, currency: ""),
            AccountValue(key: "AccountOrGroup", value: account.name, currency: "BASE"),
            AccountValue(key: "AccountReady", value: "true", currency: ""),
        ] + summary + baseLedger + currencies.flatMap(ledger(of:))
    }
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

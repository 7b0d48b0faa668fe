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
    let contract: Contract
    let price: Amount

    var value: Amount { position.quantity * price * contract.pointValue }
    var unrealized: Amount { value - position.quantity * position.averageCost }
}

/// An account's values at one moment, each derived from cash and positions so that they add up.
///
/// Margins are assumed: a quarter of the gross position value, a third at the start of a position,
/// buying power four times the available funds.
struct AccountValues: Sendable {
    let account: World.Account
    let positions: [PricedPosition]

    /// What was owned of one security type.
    private func value(ofTypes types: [String]) -> Amount {
        positions.reduce(.zero) { $0 + (types.contains($1.contract.secType) ? $1.value : 0) }
    }

    var grossPositionValue: Amount { positions.reduce(.zero) { $0 + $1.value.magnitude } }
    var netLiquidation: Amount { positions.reduce(account.cash) { $0 + $1.value } }
    var unrealized: Amount { positions.reduce(.zero) { $0 + $1.unrealized } }
    var maintenanceMargin: Amount { (grossPositionValue / 4).roundedToCents }
    var initialMargin: Amount { (grossPositionValue / 3).roundedToCents }
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
            ("SettledCash", account.cash), ("TotalCashValue", account.cash),
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
            + money.map { AccountValue(key: $0.0, value: $0.1.money, currency: "USD") }
    }

    /// Excess liquidity as a part of net liquidation.
    var cushion: Amount { netLiquidation > 0 ? excessLiquidity / netLiquidation : 0 }

    private var leverage: String {
        netLiquidation > 0 ? (grossPositionValue / netLiquidation).money : "0.00"
    }

    /// The values of one currency, `USD` or the base.
    func ledgerLines(currency: String) -> [AccountValue] {
        let money: [(String, Amount)] = [
            ("AccruedCash", 0), ("CashBalance", account.cash),
            ("NetLiquidationByCurrency", netLiquidation),
            ("OptionMarketValue", value(ofTypes: ["OPT"])),
            ("RealizedPnL", account.realizedProfit),
            ("StockMarketValue", value(ofTypes: ["STK"])), ("TotalCashBalance", account.cash),
            ("UnrealizedPnL", unrealized),
        ]
        return [
            AccountValue(key: "Currency", value: currency, currency: currency),
            AccountValue(key: "ExchangeRate", value: "1.00", currency: currency),
        ]
            + money.map { AccountValue(key: $0.0, value: $0.1.money, currency: currency) }
    }

    /// Everything an account update carries.
    var all: [AccountValue] {
        [
            AccountValue(key: "AccountCode", value: account.name, currency: ""),
            AccountValue(key: "AccountOrGroup", value: account.name, currency: "BASE"),
            AccountValue(key: "AccountReady", value: "true", currency: ""),
        ] + summary + ledgerLines(currency: "BASE") + ledgerLines(currency: "USD")
    }
}

extension HealthyGateway {
    /// An account's values at the prices of now.
    func values(of account: World.Account, at now: SimInstant) -> AccountValues {
        values(of: account, at: priceMoment(at: now))
    }

    /// - Parameter moment: In milliseconds from the start.
    func values(of account: World.Account, at moment: Int64) -> AccountValues {
        let positions = account.positions.compactMap { position -> PricedPosition? in
            guard let contract = contracts[position.conID] else { return nil }
            let price = prices.quote(of: contract, at: moment).last
            return PricedPosition(position: position, contract: contract, price: price)
        }
        return AccountValues(account: account, positions: positions)
    }
}

/// Everything a gateway serves that does not come from clients: accounts, contracts, orders,
/// prices.
///
/// A plain value; the model copies it at its start and changes its own copy.
package struct World: Hashable, Sendable {
    /// What its file calls it.
    package var name = "default"
    /// When the gateway's calendar begins.
    package var starts = GatewayStart.usual
    package var accounts: [Account]
    package var contracts: [Contract]
    package var openOrders: [Order]
    package var completedOrders: [CompletedOrder]
    package var executions: [Execution]
    /// What makes the login a financial advisor's; `nil` for anybody else.
    package var advisor: Advisor?
    /// Options and futures that are listed anew as time goes by.
    package var chains: [OptionChain] = []
    package var futures: [FutureSeries] = []
    /// When exchanges trade, where it is not the usual hours.
    package var calendars: [TradingCalendar] = []

    package init(
        accounts: [Account], contracts: [Contract], openOrders: [Order] = [],
        completedOrders: [CompletedOrder] = [], executions: [Execution] = [],
        advisor: Advisor? = nil, chains: [OptionChain] = [], futures: [FutureSeries] = []
    ) {
        self.advisor = advisor
        self.chains = chains
        self.futures = futures
        self.accounts = accounts
        self.contracts = contracts
        self.openOrders = openOrders
        self.completedOrders = completedOrders
        self.executions = executions
    }

    package struct Account: Hashable, Sendable {
        package let name: String
        package var baseCurrency = "USD"
        /// In the base currency.
        package var cash: Amount
        /// In other currencies, by currency.
        package var otherCash: [String: Amount] = [:]
        package var positions: [Position] = []
        /// The family the account belongs to, as family codes show it.
        package var familyCode = ""
        /// A name the advisor gave it.
        package var alias = ""
        /// What a command has an account value show, by key.
        var shownValues: [String: String] = [:]

        package init(name: String, cash: Amount) {
            self.name = name
            self.cash = cash
        }

        func cash(in currency: String) -> Amount {
            currency == baseCurrency ? cash : otherCash[currency] ?? 0
        }

        mutating func receive(_ amount: Amount, in currency: String) {
            if currency == baseCurrency {
                cash += amount
            } else {
                otherCash[currency, default: 0] += amount
            }
        }
    }

    package struct Position: Hashable, Sendable {
        package let conID: Int64
        /// Negative when short.
        package var quantity: Amount
        /// Per contract, commissions and multiplier included, as IB reports it; like every amount
        /// of a position in the contract's currency.
        ///
        /// Recorded at 225: with up to eight decimals.
        package var averageCost: Double
        /// Profit taken on this position today, commissions included.
        package var realizedProfit: Amount = 0
        /// What was held when the day began, and what was paid for the difference since,
        /// commissions included.
        var heldAtStart: Amount
        var paidToday: Amount = 0

        package init(conID: Int64, quantity: Amount, averageCost: Amount) {
            self.conID = conID
            self.quantity = quantity
            self.averageCost = averageCost.double
            heldAtStart = quantity
        }

        /// What it cost altogether.
        package var cost: Amount { Amount(nearest: quantity.double * averageCost) }

        /// Sets the average from what it cost altogether.
        mutating func spread(_ cost: Amount) {
            averageCost = quantity == 0 ? 0 : (cost.double / quantity.double).roundedToEightDecimals
        }

        mutating func startDay() {
            heldAtStart = quantity
            paidToday = 0
            realizedProfit = 0
        }
    }
}

/// When a gateway's calendar begins; `SimInstant.start` is that moment.
package enum GatewayStart: Hashable, Sendable {
    /// Nanoseconds since 1970, so that prices and dates are the same on every run.
    case at(Int64)
    /// The real moment at which the gateway is started.
    case now

    /// 2026-01-15 14:30:00 UTC, a Thursday, as New York opens.
    package static let usualNanoseconds: Int64 = 1_768_487_400_000_000_000
    package static let usual = GatewayStart.at(usualNanoseconds)

    /// Nanoseconds since 1970, given the real moment of the gateway's start.
    package func epoch(now: Int64) -> Int64 {
        switch self {
        case .at(let nanoseconds): nanoseconds
        case .now: now
        }
    }
}

/// Everything a gateway serves that does not come from clients: accounts, contracts, orders, prices.
///
/// A plain value; the model copies it at its start and changes its own copy.
package struct World: Sendable {
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

    package struct Account: Sendable {
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

    package struct Position: Sendable {
        package let conID: Int64
        /// Negative when short.
        package var quantity: Amount
        /// Per contract, commissions and multiplier included, as IB reports it; like every amount of a
        /// position in the contract's currency.
        package var averageCost: Amount
        /// Profit taken on this position today, commissions included.
        package var realizedProfit: Amount = 0
        /// What was held when the day began, and what was paid for the difference since,
        /// commissions included.
        var heldAtStart: Amount
        var paidToday: Amount = 0

        package init(conID: Int64, quantity: Amount, averageCost: Amount) {
            self.conID = conID
            self.quantity = quantity
            self.averageCost = averageCost
            heldAtStart = quantity
        }

        mutating func startDay() {
            heldAtStart = quantity
            paidToday = 0
            realizedProfit = 0
        }
    }

    /// An order as its client placed it.
    package struct Order: Sendable {
        package var clientID: Int
        package var orderID: Int
        package var permID: Int64
        package var account: String
        package var conID: Int64
        /// `BUY` or `SELL`.
        package var action: String
        package var quantity: Amount
        /// The order type, such as `LMT`.
        package var type: String
        package var limitPrice: Amount?
        package var stopPrice: Amount?
        package var timeInForce: String
    }

    package struct CompletedOrder: Sendable {
        package var order: Order
        /// Whole seconds from the gateway's start to the order's end; negative for before.
        package var completedSeconds: Int64
        /// Filled at `averagePrice`, or cancelled when `nil`.
        package var averagePrice: Amount?
    }

    package struct Execution: Sendable {
        package var execID: String
        package var clientID: Int
        package var orderID: Int
        package var permID: Int64
        package var account: String
        package var conID: Int64
        package var isBuy: Bool
        package var quantity: Amount
        package var price: Amount
        /// Quantity and average price of the order so far, this execution included.
        package var cumulativeQuantity: Amount
        package var averagePrice: Amount
        /// Whole seconds from the gateway's start; negative for before.
        package var seconds: Int64
        package var exchange: String
        package var commission: Amount
        package var currency: String
        package var realizedProfit: Amount?
        package var orderRef: String
    }
}

extension World {
    /// An order as its client placed it.
    package struct Order: Hashable, Sendable {
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
        /// It may trade outside regular hours.
        package var tradesOutsideHours = false
        /// The permanent id of the order it is attached to; 0 for none.
        package var parentPermID: Int64 = 0

        package init(
            clientID: Int, orderID: Int, permID: Int64, account: String, conID: Int64,
            action: String, quantity: Amount, type: String, limitPrice: Amount? = nil,
            stopPrice: Amount? = nil, timeInForce: String
        ) {
            self.clientID = clientID
            self.orderID = orderID
            self.permID = permID
            self.account = account
            self.conID = conID
            self.action = action
            self.quantity = quantity
            self.type = type
            self.limitPrice = limitPrice
            self.stopPrice = stopPrice
            self.timeInForce = timeInForce
        }
    }

    package struct CompletedOrder: Hashable, Sendable {
        package var order: Order
        /// Whole seconds from the gateway's start to the order's end; negative for before.
        package var completedSeconds: Int64
        /// Filled at `averagePrice`, or cancelled when `nil`.
        package var averagePrice: Amount?

        package init(order: Order, completedSeconds: Int64, averagePrice: Amount? = nil) {
            self.order = order
            self.completedSeconds = completedSeconds
            self.averagePrice = averagePrice
        }
    }

    package struct Execution: Hashable, Sendable {
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

        package init(
            execID: String, clientID: Int, orderID: Int, permID: Int64, account: String,
            conID: Int64, isBuy: Bool, quantity: Amount, price: Amount,
            cumulativeQuantity: Amount, averagePrice: Amount, seconds: Int64, exchange: String,
            commission: Amount, currency: String, realizedProfit: Amount? = nil, orderRef: String
        ) {
            self.execID = execID
            self.clientID = clientID
            self.orderID = orderID
            self.permID = permID
            self.account = account
            self.conID = conID
            self.isBuy = isBuy
            self.quantity = quantity
            self.price = price
            self.cumulativeQuantity = cumulativeQuantity
            self.averagePrice = averagePrice
            self.seconds = seconds
            self.exchange = exchange
            self.commission = commission
            self.currency = currency
            self.realizedProfit = realizedProfit
            self.orderRef = orderRef
        }
    }
}

extension World {
    static var defaultOpenOrders: [Order] {
        [
            order(0, 1, 1_204_550_001, "BUY", 100, "AAPL", "LMT", limit: 24_500, tif: "GTC"),
            order(0, 2, 1_204_550_002, "SELL", 50, "MSFT", "LMT", limit: 49_900, tif: "GTC"),
            order(0, 3, 1_204_550_003, "SELL", 80, "SPY", "STP", stop: 65_500, tif: "GTC"),
            order(1, 4, 1_204_550_004, "BUY", 200, "KO", "LMT", limit: 6_675, tif: "DAY"),
            order(1, 5, 1_204_550_005, "SELL", 250, "NVDA", "LMT", limit: 20_450, tif: "GTC"),
            order(
                5, 11, 1_204_550_006, "BUY", 40, "TSLA", "STP LMT", limit: 48_500, stop: 48_000,
                tif: "GTC"),
            order(5, 12, 1_204_550_007, "SELL", 35, "GLD", "LMT", limit: 45_600, tif: "GTC"),
        ]
    }

    /// Two fills and a cancellation earlier in the day.
    static var defaultCompletedOrders: [CompletedOrder] {
        [
            CompletedOrder(
                order: order(1, 1, 1_204_549_901, "BUY", 70, "JPM", "LMT", limit: 30_900),
                completedSeconds: -3_540, averagePrice: Amount(micros: 308_847_143)),
            CompletedOrder(
                order: order(1, 2, 1_204_549_902, "SELL", 50, "AMD", "MKT"),
                completedSeconds: -2_415, averagePrice: Amount(cents: 22_710)),
            CompletedOrder(
                order: order(1, 3, 1_204_549_903, "BUY", 20, "BA", "LMT", limit: 23_000),
                completedSeconds: -1_260),
        ]
    }

    /// The executions of the filled orders above; the first order took two.
    static var defaultExecutions: [Execution] {
        let orders = defaultCompletedOrders
        return [
            execution(
                of: orders[0].order, "0000e0d5.69680a11.01.01", quantity: 40, price: 30_880,
                cumulative: 40, average: Amount(cents: 30_880), seconds: -3_552),
            execution(
                of: orders[0].order, "0000e0d5.69680a12.01.01", quantity: 30, price: 30_891,
                cumulative: 70, average: Amount(micros: 308_847_143), seconds: -3_540),
            execution(
                of: orders[1].order, "0000e0d5.69680a31.01.01", quantity: 50, price: 22_710,
                cumulative: 50, average: Amount(cents: 22_710), seconds: -2_415,
                realizedProfit: Amount(cents: 484_650)),
        ]
    }

    private static func order(
        _ clientID: Int, _ orderID: Int, _ permID: Int64, _ action: String, _ quantity: Amount,
        _ symbol: String, _ type: String, limit: Int64? = nil, stop: Int64? = nil,
        tif: String = "DAY"
    ) -> Order {
        Order(
            clientID: clientID, orderID: orderID, permID: permID, account: defaultAccountName,
            conID: conID(of: symbol), action: action, quantity: quantity, type: type,
            limitPrice: limit.map(Amount.init(cents:)), stopPrice: stop.map(Amount.init(cents:)),
            timeInForce: tif)
    }

    private static func execution(
        of order: Order, _ execID: String, quantity: Amount, price: Int64, cumulative: Amount,
        average: Amount, seconds: Int64, realizedProfit: Amount? = nil
    ) -> Execution {
        Execution(
            execID: execID, clientID: order.clientID, orderID: order.orderID,
            permID: order.permID, account: order.account, conID: order.conID,
            isBuy: order.action == "BUY", quantity: quantity, price: Amount(cents: price),
            cumulativeQuantity: cumulative, averagePrice: average, seconds: seconds,
            exchange: "ARCA", commission: 1, currency: "USD", realizedProfit: realizedProfit,
            orderRef: "")
    }
}

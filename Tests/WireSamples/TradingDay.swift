package import GatewayWire
import Simulation

/// What a gateway says on an ordinary day, seeded: mostly ticks, some bars, account and order news.
///
/// A contract has one id all day, and so has an order.
package struct TradingDay: Sendable {
    private var random: SeededRandom
    private let lines: Int
    private let spacing: Int

    /// - Parameters:
    ///   - lines: How many ids there are of each kind.
    ///   - spacing: How far the ids of ticks, bars and histories lie apart; 0 for the same ids.
    package init(seed: UInt64, lines: Int = 400, spacing: Int = 0) {
        random = SeededRandom(seed: seed)
        self.lines = lines
        self.spacing = spacing
    }

    /// The next message to the client.
    package mutating func next() -> Message {
        switch number(0...99) {
        case 0..<34: tickPrice()
        case 34..<68: tickSize()
        case 68..<72:
            Message(
                "tickString",
                ["reqId": id(), "tickType": "45", "value": "17684\(number(10_000...99_999))"])
        case 72..<75:
            Message(
                "tickGeneric", ["reqId": id(), "tickType": "49", "value": "\(number(0...9)).0"])
        case 75..<79: realtimeBar()
        case 79..<86: accountValue()
        case 86..<92: portfolio()
        case 92..<95: orderStatus()
        case 95..<97: openOrder()
        case 97..<99: execution()
        default: history()
        }
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func id(kind: Int = 0) -> String {
        String(number(1...lines) + kind * spacing)
    }

    private mutating func price() -> String {
        let cents = number(0...99)
        return "\(number(1...900)).\(cents < 10 ? "0" : "")\(cents)"
    }

    private mutating func size() -> String { String(number(1...90) * 100) }

    private static let symbols = ["AAPL", "MSFT", "SPY", "ES", "NVDA", "EUR"]

    private mutating func tickPrice() -> Message {
        Message(
            "tickPrice",
            [
                "reqId": id(), "tickType": String([1, 2, 4][number(0...2)]), "price": price(),
                "size": size(), "attrMask": "1",
            ])
    }

    private mutating func tickSize() -> Message {
        Message(
            "tickSize",
            ["reqId": id(), "tickType": String([0, 3, 5, 8][number(0...3)]), "size": size()])
    }

    private mutating func realtimeBar() -> Message {
        Message(
            "realtimeBar",
            [
                "reqId": id(kind: 1), "time": "17684\(number(10_000...99_999))", "open": price(),
                "high": price(), "low": price(), "close": price(), "volume": size(),
                "wap": price(), "count": String(number(1...99)),
            ])
    }

    private mutating func accountValue() -> Message {
        let keys = ["NetLiquidation", "TotalCashBalance", "BuyingPower", "UnrealizedPnL"]
        return Message(
            "updateAccountValue",
            [
                "key": keys[number(0...3)], "val": price(), "currency": "USD",
                "accountName": "DU1234567",
            ])
    }

    private mutating func contract(_ message: inout Message) {
        let place = number(0...Self.symbols.count - 1)
        let symbol = Self.symbols[place]
        for (name, text): (String, String) in [
            ("contract.conId", String(100_001 + place)), ("contract.symbol", symbol),
            ("contract.secType", "STK"), ("contract.strike", "0.0"), ("contract.right", "0"),
            ("contract.currency", "USD"), ("contract.localSymbol", symbol),
            ("contract.tradingClass", "NMS"),
        ] { message[name] = text }
    }

    private mutating func portfolio() -> Message {
        var message = Message(
            "updatePortfolio",
            [
                "contract.primaryExchange": "NASDAQ", "position": size(), "marketPrice": price(),
                "marketValue": price(), "averageCost": price(), "unrealizedPNL": price(),
                "realizedPNL": "0.0", "accountName": "DU1234567",
            ])
        contract(&message)
        return message
    }

    /// An order's id, and the one that the broker gave it.
    private mutating func order() -> (id: String, permID: String) {
        let id = number(1...lines)
        return (String(id), String(1_000_000 + id))
    }

    private mutating func orderStatus() -> Message {
        let order = order()
        return Message(
            "orderStatus",
            [
                "orderId": order.id, "status": "Submitted", "filled": "0", "remaining": size(),
                "avgFillPrice": "0.0", "permId": order.permID,
                "parentId": "0", "lastFillPrice": "0.0", "clientId": "1", "mktCapPrice": "0.0",
            ])
    }

    private mutating func openOrder() -> Message {
        let order = order()
        var message = Message(
            "openOrder",
            [
                "order.orderId": order.id, "contract.exchange": "SMART", "order.action": "BUY",
                "order.totalQuantity": size(), "order.orderType": "LMT", "order.lmtPrice": price(),
                "order.auxPrice": "0.0", "order.tif": "DAY", "order.account": "DU1234567",
                "order.clientId": "1", "order.permId": order.permID,
                "orderState.status": "Submitted",
            ])
        contract(&message)
        return message
    }

    private mutating func execution() -> Message {
        let order = order()
        var message = Message(
            "execDetails",
            [
                "reqId": "-1", "execution.orderId": order.id, "contract.exchange": "SMART",
                "execution.execId": "0000e0d5.\(number(10_000_000...99_999_999)).01.01",
                "execution.time": "20260115 14:31:07 UTC", "execution.acctNumber": "DU1234567",
                "execution.exchange": "NASDAQ", "execution.side": "BOT",
                "execution.shares": size(), "execution.price": price(),
                "execution.permId": order.permID,
                "execution.clientId": "1", "execution.cumQty": size(),
                "execution.avgPrice": price(),
            ])
        contract(&message)
        return message
    }

    private mutating func history() -> Message {
        var message = Message(
            "historicalData",
            [
                "reqId": id(kind: 2), "startDateStr": "20260114 14:31:07 UTC",
                "endDateStr": "20260115 14:31:07 UTC",
            ])
        var bars: [[String: String]] = []
        for day in 10...19 {
            bars.append([
                "date": "202601\(day)", "open": price(), "high": price(), "low": price(),
                "close": price(), "volume": size(), "wap": price(),
                "barCount": String(number(1...99)),
            ])
        }
        message.setItems(of: "bars", to: bars)
        return message
    }
}

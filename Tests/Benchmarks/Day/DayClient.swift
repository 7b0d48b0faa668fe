import GatewayWire
import Simulation

/// A client and its day.
///
/// It streams its lines, follows the account, the account's profit and one position's, sends an
/// order every three minutes (three of four at the market, the others far away and cancelled a
/// minute later), and asks for a day of five-minute bars every half an hour.
struct DayClient {
    enum Action {
        case connect
        case say([Message])
        case leave
    }

    let connection: ConnectionID
    private let seat: Int
    private let symbols: [String]
    /// When it does something next.
    private(set) var due: SimInstant
    private var step = 0
    private var orderID = 0
    private var resting: Int?
    private let leavesAfter: Int?

    init(
        _ connection: ConnectionID, seat: Int, lineCount: Int, leaves: Bool, at due: SimInstant
    ) {
        self.connection = connection
        self.seat = seat
        self.due = due
        symbols = (0..<lineCount).map {
            StreamWorld.symbols[(2 * seat + $0) % StreamWorld.symbols.count]
        }
        // In minutes.
        leavesAfter = leaves ? 30 + connection.number * 7 % 150 : nil
    }

    mutating func wait(_ duration: Duration, at now: SimInstant) { due = now + duration }

    mutating func next(at now: SimInstant) -> Action {
        defer { step += 1 }
        switch step {
        case 0:
            due = now + .seconds(1)
            return .connect
        case 1:
            due = now + .seconds(2)
            return .say([
                request("startApi", ["clientId": String(connection.number)])
            ])
        // No more than the gateway takes in a second.
        case 2...4:
            due = now + .seconds(1)
            let part = symbols.indices.filter { $0 % 3 == step - 2 }
            return .say(
                part.map { index in
                    var message = stock("reqMktData", symbols[index])
                    message["reqId"] = String(index + 1)
                    return message
                })
        case 5:
            due = now + .seconds(55)
            return .say([
                request("reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"]),
                request("reqPnL", ["reqId": "9001", "account": "DU0000001"]),
                request(
                    "reqPnLSingle",
                    [
                        "reqId": "9002", "account": "DU0000001",
                        "conid": String(StreamWorld.conID(of: 2 * seat)),
                    ]),
            ])
        default: return minute(step - 5, at: now)
        }
    }

    /// What it does in one of its minutes.
    private mutating func minute(_ number: Int, at now: SimInstant) -> Action {
        due = now + .seconds(60)
        if let leavesAfter, number > leavesAfter { return .leave }
        var messages: [Message] = []
        if let order = resting {
            messages.append(request("cancelOrder", ["orderId": String(order)]))
            resting = nil
        }
        if number % 3 == 0 { messages.append(order(number)) }
        if number % 30 == 15 {
            var bars = stock("reqHistoricalData", symbols[0])
            bars["reqId"] = String(10_000 + number)
            bars["barSizeSetting"] = "5 mins"
            bars["durationStr"] = "1 D"
            bars["whatToShow"] = "TRADES"
            bars["useRTH"] = "0"
            bars["formatDate"] = "1"
            messages.append(bars)
        }
        return .say(messages)
    }

    private mutating func order(_ number: Int) -> Message {
        orderID += 1
        var order = stock("placeOrder", symbols[number % symbols.count])
        order["orderId"] = String(orderID)
        order["order.action"] = number / 3 % 2 == 0 ? "BUY" : "SELL"
        order["order.totalQuantity"] = "10"
        order["order.transmit"] = "1"
        order["order.tif"] = "DAY"
        order["order.orderType"] = "MKT"
        if number / 3 % 4 == 0 {
            order["order.orderType"] = "LMT"
            order["order.lmtPrice"] = "1"
            resting = orderID
        }
        return order
    }

    private func request(_ name: String, _ fields: KeyValuePairs<String, String>) -> Message {
        Message(name, fields, direction: .toGateway)
    }

    private func stock(_ name: String, _ symbol: String) -> Message {
        request(
            name,
            [
                "contract.symbol": symbol, "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD",
            ])
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

/// What an account says of itself, read as clients read it.
private struct Books {
    var gateway = Gateway()
    let client: ConnectionID

    init() {
        client = gateway.start()
    }

    mutating func ledger() -> [String: [String: Amount]] {
        let lines = gateway.reply(
            client, "reqAccountSummary", ["reqId": "9", "groupName": "All", "tags": "$LEDGER:ALL"])
        gateway.ask(client, "cancelAccountSummary", ["reqId": "9"])
        var books: [String: [String: Amount]] = [:]
        for line in lines where line.name == "accountSummary" {
            guard let tag = line["tag"], let currency = line["currency"] else { continue }
            books[currency, default: [:]][tag] = line["value"].flatMap { Amount($0) }
        }
        return books
    }

    /// Buys or sells at the market and returns the execution.
    mutating func trade(_ conID: String, _ action: String, _ quantity: String) throws -> Message {
        let id = gateway.reply(client, "reqIds").first?["orderId"] ?? ""
        let order = Message(
            "placeOrder",
            [
                "orderId": id, "contract.conId": conID, "order.action": action,
                "order.totalQuantity": quantity, "order.orderType": "MKT", "order.transmit": "1",
            ], direction: .toGateway)
        gateway.handle(gateway.request(client, order))
        let heard = gateway.sent(gateway.passing(.seconds(2)))
        return try #require(heard.first { $0.name == "execDetails" })
    }
}

private func conID(_ symbol: String, _ secType: String, _ currency: String) throws -> String {
    let found = World.default.contracts.first {
        $0.symbol == symbol && $0.secType == secType && $0.currency == currency
    }
    return String(try #require(found).conID)
}

@Suite struct `Money in another currency` {
    @Test func `is paid for what is traded in it, and counts at its rate`() throws {
        var books = Books()
        let before = books.ledger()
        #expect(before.keys.sorted() == ["BASE", "USD"])
        let fill = try books.trade(conID("SAP", "STK", "EUR"), "BUY", "100")
        let price = try #require(fill["execution.price"].flatMap { Amount($0) })
        let after = books.ledger()
        let euros = try #require(after["EUR"])
        #expect(euros["CashBalance"] == -(price * 100 + 1))
        #expect(after["USD"]?["CashBalance"] == before["USD"]?["CashBalance"])
        let rate = try #require(euros["ExchangeRate"])
        #expect(rate > 1 && rate < 2)
        for tag in ["CashBalance", "StockMarketValue", "UnrealizedPnL"] {
            let dollars = try #require(after["USD"]?[tag])
            let whole = try #require(after["BASE"]?[tag])
            let euro = try #require(euros[tag])
            #expect((dollars + euro * rate - whole).magnitude <= Amount(cents: 2), "\(tag)")
        }
    }

    @Test func `is changed by trading a pair`() throws {
        var books = Books()
        let before = books.ledger()
        let fill = try books.trade(conID("EUR", "CASH", "USD"), "BUY", "20000")
        let price = try #require(fill["execution.price"].flatMap { Amount($0) })
        let after = books.ledger()
        #expect(after["EUR"]?["CashBalance"] == 20_000)
        let dollars = try #require(before["USD"]?["CashBalance"])
        #expect(after["USD"]?["CashBalance"] == (dollars - price * 20_000 - 2).roundedToCents)
        let position = books.gateway.reply(books.client, "reqPositions")
            .first { $0["contract.secType"] == "CASH" }
        #expect(position?["position"] == "20000")
        let worth = { (books: [String: [String: Amount]]) in
            books["BASE"]?["NetLiquidationByCurrency"] ?? 0
        }
        // Two dollars' commission and the spread; all other positions move a little too.
        #expect((worth(after) - worth(before)).magnitude < 3_000)
    }

    @Test func `is not paid for a future, only what is won or lost with it`() throws {
        var books = Books()
        let details = books.gateway.reply(
            books.client, "reqContractDetails",
            ["reqId": "1", "contract.symbol": "ES", "contract.secType": "FUT"])
        let conID = try #require(details.first?["contract.conId"])
        let cash = books.ledger()["USD"]?["CashBalance"]
        let bought = try books.trade(conID, "BUY", "1")
        #expect(books.ledger()["USD"]?["CashBalance"] == cash)
        _ = books.gateway.passing(.seconds(600))
        let sold = try books.trade(conID, "SELL", "1")
        let prices = try [bought, sold].map {
            try #require($0["execution.price"].flatMap { Amount($0) })
        }
        let commissions = Amount(cents: 170)
        let gained = (prices[1] - prices[0]) * 50 - commissions
        let now = try #require(books.ledger()["USD"]?["CashBalance"])
        #expect(try now == #require(cash) + gained)
    }
}

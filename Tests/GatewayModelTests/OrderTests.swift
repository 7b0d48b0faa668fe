import GatewayModel
import GatewayWire
import Simulation
import Testing

extension Gateway {
    /// Places an order on 100 shares of IBM (con id 8314, about 297.85).
    @discardableResult
    mutating func place(
        _ connection: ConnectionID, _ orderID: Int, _ action: String = "BUY",
        _ type: String = "LMT", limit: String = "", quantity: String = "100",
        more: [String: String] = [:]
    ) -> [Message] {
        var message = Message(
            "placeOrder",
            [
                "orderId": String(orderID), "contract.conId": "8314", "contract.symbol": "IBM",
                "contract.secType": "STK", "contract.exchange": "SMART",
                "contract.currency": "USD", "order.action": action,
                "order.totalQuantity": quantity, "order.orderType": type,
                "order.lmtPrice": limit, "order.tif": "DAY", "order.transmit": "1",
            ], direction: .toGateway)
        for (name, text) in more { message[name] = text }
        return handle(request(connection, message)).compactMap {
            if case .send(connection, let message) = $0 { message } else { nil }
        }
    }

    /// What a client hears of orders while time passes: `name status-or-code`.
    mutating func hear(_ duration: Duration) -> [String] { story(sent(passing(duration))) }

    func sent(_ effects: [HealthyGateway.Effect]) -> [Message] {
        effects.compactMap { if case .send(_, let message) = $0 { message } else { nil } }
    }

    mutating func position(_ connection: ConnectionID, conID: String) -> Message? {
        reply(connection, "reqPositions").first { $0["contract.conId"] == conID }
    }
}

func story(_ messages: [Message]) -> [String] {
    messages.map { message in
        switch message.name {
        case "openOrder": "openOrder \(message["orderState.status"] ?? "")"
        case "orderStatus": "orderStatus \(message["status"] ?? "")"
        case "error": "error \(message["errorCode"] ?? "")"
        default: message.name
        }
    }
}

@Suite struct `An order` {
    @Test func `at a limit away from the market is submitted and stays open`() {
        var gateway = Gateway()
        let client = gateway.start()
        let first = gateway.place(client, 1, limit: "250.5")
        #expect(story(first) == ["openOrder PreSubmitted", "orderStatus PreSubmitted"])
        #expect(first[0]["order.lmtPrice"] == "250.5")
        #expect(gateway.hear(.seconds(60)) == ["openOrder Submitted", "orderStatus Submitted"])
        #expect(
            story(gateway.reply(client, "reqOpenOrders")) == [
                "openOrder Submitted", "orderStatus Submitted", "openOrderEnd",
            ])
    }

    @Test func `at the market is filled, and position and cash follow`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
        let cash = { (messages: [Message]) in
            messages.first { $0["key"] == "TotalCashValue" }?["val"]
        }
        #expect(gateway.place(client, 1, "BUY", "MKT", quantity: "25").count == 2)
        let messages = gateway.sent(gateway.passing(.seconds(1)))
        #expect(
            story(messages).prefix(6) == [
                "openOrder Submitted", "orderStatus Submitted", "execDetails", "openOrder Filled",
                "orderStatus Filled", "commissionReport",
            ])
        let execution = messages[2]
        #expect(execution["reqId"] == "-1")
        #expect(execution["execution.side"] == "BOT")
        #expect(execution["execution.execId"] == messages[5]["execId"])
        #expect(execution["execution.permId"] == messages[3]["order.permId"])
        let price = try #require(execution["execution.price"].flatMap { Amount($0) })
        #expect(messages[4]["avgFillPrice"] == price.description)
        let paid = 1 + 25 * Amount(micros: 3)
        #expect(messages[5]["commission"] == "1.000075")
        #expect(
            cash(messages) == (Amount(cents: 18_654_237) - 25 * price - paid).money)
        let found = gateway.position(client, conID: "8314")
        let position = try #require(found)
        #expect(position["position"] == "100")
        let average = (75 * Amount(cents: 18_900) + 25 * price + paid) / 100
        #expect(position["avgCost"].flatMap { Amount($0) } == average)
        #expect(
            story(gateway.reply(client, "reqCompletedOrders")).count == 5,
            "three of the world, this one, the end")
    }

    @Test func `sold through zero closes the position and opens the other side`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "SELL", "MKT", quantity: "100")
        let messages = gateway.sent(gateway.passing(.seconds(1)))
        let report = try #require(messages.first { $0.name == "commissionReport" })
        let price = try #require(
            messages.first { $0.name == "execDetails" }?["execution.price"].flatMap { Amount($0) })
        let paid = try #require(report["commission"].flatMap { Amount($0) })
        let fees = 100 * price.double * 0.000_020_6 + 100 * 0.000_198
        #expect(abs(paid.double - 1 - fees) < 0.000_001)
        #expect(
            report["realizedPNL"].flatMap { Amount($0) } == 75 * (price - 189) - paid)
        let found = gateway.position(client, conID: "8314")
        let position = try #require(found)
        #expect(position["position"] == "-25")
        #expect(position["avgCost"] == price.description)
    }

    @Test func `at a limit the market already meets is filled`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "SELL", limit: "200")
        #expect(gateway.hear(.seconds(1)).contains("orderStatus Filled"))
    }

    @Test func `can be changed and then meets the market`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, limit: "250")
        _ = gateway.hear(.seconds(1))
        let changed = gateway.place(client, 1, limit: "400")
        #expect(story(changed) == ["openOrder Submitted", "orderStatus Submitted"])
        #expect(changed[0]["order.lmtPrice"] == "400.0")
        #expect(gateway.hear(.seconds(1)).contains("orderStatus Filled"))
        #expect(gateway.place(client, 1, limit: "400").isEmpty, "nothing is said to a late change")
        #expect(story(gateway.place(client, 1, "BUY", "MKT")) == ["error 103"])
    }

    @Test func `is cancelled once`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, limit: "250")
        _ = gateway.hear(.seconds(1))
        func cancel(_ id: String) -> [String] {
            story(gateway.reply(client, "cancelOrder", ["orderId": id]))
        }
        #expect(cancel("1").isEmpty)
        #expect(cancel("1") == ["error 161"])
        #expect(story(gateway.place(client, 1, limit: "251")) == ["error 2102"])
        #expect(gateway.hear(.seconds(1)) == ["orderStatus Cancelled", "error 202"])
        #expect(cancel("1") == ["error 10148"])
        #expect(cancel("99") == ["error 10147"])
    }

    @Test func `is refused for what is wrong with it`() {
        var gateway = Gateway()
        let client = gateway.start()
        func refusal(_ more: [String: String]) -> [String] {
            story(gateway.place(client, 1, limit: "250", more: more))
        }
        #expect(refusal(["contract.conId": "1"]) == ["error 200"])
        #expect(refusal(["order.action": "HOLD"]) == ["error 201"])
        #expect(refusal(["order.totalQuantity": "0"]) == ["error 434"])
        #expect(refusal(["order.totalQuantity": "1.5"]) == ["error 10243"])
        #expect(refusal(["order.totalQuantity": "-7"]) == ["error 201"])
        #expect(refusal(["order.totalQuantity": "1e300"]) == ["error 201"])
        #expect(refusal(["order.totalQuantity": "10000001"]) == ["error 201"])
        #expect(refusal(["order.orderType": "WISH"]) == ["error 321"])
        #expect(refusal(["order.orderType": "VOL"]) == ["error 387"])
        #expect(refusal(["order.lmtPrice": ""]) == ["error 201"])
        #expect(refusal(["order.lmtPrice": "nan"]) == ["error 201"])
        #expect(refusal(["order.lmtPrice": "250.005"]) == ["error 110"])
        #expect(refusal(["order.account": "DU9"]) == ["error 201"])
        #expect(refusal(["order.parentId": "55"]) == ["error 135"])
        #expect(gateway.hear(.seconds(5)).isEmpty)
    }

    @Test func `beyond what the equity carries is refused, and changed beyond it stays as it was`()
    {
        var gateway = Gateway()
        let client = gateway.start()
        let refusal = gateway.place(client, 1, "BUY", "MKT", quantity: "100000").first
        #expect(refusal?["errorCode"] == "201")
        #expect(
            refusal?["errorString"]?.contains("must exceed the new total Initial Margin") == true)
        gateway.place(client, 2, limit: "250")
        _ = gateway.hear(.seconds(1))
        let change = gateway.place(client, 2, limit: "250", quantity: "100000")
        #expect(change.map { $0["errorCode"] } == ["201"])
        let open = gateway.reply(client, "reqOpenOrders").first { $0["order.orderId"] == "2" }
        #expect(open?["order.totalQuantity"] == "100")
    }

    @Test func `that frees margin is taken however little equity there is`() {
        let world = World(
            accounts: [
                {
                    var account = World.Account(name: "DU0000001", cash: -100_000)
                    account.positions = [
                        World.Position(conID: 8314, quantity: 300, averageCost: 100)
                    ]
                    return account
                }()
            ], contracts: World.default.contracts.filter { $0.symbol == "IBM" })
        var gateway = Gateway(world: world)
        let client = gateway.start()
        gateway.place(client, 1, "SELL", "MKT", quantity: "200")
        #expect(gateway.hear(.seconds(1)).contains("orderStatus Filled"))
        #expect(gateway.place(client, 2, "BUY", "MKT").first?["errorCode"] == "201")
    }

    @Test func `is not made into another by a change`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, limit: "250")
        #expect(story(gateway.place(client, 1, "SELL", limit: "250")) == ["error 105"])
        let stop = ["order.auxPrice": "310"]
        #expect(story(gateway.place(client, 1, "BUY", "STP", more: stop)) == ["error 329"])
    }

    @Test func `asked about with what-if shows margins and leaves no trace`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let answer = gateway.place(client, 1, "BUY", "MKT", more: ["order.whatIf": "1"])
        #expect(story(answer) == ["openOrder PreSubmitted"])
        let change = try #require(answer[0]["orderState.initMarginChange"].flatMap { Amount($0) })
        #expect(change > 0)
        #expect(answer[0]["orderState.commission"] == "1.0003")
        #expect(gateway.hear(.seconds(5)).isEmpty)
        #expect(gateway.reply(client, "reqOpenOrders").map(\.name) == ["openOrderEnd"])
    }

    @Test func `in a bracket waits for its parent and goes with it`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(gateway.place(client, 1, limit: "250", more: ["order.transmit": "0"]).isEmpty)
        let family = gateway.place(
            client, 2, "SELL", limit: "350", more: ["order.parentId": "1"])
        #expect(family.count == 4)
        #expect(family[3]["whyHeld"] == "child")
        #expect(gateway.hear(.seconds(1)) == ["openOrder Submitted", "orderStatus Submitted"])
        gateway.place(client, 1, limit: "400")
        let story = gateway.hear(.seconds(1))
        #expect(story.contains("orderStatus Filled"))
        #expect(story.suffix(2) == ["openOrder Submitted", "orderStatus Submitted"])
    }

    @Test func `of every client ends with a global cancel`() {
        var gateway = Gateway()
        let client = gateway.start(client: 1, version: 225)
        #expect(gateway.reply(client, "reqGlobalCancel").isEmpty)
        #expect(
            gateway.hear(.seconds(1)) == [
                "orderStatus Cancelled", "error 202", "orderStatus Cancelled", "error 202",
            ], "its own two")
        #expect(gateway.reply(client, "reqAllOpenOrders").map(\.name) == ["openOrderEnd"])
    }

    @Test func `above the bound is refused`() {
        var gateway = Gateway { $0.limits.openOrders = 8 }
        let client = gateway.start()
        #expect(story(gateway.place(client, 1, limit: "250")).count == 2)
        #expect(story(gateway.place(client, 2, limit: "250")) == ["error 201"])
    }

    @Test func `is refused by a read-only gateway`() {
        var gateway = Gateway { $0.readOnly = true }
        let client = gateway.start()
        #expect(story(gateway.place(client, 1, limit: "250")) == ["error 321"])
        #expect(story(gateway.reply(client, "reqOpenOrders")) == ["error 321"])
    }

    @Test func `raises the next valid id of its client alone, over reconnects`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 41, limit: "250")
        #expect(gateway.reply(client, "reqIds", ["numIds": "1"])[0]["orderId"] == "42")
        gateway.handle(.disconnected(client))
        func next(_ clientID: String) -> String? {
            let (connection, _) = gateway.greet()
            return gateway.reply(connection, "startApi", ["clientId": clientID]).first {
                $0.name == "nextValidId"
            }?["orderId"]
        }
        #expect(next("7") == "42")
        #expect(next("1") == "6")
    }

    @Test func `waits while the server is lost`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.handle(.commanded(.loseServer))
        gateway.place(client, 1, "BUY", "MKT")
        #expect(gateway.hear(.seconds(5)).isEmpty)
        gateway.handle(.commanded(.restoreServer(dataLost: false)))
        #expect(gateway.hear(.seconds(5)).contains("orderStatus Filled"))
    }
}

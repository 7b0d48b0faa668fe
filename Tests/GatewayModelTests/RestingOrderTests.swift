import GatewayModel
import GatewayWire
import Simulation
import Testing

/// IBM's price over the first hours, as market data shows it.
private func lastPrices(_ gateway: Gateway, seconds: Int) -> [Amount] {
    var watcher = gateway
    let client = watcher.start(client: 99)
    _ = watcher.reply(client, "reqMktData", ["reqId": "1", "contract.conId": "8314"])
    var prices: [Amount] = []
    for _ in 0..<seconds {
        let ticks = watcher.sent(watcher.passing(.seconds(1)))
        let last = ticks.last { $0.name == "tickPrice" && $0["tickType"] == "4" }
        if let price = last?["price"].flatMap({ Amount($0) }) ?? prices.last {
            prices.append(price)
        }
    }
    return prices
}

/// A gateway where IBM's price rises, or falls, by a few cents within the hour after a quiet start.
private func market(rising: Bool) throws -> (Gateway, prices: [Amount]) {
    for seed in 1...50 {
        let gateway = Gateway(seed: UInt64(seed))
        let prices = lastPrices(gateway, seconds: 3600)
        let first = try #require(prices.first)
        let extreme = try #require(rising ? prices.max() : prices.min())
        let quiet = prices.prefix(20).allSatisfy { ($0 - first).magnitude < Amount(cents: 2) }
        if quiet, (extreme - first).magnitude > Amount(cents: 20) { return (gateway, prices) }
    }
    throw Unmoved()
}

private struct Unmoved: Error {}

@Suite struct `An order resting in the book` {
    @Test(arguments: ["BUY", "SELL"])
    func `is filled when the market gets to its limit, and not before`(action: String) throws {
        let (moving, prices) = try market(rising: action == "SELL")
        var gateway = moving
        let client = gateway.start()
        let first = try #require(prices.first)
        let extreme = try #require(action == "BUY" ? prices.min() : prices.max())
        let limit = first + (extreme - first) / 2
        let cents = Amount(cents: limit.roundedToCents.micros / 10_000)
        gateway.place(client, 1, action, "LMT", limit: cents.description)
        var fill: Message?
        for _ in 0..<3600 where fill == nil {
            fill = gateway.sent(gateway.passing(.seconds(1))).first { $0.name == "execDetails" }
        }
        let price = try #require(fill?["execution.price"].flatMap { Amount($0) })
        #expect(action == "BUY" ? price <= cents : price >= cents)
    }

    @Test func `as a stop is held, triggers and is done at the market`() throws {
        let (moving, prices) = try market(rising: true)
        var gateway = moving
        let client = gateway.start()
        let first = try #require(prices.first)
        let stop = try #require(prices.max().map { first + ($0 - first) / 2 })
        let cents = Amount(cents: stop.roundedToCents.micros / 10_000)
        let placed = gateway.place(
            client, 1, "BUY", "STP", more: ["order.auxPrice": cents.description])
        #expect(story(placed) == ["openOrder PreSubmitted", "orderStatus PreSubmitted"])
        #expect(placed[1]["whyHeld"] == "trigger")
        let index = try #require(prices.firstIndex { $0 >= cents })
        #expect(index > 5)
        #expect(gateway.hear(.seconds(1)).isEmpty)
        #expect(
            gateway.hear(.seconds(index + 4)) == [
                "openOrder Submitted", "orderStatus Submitted", "execDetails", "openOrder Filled",
                "orderStatus Filled", "commissionReport",
            ])
    }

    @Test func `as a trailing stop follows the market and never goes back`() throws {
        let (moving, _) = try market(rising: true)
        var gateway = moving
        let client = gateway.start()
        gateway.place(client, 1, "SELL", "TRAIL", more: ["order.auxPrice": "0.15"])
        var stops: [Amount] = []
        var fill: Message?
        for _ in 0..<10_000 where fill == nil {
            let heard = gateway.sent(gateway.passing(.seconds(2)))
            fill = heard.first { $0.name == "execDetails" }
            let open = gateway.reply(client, "reqOpenOrders").first
            stops += open?["order.trailStopPrice"].flatMap { Amount($0) }.map { [$0] } ?? []
        }
        #expect(stops == stops.sorted())
        #expect(Set(stops).count > 3)
        let price = try #require(fill?["execution.price"].flatMap { Amount($0) })
        let last = try #require(stops.last)
        #expect((price - last).magnitude < Amount(cents: 30))
    }

    @Test func `as a trailing limit takes the price behind its stop`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(
            client, 1, "SELL", "TRAIL LIMIT",
            more: ["order.trailingPercent": "0.1", "order.lmtPriceOffset": "0.5"])
        let heard = gateway.sent(gateway.passing(.seconds(3600)))
        let submitted = try #require(
            heard.first { $0.name == "openOrder" && $0["orderState.status"] == "Submitted" })
        let stop = try #require(submitted["order.trailStopPrice"].flatMap { Amount($0) })
        #expect(submitted["order.lmtPrice"] == (stop - Amount(cents: 50)).description)
        #expect(heard.contains { $0.name == "execDetails" })
    }

    @Test func `for the close is done at the end of the session`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MOC")
        gateway.place(client, 2, "SELL", "LOC", limit: "900")
        #expect(gateway.hear(.seconds(6 * 3600)).isEmpty)
        let end = gateway.hear(.seconds(3600))
        #expect(end.contains("orderStatus Filled"))
        #expect(end.contains("orderStatus Cancelled"), "nobody pays 900")
    }

    @Test func `ends with its day, its date or at once, as its time in force says`() {
        var gateway = Gateway()
        let client = gateway.start()
        func tif(_ id: Int, _ name: String, until: String = "") {
            gateway.place(
                client, id, limit: "100", more: ["order.tif": name, "order.goodTillDate": until])
        }
        tif(1, "DAY")
        tif(2, "GTC")
        tif(3, "GTD", until: "20260115 15:30:00 UTC")
        tif(4, "IOC")
        tif(5, "FOK")
        func open() -> [String] {
            gateway.reply(client, "reqOpenOrders").compactMap { $0["order.orderId"] }
        }
        _ = gateway.hear(.seconds(1))
        #expect(open() == ["1", "2", "3"])
        _ = gateway.hear(.seconds(3600))
        #expect(open() == ["1", "2"])
        _ = gateway.hear(.seconds(6 * 3600))
        #expect(open() == ["2"])
    }

    @Test func `is refused for a time in force nobody can make sense of`() {
        var gateway = Gateway()
        let client = gateway.start()
        func refusal(_ type: String, _ more: [String: String]) -> [String] {
            story(gateway.place(client, 1, "BUY", type, limit: "250", more: more))
        }
        #expect(refusal("LMT", ["order.tif": "SOON"]) == ["error 201"])
        #expect(refusal("LMT", ["order.tif": "GTD"]) == ["error 334"])
        #expect(refusal("MOC", ["order.tif": "GTC"]) == ["error 111"])
        #expect(refusal("LMT", ["order.goodAfterTime": "noon"]) == ["error 337"])
        #expect(refusal("STP", [:]) == ["error 201"])
        #expect(refusal("TRAIL", [:]) == ["error 201"])
    }

    @Test func `waits for its market where markets keep hours, with a warning`() {
        var gateway = Gateway {
            $0.marketsKeepHours = true
            // 22:30 UTC, after the close.
            $0.epoch += 8 * 3600 * 1_000_000_000
        }
        let client = gateway.start()
        #expect(
            story(gateway.place(client, 1, "BUY", "MKT")) == [
                "error 399", "openOrder PreSubmitted", "orderStatus PreSubmitted",
            ])
        #expect(gateway.hear(.seconds(15 * 3600)).isEmpty)
        #expect(gateway.hear(.seconds(2 * 3600)).contains("orderStatus Filled"))
    }

    @Test func `waits for its time and its price condition`() {
        var gateway = Gateway()
        let client = gateway.start()
        var message = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "10", "order.orderType": "MKT", "order.transmit": "1",
            ], direction: .toGateway)
        message.setItems(
            of: "order.conditions",
            to: [
                [
                    "condType": "3", "conjunction": "a", "isMore": "1",
                    "time": "20260115 15:00:00 UTC",
                ],
                [
                    "condType": "1", "conjunction": "a", "isMore": "1", "price": "1",
                    "conId": "265598", "exchange": "SMART", "triggerMethod": "0",
                ],
            ])
        let shown = gateway.sent(gateway.handle(gateway.request(client, message)))
        #expect(shown[0].items(of: "order.conditions").count == 2)
        #expect(gateway.hear(.seconds(1700)).isEmpty)
        #expect(gateway.hear(.seconds(200)).contains("orderStatus Filled"))
    }

    /// A client of API 10.51 may say whether conditions count overnight too.
    @Test(arguments: [225, 226])
    func `shows whether its conditions include overnight from 226 on`(version: Int) {
        var gateway = Gateway()
        let client = gateway.start(version: version)
        let shown = gateway.sent(
            gateway.handle(
                gateway.request(
                    client,
                    Message(
                        "placeOrder",
                        [
                            "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                            "order.totalQuantity": "10", "order.orderType": "LMT",
                            "order.lmtPrice": "1", "order.tif": "DAY", "order.transmit": "1",
                            "order.conditionsIncludeOvernight": "1",
                        ], direction: .toGateway))))
        #expect(
            shown.first?["order.conditionsIncludeOvernight"] == (version == 226 ? "1" : nil))
    }

    @Test func `is looked for no oftener than its price can move`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, limit: "150", more: ["order.tif": "GTC"])
        _ = gateway.hear(.seconds(1))
        var wakes = 0
        let end = gateway.now + .seconds(3600)
        while let wake = gateway.wake, wake <= end {
            gateway.now = wake
            wakes += 1
            gateway.handle(.deadlineReached)
        }
        #expect(wakes < 60)
    }

    /// Places a market order on IBM with one condition, and says what came of it.
    private func fills(
        _ condition: [String: String], after deed: (inout Gateway, ConnectionID) -> Void
    ) -> Bool {
        var gateway = Gateway()
        let client = gateway.start()
        var message = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "MKT", "order.transmit": "1",
            ], direction: .toGateway)
        message.setItems(
            of: "order.conditions", to: [condition.merging(["conjunction": "a"]) { $1 }])
        gateway.handle(gateway.request(client, message))
        deed(&gateway, client)
        return gateway.sent(gateway.passing(.seconds(5))).contains {
            $0.name == "orderStatus" && $0["orderId"] == "1" && $0["status"] == "Filled"
        }
    }

    @Test(arguments: [
        (["condType": "4", "isMore": "1", "percent": "10"], true),
        (["condType": "4", "isMore": "0", "percent": "10"], false),
        (["condType": "6", "isMore": "1", "volume": "1000", "conId": "265598"], true),
        (["condType": "6", "isMore": "1", "volume": "2000000000", "conId": "265598"], false),
        (["condType": "7", "isMore": "1", "changePercent": "-20", "conId": "265598"], true),
        (["condType": "7", "isMore": "0", "changePercent": "-20", "conId": "265598"], false),
        (["condType": "7", "isMore": "1", "changePercent": "x", "conId": "265598"], false),
        (["condType": "1", "isMore": "1", "price": "1", "conId": "12345678"], false),
    ])
    func `waits for its account's cushion, a volume or a change`(
        _ condition: [String: String], _ holds: Bool
    ) {
        #expect(fills(condition) { _, _ in } == holds)
    }

    @Test func `waits for an execution in another instrument that comes after it`() {
        let condition = [
            "condType": "5", "symbol": "AAPL", "secType": "STK", "exchange": "SMART",
        ]
        let apple = ["contract.conId": "265598", "contract.symbol": "AAPL"]
        #expect(!fills(condition) { _, _ in })
        #expect(fills(condition) { $0.place($1, 2, "BUY", "MKT", more: apple) })
        #expect(!fills(condition) { $0.place($1, 2, "BUY", "MKT") })
    }
}

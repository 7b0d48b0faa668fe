import GatewayModel
import GatewayWire
import Simulation
import Testing

extension Gateway {
    /// Gives a command, and returns the messages that a client hears at once.
    @discardableResult
    mutating func obey(_ command: WorldCommand) throws -> [Message] {
        let effects = try model.obey(command, at: now).flatMap(\.spelledOut)
        note(effects)
        return effects.compactMap {
            if case .send(_, let message) = $0 { message } else { nil }
        }
    }

    mutating func buyApple(
        _ client: ConnectionID, _ type: String, quantity: String, limit: String = ""
    ) {
        place(
            client, 1, "BUY", type, limit: limit, quantity: quantity,
            more: ["contract.conId": "265598", "contract.symbol": "AAPL"])
    }

    func refusal(_ command: WorldCommand) -> CommandRefusal? {
        var copy = self
        do throws(CommandRefusal) {
            _ = try copy.model.obey(command, at: now)
            return nil
        } catch {
            return error
        }
    }

    func instrument(_ symbol: String) throws -> WorldView.Instrument {
        try #require(
            model.world(at: now).instruments.first { $0.symbol == symbol && $0.secType == "STK" })
    }
}

private let apple = ContractName("AAPL")

@Suite struct `A command about the market` {
    private static let line: KeyValuePairs = ["reqId": "4", "contract.conId": "265598"]

    private func price(_ type: String, _ ticks: [Message]) -> String? {
        ticks.first { $0["tickType"] == type }?["price"]
    }

    @Test func `moves the price at once, and the walk goes on from there`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqMktData", Self.line)
        let ticks = try gateway.obey(.setPrice(apple, PriceSetting(last: 300)))
        #expect(price("1", ticks) == "299.99")
        #expect(price("2", ticks) == "300.01")
        #expect(price("4", ticks) == "300")
        #expect(price("6", ticks) == "300")
        let later = gateway.sent(gateway.passing(.seconds(60))).filter {
            $0["tickType"] == "4" && $0.name == "tickPrice"
        }
        let prices = later.compactMap { $0["price"].flatMap { Amount($0) } }
        #expect(Set(prices).count > 3)
        #expect(prices.allSatisfy { ($0 - 300).magnitude < 5 })
        #expect(try gateway.instrument("AAPL").last == prices.last)
    }

    @Test func `leaves the past as it was, and shows the jump in bars`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.pass(.seconds(95))
        func bars() -> [(date: String, high: Double, close: String)] {
            var copy = gateway
            let rows = copy.reply(
                client, "reqHistoricalData",
                [
                    "reqId": "8", "contract.conId": "265598", "durationStr": "300 S",
                    "barSizeSetting": "5 secs", "whatToShow": "TRADES", "formatDate": "2",
                ])
            guard let answer = rows.first(where: { $0.name == "historicalData" }) else { return [] }
            return answer.items(of: "bars").map { bar in
                (bar["date"] ?? "", bar["high"].flatMap { Double($0) } ?? 0, bar["close"] ?? "")
            }
        }
        let before = bars()
        try gateway.obey(.setPrice(apple, PriceSetting(last: 400)))
        _ = gateway.pass(.seconds(10))
        let after = bars()
        #expect((1...3).contains(after.count { $0.high > 390 }))
        let old = Dictionary(uniqueKeysWithValues: before.dropLast().map { ($0.date, $0.close) })
        let common = after.filter { old[$0.date] != nil }
        #expect(common.count > 50)
        #expect(common.allSatisfy { $0.close == old[$0.date] })
    }

    @Test func `may set a wider spread`() throws {
        var gateway = Gateway()
        let prices = PriceSetting(bid: Amount(cents: 24_900), ask: 251)
        try gateway.obey(.setPrice(apple, prices))
        let seen = try gateway.instrument("AAPL")
        #expect(seen.bid == Amount(cents: 24_900))
        #expect(seen.ask == 251)
        #expect(seen.last == 251)
        _ = gateway.pass(.seconds(5))
        let later = try gateway.instrument("AAPL")
        #expect(later.ask - later.bid == 2)
    }

    @Test func `fills orders that the new price reaches`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.buyApple(client, "LMT", quantity: "10", limit: "200")
        #expect(!gateway.hear(.seconds(5)).contains("orderStatus Filled"))
        try gateway.obey(.setPrice(apple, PriceSetting(last: 190)))
        #expect(gateway.hear(.seconds(2)).contains("orderStatus Filled"))
    }

    @Test func `halts trading until it is resumed`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqMktData", Self.line)
        _ = gateway.reply(
            client, "reqTickByTickData",
            ["reqId": "5", "contract.conId": "265598", "tickType": "Last"])
        _ = gateway.pass(.seconds(2))
        let halted = try gateway.obey(.halt(apple))
        #expect(halted.map { $0["tickType"] } == ["49"])
        #expect(halted.map { $0["value"] } == ["1"])
        gateway.buyApple(client, "MKT", quantity: "10")
        let told = gateway.sent(gateway.passing(.seconds(20)))
        #expect(!told.contains { $0.name.hasPrefix("tick") })
        #expect(!told.contains { $0.name == "execDetails" })
        #expect(try gateway.instrument("AAPL").isHalted)
        let second = gateway.reply(
            client, "reqMktData", ["reqId": "6", "contract.conId": "265598"])
        #expect(second.contains { $0["tickType"] == "49" && $0["value"] == "1" })
        let resumed = try gateway.obey(.resume(apple))
        #expect(resumed.contains { $0["tickType"] == "49" && $0["value"] == "0" })
        let after = gateway.sent(gateway.passing(.seconds(3)))
        #expect(after.contains { $0.name == "tickPrice" })
        #expect(after.contains { $0.name == "tickByTick" })
        #expect(after.contains { $0.name == "execDetails" })
    }

    @Test func `leaves a halt without trades, in bars and in ticks of the past`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqMktData", Self.line)
        _ = gateway.reply(
            client, "reqRealTimeBars",
            ["reqId": "7", "contract.conId": "265598", "whatToShow": "TRADES"])
        _ = gateway.pass(.seconds(10))
        try gateway.obey(.halt(apple))
        // The bar in which the halt began had trades before it.
        _ = gateway.pass(.seconds(5))
        let bars = gateway.sent(gateway.passing(.seconds(600))).filter { $0.name == "realtimeBar" }
        #expect(bars.count == 120)
        #expect(Set(bars.map { $0["volume"] }) == ["0"])
        #expect(Set(bars.map { $0["count"] }) == ["0"])
        let price = "\(try gateway.instrument("AAPL").last)"
        for field in ["open", "high", "low", "close", "wap"] {
            #expect(Set(bars.map { $0[field] }) == [price])
        }
        func lastTicks() -> [(time: Int, price: String?)] {
            let answer = gateway.reply(
                client, "reqHistoricalTicks",
                [
                    "reqId": "8", "contract.conId": "265598", "whatToShow": "TRADES",
                    "endDateTime": "20300101-00:00:00", "numberOfTicks": "20",
                ])
            return answer.flatMap { $0.items(of: "ticks") }.map {
                (Int($0["time"] ?? "") ?? 0, $0["price"])
            }
        }
        let halted = lastTicks()
        #expect(halted.count == 20)
        #expect(halted.last?.price == price)
        try gateway.obey(.resume(apple))
        _ = gateway.pass(.seconds(60))
        let after = lastTicks()
        #expect(after.count == 20)
        #expect((after.first?.time ?? 0) > (halted.last?.time ?? 0) + 600)
    }

    @Test func `is refused when it makes no sense`() throws {
        var gateway = Gateway()
        #expect(gateway.refusal(.halt(ContractName("NONE")))?.kind == .unknown)
        #expect(gateway.refusal(.halt(.conID(1)))?.text == "there is no contract with con id 1")
        #expect(gateway.refusal(.resume(apple))?.text == "AAPL is not halted")
        for prices in [
            PriceSetting(last: Amount(micros: 1_005_000)), PriceSetting(last: 0),
            PriceSetting(bid: 5, ask: 4), PriceSetting(last: 3, bid: 4, ask: 5),
            PriceSetting(bid: 5, ask: 5),
        ] {
            #expect(gateway.refusal(.setPrice(apple, prices))?.kind == .conflict)
        }
        try gateway.obey(.halt(apple))
        #expect(gateway.refusal(.halt(apple))?.kind == .conflict)
    }

    @Test func `is refused beyond a contract's bound`() throws {
        var gateway = Gateway { $0.limits.priceChanges = 2 }
        try gateway.obey(.halt(apple))
        try gateway.obey(.setPrice(apple, PriceSetting(last: 10)))
        #expect(gateway.refusal(.setPrice(apple, PriceSetting(last: 11)))?.kind == .conflict)
    }

    @Test func `moves options with their underlying`() throws {
        var gateway = Gateway()
        func option() throws -> Amount {
            try #require(
                gateway.model.world(at: gateway.now).instruments
                    .first { $0.localSymbol == "AAPL  271217C00250000" }
            ).last
        }
        let before = try option()
        try gateway.obey(.setPrice(apple, PriceSetting(last: 300)))
        #expect(try option() > before + 20)
    }
}

@Suite struct `A command about an order` {
    private func resting(_ gateway: inout Gateway, quantity: String = "100") -> ConnectionID {
        let client = gateway.start()
        gateway.buyApple(client, "LMT", quantity: quantity, limit: "200")
        _ = gateway.pass(.seconds(2))
        return client
    }

    private let name = OrderName.id(1, clientID: 7)

    @Test func `fills it at its limit`() throws {
        var gateway = Gateway()
        _ = resting(&gateway)
        let told = try gateway.obey(.fill(name, quantity: nil, price: nil))
        #expect(
            story(told) == [
                "execDetails", "openOrder Filled", "orderStatus Filled", "commissionReport",
            ])
        #expect(told.first?["execution.price"] == "200.00")
        #expect(gateway.refusal(.fill(name, quantity: nil, price: nil))?.kind == .conflict)
    }

    @Test func `fills a part at a price, and the rest goes on`() throws {
        var gateway = Gateway()
        _ = resting(&gateway)
        let told = try gateway.obey(.fill(name, quantity: 30, price: 150))
        #expect(told.first?["execution.shares"] == "30")
        #expect(told.first?["execution.price"] == "150.00")
        #expect(
            gateway.model.world(at: gateway.now).openOrders.contains {
                $0.clientID == 7 && $0.filled == 30 && $0.status == "Submitted"
            })
        #expect(gateway.refusal(.fill(name, quantity: 71, price: nil))?.kind == .conflict)
        try gateway.obey(.setPrice(apple, PriceSetting(last: 190)))
        #expect(gateway.hear(.seconds(2)).contains("orderStatus Filled"))
    }

    @Test func `fills it while its client is away`() throws {
        var gateway = Gateway()
        let client = resting(&gateway)
        gateway.handle(.disconnected(client))
        #expect(try gateway.obey(.fill(name, quantity: nil, price: nil)).isEmpty)
        let again = gateway.start()
        let executions = gateway.reply(again, "reqExecutions", ["reqId": "3"])
        #expect(executions.contains { $0.name == "execDetails" && $0["execution.orderId"] == "1" })
        let positions = gateway.reply(again, "reqPositions")
        #expect(positions.contains { $0["contract.conId"] == "265598" && $0["position"] == "400" })
    }

    @Test func `rejects it with error 201`() throws {
        var gateway = Gateway()
        _ = resting(&gateway)
        let told = try gateway.obey(.reject(name, reason: "no margin"))
        #expect(told.contains { $0["status"] == "Inactive" })
        #expect(
            told.contains {
                $0["errorCode"] == "201" && $0["errorString"] == "Order rejected - reason:no margin"
            })
        #expect(gateway.model.world(at: gateway.now).openOrders.allSatisfy { $0.clientID != 7 })
    }

    @Test func `cancels it with error 202`() throws {
        var gateway = Gateway()
        _ = resting(&gateway)
        let told = try gateway.obey(.cancel(name, reason: "self match"))
        #expect(story(told) == ["orderStatus Cancelled", "error 202"])
        #expect(told.last?["errorString"] == "Order Canceled - reason:self match")
    }

    @Test func `finds it by every name, and refuses what is not there`() throws {
        let gateway = Gateway()
        #expect(gateway.refusal(.cancel(.permID(1_204_550_001), reason: "")) == nil)
        #expect(gateway.refusal(.cancel(.id(11, clientID: nil), reason: "")) == nil)
        #expect(gateway.refusal(.cancel(.id(11, clientID: 4), reason: ""))?.kind == .unknown)
        #expect(gateway.refusal(.cancel(.reference("x"), reason: ""))?.kind == .unknown)
        var other = Gateway()
        let client = other.start(client: 5)
        other.buyApple(client, "LMT", quantity: "1", limit: "200")
        _ = other.pass(.seconds(1))
        #expect(other.refusal(.cancel(.id(1, clientID: nil), reason: ""))?.kind == .conflict)
    }
}

@Suite struct `A command about an account` {
    @Test func `drifts a position, and tells who follows it`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqPositions")
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": ""])
        let told = try gateway.obey(.drift(account: "", apple, by: -500))
        #expect(told.first { $0.name == "position" }?["position"] == "-200")
        #expect(told.first { $0.name == "updatePortfolio" }?["position"] == "-200")
        #expect(
            told.contains { $0["key"] == "GrossPositionValue" || $0["key"] == "StockMarketValue" })
        #expect(gateway.refusal(.drift(account: "X", apple, by: 1))?.kind == .unknown)
        #expect(gateway.refusal(.drift(account: "", apple, by: 0))?.kind == .conflict)
    }

    @Test func `sets cash`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": ""])
        let told = try gateway.obey(.setCash(account: "", currency: "", 1_000))
        #expect(told.contains { $0["key"] == "TotalCashValue" && $0["val"] == "1000.00" })
        #expect(!told.contains { $0.name == "updatePortfolio" })
        #expect(gateway.refusal(.setCash(account: "", currency: "QQQ", 1))?.kind == .unknown)
        try gateway.obey(.setCash(account: "", currency: "EUR", 5))
        #expect(gateway.model.world(at: gateway.now).accounts[0].cash["EUR"] == 5)
    }

    @Test func `shows another value until it is taken back`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": ""])
        let told = try gateway.obey(.showValue(account: "", key: "ExcessLiquidity", "-125.50"))
        #expect(told.contains { $0["key"] == "ExcessLiquidity" && $0["val"] == "-125.50" })
        let summary = gateway.reply(
            client, "reqAccountSummary",
            ["reqId": "9", "groupName": "All", "tags": "ExcessLiquidity"])
        #expect(summary.contains { $0["value"] == "-125.50" })
        try gateway.obey(.showValue(account: "", key: "ExcessLiquidity", nil))
        #expect(gateway.refusal(.showValue(account: "", key: "Luck", "1"))?.kind == .unknown)
    }
}

@Suite struct `A command about the clock` {
    private func time(_ gateway: Gateway) -> Int64 { gateway.model.milliseconds(at: gateway.now) }

    @Test func `puts it forward, and what was due happens at once`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.buyApple(client, "MKT", quantity: "10")
        let before = time(gateway)
        try gateway.obey(.advanceClock(.seconds(600)))
        #expect(time(gateway) == before + 600_000)
        // What follows is due after the usual delays.
        #expect(gateway.hear(.seconds(1)).contains("orderStatus Filled"))
        #expect(gateway.refusal(.advanceClock(.seconds(400 * 86_400)))?.kind == .conflict)
        #expect(gateway.refusal(.advanceClock(.seconds(-1)))?.kind == .conflict)
    }

    @Test func `stops it and lets it go on`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(
            client, "reqMktData", ["reqId": "4", "contract.conId": "265598"])
        _ = gateway.pass(.seconds(1))
        let before = time(gateway)
        try gateway.obey(.stopClock)
        #expect(gateway.refusal(.stopClock)?.kind == .conflict)
        #expect(gateway.sent(gateway.passing(.seconds(30))).isEmpty)
        #expect(time(gateway) == before)
        #expect(gateway.reply(client, "reqCurrentTime").count == 1)
        try gateway.obey(.advanceClock(.seconds(5)))
        #expect(time(gateway) == before + 5_000)
        try gateway.obey(.startClock)
        #expect(gateway.refusal(.startClock)?.kind == .conflict)
        #expect(time(gateway) == before + 5_000)
        #expect(!gateway.sent(gateway.passing(.seconds(2))).isEmpty)
        #expect(time(gateway) == before + 7_000)
    }

    @Test func `works before the market opens`() throws {
        var gateway = Gateway { $0.marketWaits = true }
        let client = gateway.start()
        try gateway.obey(.advanceClock(.seconds(3_600)))
        try gateway.obey(.setPrice(apple, PriceSetting(last: 300)))
        #expect(gateway.model.world(at: gateway.now).marketWaits)
        let before = time(gateway)
        let ticks = gateway.reply(
            client, "reqMktData", ["reqId": "4", "contract.conId": "265598"])
        #expect(ticks.contains { $0["tickType"] == "4" && $0["price"] == "300" })
        #expect(time(gateway) - before <= 60_100)
        #expect(time(gateway) > before)
    }
}

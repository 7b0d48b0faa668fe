import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `Market data` {
    private let apple: KeyValuePairs = ["reqId": "4", "contract.conId": "265598"]

    @Test func `streams until it is cancelled`() {
        var gateway = Gateway()
        let client = gateway.start()
        let first = gateway.reply(client, "reqMktData", apple)
        #expect(first.prefix(2).map(\.name) == ["tickReqParams", "marketDataType"])
        let types = first.compactMap { $0.name == "tickPrice" ? $0["tickType"] : nil }
        #expect(types == ["1", "2", "4", "6", "7", "9", "14"])
        #expect(first.contains { $0["tickType"] == "4" && $0["price"] == "259.12" })
        #expect(gateway.pass(.seconds(10)).count > 20)
        #expect(gateway.reply(client, "cancelMktData", ["reqId": "4"]).isEmpty)
        #expect(gateway.pass(.seconds(10)).isEmpty)
        #expect(story(gateway.reply(client, "cancelMktData", ["reqId": "4"])) == ["error 300"])
    }

    @Test func `keeps the bid below the ask`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        var bid = Amount.zero
        var ask = Amount.zero
        var effects = gateway.handle(
            gateway.request(client, Message("reqMktData", apple, direction: .toGateway)))
        for _ in 0..<200 {
            for tick in messages(effects, "tickPrice") {
                let price = try #require(tick["price"].flatMap { Amount($0) })
                if tick["tickType"] == "1" { bid = price }
                if tick["tickType"] == "2" { ask = price }
            }
            #expect(bid < ask)
            effects = gateway.passing(.milliseconds(500))
        }
    }

    @Test func `names the exchanges at a share's prices by their letters`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        var ticks = gateway.reply(client, "reqMktData", apple)
        ticks += gateway.sent(gateway.passing(.seconds(120)))
        let components = try #require(
            gateway.reply(
                client, "reqSmartComponents", ["reqId": "9", "bboExchange": "9c0001"]
            ).first?.items(of: "components"))
        let known = components.compactMap { $0["exchangeLetter"] }.joined()
        for (type, most) in [("32", 5), ("33", 5), ("84", 1)] {
            let told = ticks.filter { $0.name == "tickString" && $0["tickType"] == type }
                .compactMap { $0["value"] }
            #expect(told.count > 3)
            #expect(told.allSatisfy { (1...most).contains($0.count) })
            #expect(told.joined().allSatisfy { known.contains($0) })
            #expect(zip(told, told.dropFirst()).allSatisfy { $0 != $1 })
        }
        let index = gateway.reply(
            client, "reqMktData", ["reqId": "8", "contract.conId": "416904"])
        #expect(!index.contains { $0["tickType"] == "32" })
    }

    @Test func `has odd lots from server version 225 on`() {
        for version in [200, 225] {
            var gateway = Gateway()
            let client = gateway.start(version: version)
            let told = gateway.reply(
                client, "reqMktData",
                ["reqId": "4", "contract.conId": "265598", "genericTickList": "787"])
            let types = Set(told.compactMap { $0["tickType"] })
            #expect(types.isSuperset(of: (105...110).map(String.init)) == (version == 225))
            #expect((told.first?["errorCode"] == "321") == (version == 200))
            let refusal = gateway.reply(
                client, "reqMktData",
                ["reqId": "5", "contract.conId": "265598", "genericTickList": "7"]
            ).first?["errorString"]
            #expect(refusal?.contains("787(") == (version == 225))
        }
    }

    @Test func `comes once and ends for a snapshot`() {
        var gateway = Gateway()
        let client = gateway.start()
        let first = gateway.reply(
            client, "reqMktData",
            ["reqId": "4", "contract.conId": "265598", "snapshot": "1"])
        #expect(first.contains { $0.name == "tickPrice" })
        #expect(gateway.pass(.seconds(5)) == ["#1 57|1|4|"])
    }

    @Test func `is refused for a used id, an unknown contract and too many lines`() {
        var gateway = Gateway { $0.limits.marketDataLines = 2 }
        let client = gateway.start()
        func code(_ id: String, _ conID: String) -> String? {
            gateway.reply(
                client, "reqMktData", ["reqId": id, "contract.conId": conID]
            ).first?["errorCode"]
        }
        #expect(code("1", "8314") == nil)
        #expect(code("1", "8314") == "102")
        #expect(code("2", "1") == "200")
        #expect(code("2", "4391") == nil)
        #expect(code("3", "8314") == "101")
    }

    @Test func `stops with its connection`() {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(client, "reqMktData", apple)
        gateway.handle(.disconnected(client))
        #expect(gateway.passing(.seconds(5)).isEmpty)
    }
}

@Suite struct `Historical bars` {
    private func bars(
        _ gateway: inout Gateway, _ client: ConnectionID, duration: String = "1 D",
        size: String = "5 mins", show: String = "TRADES", end: String = "", format: String = "1"
    ) -> [[String: String]] {
        let answer = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": "265598", "endDateTime": end,
                "barSizeSetting": size, "durationStr": duration, "useRTH": "1",
                "whatToShow": show, "formatDate": format,
            ])
        return answer[0].name == "historicalData" ? answer[0].items(of: "bars") : []
    }

    @Test(arguments: [157, 176, 200])
    func `answer the same question the same way`(version: Int) {
        var gateway = Gateway()
        let client = gateway.start(version: version)
        let end = "20260114 21:00:00 UTC"
        let first = bars(&gateway, client, end: end)
        #expect(first.count == 78)
        #expect(
            first.first?["date"]
                == (version < 174 ? "20260114  14:30:00" : "20260114 09:30:00 US/Eastern"))
        gateway.now = gateway.now + .seconds(3600)
        #expect(bars(&gateway, client, end: end) == first)
        #expect(bars(&gateway, client, end: end, format: "2").first?["date"] == "1768401000")
    }

    @Test func `end with their own message from version 196`() {
        var gateway = Gateway()
        for (client, version) in [(1, 195), (2, 196)] {
            let connection = gateway.start(client: client, version: version)
            let answer = gateway.reply(
                connection, "reqHistoricalData",
                [
                    "reqId": "3", "contract.conId": "8314", "barSizeSetting": "1 day",
                    "durationStr": "1 W", "whatToShow": "TRADES",
                ])
            #expect(
                answer.map(\.name)
                    == (version < 196
                        ? ["historicalData"] : ["historicalData", "historicalDataEnd"]))
            #expect(
                answer[0].items(of: "bars").map { $0["date"] } == [
                    "20260109", "20260112", "20260113", "20260114", "20260115",
                ])
        }
    }

    @Test(arguments: [
        ("30 S", "5 secs", 6), ("1 D", "1 min", 390), ("2 D", "1 hour", 14), ("1 M", "1 day", 22),
        ("3 M", "1 week", 13), ("1 Y", "1 month", 12), ("600 S", "1 secs", 600),
    ])
    func `come in the asked number`(duration: String, size: String, count: Int) {
        var gateway = Gateway()
        let client = gateway.start()
        let all = bars(
            &gateway, client, duration: duration, size: size, end: "20260114-21:00:00")
        #expect(abs(all.count - count) <= 1)
        for bar in all {
            let prices = ["low", "open", "close", "high"].compactMap {
                bar[$0].flatMap { Amount($0) }
            }
            #expect(prices.count == 4)
            #expect(prices.min() == prices.first && prices.max() == prices.last)
        }
    }

    @Test func `are refused when nobody can make sense of the question`() {
        var gateway = Gateway { $0.limits.historicalBars = 100 }
        let client = gateway.start()
        func code(_ change: (inout Message) -> Void) -> String? {
            var message = Message(
                "reqHistoricalData",
                [
                    "reqId": "3", "contract.conId": "8314", "barSizeSetting": "1 day",
                    "durationStr": "1 W", "whatToShow": "TRADES",
                ], direction: .toGateway)
            change(&message)
            return messages(gateway.handle(gateway.request(client, message)), "error")
                .first?["errorCode"]
        }
        #expect(code { _ in } == nil)
        #expect(code { $0["contract.conId"] = "1" } == "200")
        #expect(code { $0["barSizeSetting"] = "7 mins" } == "162")
        #expect(code { $0["durationStr"] = "-1 D" } == "162")
        #expect(code { $0["durationStr"] = "99999999999999999999 Y" } == "162")
        #expect(code { $0["whatToShow"] = "HOPE" } == "162")
        #expect(code { $0["endDateTime"] = "yesterday" } == "10314")
        #expect(code { $0["barSizeSetting"] = "1 min" } == "162")
        #expect(
            story(gateway.reply(client, "cancelHistoricalData", ["reqId": "3"])) == ["error 366"])
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A stream of market data` {
    private func code(_ answer: [Message]) -> String? { answer.first?["errorCode"] }

    @Test func `carries the generic ticks asked for, and refuses unknown ones`() {
        var gateway = Gateway { $0.fundamentalData = .served }
        let client = gateway.start()
        func types(_ id: String, _ list: String) -> Set<String> {
            let answer = gateway.reply(
                client, "reqMktData",
                ["reqId": id, "contract.conId": "265598", "genericTickList": list])
            return Set(
                answer.compactMap { $0["tickType"] ?? ($0.name == "tickNews" ? "news" : nil) })
        }
        #expect(
            types("1", "mdoff,100,101,104,105,106,165,221,225,233,236,258,292,293,411,456") == [
                "29", "30", "27", "28", "23", "87", "24", "15", "16", "17", "18", "19", "20",
                "21", "37", "34", "35", "36", "61", "48", "46", "89", "47", "news", "54", "58",
                "59",
            ])
        #expect(types("2", "").contains("8"))
        #expect(
            code(
                gateway.reply(
                    client, "reqMktData",
                    ["reqId": "3", "contract.conId": "265598", "genericTickList": "9999"])) == "321"
        )
        #expect(
            code(
                gateway.reply(
                    client, "reqMktData",
                    [
                        "reqId": "3", "contract.conId": "265598", "genericTickList": "233",
                        "snapshot": "1",
                    ])) == "321")
    }

    @Test func `is delayed by a quarter of an hour when that was asked for`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let live = gateway.reply(
            client, "reqMktData", ["reqId": "1", "contract.conId": "265598", "snapshot": "1"])
        let price = try #require(live.first { $0["tickType"] == "4" }?["price"])
        _ = gateway.passing(.seconds(900))
        _ = gateway.reply(client, "reqMarketDataType", ["marketDataType": "3"])
        let late = gateway.reply(client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        #expect(late.contains { $0["marketDataType"] == "3" })
        #expect(late.first { $0["tickType"] == "68" }?["price"] == price)
        #expect(!late.contains { $0["tickType"] == "4" })
    }

    @Test func `is frozen at the close only while the market is closed`() {
        for (hours, type) in [(0, "1"), (9, "2")] {
            var gateway = Gateway { $0.epoch += Int64(hours) * 3_600_000_000_000 }
            let client = gateway.start()
            _ = gateway.reply(client, "reqMarketDataType", ["marketDataType": "2"])
            let answer = gateway.reply(
                client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
            #expect(answer.first { $0.name == "marketDataType" }?["marketDataType"] == type)
            #expect(gateway.passing(.seconds(5)).isEmpty == (type == "2"))
            #expect(gateway.reply(client, "cancelMktData", ["reqId": "2"]).isEmpty)
        }
    }

    @Test func `is refused or delayed as the account's permission says`() {
        let cases: [(MarketDataPermission, asked: String, told: String?)] = [
            (.delayedOnly, "1", "10089"), (.delayedOnly, "3", "10167"), (.none, "1", "10089"),
            (.none, "3", "10168"), (.live, "3", nil),
        ]
        for (permission, asked, told) in cases {
            var gateway = Gateway { $0.marketData = permission }
            let client = gateway.start()
            _ = gateway.reply(client, "reqMarketDataType", ["marketDataType": asked])
            let answer = gateway.reply(
                client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
            #expect(answer.first { $0.name == "error" }?["errorCode"] == told)
        }
    }

    @Test func `comes as fast and as slowly as it is set`() {
        for (interval, atLeast, atMost) in [
            (Duration.milliseconds(1), 1_500, 9_000), (.seconds(60), 0, 0), (.zero, 1_500, 9_000),
        ] {
            var gateway = Gateway { $0.tickInterval = interval }
            let client = gateway.start()
            _ = gateway.reply(client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
            let count = names(gateway.passing(.seconds(2))).count
            #expect((atLeast...atMost).contains(count))
        }
    }

    @Test func `of depth keeps its rows in order on both sides`() throws {
        for smart in ["0", "1"] {
            var gateway = Gateway()
            let client = gateway.start()
            let request = Message(
                "reqMktDepth",
                [
                    "reqId": "4", "contract.conId": "265598", "numRows": "5",
                    "isSmartDepth": smart,
                ], direction: .toGateway)
            var effects = gateway.handle(gateway.request(client, request))
            var sides: [String: [Amount]] = ["0": [], "1": []]
            for _ in 0..<200 {
                for case .send(_, let step) in effects where step.name.hasPrefix("updateMktDepth") {
                    #expect(step.name == (smart == "1" ? "updateMktDepthL2" : "updateMktDepth"))
                    let side = try #require(step["side"])
                    let position = try #require(step["position"].flatMap { Int($0) })
                    let price = try #require(step["price"].flatMap { Amount($0) })
                    let count = try #require(sides[side]?.count)
                    switch step["operation"] {
                    case "0":
                        #expect(position == count && count < 5)
                        sides[side]?.append(price)
                    case "1": sides[side]?[position] = price
                    default:
                        #expect(position == count - 1)
                        sides[side]?.removeLast()
                    }
                }
                let asks = try #require(sides["0"])
                let bids = try #require(sides["1"])
                #expect(bids.count == 5 && asks.count == 5)
                #expect(bids == bids.sorted(by: >) && asks == asks.sorted())
                #expect(bids[0] < asks[0])
                effects = gateway.passing(.milliseconds(500))
            }
        }
    }

    @Test func `of ticks one by one begins with the past when asked`() {
        var gateway = Gateway()
        let client = gateway.start()
        let first = gateway.reply(
            client, "reqTickByTickData",
            [
                "reqId": "4", "contract.conId": "265598", "tickType": "BidAsk",
                "numberOfTicks": "20",
            ])
        #expect(first[0].name == "historicalTicksBidAsk")
        #expect(first[0].items(of: "ticks").count == 20)
        #expect(names(gateway.passing(.seconds(3))).contains("tickByTick"))
        #expect(
            code(
                gateway.reply(
                    client, "reqTickByTickData",
                    ["reqId": "5", "contract.conId": "12087792", "tickType": "Last"])) == "10189")
    }

    @Test func `is bounded in number, kind by kind, and knows what to cancel`() {
        var gateway = Gateway {
            $0.limits.tickByTickStreams = 1
            $0.limits.depthStreams = 1
            $0.limits.streams = 1
        }
        let client = gateway.start()
        func ask(_ name: String, _ id: String) -> String? {
            var message = Message(name, ["reqId": id], direction: .toGateway)
            message.setAll([
                "contract.conId": "265598", "tickType": "Last", "numRows": "5", "barSize": "5",
                "whatToShow": "TRADES",
            ])
            return messages(gateway.handle(gateway.request(client, message)), "error")
                .first?["errorCode"]
        }
        let kinds = [
            ("TickByTickData", "10190", "300"), ("MktDepth", "309", "310"),
            ("RealTimeBars", "420", "300"),
        ]
        for (kind, tooMany, unknown) in kinds {
            #expect(ask("req\(kind)", "1") == nil)
            #expect(ask("req\(kind)", "1") == "102")
            #expect(ask("req\(kind)", "2") == tooMany)
            #expect(ask("cancel\(kind)", "2") == unknown)
            #expect(ask("cancel\(kind)", "1") == nil)
            #expect(ask("cancel\(kind)", "1") == unknown)
        }
        #expect(gateway.passing(.seconds(20)).isEmpty)
    }

    @Test func `of a combination is the sum of its legs`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        var request = Message(
            "reqMktData",
            ["reqId": "1", "contract.symbol": "AAPL", "contract.secType": "BAG"],
            direction: .toGateway)
        request.setItems(
            of: "contract.comboLegs",
            to: [
                ["conId": "990000101", "ratio": "1", "action": "BUY", "exchange": "SMART"],
                ["conId": "990000102", "ratio": "1", "action": "SELL", "exchange": "SMART"],
            ])
        let ticks = messages(gateway.handle(gateway.request(client, request)), "tickPrice")
        #expect(ticks.first { $0["tickType"] == "4" }?["price"] == "20.75")
    }

    @Test(arguments: ["TRADES", "MIDPOINT", "BID", "ASK", "BID_ASK"])
    func `of a combination has a history, the sum of its legs'`(_ show: String) throws {
        var gateway = Gateway()
        let client = gateway.start()
        func bars(_ contract: KeyValuePairs<String, String>, _ show: String) throws -> [[Amount]] {
            var request = Message(
                "reqHistoricalData",
                [
                    "reqId": "1", "durationStr": "2 D", "barSizeSetting": "1 hour",
                    "whatToShow": show, "formatDate": "1",
                ], direction: .toGateway)
            request.setAll(contract)
            if contract.first?.value == "BAG" {
                request.setItems(
                    of: "contract.comboLegs",
                    to: [
                        ["conId": "265598", "ratio": "2", "action": "BUY", "exchange": "SMART"],
                        ["conId": "8314", "ratio": "1", "action": "SELL", "exchange": "SMART"],
                    ])
            }
            let answer = messages(
                gateway.handle(gateway.request(client, request)), "historicalData")
            return try #require(answer.first).items(of: "bars").map { bar in
                try ["open", "high", "low", "close"].map { name in
                    try #require(bar[name].flatMap { Amount($0) })
                }
            }
        }
        let combined = try bars(["contract.secType": "BAG", "contract.symbol": "AAPL"], show)
        let bought = try bars(["contract.conId": "265598"], show)
        let other = ["BID": "ASK", "ASK": "BID"][show] ?? show
        let sold = try bars(["contract.conId": "8314"], other)
        let swaps = show == "BID_ASK"
        try #require(combined.count > 10 && bought.count == sold.count)
        for (index, bar) in combined.enumerated() {
            let (one, two) = (bought[index], sold[index])
            #expect(bar[0] == one[0] * 2 - two[swaps ? 3 : 0])
            #expect(bar[1] == one[1] * 2 - two[2])
            #expect(bar[2] == one[2] * 2 - two[1])
            #expect(bar[3] == one[3] * 2 - two[swaps ? 0 : 3])
        }
    }
}

extension Message {
    /// Sets those of the fields that the message has.
    mutating func setAll(_ fields: KeyValuePairs<String, String>) {
        for (name, text) in fields where !schema.indexes(of: name).isEmpty { self[name] = text }
    }
}

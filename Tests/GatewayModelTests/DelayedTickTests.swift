import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A delayed line` {
    private func delayed(_ settings: (inout GatewaySettings) -> Void = { _ in }) -> (
        Gateway, ConnectionID
    ) {
        var gateway = Gateway {
            $0.newestVersion = 225
            settings(&$0)
        }
        let client = gateway.start(version: 225)
        _ = gateway.reply(client, "reqMarketDataType", ["marketDataType": "3"])
        return (gateway, client)
    }

    private func types(_ ticks: [Message]) -> [String] { ticks.compactMap { $0["tickType"] } }

    @Test func `begins with the day, a snapshot with the quote; prices carry their sizes`() {
        var (gateway, client) = delayed()
        let stream = gateway.reply(
            client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        #expect(types(stream) == ["72", "73", "74", "75", "68", "88", "76", "66", "67"])
        let snapshot = gateway.reply(
            client, "reqMktData", ["reqId": "3", "contract.conId": "265598", "snapshot": "1"])
        #expect(types(snapshot) == ["66", "67", "68", "88", "72", "73", "74", "75", "76"])
        for tick in stream + snapshot where tick.name == "tickPrice" {
            #expect(tick["attrMask"] == "0")
            let hasSize = ["66", "67", "68"].contains(tick["tickType"])
            #expect((tick["size"] != "0") == hasSize)
        }
    }

    @Test func `has a tick of its own for a size that alone changes`() throws {
        var (gateway, client) = delayed { $0.tickInterval = .milliseconds(50) }
        _ = gateway.reply(client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        var sizes = 0
        for _ in 0..<400 {
            let ticks = gateway.sent(gateway.passing(.milliseconds(50)))
            let told = types(ticks)
            for (price, size) in [("66", "69"), ("67", "70"), ("68", "71")] {
                #expect(!(told.contains(price) && told.contains(size)))
            }
            sizes += told.count { ["69", "70", "71"].contains($0) }
        }
        #expect(sizes > 10)
    }

    @Test func `tells of a trade at the same price by its size and time, also after hours`() {
        var (gateway, client) = delayed { $0.epoch = 1_787_602_104_000_000_000 }
        _ = gateway.reply(client, "reqMktData", ["reqId": "2", "contract.conId": "265598"])
        var told: [[String]] = []
        for _ in 0..<40 {
            told.append(types(gateway.sent(gateway.passing(.milliseconds(500)))))
        }
        let trades = told.filter { $0.contains("71") }
        #expect(!trades.isEmpty)
        #expect(trades.allSatisfy { $0.contains("88") && !$0.contains("68") })
    }

    @Test func `begins with the generic ticks, and has no time and sales`() {
        var (gateway, client) = delayed()
        let first = gateway.reply(
            client, "reqMktData",
            ["reqId": "2", "contract.conId": "265598", "genericTickList": "233,236,375"])
        #expect(types(first).prefix(2) == ["46", "89"])
        let ticks = first + gateway.sent(gateway.passing(.seconds(20)))
        #expect(!types(ticks).contains("48") && !types(ticks).contains("77"))
    }

    @Test func `of an option keeps the ids of computations and knows no underlying price`() {
        var (gateway, client) = delayed()
        let ticks = gateway.reply(
            client, "reqMktData", ["reqId": "2", "contract.conId": "990000101"]
        ).filter { $0.name == "tickOptionComputation" }
        #expect(types(ticks) == ["10", "11", "12", "13"])
        #expect(ticks.allSatisfy { $0["undPrice"] == "-1" })
        #expect(ticks.allSatisfy { ($0["pvDividend"].flatMap { Double($0) } ?? 0) > 0 })
        #expect(ticks.allSatisfy { ($0["delta"]?.count ?? 0) > 10 })
    }

    @Test func `is told how exact prices and sizes of shares are`() {
        var (gateway, client) = delayed()
        for (conID, precision) in [("265598", "0.000001"), ("12087792", nil)] {
            let told = gateway.reply(
                client, "reqMktData", ["reqId": conID, "contract.conId": conID]
            )
            .first { $0.name == "tickReqParams" }
            #expect(told?["lastPricePrecision"] == precision)
            #expect(told?["lastSizePrecision"] == precision)
        }
    }
}

@Suite struct `An option calculation` {
    private func asked(_ name: String, _ fields: KeyValuePairs<String, String>) -> Message? {
        var gateway = Gateway()
        let client = gateway.start()
        var request = Message(
            name, ["reqId": "9", "contract.conId": "990000101"], direction: .toGateway)
        request.setAll(fields)
        return messages(gateway.handle(gateway.request(client, request)), "tickOptionComputation")
            .first
    }

    @Test func `of a volatility has the prices as sent, and no Greeks`() throws {
        let told = try #require(
            asked("calculateImpliedVolatility", ["optionPrice": "38.4", "underPrice": "259.12"]))
        #expect(told["tickType"] == "53" && told["optPrice"] == "38.4")
        #expect(told["undPrice"] == "259.12" && told["pvDividend"] == "-1")
        #expect(["delta", "gamma", "vega", "theta"].allSatisfy { told[$0] == "-2" })
        #expect((told["impliedVol"]?.count ?? 0) > 10)
        let long = asked(
            "calculateImpliedVolatility",
            ["optionPrice": "38.4172515148628609", "underPrice": "259.1234567"])
        #expect(long?["optPrice"].flatMap { Double($0) } == 38.4172515148628609)
        #expect(long?["undPrice"] == "259.1234567")
    }

    @Test func `of a price has the volatility as sent, and Greeks to the last digit`() throws {
        let told = try #require(
            asked("calculateOptionPrice", ["volatility": "0.3", "underPrice": "259.12"]))
        #expect(told["impliedVol"] == "0.3" && told["undPrice"] == "259.12")
        #expect(told["pvDividend"] == "-1")
        #expect(
            ["delta", "gamma", "vega", "theta", "optPrice"].allSatisfy {
                (told[$0]?.count ?? 0) > 10
            })
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A market that waits` {
    /// What a bracket on AAPL is told when it comes so long after the gateway's start and so long
    /// after the first quote, times aside.
    private func story(seed: UInt64 = 5, start: Duration, order: Duration) -> [String] {
        let world = World(
            accounts: [World.Account(name: "DU0000001", cash: 100_000)],
            contracts: World.default.contracts.filter { $0.symbol == "AAPL" })
        var gateway = Gateway(world: world, seed: seed) { $0.marketWaits = true }
        _ = gateway.passing(start)
        let client = gateway.start()
        var heard = gateway.sent(
            gateway.handle(
                gateway.request(
                    client,
                    Message(
                        "reqMktData", ["reqId": "1", "contract.conId": "265598"],
                        direction: .toGateway))))
        heard += gateway.sent(gateway.passing(order))
        let aapl = ["contract.conId": "265598", "contract.symbol": "AAPL"]
        func held(_ more: [String: String]) -> [String: String] {
            more.merging(aapl) { $1 }.merging(["order.transmit": "0"]) { $1 }
        }
        gateway.place(client, 1, "BUY", "MKT", more: held([:]))
        gateway.place(
            client, 2, "SELL", "LMT", limit: "260",
            more: held(["order.parentId": "1"]))
        gateway.place(
            client, 3, "SELL", "STP",
            more: aapl.merging(["order.parentId": "1", "order.auxPrice": "258"]) { $1 })
        heard += gateway.sent(gateway.passing(.seconds(20) - order))
        heard += gateway.reply(client, "reqPnL", ["reqId": "6", "account": "DU0000001"])
        return heard.map { message in
            var message = message
            for name in ["execution.time", "errorTime", "time"] {
                message.setIfThere(name, to: "")
            }
            // The text of tick type 45 is a time.
            if message.name == "tickString", message["tickType"] == "45" { message["value"] = "" }
            return body(message, at: 176)
        }
    }

    @Test(arguments: [
        (Duration.milliseconds(350), Duration.milliseconds(1)),
        (.milliseconds(17_777), .milliseconds(14)), (.seconds(7_000), .milliseconds(9)),
    ])
    func `gives a program the same messages whenever it comes`(_ start: Duration, _ order: Duration)
    {
        let expected = story(start: .zero, order: .milliseconds(5))
        #expect(expected.contains { $0.contains("Filled") })
        let heard = story(start: start, order: order)
        let difference = zip(expected, heard).first { $0 != $1 }
        #expect(difference == nil && heard.count == expected.count)
    }

    @Test func `gives a slow program the same prices too`() {
        let expected = story(start: .zero, order: .milliseconds(5))
        let heard = story(start: .seconds(59), order: .milliseconds(370))
        #expect((expected.sorted() == heard.sorted()) == true)
    }

    @Test func `moves by seed`() {
        let one = story(start: .zero, order: .milliseconds(5))
        let other = story(seed: 6, start: .zero, order: .milliseconds(5))
        #expect((one == other) == false)
    }

    @Test func `keeps its prices while sessions only begin, and moves at the first look`() throws {
        var gateway = Gateway { $0.marketWaits = true }
        let client = gateway.start()
        func value() -> String? {
            gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
                .first { $0["key"] == "NetLiquidation" }?["val"]
        }
        let before = value()
        _ = gateway.passing(.seconds(120))
        #expect(value() == before)
        let first = try #require(gateway.reply(client, "reqCurrentTime").first?["time"])
        #expect(Int(first) ?? 0 > 0)
        #expect((Int(first) ?? 1) % 60 == 0)
        _ = gateway.passing(.seconds(120))
        #expect(value() != before)
    }

    @Test func `moves for those who only watch an account`() {
        var gateway = Gateway { $0.marketWaits = true }
        let client = gateway.start()
        gateway.ask(client, "reqAccountUpdates", ["subscribe": "1"])
        let told = gateway.sent(gateway.passing(.seconds(800)))
        let values = told.filter { $0["key"] == "NetLiquidation" }.compactMap { $0["val"] }
        #expect(Set(values).count > 1)
    }

    @Test func `has no trades while it waits, and its bars add up`() throws {
        var gateway = Gateway { $0.marketWaits = true }
        let client = gateway.start()
        _ = gateway.passing(.seconds(200))
        gateway.ask(client, "reqCurrentTime")
        _ = gateway.passing(.seconds(60))
        let bars = try #require(
            gateway.reply(
                client, "reqHistoricalData",
                [
                    "reqId": "1", "contract.conId": "265598", "durationStr": "600 S",
                    "barSizeSetting": "1 min", "whatToShow": "TRADES", "formatDate": "2",
                ]
            ).first?.items(of: "bars"))
        // The gateway starts at 14:30; the market moves from 14:34 on.
        let quiet = bars.filter { $0["volume"] == "0" }
        #expect(quiet.count == 4)
        #expect(quiet.allSatisfy { $0["high"] == $0["low"] && $0["barCount"] == "0" })
        #expect(bars.last?["volume"] != "0")
    }
}

extension Message {
    fileprivate mutating func setIfThere(_ name: String, to text: String) {
        if !schema.indexes(of: name).isEmpty, self[name] != nil { self[name] = text }
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `Prices of every kind` {
    private struct Prices: Equatable {
        var open: Amount
        var high: Amount
        var low: Amount
        var close: Amount
        var volume: Int
        var count: Int

        mutating func append(_ later: Prices) {
            high = max(high, later.high)
            low = min(low, later.low)
            close = later.close
            volume += later.volume
            count += later.count
        }
    }

    private func bars(
        _ gateway: inout Gateway, _ client: ConnectionID, conID: String, _ duration: String,
        _ size: String, _ show: String, end: String = "20260114-21:00:00"
    ) throws -> [Prices] {
        let answer = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": conID, "endDateTime": end,
                "barSizeSetting": size, "durationStr": duration, "useRTH": "1",
                "whatToShow": show, "formatDate": "1",
            ])
        #expect(answer[0].name == "historicalData")
        return try answer[0].items(of: "bars").map { bar in
            func amount(_ name: String) throws -> Amount {
                try #require(bar[name].flatMap { Amount($0) })
            }
            return Prices(
                open: try amount("open"), high: try amount("high"), low: try amount("low"),
                close: try amount("close"), volume: max(0, Int(bar["volume"] ?? "") ?? 0),
                count: max(0, Int(bar["barCount"] ?? "") ?? 0))
        }
    }

    /// A stock, an option, an index, a currency pair.
    @Test(arguments: [
        ("265598", "TRADES"), ("265598", "ASK"), ("265598", "OPTION_IMPLIED_VOLATILITY"),
        ("990000101", "TRADES"), ("416904", "TRADES"), ("12087792", "MIDPOINT"),
    ])
    func `add up from finer bars to coarser ones`(conID: String, show: String) throws {
        var gateway = Gateway { $0.pacesHistory = false }
        let client = gateway.start()
        func sum(_ duration: String, _ size: String) throws -> Prices {
            let all = try bars(&gateway, client, conID: conID, duration, size, show)
            var whole = try #require(all.first)
            for bar in all.dropFirst() { whole.append(bar) }
            return whole
        }
        let fine = try sum("1800 S", "5 secs")
        #expect(try fine == sum("1800 S", "1 min"))
        #expect(try fine == sum("1800 S", "10 mins"))
        let day = try sum("1 D", "5 mins")
        #expect(try day == sum("1 D", "1 hour"))
        #expect(try day == sum("1 D", "1 day"))
        #expect(day.low <= fine.low && fine.high <= day.high)
        #expect(try sum("4 W", "1 day") == sum("4 W", "1 week"))
    }

    @Test func `are the same trades live, tick by tick, and in history`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        _ = gateway.reply(
            client, "reqTickByTickData",
            ["reqId": "5", "contract.conId": "265598", "tickType": "AllLast"])
        _ = gateway.reply(
            client, "reqRealTimeBars",
            ["reqId": "6", "contract.conId": "265598", "barSize": "5", "whatToShow": "TRADES"])
        let effects = gateway.passing(.seconds(10))
        let live = messages(effects, "tickByTick").map { [$0["time"], $0["price"], $0["size"]] }
        #expect(live.count == 200)
        let answer = gateway.reply(
            client, "reqHistoricalTicks",
            [
                "reqId": "7", "contract.conId": "265598", "startDateTime": "20260115-14:30:00",
                "numberOfTicks": "200", "whatToShow": "TRADES",
            ])
        let told = answer[0].items(of: "ticks").map { [$0["time"], $0["price"], $0["size"]] }
        #expect(told == live)
        let bar = try #require(messages(effects, "realtimeBar").last)
        let mine = messages(effects, "tickByTick").suffix(100)
        let prices = mine.compactMap { $0["price"].flatMap { Amount($0) } }
        #expect(bar["high"] == prices.max()?.description)
        #expect(bar["low"] == prices.min()?.description)
        #expect(bar["open"] == prices.first?.description)
        #expect(bar["close"] == prices.last?.description)
        let sizes = mine.compactMap { $0["size"].flatMap { Int($0) } }
        #expect(bar["volume"] == String(sizes.reduce(0, +)))
    }

    @Test func `go on after history in kept bars, which a later question repeats`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        let first = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": "265598", "barSizeSetting": "1 min",
                "durationStr": "600 S", "whatToShow": "TRADES", "keepUpToDate": "1",
            ])
        #expect(first[0].items(of: "bars").count == 10)
        let updates = messages(gateway.passing(.seconds(60)), "historicalDataUpdate")
        #expect(updates.count == 12)
        let last = try #require(updates.last)
        let bar = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "4", "contract.conId": "265598", "barSizeSetting": "1 min",
                "durationStr": "60 S", "whatToShow": "TRADES",
            ])[0].items(of: "bars")
        for name in ["date", "open", "high", "low", "close", "volume"] {
            #expect(bar.last?[name] == last["bar.\(name)"])
        }
        #expect(
            story(gateway.reply(client, "cancelHistoricalData", ["reqId": "3"])) == ["error 162"])
        #expect(gateway.passing(.seconds(20)).isEmpty)
    }

    @Test func `give options that are worth more than exercising them at once`() {
        var gateway = Gateway()
        let client = gateway.start()
        func last(_ fields: KeyValuePairs<String, String>) -> [Message] {
            gateway.reply(client, "reqMktData", fields)
        }
        let option = last(["reqId": "1", "contract.conId": "990000101"])
        let ticks = option.filter { $0.name == "tickOptionComputation" }
        #expect(ticks.map { $0["tickType"] } == ["10", "11", "12", "13"])
        let spot = Amount(ticks[0]["undPrice"] ?? "") ?? 0
        let price = Amount(ticks[2]["optPrice"] ?? "") ?? 0
        #expect(spot == Amount(cents: 25_912) && price == Amount(cents: 3_840))
        #expect(price > spot - 250)
        let delta = Amount(ticks[3]["delta"] ?? "") ?? 0
        #expect(delta > 0 && delta < 1)
        let asked = gateway.reply(
            client, "calculateImpliedVolatility",
            [
                "reqId": "9", "contract.conId": "990000101", "optionPrice": "38.4",
                "underPrice": "259.12",
            ])
        let volatility = Amount(asked[0]["impliedVol"] ?? "") ?? 0
        let shown = Amount(ticks[3]["impliedVol"] ?? "") ?? 0
        #expect((volatility - shown).magnitude < Amount(micros: 2_000))
        #expect(asked[0]["tickType"] == "53")
    }
}

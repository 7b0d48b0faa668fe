import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A gateway in a world of one's own` {
    private func world(_ change: (inout Contract, inout TradingCalendar) -> Void) -> World {
        var contract = Contract.usual(conID: 5, symbol: "ZZZ", kind: "STK")
        contract.referencePrice = 50
        var calendar = TradingCalendar(name: "c")
        change(&contract, &calendar)
        var world = World(
            accounts: [World.Account(name: "DU0000001", cash: 100_000)], contracts: [contract])
        world.calendars = [calendar]
        return world
    }

    private func closes(_ world: World, seed: UInt64 = 1) throws -> [String] {
        var gateway = Gateway(world: world, seed: seed)
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqHistoricalData",
            [
                "reqId": "3", "contract.conId": "5", "barSizeSetting": "1 day",
                "durationStr": "20 D", "useRTH": "1", "whatToShow": "TRADES", "formatDate": "1",
            ])
        return try #require(answer.first).items(of: "bars").compactMap { $0["close"] ?? nil }
    }

    @Test func `has a price that does not move when it is not lively at all`() throws {
        let fixed = try closes(world { contract, _ in contract.liveliness = 0 })
        #expect(fixed == Array(repeating: "50.00", count: 20))
        func spread(_ liveliness: Double?) throws -> Double {
            let prices = try closes(world { contract, _ in contract.liveliness = liveliness })
                .compactMap { Double($0) }
            return try #require(prices.max()) - #require(prices.min())
        }
        let usual = try spread(nil)
        #expect(try spread(1) == usual && spread(0.2) < usual && spread(3) > usual)
    }

    @Test func `tells a calendar's hours, by its name or its exchange`() throws {
        func details(_ world: World) throws -> Message {
            var gateway = Gateway(world: world)
            let client = gateway.start()
            return try #require(
                gateway.reply(
                    client, "reqContractDetails", ["reqId": "1", "contract.conId": "5"]
                ).first)
        }
        func calendar(_ calendar: inout TradingCalendar) {
            calendar.regular = 36_000..<54_000
            calendar.extended = 28_800..<61_200
            calendar.weekdays = [4, 5, 6]
            calendar.holidays = [20_469]
        }
        // From Thursday the 15th; Friday is a holiday, Saturday is not.
        let expected =
            "20260115:1000-20260115:1500;20260116:CLOSED;20260117:1000-20260117:1500;"
            + "20260118:CLOSED;20260119:CLOSED"
        let named = world {
            calendar(&$1)
            $0.calendar = "c"
        }
        #expect(try details(named)["details.liquidHours"] == expected)
        let listed = world {
            calendar(&$1)
            $1.exchanges = ["NASDAQ"]
        }
        #expect(try details(listed)["details.liquidHours"] == expected)
        #expect(
            try details(listed)["details.tradingHours"]?.hasPrefix("20260115:0800-20260115:1700")
                == true)
        let elsewhere = world {
            calendar(&$1)
            $1.exchanges = ["IBIS"]
        }
        #expect(
            try details(elsewhere)["details.liquidHours"]?.hasPrefix("20260115:0930-20260115:1600")
                == true)
    }

    @Test func `lets orders wait through a calendar's holidays`() {
        let world = world { contract, calendar in
            calendar.exchanges = ["NASDAQ"]
            calendar.weekdays = [4]
            // This Thursday and the next two; the order fills on 5 February.
            calendar.holidays = [20_468, 20_475, 20_482]
        }
        var gateway = Gateway(world: world) { $0.marketsKeepHours = true }
        let client = gateway.start()
        _ = gateway.reply(
            client, "placeOrder",
            [
                "orderId": "1", "contract.conId": "5", "order.action": "BUY",
                "order.totalQuantity": "10", "order.orderType": "MKT", "order.tif": "GTC",
                "order.transmit": "1",
            ])
        let day = Duration.seconds(86_400)
        #expect(messages(gateway.passing(day * 20), "execDetails").isEmpty)
        #expect(messages(gateway.passing(day * 2), "execDetails").count == 1)
    }

    @Test func `keeps options from leading back to themselves`() {
        var loop = Contract.usual(conID: 5, symbol: "ZZZ", kind: "OPT")
        loop.referencePrice = 3
        loop.strike = 50
        loop.right = "C"
        loop.lastTradeDate = "20260320"
        loop.underlyingConID = 5
        let world = World(
            accounts: [World.Account(name: "DU0000001", cash: 1)], contracts: [loop])
        var gateway = Gateway(world: world)
        let client = gateway.start()
        let answer = gateway.reply(
            client, "reqMktData", ["reqId": "1", "contract.conId": "5", "snapshot": "1"])
        #expect(answer.contains { $0.name == "tickPrice" })
    }

    @Test func `begins with its farms in the state they are said to be in`() {
        var gateway = Gateway {
            $0.farms = [
                Farm(name: "usfarm", kind: .marketData, firstState: .broken),
                Farm(name: "ushmds", kind: .history, firstState: .idle),
            ]
        }
        let (connection, _) = gateway.greet()
        let codes = gateway.reply(connection, "startApi", ["clientId": "1"])
            .filter { $0.name == "error" }.compactMap { $0["errorCode"] ?? nil }
        #expect(codes == ["2103", "2107"])
        // A restart finds them so again.
        gateway.handle(.commanded(.setFarm("usfarm", .ok)))
        gateway.handle(.commanded(.restarted))
        let (second, _) = gateway.greet()
        let again = gateway.reply(second, "startApi", ["clientId": "1"])
            .filter { $0.name == "error" }.compactMap { $0["errorCode"] ?? nil }
        #expect(again == ["2103", "2107"])
    }
}

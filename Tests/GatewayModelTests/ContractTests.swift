import GatewayWire
import Simulation
import Testing

@testable import GatewayModel

/// What contract details say, as recordings of real gateways show it.
@Suite struct `Contract details` {
    private func ask(
        _ fields: KeyValuePairs<String, String>, world: World = .default, version: Int = 225,
        settings: (inout GatewaySettings) -> Void = { _ in }
    ) -> [Message] {
        var gateway = Gateway(world: world, settings: settings)
        let client = gateway.start(version: version)
        var message = Message("reqContractDetails", fields, direction: .toGateway)
        message["reqId"] = "1"
        let effects = gateway.handle(gateway.request(client, message))
        return messages(effects, "contractDetails") + messages(effects, "bondContractDetails")
    }

    @Test func `have a row for each exchange of a share asked for without one`() throws {
        let rows = ask([
            "contract.symbol": "MSFT", "contract.secType": "STK", "contract.currency": "USD",
        ])
        #expect(rows.count == 27)
        let exchanges = rows.compactMap { $0["contract.exchange"] }
        #expect(exchanges.joined(separator: ",") == rows[0]["details.validExchanges"])
        #expect(!exchanges.contains("ISLAND") && exchanges.contains("OVERNIGHT"))
        func row(_ exchange: String) throws -> Message {
            try #require(rows.first { $0["contract.exchange"] == exchange })
        }
        func firstHours(_ exchange: String) throws -> String {
            let row = try row(exchange)
            return [row["details.timeZoneId"], row["details.tradingHours"]].compactMap { $0 }
                .joined(separator: " ").split(separator: ";").first.map(String.init) ?? ""
        }
        #expect(try firstHours("NASDAQ") == "US/Eastern 20260115:0400-20260115:2000")
        #expect(try firstHours("ARCA") == "US/Eastern 20260115:0400-20260115:2000")
        #expect(try firstHours("AMEX") == "US/Eastern 20260115:0700-20260115:2000")
        #expect(try firstHours("NYSE") == "US/Eastern 20260115:0700-20260115:1600")
        #expect(try firstHours("CHX") == "US/Central 20260115:0600-20260115:1900")
        #expect(try firstHours("CBOE") == "US/Central 20260115:0830-20260115:1500")
        #expect(try row("CBOE")["details.liquidHours"]?.hasPrefix("20260115:0830-") == true)
        for exchange in ["SMART", "AMEX", "NYSE", "CHX", "ARCA", "NASDAQ"] {
            #expect(try row(exchange)["details.aggGroup"] == "1")
        }
        for exchange in ["CBOE", "PHLX", "ISE"] {
            #expect(try row(exchange)["details.aggGroup"] == nil)
        }
        #expect(try row("SMART")["details.orderTypes"] != row("NASDAQ")["details.orderTypes"])
    }

    @Test func `have one row where a con id or an exchange is given`() {
        #expect(ask(["contract.conId": "272093"]).map { $0["contract.exchange"] } == ["SMART"])
        let fields: KeyValuePairs = [
            "contract.symbol": "MSFT", "contract.secType": "STK", "contract.exchange": "NASDAQ",
        ]
        #expect(ask(fields).map { $0["contract.exchange"] } == ["NASDAQ"])
        // NASDAQ's old name.
        let old: KeyValuePairs = [
            "contract.symbol": "MSFT", "contract.secType": "STK", "contract.exchange": "ISLAND",
        ]
        #expect(ask(old).map { $0["contract.exchange"] } == ["NASDAQ"])
    }

    @Test func `say of a share what was recorded`() {
        let one = ask(["contract.conId": "265598", "contract.exchange": "SMART"])[0]
        #expect(one["details.minSize"] == "0.0001" && one["details.sizeIncrement"] == "0.0001")
        #expect(one["details.suggestedSizeIncrement"] == "40")
        #expect(one["details.minAlgoSize"] == "0")
        #expect(one["details.lastPricePrecision"] == "0.000001")
        #expect(one["details.lastSizePrecision"] == "0.000001")
        #expect(one["details.underConId"] == nil)
        #expect(one.items(of: "details.secIdList").map { $0["tag"] } == ["ISIN"])
        #expect(
            one["details.marketRuleIds"]
                == Array(repeating: "4563", count: 27).joined(separator: ","))
        let types = one["details.orderTypes"]?.split(separator: ",") ?? []
        for word in ["AON", "IOC", "OPG", "LOC", "MOC", "MIDPX", "PEGMID", "REL", "POSTONLY"] {
            #expect(types.contains { $0 == word })
        }
        for word in ["FOK", "GTX", "MOO"] { #expect(!types.contains { $0 == word }) }
        #expect(ask(["contract.conId": "4391"])[0]["details.suggestedSizeIncrement"] == "100")
    }

    @Test func `say of a currency what was recorded`() {
        let one = ask([
            "contract.symbol": "EUR", "contract.secType": "CASH", "contract.currency": "USD",
            "contract.exchange": "IDEALPRO",
        ])[0]
        #expect(one["details.minTick"] == "0.00005" && one["details.aggGroup"] == "4")
        #expect(one["details.marketRuleIds"] == "3188" && one["details.minSize"] == "0.01")
        #expect(one["details.timeZoneId"] == "US/Eastern")
        #expect(
            one["details.tradingHours"] == "20260114:1715-20260115:1700;"
                + "20260115:1715-20260116:1700;20260117:CLOSED;20260118:1715-20260119:1700")
        #expect(one["details.lastPricePrecision"] == nil && one["details.underConId"] == nil)
        #expect(one["details.settlementMethod"] ?? "" == "")
    }

    @Test func `give an option's last moment with its zone`() {
        let one = ask([
            "contract.symbol": "AAPL", "contract.secType": "OPT", "contract.right": "C",
            "contract.strike": "260", "contract.lastTradeDateOrContractMonth": "20260116",
            "contract.exchange": "SMART",
        ])[0]
        #expect(one["_lastTradeDate"] == "20260116 16:00:00 US/Eastern")
        #expect(one["contract.lastTradeDate"] == "20260116")
        #expect(one["details.contractMonth"] == "202601" && one["details.aggGroup"] == "2")
        #expect(one["details.underConId"] == "265598" && one["details.underSecType"] == "STK")
        #expect(one["details.orderTypes"]?.contains(",FOK,") == true)
        // Nothing after the last day.
        #expect(
            one["details.tradingHours"]
                == "20260115:0930-20260115:1600;20260116:0930-20260116:1600")
        let rules = one["details.marketRuleIds"]?.split(separator: ",") ?? []
        #expect(rules.count == 20 && rules[0] == "32" && rules[1] == "109" && rules[8] == "32")
    }

    @Test func `give a future the hours and the zone of its exchange`() {
        let one = ask([
            "contract.symbol": "ES", "contract.secType": "FUT", "contract.exchange": "CME",
            "contract.lastTradeDateOrContractMonth": "202603",
        ])[0]
        #expect(one["_lastTradeDate"] == "20260320 08:30:00 US/Central")
        #expect(one["details.validExchanges"] == "CME,QBALGO")
        #expect(one["details.marketRuleIds"] == "67,67" && one["details.aggGroup"] == nil)
        #expect(one["details.timeZoneId"] == "US/Central")
        #expect(
            one["details.tradingHours"] == "20260114:1700-20260115:1600;"
                + "20260115:1700-20260116:1600;20260117:CLOSED;20260118:1700-20260119:1600")
        #expect(one.items(of: "details.secIdList").isEmpty)
    }

    @Test func `spell an unset group as text does`() {
        let fields: KeyValuePairs = ["contract.symbol": "ES", "contract.secType": "CONTFUT"]
        #expect(ask(fields, version: 200)[0]["details.aggGroup"] == "2147483647")
        #expect(ask(fields, version: 225)[0]["details.aggGroup"] == nil)
    }

    @Test(arguments: ["100", "100.0", "1E+2", "0", "0.0", "", "1.7976931348623157E308"])
    func `take a multiplier for the number it is`(multiplier: String) {
        let found = ask(
            [
                "contract.symbol": "AAPL", "contract.secType": "OPT", "contract.right": "C",
                "contract.strike": "260", "contract.lastTradeDateOrContractMonth": "20260116",
                "contract.multiplier": multiplier,
            ], version: 200)
        #expect(found.count == 1)
    }

    @Test func `find nothing under another multiplier`() {
        let found = ask(
            [
                "contract.symbol": "ES", "contract.secType": "FUT",
                "contract.multiplier": "100.0",
            ], version: 200)
        #expect(found.isEmpty)
    }

    @Test func `find bonds by their issuer, by ascending con id`() {
        let rows = ask(["contract.issuerId": "e1432232"])
        let ids = rows.compactMap { $0["contract.conId"].flatMap { Int($0) } }
        #expect(ids.count == 4 && ids == ids.sorted())
        let one = rows[0]
        for field in [
            "contract.symbol", "contract.currency", "details.coupon", "_maturity",
            "details.issueDate", "details.ratings", "details.marketName", "details.longName",
        ] {
            #expect(one[field] == nil, "\(field)")
        }
        #expect(one["contract.localSymbol"] == "IBCID\(ids[0])")
        #expect(one["details.cusip"] == "IBCID\(ids[0])")
        #expect(one["details.descAppend"] == "AAPL 3.85 05/04/43")
        #expect(one["contract.tradingClass"] == "AAPL" && one["details.contractMonth"] == "204305")
        #expect(one["details.minTick"] == "0.0001" && one["details.aggGroup"] == "7")
        #expect(one["details.minSize"] == "2" && one["details.marketRuleIds"] == "1386")
        #expect(one.items(of: "details.secIdList").map { $0["tag"] } == ["CUSIP", "ISIN"])
        #expect(one["details.tradingHours"]?.hasPrefix("20260114:2000-20260115:1700;") == true)
        #expect(one["details.timeZoneId"] == "US/Eastern")
        for word in ["RFQ", "ODDPOSCLS", "EVRULE"] {
            #expect(one["details.orderTypes"]?.contains(",\(word),") == true)
        }
        #expect(rows.map { $0["details.evRule"] ?? "" } == ["", "", "factor:", ""])
        #expect(ask(["contract.issuerId": "e1"]).isEmpty)
        // Older clients fail on any number but a whole one.
        #expect(ask(["contract.issuerId": "e1432232"], version: 200)[0]["details.coupon"] == "0")
        // Its name stands for its symbol.
        #expect(ask(["contract.localSymbol": "IBCID\(ids[1])"]).count == 1)
    }

    @Test func `tell all of a bond to a login that may know`() {
        let one = ask(["contract.symbol": "US-T"], settings: { $0.bondDetails = .full })[0]
        #expect(one["details.coupon"] == "4" && one["_maturity"] == "20341115")
        #expect(one["contract.symbol"] == "US-T" && one["details.cusip"] == "Z00000301")
    }

    @Test func `keep to a world's own hours, in UTC`() {
        var world = World.default
        var calendar = TradingCalendar(name: "own")
        calendar.exchanges = ["NASDAQ"]
        calendar.regular = 36_000..<50_400
        world.calendars = [calendar]
        let one = ask(["contract.conId": "265598"], world: world)[0]
        #expect(one["details.timeZoneId"] == "UTC")
        #expect(one["details.liquidHours"]?.hasPrefix("20260115:1000-20260115:1400;") == true)
    }
}

@Suite struct `The venues of a contract` {
    private func contract(_ conID: Int64) throws -> Contract {
        try #require(ContractBook(World.default.allContracts(today: 20_468))[conID])
    }

    @Test func `are exchanges, never the router`() throws {
        for contract in World.default.allContracts(today: 20_468) {
            #expect(!contract.venues.isEmpty && !contract.venues.contains("SMART"))
        }
        let option = try contract(990_000_101)
        #expect(option.venues.contains("CBOE") && !option.venues.contains("IBUSOPT"))
        #expect(try contract(265_598).venues.contains("IBKRATS"))
        #expect(try contract(12_087_792).venues == ["IDEALPRO"])
    }

    @Test func `fill what is routed by SMART, by a draw`() throws {
        let share = try contract(265_598)
        #expect(share.venue(routedTo: "SMART", draw: 0) == "NASDAQ")
        #expect(share.venue(routedTo: "SMART", draw: .max) != "SMART")
        #expect(share.venue(routedTo: "ARCA", draw: 0) == "ARCA")
    }

    @Test func `take the order types that details name`() throws {
        #expect(try !contract(265_598).accepts("FOK", at: "SMART"))
        #expect(try contract(265_598).accepts("IOC", at: "SMART"))
        #expect(try contract(990_000_101).accepts("FOK", at: "SMART"))
    }
}

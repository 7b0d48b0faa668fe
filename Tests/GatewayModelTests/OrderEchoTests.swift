import GatewayModel
import GatewayWire
import Simulation
import Testing

/// A message as a client of a server version reads it, by name, fields it does not have left out.
func read(_ message: Message, at version: Int) throws -> [String: String] {
    let bytes = MessageEncoder(serverVersion: version).encode(message)
    let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
    guard case .message(let decoded) = decoder.decode(bytes[4...]) else {
        throw Unreadable()
    }
    var fields: [String: String] = [:]
    for (item, value) in zip(decoded.schema.items, decoded.values) {
        if let text = value.string { fields[item.name] = text }
    }
    return fields
}

struct Unreadable: Error {}

extension Gateway {
    /// Places an order and returns every openOrder of the next second, oldest first.
    fileprivate mutating func echoes(
        _ client: ConnectionID, _ action: String = "BUY", _ type: String = "LMT",
        limit: String = "", more: [String: String] = [:], for duration: Duration = .seconds(1)
    ) -> [Message] {
        var heard = place(client, 1, action, type, limit: limit, more: more)
        heard += sent(passing(duration))
        return heard.filter { $0.name == "openOrder" }
    }

    /// The latest state of the client's only order.
    mutating func shown(_ client: ConnectionID) -> Message? {
        reply(client, "reqOpenOrders").first { $0.name == "openOrder" }
    }
}

/// A gateway whose first order is answered by the server before it is shown, or is not.
private func gateway(
    showsOwnView: Bool, settings: (inout GatewaySettings) -> Void = { _ in }
) throws -> Gateway {
    for seed in 1...40 {
        var trial = Gateway(seed: UInt64(seed), settings: settings)
        let client = trial.start(version: 225)
        let first = trial.echoes(client, limit: "250").first
        if (first?["order.minCompeteSize"] == "100") == showsOwnView {
            return Gateway(seed: UInt64(seed), settings: settings)
        }
    }
    throw Unreadable()
}

@Suite struct `An order's echo` {
    @Test func `as protobuf has what a gateway sends for every order, and no more`() throws {
        var gateway = try gateway(showsOwnView: false)
        let client = gateway.start(version: 225)
        let first = try #require(
            gateway.echoes(
                client, "BUY", "MKT",
                more: [
                    "order.displaySize": "0", "order.ocaType": "0",
                    "contract.primaryExchange": "NYSE", "order.orderRef": "mine",
                ]
            ).first)
        let fields = try read(first, at: 225)
        #expect(
            fields == [
                "order.orderId": "1", "contract.conId": "8314", "contract.symbol": "IBM",
                "contract.secType": "STK", "contract.strike": "0", "contract.exchange": "SMART",
                "contract.currency": "USD",
                "contract.localSymbol": first["contract.localSymbol"],
                "contract.tradingClass": first["contract.tradingClass"],
                "order.action": "BUY", "order.totalQuantity": "100", "order.orderType": "MKT",
                "order.lmtPrice": "0", "order.auxPrice": "0", "order.tif": "DAY",
                "order.account": "DU0000001", "order.origin": "0", "order.orderRef": "mine",
                "order.clientId": "7", "order.permId": first["order.permId"],
                "order.shortSaleSlot": "0", "order.exemptCode": "-1", "order.ocaType": "3",
                "order.parentId": "0", "order.triggerMethod": "0", "order.volatilityType": "0",
                "order.deltaNeutralOrderType": "None", "order.deltaNeutralShortSaleSlot": "0",
                "order.referencePriceType": "0", "order.clearingIntent": "IB",
                "orderState.status": first["orderState.status"],
                "order.adjustedOrderType": "None", "order.adjustableTrailingUnit": "0",
                "order.dontUseAutoPriceForHedge": "1", "order.usePriceMgmtAlgo": "0",
                "order.submitter": "fakegw-user", "order.filledQuantity": "0",
                "order.shareholder": "Not an insider or substantial shareholder",
                "order.routeMarketableToBbo": "0", "order.seekPriceImprovement": "0",
            ])
    }

    @Test func `as text is spelled as gateways spell it`() throws {
        var gateway = Gateway { $0.newestVersion = 200 }
        let client = gateway.start()
        let first = try #require(gateway.echoes(client, "BUY", limit: "14").first)
        let fields = try read(first, at: 200)
        let unset = "1.7976931348623157E308"
        let expected = [
            "contract.strike": "0", "contract.right": "?", "order.lmtPrice": "14.0",
            "order.auxPrice": "0.0", "order.discretionaryAmt": "0", "order.ocaType": "3",
            "order.displaySize": "2147483647", "order.scaleInitLevelSize": "2147483647",
            "order.deltaNeutralOpenClose": "?", "order.trailStopPrice": "",
            "_trailStopPrice2": unset, "order.triggerPrice": unset, "order.lmtPriceOffset": unset,
            "orderState.initMarginBefore": unset, "orderState.equityWithLoanAfter": unset,
            "orderState.initMarginBeforeOutsideRTH": unset,
            "orderState.suggestedSize": "-9223372036854775808", "orderState.commission": "",
            "order.cashQty": "0", "order.dontUseAutoPriceForHedge": "1",
            "order.clearingIntent": "IB",
        ]
        for (name, text) in expected { #expect(fields[name] == text, "\(name)") }
        let permID = try #require(first["order.permId"])
        #expect(first["_sharesAllocation"] == "\(permID).0/DU0000001/100")
        let changed = gateway.echoes(client, "BUY", limit: "15").first
        #expect(changed?["_sharesAllocation"] == "\(permID).1/DU0000001/100")
    }

    @Test func `keeps the type of a group that was asked for`() {
        var gateway = Gateway()
        let client = gateway.start()
        let more = ["order.ocaGroup": "mine", "order.ocaType": "1"]
        #expect(gateway.echoes(client, limit: "250", more: more).first?["order.ocaType"] == "1")
    }

    @Test func `has a trailing stop where nothing trails`() {
        var gateway = Gateway()
        let client = gateway.start()
        func stop(_ id: Int, _ action: String, _ type: String, _ more: [String: String]) -> String?
        {
            gateway.place(client, id, action, type, more: more).first?["order.trailStopPrice"]
        }
        #expect(stop(1, "BUY", "LMT", ["order.lmtPrice": "240"]) == "241")
        #expect(stop(2, "SELL", "LMT", ["order.lmtPrice": "405.97"]) == "406.97")
        #expect(stop(3, "SELL", "STP", ["order.auxPrice": "15.97"]) == "15.97")
        #expect(stop(4, "BUY", "MKT", [:]) == nil)
        gateway.place(client, 5, limit: "240", more: ["order.transmit": "0"])
        #expect(stop(5, "BUY", "LMT", ["order.lmtPrice": "240"]) == nil, "sent a second time")
    }

    @Test func `of a stop order begins with a limit near the stop`() {
        var gateway = Gateway()
        let client = gateway.start()
        let placed = gateway.place(client, 1, "SELL", "STP", more: ["order.auxPrice": "13.13"])
        #expect(placed.first?["order.lmtPrice"] == "13.16")
        #expect(gateway.shown(client)?["order.lmtPrice"] == "0.0")
    }

    @Test func `may begin with the gateway's own view of the order`() throws {
        for showsOwnView in [true, false] {
            var gateway = try gateway(showsOwnView: showsOwnView)
            let client = gateway.start(version: 225)
            let echoes = gateway.echoes(client, limit: "250", more: ["order.tif": "GTC"])
            #expect(echoes.count == 2)
            let sizes = echoes.map { $0["order.minCompeteSize"] }
            let offsets = echoes.map { $0["order.competeAgainstBestOffset"] }
            let dates = echoes.map { $0["order.autoCancelDate"] }
            #expect(sizes == [showsOwnView ? "100" : nil, nil])
            #expect(offsets == [showsOwnView ? "0.02" : nil, nil])
            let date = "20260630 20:00:00 UTC"
            #expect(dates == [showsOwnView ? nil : date, date])
        }
    }

    @Test func `of an order that must not wait says it may trade at any hour`() throws {
        var gateway = try gateway(showsOwnView: true)
        let client = gateway.start(version: 225)
        let echoes = gateway.echoes(client, limit: "250", more: ["order.tif": "IOC"])
        #expect(echoes.map { $0["order.outsideRth"] ?? "0" } == ["0", "1"])
    }

    @Test func `of a market order may show what is filled before it is reported`() {
        var filled: Set<String> = []
        for seed in 1...20 {
            var gateway = Gateway(seed: UInt64(seed))
            let client = gateway.start(version: 225)
            let echoes = gateway.echoes(client, "BUY", "MKT")
            #expect(echoes.last?["order.filledQuantity"] == "100")
            let submitted = echoes.first { $0["orderState.status"] == "Submitted" }
            filled.insert(submitted?["order.filledQuantity"] ?? "")
        }
        #expect(filled == ["0", "100"])
    }

    @Test func `that is the first may show what is filled before it is reported`() {
        var filled: Set<String> = []
        for seed in 1...60 {
            var gateway = Gateway(seed: UInt64(seed)) { $0.orderEchoes = .bySeed }
            let client = gateway.start(version: 225)
            let first = gateway.echoes(client, "BUY", "MKT").first
            guard first?["orderState.status"] == "Submitted" else { continue }
            filled.insert(first?["order.filledQuantity"] ?? "")
        }
        #expect(filled == ["0", "100"])
    }

    @Test func `over night says so in its time in force`() {
        var gateway = Gateway()
        let client = gateway.start()
        let over = gateway.echoes(client, limit: "250", more: ["order.includeOvernight": "1"])
        #expect(over.first?["order.tif"] == "OVERNIGHT + DAY")
        #expect(over.first?["order.outsideRth"] == "1")
        #expect(over.first?["order.includeOvernight"] == "1")
        let plain = gateway.place(
            client, 2, limit: "250", more: ["order.includeOvernight": "0"]
        ).first
        #expect(plain?["order.tif"] == "DAY")
        #expect(plain?["order.outsideRth"] ?? "0" == "0")
    }

    @Test func `has dates in the exchange's zone`() {
        var gateway = Gateway()
        let client = gateway.start()
        let echo = gateway.echoes(
            client, limit: "250",
            more: [
                "order.tif": "GTD", "order.goodTillDate": "20260825 00:44:45 UTC",
                "order.goodAfterTime": "20260115 20:00:00",
            ]
        ).first
        #expect(echo?["order.goodTillDate"] == "20260824 20:44:45 US/Eastern")
        #expect(echo?["order.goodAfterTime"] == "20260115 15:00:00 US/Eastern")
    }

    @Test func `has conditions in the gateway's own form, whatever protobuf left out`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        var order = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "MKT", "order.tif": "DAY",
                "order.transmit": "1",
            ], direction: .toGateway)
        order.setItems(
            of: "order.conditions",
            to: [
                ["condType": "1", "price": "2918.1", "conId": "8314", "isMore": "1"],
                ["condType": "3", "conjunction": "a", "time": "20260610 20:11:37 UTC"],
                ["condType": "5", "conjunction": "a", "symbol": "KO", "exchange": "SMART"],
            ])
        let echo = try #require(gateway.sent(gateway.handle(gateway.request(client, order))).first)
        let rows = echo.items(of: "order.conditions")
        #expect(rows.map { $0["conjunction"] } == ["o", "a", "a"])
        #expect(rows[0]["price"] == "2918.10")
        #expect(rows[1]["time"] == "20260610 16:11:37 US/Eastern")
        #expect(rows[2]["exchange"] == "ANY")
        let bytes = MessageEncoder(serverVersion: 225).encode(echo)
        let decoder = MessageDecoder(serverVersion: 225, direction: .toClient)
        guard case .message(let decoded) = decoder.decode(bytes[4...]),
            let index = decoded.schema.indexes(of: "order.conditions").first,
            case .group(let group) = decoded.schema.items[index],
            case .group(let shown) = decoded.values[index],
            let column = group.items.firstIndex(where: { $0.name == "conjunction" })
        else { throw Unreadable() }
        #expect(shown.map { $0[column] } == [.text("o"), .text("a"), .text("a")], "false is sent")
    }

    @Test func `of an algorithm has its parameters in order and its times on the trading day`() {
        // A Thursday evening in New York.
        var gateway = Gateway {
            $0.marketsKeepHours = true
            $0.epoch += 8 * 3_600_000_000_000
        }
        let client = gateway.start()
        var order = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "LMT", "order.lmtPrice": "250",
                "order.tif": "DAY", "order.transmit": "1", "order.algoStrategy": "Vwap",
            ], direction: .toGateway)
        order.setItems(
            of: "order.algoParams",
            to: [
                ["tag": "allowPastEndTime", "value": "1"],
                ["tag": "endTime", "value": "20260116 22:51:58 UTC"],
                ["tag": "startTime", "value": "20260115 21:34:58 UTC"],
                ["tag": "maxPctVol", "value": "0.1"],
            ])
        let echo = gateway.sent(gateway.handle(gateway.request(client, order))).first {
            $0.name == "openOrder"
        }
        #expect(echo?["order.usePriceMgmtAlgo"] == "1")
        #expect(
            echo?.items(of: "order.algoParams") == [
                ["tag": "maxPctVol", "value": "0.1"],
                ["tag": "startTime", "value": "20260116 16:34:58 US/Eastern"],
                ["tag": "endTime", "value": "20260116 17:51:58 US/Eastern"],
                ["tag": "allowPastEndTime", "value": "1"],
            ])
    }

    @Test(arguments: [
        "1.7976931348623157E308", "1.79769313486232E+308", "1.797693135e+308",
        "1.79769313486231E+308", "1.797693e308", "Infinity", "-1.7976931348623157E308", "inf",
    ])
    func `is silent about a number that a client left unset, however spelled`(spelling: String) {
        var gateway = Gateway { $0.newestVersion = 200 }
        let client = gateway.start()
        let echo = gateway.echoes(
            client, limit: "250",
            more: [
                "order.auxPrice": spelling, "order.triggerPrice": spelling,
                "order.cashQty": spelling, "order.percentOffset": spelling,
                "order.trailStopPrice": spelling, "order.scalePriceIncrement": spelling,
            ]
        ).first
        #expect(echo?["order.auxPrice"] == "0.0")
        for name in ["triggerPrice", "cashQty", "percentOffset", "trailStopPrice"] {
            #expect(echo?["order.\(name)"] == nil, "\(name)")
        }
        #expect(echo?["order.scalePriceIncrement"] == nil)
    }

    @Test func `keeps the word that means up to the middle`() {
        var gateway = Gateway()
        let client = gateway.start()
        let echo = gateway.echoes(
            client, "BUY", "PEG BEST", limit: "250",
            more: ["order.competeAgainstBestOffset": "Infinite"]
        ).first
        #expect(echo?["order.competeAgainstBestOffset"] == "Infinity")
    }

    @Test func `of a combination has a contract of its own, and the hedge is confirmed`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        var order = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.symbol": "IBM", "contract.secType": "BAG",
                "contract.exchange": "SMART", "contract.currency": "USD", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "LMT", "order.lmtPrice": "3",
                "order.tif": "DAY", "order.transmit": "1", "deltaNeutralContractPresent": "1",
                "contract.deltaNeutralContract.conId": "8314",
                "contract.deltaNeutralContract.delta": "0.5",
                "contract.deltaNeutralContract.price": "0",
            ], direction: .toGateway)
        order.setItems(
            of: "contract.comboLegs",
            to: [
                ["conId": "8894", "ratio": "1", "action": "SELL", "exchange": "SMART"],
                ["conId": "8314", "ratio": "2", "action": "BUY", "exchange": "SMART"],
            ])
        let heard = gateway.sent(gateway.handle(gateway.request(client, order)))
        #expect(story(heard).prefix(2) == ["deltaNeutralValidation", "openOrder PreSubmitted"])
        #expect(heard[0]["reqId"] == "1")
        #expect(heard[0]["deltaNeutralContract.delta"] == "0.5")
        #expect(heard[0]["deltaNeutralContract.price"].flatMap { Amount($0) } ?? 0 > 200)
        let text = try read(heard[1], at: 200)
        #expect(text["deltaNeutralContractPresent"] == "1")
        #expect(text["contract.deltaNeutralContract.conId"] == "8314")
        #expect(text["contract.tradingClass"] == "COMB")
        #expect(text["contract.localSymbol"] == "IBM")
        #expect(text["contract.comboLegsDescrip"] == "8894|-1,8314|2")
        #expect(text["order.trailStopPrice"] == "4")
        #expect(heard[1].items(of: "contract.comboLegs").map { $0["exemptCode"] } == ["-1", "-1"])
    }

    @Test func `to a what-if question has a permanent id and raw differences`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        let answer = gateway.place(client, 1, "BUY", "MKT", more: ["order.whatIf": "1"])
        #expect(answer.count == 1)
        let fields = try read(answer[0], at: 225)
        #expect(fields["order.whatIfType"] == "1")
        #expect(Int64(fields["order.permId"] ?? "") ?? 0 > 0)
        #expect(fields["orderState.commission"] == "1.0003")
        #expect(fields["order.minCompeteSize"] == "100")
        func number(_ part: String) throws -> Double {
            try #require(fields["orderState.initMargin\(part)"].flatMap { Double($0) })
        }
        #expect(try number("Change") == number("After") - number("Before"))
    }

    @Test func `of a bracket's children names the parent, and what holds them`() throws {
        for (newest, held) in [(225, "child,trigger"), (200, "trigger")] {
            var gateway = Gateway { $0.newestVersion = newest }
            let client = gateway.start()
            gateway.place(client, 1, limit: "250", more: ["order.transmit": "0"])
            gateway.place(
                client, 2, "SELL", limit: "350",
                more: ["order.parentId": "1", "order.transmit": "0"])
            let family = gateway.place(
                client, 3, "SELL", "STP", more: ["order.parentId": "1", "order.auxPrice": "7.77"])
            let statuses = family.filter { $0.name == "orderStatus" }
            #expect(statuses.map { $0["whyHeld"] } == ["", "child", held])
            let orders = family.filter { $0.name == "openOrder" }
            #expect(orders[0]["order.parentPermId"] == nil)
            #expect(orders[2]["order.parentPermId"] == orders[0]["order.permId"])
            #expect(orders[2]["order.lmtPrice"] == "7.8")
            _ = gateway.reply(client, "cancelOrder", ["orderId": "1"])
            let ends = gateway.sent(gateway.passing(.seconds(1))).filter {
                $0["status"] == "Cancelled"
            }
            #expect(ends.map { $0["whyHeld"] } == ["", "", ""])
        }
    }
}

@Suite struct `A completed order` {
    @Test func `shows who placed it, what was filled and what it cost`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        gateway.place(client, 1, "BUY", "MKT")
        gateway.place(client, 2, limit: "250", more: ["order.tif": "GTC"])
        gateway.place(client, 3, limit: "250", more: ["order.tif": "IOC"])
        _ = gateway.hear(.seconds(1))
        _ = gateway.reply(client, "cancelOrder", ["orderId": "2"])
        _ = gateway.hear(.seconds(1))
        let rows = try gateway.reply(client, "reqCompletedOrders")
            .filter { $0.name == "completedOrder" }.map { try read($0, at: 225) }
        let mine = rows.filter { $0["order.clientId"] == "7" }
        let filled = try #require(mine.first { $0["order.orderId"] == "1" })
        #expect(filled["order.totalQuantity"] == "0")
        #expect(filled["order.filledQuantity"] == "100")
        #expect(filled["orderState.commission"] == "1.0003")
        #expect(filled["orderState.commissionCurrency"] == "USD")
        #expect(filled["orderState.completedStatus"] == "Filled Size: 100")
        #expect(filled["orderState.completedTime"]?.hasPrefix("20260115 09:3") == true)
        #expect(filled["orderState.completedTime"]?.hasSuffix(" US/Eastern") == true)
        #expect(filled["order.ocaType"] == "3")
        let cancelled = try #require(mine.first { $0["order.orderId"] == "2" })
        #expect(cancelled["order.totalQuantity"] == "100")
        #expect(cancelled["orderState.commission"] == nil)
        #expect(cancelled["order.trailStopPrice"] == "251")
        #expect(cancelled["orderState.completedStatus"] == "Cancelled by Trader")
        #expect(cancelled["order.autoCancelDate"] == "20260630 20:00:00 UTC")
        let unfilled = try #require(mine.first { $0["order.orderId"] == "3" })
        #expect(unfilled["orderState.completedStatus"] == "Cancelled by System:\n")
        let others = try #require(rows.first { $0["order.clientId"] == "1" })
        #expect(others["order.orderId"] == "1" && others["orderState.commission"] == "2")
    }
}

@Suite struct `The cost of an execution` {
    @Test func `contains what authorities take`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        func cost(_ id: Int, _ action: String) throws -> (commission: Double, price: Double) {
            gateway.place(client, id, action, "MKT", quantity: "1")
            let heard = gateway.sent(gateway.passing(.seconds(1)))
            let report = heard.first { $0.name == "commissionReport" }
            let price = heard.first { $0.name == "execDetails" }?["execution.price"]
            return (
                try #require(report?["commission"].flatMap { Double($0) }),
                try #require(price.flatMap { Double($0) })
            )
        }
        #expect(try cost(1, "BUY").commission == 1.000003)
        let sale = try cost(2, "SELL")
        #expect(abs(sale.commission - 1.000198 - 0.0000206 * sale.price) < 0.000001)
    }

    @Test func `adds up in openOrder as doubles do, a message late`() {
        var gateway = Gateway {
            $0.partialFills = .parts(3)
            $0.fillReports = .fixed([.execution, .openOrder, .openOrder, .commission])
        }
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT", quantity: "120")
        let heard = gateway.sent(gateway.passing(.seconds(2)))
        let reports = heard.filter { $0.name == "commissionReport" }
        #expect(reports.map { $0["commission"] } == ["1.00012", "1.2E-4", "1.2E-4"])
        let sums = [1.00012, 1.00012 + 0.00012, 1.00012 + 0.00012 + 0.00012].map(\.description)
        #expect(sums[1] == "1.0002399999999998")
        let shown = heard.filter { $0.name == "openOrder" }.compactMap {
            $0["orderState.commission"]
        }
        #expect(shown == [sums[0], sums[0], sums[1], sums[1], sums[2]])
    }

    @Test func `is told with the venue, padded prices and an id by side`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        var venues: Set<String> = []
        for id in 1...12 {
            let action = id.isMultiple(of: 2) ? "SELL" : "BUY"
            gateway.place(client, id, action, "MKT", quantity: "1")
            let heard = gateway.sent(gateway.passing(.seconds(1)))
            let fill = try #require(heard.first { $0.name == "execDetails" })
            let fields = try read(fill, at: 225)
            #expect(fields["contract.exchange"] == fields["execution.exchange"])
            #expect(fields["contract.primaryExchange"] == nil)
            #expect(fields["execution.optExerciseOrLapseType"] == "-1")
            #expect(fields["execution.evMultiplier"] == nil)
            venues.insert(fields["execution.exchange"] ?? "")
            let start = action == "BUY" ? "0000e0d5." : "0000dc8f."
            #expect(fields["execution.execId"]?.hasPrefix(start) == true)
            #expect(fields["execution.execId"]?.utf8.count == 23)
            let decimals = fill["execution.price"]?.split(separator: ".").last?.utf8.count
            #expect(decimals ?? 0 >= 2)
            let text = try read(fill, at: 200)
            #expect(text["contract.strike"] == "0.0")
            #expect(text["execution.evMultiplier"] == "")
        }
        #expect(venues.count > 1 && !venues.contains("SMART"))
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

extension Gateway {
    /// A gateway that tells of orders as recorded, by seed.
    fileprivate static func recorded(
        _ seed: Int, afterHours: Bool = false,
        settings change: (inout GatewaySettings) -> Void = { _ in }
    ) -> Gateway {
        Gateway(seed: UInt64(seed)) {
            let usual = GatewaySettings()
            $0.fillReports = usual.fillReports
            $0.orderEchoes = usual.orderEchoes
            $0.commissionDelay = usual.commissionDelay
            $0.priceBand = usual.priceBand
            if afterHours {
                $0.marketsKeepHours = true
                // 22:30 UTC, after the close in New York.
                $0.epoch += 8 * 3600 * 1_000_000_000
            }
            change(&$0)
        }
    }

    /// Places an order and hears what comes of it within a time.
    fileprivate mutating func tell(
        _ client: ConnectionID, _ id: Int, _ action: String = "BUY", _ type: String = "LMT",
        limit: String = "", quantity: String = "1", within: Duration = .seconds(2),
        more: [String: String] = [:]
    ) -> [Message] {
        var fields = more
        fields["order.tif"] = more["order.tif"] ?? "DAY"
        let first = place(
            client, id, action, type, limit: limit, quantity: quantity, more: fields)
        return first + sent(passing(within))
    }

    fileprivate mutating func cancel(_ client: ConnectionID, _ id: Int) -> [String] {
        story(reply(client, "cancelOrder", ["orderId": String(id)])) + hear(.seconds(1))
    }
}

/// The pair of messages with a status.
private func pair(_ status: String) -> [String] {
    ["openOrder \(status)", "orderStatus \(status)"]
}

private func pairs(_ status: String, _ count: Int) -> [String] {
    (0..<count).flatMap { _ in pair(status) }
}

@Suite struct `What is told of an order, as recorded` {
    @Test func `begins at either status, and repeats the pair up to three times`() {
        var seen: Set<[String]> = []
        for seed in 1...30 {
            var gateway = Gateway.recorded(seed)
            let client = gateway.start(version: 225)
            let told = story(gateway.tell(client, 1, limit: "250"))
            let count = told.count { $0 == "openOrder Submitted" }
            let held = told.count { $0 == "openOrder PreSubmitted" }
            #expect(told == pairs("PreSubmitted", held) + pairs("Submitted", count))
            #expect((0...1).contains(held) && (1...4).contains(count))
            seen.insert(told)
        }
        #expect(seen.contains { $0[0] == "openOrder PreSubmitted" })
        #expect(seen.contains { $0[0] == "openOrder Submitted" && $0.count > 2 })
    }

    @Test func `of a cancellation ends with the status and then error 202`() {
        var seen: Set<[String]> = []
        for seed in 1...40 {
            var gateway = Gateway.recorded(seed)
            let client = gateway.start(version: 225)
            _ = gateway.tell(client, 1, limit: "250")
            let told = gateway.cancel(client, 1)
            #expect(told.suffix(2) == ["orderStatus Cancelled", "error 202"])
            #expect(!told.dropLast(2).contains("error 202"))
            seen.insert(told)
        }
        let end = ["orderStatus Cancelled", "error 202"]
        #expect(
            seen == [
                end, pair("Submitted") + end, pair("PendingCancel") + end,
                pairs("PendingCancel", 2) + end,
            ])
    }

    @Test func `of a market order comes to its fill with or without PreSubmitted`() {
        var beginnings: Set<[String]> = []
        var delays = 0
        for seed in 1...40 {
            var gateway = Gateway.recorded(seed)
            let client = gateway.start(version: 225)
            let told = story(gateway.tell(client, 1, "BUY", "MKT"))
            #expect(told.last == "commissionReport")
            #expect(told.contains("orderStatus Filled"))
            beginnings.insert(Array(told.prefix { !$0.contains("Filled") && $0 != "execDetails" }))
            var again = Gateway.recorded(seed)
            let other = again.start(version: 225)
            _ = again.tell(other, 1, "BUY", "MKT", within: .zero)
            var instants: [SimInstant] = []
            while let wake = again.wake, instants.count < 40 {
                again.now = wake
                let heard = story(again.sent(again.handle(.deadlineReached)))
                if heard.contains("execDetails") { instants = [wake] }
                if heard.contains("commissionReport") {
                    if instants.first != wake { delays += 1 }
                    break
                }
            }
        }
        #expect(
            beginnings == [
                pair("PreSubmitted"), pair("Submitted"), pair("PreSubmitted") + pair("Submitted"),
            ])
        #expect((1..<40).contains(delays), "sometimes late")
    }

    @Test func `of an order that must not wait ends at once, its pair told twice`() {
        for seed in 1...10 {
            var gateway = Gateway.recorded(seed, afterHours: seed > 5)
            let client = gateway.start(version: 225)
            let told = story(
                gateway.tell(client, 1, limit: "240", more: ["order.tif": "IOC"]))
            #expect(
                told == pairs("Submitted", 2) + pair("PendingCancel") + [
                    "orderStatus Cancelled", "error 202",
                ])
        }
    }

    @Test func `of a limit order outside hours has its warning after the first pair`() {
        for seed in 1...10 {
            var gateway = Gateway.recorded(seed, afterHours: true)
            let client = gateway.start(version: 225)
            let heard = gateway.tell(client, 1, limit: "250")
            let told = story(heard)
            let count = told.count { $0 == "openOrder PreSubmitted" }
            #expect((2...4).contains(count))
            #expect(
                told == pair("PreSubmitted") + ["error 399"] + pairs("PreSubmitted", count - 1))
            let warning = heard.first { $0.name == "error" }
            #expect(
                warning?["errorString"]
                    == "Order Message:\nBUY 1 IBM NYSE.IBM\nWarning: Your order will not be placed "
                    + "at the exchange until 2026-01-16 09:30:00 US/Eastern.")
            #expect(warning?["errorTime"]?.hasSuffix("000") == true)
        }
    }

    @Test func `of a market order outside hours begins with the warning`() {
        var gateway = Gateway.recorded(1, afterHours: true)
        let client = gateway.start(version: 225)
        let told = story(gateway.tell(client, 1, "BUY", "MKT"))
        #expect(told.first == "error 399")
        #expect(told.dropFirst().allSatisfy { $0.hasSuffix(" PreSubmitted") })
        #expect((4...8).contains(told.count - 1))
    }

    @Test func `of an order until cancelled has no warning`() {
        var gateway = Gateway.recorded(1, afterHours: true)
        let client = gateway.start(version: 225)
        let told = story(gateway.tell(client, 1, limit: "250", more: ["order.tif": "GTC"]))
        #expect(!told.contains("error 399"))
        #expect(told.count >= 4)
    }

    @Test func `of a cancellation within the first echoes still has the warning`() {
        var gateway = Gateway.recorded(1, afterHours: true)
        let client = gateway.start(version: 225)
        let first = gateway.tell(client, 1, limit: "250", within: .milliseconds(5))
        #expect(story(first) == pair("PreSubmitted"))
        #expect(
            gateway.cancel(client, 1) == ["error 399"] + pair("PreSubmitted")
                + pairs("PendingCancel", 2) + ["orderStatus Cancelled", "error 202"])
    }

    @Test func `of a bracket outside hours has a warning for each leg`() {
        var gateway = Gateway.recorded(3, afterHours: true)
        let client = gateway.start(version: 225)
        gateway.place(
            client, 1, limit: "250", more: ["order.transmit": "0", "order.tif": "DAY"])
        gateway.place(
            client, 2, "SELL", limit: "350",
            more: ["order.parentId": "1", "order.transmit": "0", "order.tif": "DAY"])
        let heard = gateway.tell(
            client, 3, "SELL", "STP", more: ["order.parentId": "1", "order.auxPrice": "200"])
        #expect(
            Set(heard.filter { $0["errorCode"] == "399" }.compactMap { $0["reqId"] })
                == ["1", "2", "3"])
    }

    @Test func `of a change comes once to three times`() {
        var counts: Set<Int> = []
        for seed in 1...20 {
            var gateway = Gateway.recorded(seed)
            let client = gateway.start(version: 225)
            _ = gateway.tell(client, 1, limit: "250")
            let told = gateway.tell(client, 1, limit: "251")
            #expect(told.allSatisfy { $0["orderState.status"] ?? "Submitted" == "Submitted" })
            #expect(told.compactMap { $0["order.lmtPrice"] }.allSatisfy { $0.hasPrefix("251") })
            counts.insert(told.count)
        }
        #expect(counts == [2, 4, 6])
    }

    @Test func `of a change to a market order ends with the fill`() {
        var gateway = Gateway.recorded(4)
        let client = gateway.start(version: 225)
        _ = gateway.tell(client, 1, limit: "250")
        let told = story(gateway.tell(client, 1, "BUY", "MKT"))
        #expect(told.prefix(2) == ["openOrder Submitted", "orderStatus Submitted"])
        #expect(told.last == "commissionReport")
        #expect(!told.contains { $0.hasPrefix("error") })
    }

    @Test func `is the same whatever other orders do`() {
        func story(withOther: Bool) -> [String] {
            var gateway = Gateway.recorded(9)
            let client = gateway.start(version: 225)
            let other = gateway.start(client: 8, version: 225)
            gateway.place(client, 1, limit: "250", more: ["order.tif": "DAY"])
            if withOther { gateway.place(other, 1, limit: "240", more: ["order.tif": "DAY"]) }
            let heard = gateway.passing(.seconds(2)).compactMap { effect -> Message? in
                if case .send(client, let message) = effect { message } else { nil }
            }
            return GatewayModelTests.story(heard)
        }
        #expect(story(withOther: true) == story(withOther: false))
    }
}

@Suite struct `An order that the order server refuses` {
    @Test func `as fill or kill is Inactive, error 201 before or between`() {
        var seen: Set<[String]> = []
        for seed in 1...30 {
            var gateway = Gateway.recorded(seed)
            let client = gateway.start(version: 225)
            let heard = gateway.tell(client, 1, limit: "250", more: ["order.tif": "FOK"])
            #expect(
                heard.first { $0.name == "error" }?["errorString"]
                    == "Order rejected - reason:The time-in-force FOK is invalid for this "
                    + "combination of exchange and security type.")
            seen.insert(story(heard))
        }
        #expect(
            seen == [
                pair("Inactive") + ["error 201"] + pair("Inactive"),
                ["error 201"] + pairs("Inactive", 2),
            ])
    }

    @Test func `with a date before the next opening was PreSubmitted`() {
        var gateway = Gateway.recorded(1, afterHours: true) { $0.orderEchoes = .once }
        let client = gateway.start(version: 225)
        let date = ["order.tif": "GTD", "order.goodTillDate": "20260115 23:30:00 UTC"]
        let heard = gateway.tell(client, 1, limit: "250", more: date)
        #expect(
            story(heard) == pair("PreSubmitted") + pair("Inactive") + ["error 201"]
                + pair("Inactive"))
        #expect(
            heard.first { $0.name == "error" }?["errorString"]
                == "Order rejected - reason:Order will be expired before market opens.")
        let cancel = gateway.reply(client, "cancelOrder", ["orderId": "1"]).first
        #expect(
            cancel?["errorString"]
                == "OrderId 1 that needs to be cancelled cannot be cancelled, state: Cancelled.")
        let done = gateway.reply(client, "reqCompletedOrders", ["apiOnly": "1"])
            .first { $0["orderState.completedStatus"]?.hasPrefix("Rejected") == true }
        #expect(
            done?["orderState.completedStatus"]
                == "Rejected by System:\nOrder will be expired before market opens.")
        #expect(done?["orderState.status"] == "Cancelled")
    }

    @Test(arguments: [(ByVersion.byVersion, false), (.always, true)])
    func `is among the open orders where the build shows it`(_ choice: ByVersion, _ shown: Bool) {
        var gateway = Gateway.recorded(1) { $0.showsDeactivatedOrders = choice }
        let client = gateway.start(version: 225)
        _ = gateway.tell(client, 1, limit: "250", more: ["order.tif": "FOK"])
        #expect(
            story(gateway.reply(client, "reqOpenOrders"))
                == (shown ? pair("Inactive") : []) + ["openOrderEnd"])
    }

    @Test func `because its limit is too far through the market`() throws {
        for (action, sign, quantity) in [("BUY", 1, "1"), ("SELL", -1, "100")] {
            var gateway = Gateway.recorded(2)
            let client = gateway.start(version: 225)
            let heard = gateway.tell(
                client, 1, action, limit: sign > 0 ? "330" : "270", quantity: quantity)
            #expect(
                story(heard) == pair("PreSubmitted") + pairs("PendingCancel", 2) + [
                    "orderStatus Cancelled", "error 202",
                ])
            let text = try #require(heard.last?["errorString"])
            let words = text.replacing("<br>", with: "").split(separator: " ").map(String.init)
            func amount(after word: String) throws -> Amount {
                let index = try #require(words.lastIndex(of: word))
                return try #require(Amount(words[index + 1].trimmingSuffix { $0 == "." }))
            }
            let price = try amount(after: "of")
            let bound = try amount(after: "than")
            #expect(bound == price * (1 + Amount(micros: Int64(sign) * 29_400)))
            #expect(text.contains("IBALGO") == (quantity == "100"))
            let near = gateway.tell(client, 2, action, limit: sign > 0 ? "303" : "292")
            #expect(story(near).contains("orderStatus Filled"))
        }
    }

    @Test func `because a change took its limit too far`() {
        var gateway = Gateway.recorded(2)
        let client = gateway.start(version: 225)
        _ = gateway.tell(client, 1, limit: "250")
        let heard = gateway.tell(client, 1, limit: "330")
        #expect(
            story(heard) == pair("Submitted") + pairs("PendingCancel", 2) + [
                "orderStatus Cancelled", "error 202", "error 201",
            ])
        #expect(heard.last?["errorString"]?.hasSuffix("too late to replace") == true)
    }
}

@Suite struct `An order that the gateway refuses` {
    private func refusal(
        _ more: [String: String], type: String = "LMT", version: Int = 225,
        settings: (inout GatewaySettings) -> Void = { _ in }
    ) -> [String?] {
        var gateway = Gateway.recorded(1, settings: settings)
        let client = gateway.start(version: version)
        return gateway.tell(client, 1, "BUY", type, limit: "250", more: more)
            .map { $0.name == "error" ? $0["errorString"] : $0.name }
    }

    @Test func `for its type names a class by request or by setting`() {
        let cause = " : cause - Invalid order type was entered"
        #expect(refusal([:], type: "MOO") == ["Error validating request.-'bC'" + cause])
        #expect(
            refusal([:], type: "WISH", settings: { $0.errorClass = "bF" })
                == ["Error validating request.-'bF'" + cause])
        #expect(
            refusal([:], type: "VOL")
                == ["Unsupported order type for this exchange and security type."])
    }

    @Test func `without a time in force is one of a new version`() {
        let empty = ["order.tif": ""]
        #expect(refusal(empty) == ["Invalid time in force:Empty"])
        #expect(refusal(empty, version: 222).first == "openOrder")
        #expect(
            refusal(empty, version: 222, settings: { $0.emptyTimeInForce = .preset }).prefix(2)
                == ["Order TIF was set to DAY based on order preset.", "openOrder"])
        #expect(refusal(empty, settings: { $0.emptyTimeInForce = .day }).first == "openOrder")
    }

    @Test func `for its active start time is not known afterwards`() {
        var gateway = Gateway.recorded(1)
        let client = gateway.start(version: 225)
        let heard = gateway.tell(
            client, 1, limit: "250", more: ["order.activeStartTime": "tomorrow"])
        #expect(story(heard) == ["error 10315"])
        #expect(story(gateway.reply(client, "cancelOrder", ["orderId": "1"])) == ["error 10147"])
    }

    @Test func `is a trailing child of a market order`() {
        var gateway = Gateway.recorded(1)
        let client = gateway.start(version: 225)
        gateway.place(
            client, 1, "BUY", "MKT", more: ["order.transmit": "0", "order.tif": "DAY"])
        let trail = ["order.parentId": "1", "order.auxPrice": "2"]
        let heard = gateway.tell(client, 2, "SELL", "TRAIL", more: trail)
        #expect(heard.map { $0["reqId"] } == ["2"])
        #expect(
            heard.first?["errorString"]
                == "Trailing stop orders can be attached to limit or stop-limit orders only.")
    }

    @Test func `keeps its time in force, and is shown unchanged`() {
        var gateway = Gateway.recorded(1) { $0.orderEchoes = .once }
        let client = gateway.start(version: 225)
        _ = gateway.tell(client, 1, limit: "250", more: ["order.includeOvernight": "1"])
        let heard = gateway.tell(client, 1, limit: "251")
        #expect(story(heard) == pair("Submitted") + ["error 462"])
        #expect(heard[0]["order.lmtPrice"]?.hasPrefix("250") == true)
        #expect(
            heard[2]["errorString"]
                == "Order modify failed. Cannot change to the new Time in Force.DAY")
    }
}

@Suite struct `An order with an algorithm` {
    private func placed(
        _ gateway: inout Gateway, _ name: String, _ parameters: KeyValuePairs<String, String>,
        displaySize: String = ""
    ) -> [Message] {
        let client = gateway.start(version: 225)
        var message = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.conId": "8314", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "LMT", "order.lmtPrice": "15.5",
                "order.tif": "DAY", "order.transmit": "1", "order.algoStrategy": name,
                "order.displaySize": displaySize,
            ], direction: .toGateway)
        message.setItems(
            of: "order.algoParams", to: parameters.map { ["tag": $0.key, "value": $0.value] })
        let first = gateway.sent(gateway.handle(gateway.request(client, message)))
        return first + gateway.sent(gateway.passing(.seconds(1)))
    }

    @Test func `is refused for a parameter it does not have`() {
        var gateway = Gateway.recorded(1)
        let heard = placed(
            &gateway, "Twap", ["allowPastEndTime": "1", "strategyType": "Marketable"])
        #expect(
            heard.map { $0["errorString"] } == [
                "Order processing failed. Unknown algo attribute:strategyType"
            ])
    }

    @Test func `is refused for a display size`() {
        var gateway = Gateway.recorded(1)
        #expect(
            story(placed(&gateway, "DarkIce", ["displaySize": "1"], displaySize: "1"))
                == ["error 10255"])
    }

    @Test func `outside hours has its times moved, and its warning first`() {
        var gateway = Gateway.recorded(1, afterHours: true)
        let heard = placed(
            &gateway, "Vwap", ["startTime": "20260115 15:00:00 UTC", "maxPctVol": "0.1"])
        let told = story(heard)
        #expect(
            Array(told.prefix(5))
                == ["error 2111", "error 2111", "error 399"] + pair("PreSubmitted"))
        #expect(
            heard[0]["errorString"]?.contains("algo order BUY 1 IBM NYSE.IBM @ 15.5<br>") == true)
    }

    @Test func `that starts after the close is cancelled`() {
        var gateway = Gateway.recorded(1) { $0.marketsKeepHours = true }
        let heard = placed(&gateway, "Vwap", ["startTime": "20260115 21:30:00 UTC"])
        #expect(
            heard.last?["errorString"]
                == "Order Canceled - reason:Vwap: start time is after close time")
    }
}

@Suite struct `Questions about orders, as recorded` {
    @Test func `of executions bring all details, then all commissions`() {
        var gateway = Gateway()
        let client = gateway.start(version: 225)
        for id in 1...3 { _ = gateway.tell(client, id, "BUY", "MKT") }
        let names = gateway.reply(client, "reqExecutions", ["reqId": "1"]).map(\.name)
        let count = names.count { $0 == "execDetails" }
        #expect(count >= 3)
        #expect(
            names == Array(repeating: "execDetails", count: count)
                + Array(repeating: "commissionReport", count: count) + ["execDetailsEnd"])
    }

    @Test(arguments: [(200, 0), (225, 2)])
    func `of completed orders begin with cancelled ones at a new version`(
        _ version: Int, _ count: Int
    ) {
        var gateway = Gateway.recorded(1)
        let client = gateway.start(version: version)
        for id in 1...2 {
            _ = gateway.tell(client, id, limit: "250")
            _ = gateway.cancel(client, id)
        }
        _ = gateway.tell(client, 3, "BUY", "MKT")
        let told = story(gateway.reply(client, "reqCompletedOrders", ["apiOnly": "1"]))
        #expect(
            told == Array(repeating: "orderStatus Cancelled", count: count)
                + Array(repeating: "completedOrder", count: 6) + ["completedOrdersEnd"])
    }

    @Test func `about orders of the world have a commission, a parent and their hours`() throws {
        var world = World.default
        world.executions = []
        func order(_ permID: Int64) -> World.Order {
            World.Order(
                clientID: 201, orderID: Int(permID), permID: permID, account: "DU0000001",
                conID: 265_598, action: "SELL", quantity: 1, type: "LMT", limitPrice: 305,
                timeInForce: "DAY")
        }
        var late = order(2)
        late.tradesOutsideHours = true
        var child = order(3)
        child.parentPermID = 9001
        world.completedOrders = [
            .init(order: order(1), completedSeconds: -3),
            .init(order: late, completedSeconds: -2, averagePrice: 306),
            .init(order: child, completedSeconds: -1),
        ]
        var gateway = Gateway(world: world) { $0.newestVersion = 204 }
        let client = gateway.start(version: 204)
        let rows = try gateway.reply(client, "reqCompletedOrders", ["apiOnly": "0"])
            .filter { $0.name == "completedOrder" }.map { try read($0, at: 204) }
        func row(_ id: Int) -> [String: String]? { rows.first { $0["order.orderId"] == "\(id)" } }
        #expect(row(1)?["orderState.completedStatus"] == "Cancelled by Trader")
        #expect(row(1)?["order.outsideRth"] == nil && row(1)?["orderState.commission"] == nil)
        #expect(row(2)?["order.outsideRth"] == "1")
        #expect(row(2)?["orderState.commission"] == "1")
        #expect(row(2)?["orderState.commissionCurrency"] == "USD")
        #expect(row(3)?["orderState.completedStatus"] == "Cancelled by System:\n")
        #expect(row(3)?["order.parentPermId"] == "9001" && row(3)?["order.ocaGroup"] == "9001")
        #expect(row(3)?["order.ocaType"] == "3")
    }

    @Test func `after a bracket's end say who cancelled`() {
        var gateway = Gateway.recorded(1)
        let client = gateway.start(version: 225)
        gateway.place(
            client, 1, limit: "250", more: ["order.transmit": "0", "order.tif": "DAY"])
        _ = gateway.tell(client, 2, "SELL", limit: "350", more: ["order.parentId": "1"])
        _ = gateway.cancel(client, 1)
        let done = gateway.reply(client, "reqCompletedOrders", ["apiOnly": "1"])
            .filter {
                $0["order.lmtPrice"]?.hasPrefix("250") == true
                    || $0["order.lmtPrice"]?.hasPrefix("350") == true
            }
        #expect(
            Set(done.compactMap { $0["orderState.completedStatus"] })
                == ["Cancelled by Trader", "Cancelled by System:\n"])
    }

    @Test(arguments: [(200, ByVersion.byVersion, 1), (225, .byVersion, 0), (225, .always, 1)])
    func `of a global cancel warn of done orders where the build does`(
        _ version: Int, _ choice: ByVersion, _ count: Int
    ) {
        var gateway = Gateway.recorded(1) { $0.reportsDoneOrders = choice }
        let client = gateway.start(version: version)
        _ = gateway.tell(client, 1, "BUY", "MKT")
        let permID =
            gateway.reply(client, "reqExecutions", ["reqId": "1"])
            .last { $0.name == "execDetails" }?["execution.permId"] ?? ""
        let warnings = gateway.reply(client, "reqGlobalCancel")
        #expect(
            warnings.map { $0["errorString"] }
                == Array(
                    repeating: "Cancel attempted when order is not in a cancellable state.  "
                        + "Order permId =\(permID)", count: count))
    }

    @Test func `of a global cancel end one by one in no order of ids`() {
        var gateway = Gateway.recorded(1)
        let client = gateway.start(version: 225)
        for id in 1...10 { _ = gateway.tell(client, id, limit: "250") }
        _ = gateway.reply(client, "reqGlobalCancel")
        let heard = gateway.sent(gateway.passing(.seconds(1)))
            .filter { ["orderStatus", "error"].contains($0.name) }
        let mine = heard.filter { $0.name == "error" }.compactMap {
            $0["reqId"].flatMap { Int($0) }
        }
        #expect(mine.sorted() == Array(1...10))
        #expect(mine != mine.sorted())
        for (index, message) in heard.enumerated() where message.name == "error" {
            #expect(heard[index - 1]["orderId"] == message["reqId"])
            #expect(heard[index - 1]["status"] == "Cancelled")
        }
        #expect(!story(heard).contains("orderStatus PendingCancel"))
    }
}

@Suite struct `An order of another kind of size` {
    /// EUR.USD of the default world.
    private static let euro = [
        "contract.conId": "12087792", "contract.symbol": "EUR", "contract.secType": "CASH",
        "contract.exchange": "IDEALPRO",
    ]

    @Test(arguments: [
        "0", "", "1.7976931348623157E308", "9223372036854775807",
        "170141183460469231731687303715884105727", "NaN",
    ])
    func `for an amount of cash buys what that is worth`(quantity: String) throws {
        var gateway = Gateway()
        let client = gateway.start(version: 200)
        let heard = gateway.tell(
            client, 1, "BUY", "MKT", quantity: quantity, more: ["order.cashQty": "1000"])
        let fill = try #require(heard.first { $0.name == "execDetails" })
        let shares = try #require(fill["execution.shares"].flatMap { Amount($0) })
        let price = try #require(fill["execution.price"].flatMap { Amount($0) })
        #expect((shares * price - 1000).magnitude < Amount(cents: 500))
        #expect(!shares.isWhole)
    }

    @Test func `for cash buys whole units of a currency`() {
        var gateway = Gateway()
        let client = gateway.start(version: 200)
        let more = Self.euro.merging(["order.cashQty": "50000"]) { $1 }
        let heard = gateway.tell(client, 1, "BUY", "MKT", quantity: "0", more: more)
        let shares = heard.first { $0.name == "execDetails" }?["execution.shares"]
        #expect(shares.flatMap { Amount($0) }?.isWhole == true)
    }

    @Test func `as a currency hedge takes its size from its parent`() throws {
        var gateway = Gateway()
        let client = gateway.start(version: 200)
        gateway.place(
            client, 1, "BUY", "MKT", quantity: "100",
            more: ["order.transmit": "0", "order.tif": "DAY"])
        let hedge = Self.euro.merging(["order.parentId": "1", "order.hedgeType": "F"]) { $1 }
        #expect(
            story(gateway.tell(client, 2, "SELL", "MKT", quantity: "5", more: hedge))
                == ["error 10032"])
        let heard = gateway.tell(client, 2, "SELL", "MKT", quantity: "0", more: hedge)
        let size = try #require(
            heard.first { $0["order.orderId"] == "2" }?["order.totalQuantity"]
                .flatMap { Amount($0) })
        // 29,785 dollars at somewhat more than a dollar.
        #expect(size > 15_000 && size < 29_785)
        #expect(
            heard.contains {
                $0.name == "orderStatus" && $0["orderId"] == "2" && $0["status"] == "Filled"
            })
    }

    @Test func `pegged to a benchmark rests until the peg meets the market`() {
        func isFilled(starting: String, more: [String: String] = [:]) -> Bool {
            var gateway = Gateway()
            let client = gateway.start(version: 200)
            let peg = [
                "order.startingPrice": starting, "order.referenceContractId": "265598",
                "order.peggedChangeAmount": "1", "order.referenceChangeAmount": "1",
            ].merging(more) { $1 }
            let heard = gateway.tell(client, 1, "BUY", "PEG BENCH", limit: "0", more: peg)
            return story(heard).contains("orderStatus Filled")
        }
        #expect(!isFilled(starting: "250"))
        #expect(isFilled(starting: "310"))
        // Apple stands far above the reference price, so that the peg is far above the market.
        #expect(isFilled(starting: "250", more: ["order.stockRefPrice": "100"]))
        #expect(
            !isFilled(
                starting: "310",
                more: ["order.stockRefPrice": "100", "order.isPeggedChangeAmountDecrease": "1"]))
    }

    @Test func `at a volatility rests until the option costs as much`() {
        func isFilled(volatility: String) -> Bool {
            var gateway = Gateway()
            let client = gateway.start(version: 200)
            let option = [
                "contract.conId": "0", "contract.symbol": "AAPL", "contract.secType": "OPT",
                "contract.lastTradeDateOrContractMonth": "20271217", "contract.strike": "250",
                "contract.right": "C", "order.volatility": volatility, "order.volatilityType": "2",
            ]
            let heard = gateway.tell(client, 1, "BUY", "VOL", more: option)
            #expect(!heard.contains { $0.name == "error" })
            return story(heard).contains("orderStatus Filled")
        }
        #expect(!isFilled(volatility: "5"))
        #expect(isFilled(volatility: "95"))
    }
}

extension String {
    fileprivate func trimmingSuffix(_ isTrimmed: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return text
    }
}

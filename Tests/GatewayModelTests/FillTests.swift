import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `A fill` {
    @Test func `of a large order comes in parts that add up`() throws {
        var gateway = Gateway { $0.partialFills = .parts(4) }
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT", quantity: "1002")
        let heard = gateway.sent(gateway.passing(.seconds(3)))
        let executions = heard.filter { $0.name == "execDetails" }
        #expect(executions.map { $0["execution.shares"] } == ["250", "250", "250", "252"])
        #expect(executions.map { $0["execution.cumQty"] } == ["250", "500", "750", "1002"])
        let statuses = heard.filter { $0.name == "orderStatus" }.dropFirst()
        #expect(statuses.map { $0["status"] } == ["Submitted", "Submitted", "Submitted", "Filled"])
        #expect(statuses.map { $0["remaining"] } == ["752", "502", "252", "0"])
        let commissions = heard.filter { $0.name == "commissionReport" }
            .compactMap { $0["commission"].flatMap { Amount($0) } }
        #expect(commissions.reduce(.zero, +) == Amount(cents: 501) + 1002 * Amount(micros: 3))
        let cost = executions.reduce(Amount.zero) { sum, execution in
            let price = execution["execution.price"].flatMap { Amount($0) } ?? 0
            return sum + price * (execution["execution.shares"].flatMap { Amount($0) } ?? 0)
        }
        let average = try #require(statuses.last?["avgFillPrice"].flatMap { Amount($0) })
        #expect((average - cost / 1002).magnitude < Amount(micros: 10))
    }

    @Test func `takes what the quote shows, in few enough parts`() {
        var gateway = Gateway {
            $0.partialFills = .byQuotedSize
            $0.limits.fillsPerOrder = 5
            $0.checksMargins = false
        }
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT", quantity: "1000000")
        let executions = gateway.sent(gateway.passing(.seconds(3)))
            .filter { $0.name == "execDetails" }
        #expect(executions.count == 5)
        #expect(executions.last?["execution.cumQty"] == "1000000")
    }

    @Test func `is told in the order the settings say`() {
        var gateway = Gateway { $0.fillReports = .fixed([.status, .execution, .status]) }
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT")
        #expect(
            gateway.hear(.seconds(1)).dropFirst(2) == [
                "orderStatus Filled", "execDetails", "orderStatus Filled",
            ])
    }

    @Test func `is told in different orders by seed, its commission last`() {
        var orders: Set<[String]> = []
        for seed in 1...12 {
            var gateway = Gateway(seed: UInt64(seed)) { $0.fillReports = .bySeed }
            let client = gateway.start()
            gateway.place(client, 1, "BUY", "MKT")
            let told = gateway.hear(.seconds(1))
            #expect(told.last == "commissionReport")
            #expect(told.count { $0 == "commissionReport" || $0 == "execDetails" } == 2)
            orders.insert(told)
        }
        #expect(orders.count >= 2)
    }

    @Test func `has its commission reported later where the settings say so`() {
        var gateway = Gateway { $0.commissionDelay = .seconds(5) }
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT")
        #expect(!gateway.hear(.seconds(4)).contains("commissionReport"))
        #expect(gateway.hear(.seconds(3)) == ["commissionReport"])
    }

    @Test func `of a combination is held as its legs`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        var order = Message(
            "placeOrder",
            [
                "orderId": "1", "contract.symbol": "IBM", "contract.secType": "BAG",
                "contract.exchange": "SMART", "contract.currency": "USD", "order.action": "SELL",
                "order.totalQuantity": "10", "order.orderType": "MKT", "order.transmit": "1",
            ], direction: .toGateway)
        order.setItems(
            of: "contract.comboLegs",
            to: [
                ["conId": "8314", "ratio": "1", "action": "BUY", "exchange": "SMART"],
                ["conId": "8894", "ratio": "3", "action": "SELL", "exchange": "SMART"],
            ])
        let held = { (gateway: inout Gateway, conID: String) in
            gateway.position(client, conID: conID)?["position"].flatMap { Amount($0) } ?? 0
        }
        let before = [held(&gateway, "8314"), held(&gateway, "8894")]
        gateway.handle(gateway.request(client, order))
        let heard = gateway.sent(gateway.passing(.seconds(2)))
        #expect(held(&gateway, "8314") == before[0] - 10)
        #expect(held(&gateway, "8894") == before[1] + 30)
        // Those who asked for positions are told of the legs', and of none of the combination.
        #expect(
            heard.filter { $0.name == "position" }.map { $0["contract.conId"] } == ["8314", "8894"])
        let executions = heard.filter { $0.name == "execDetails" }
        #expect(executions.map { $0["contract.secType"] } == ["BAG", "STK", "STK"])
        #expect(executions.map { $0["execution.side"] } == ["SLD", "SLD", "BOT"])
        #expect(executions.map { $0["execution.shares"] } == ["10", "10", "30"])
        let prices = try executions.map {
            try #require($0["execution.price"].flatMap { Amount($0) })
        }
        #expect(prices[0] == prices[1] - prices[2] * 3)
        #expect(heard.count { $0.name == "commissionReport" } == 2)
        #expect(heard.contains { $0["status"] == "Filled" && $0["filled"] == "10" })
        let again = gateway.reply(client, "reqExecutions", ["reqId": "1"])
        #expect(
            again.count { $0["execution.orderId"] == "1" && $0["execution.permId"] != nil } >= 3)
    }

    @Test func `of the first of a group ends or shrinks the others`() {
        var gateway = Gateway()
        let client = gateway.start()
        func member(_ id: Int, type: String, _ group: String) {
            gateway.place(
                client, id, limit: "250", quantity: "150",
                more: ["order.ocaGroup": group, "order.ocaType": type])
        }
        member(1, type: "1", "ending")
        member(2, type: "2", "shrinking")
        _ = gateway.hear(.seconds(1))
        for (id, group) in [(3, "ending"), (4, "shrinking")] {
            gateway.place(
                client, id, "BUY", "MKT",
                more: ["order.ocaGroup": group, "order.ocaType": id == 3 ? "1" : "2"])
        }
        _ = gateway.hear(.seconds(1))
        let open = gateway.reply(client, "reqOpenOrders")
        #expect(open.compactMap { $0["order.orderId"] } == ["2"])
        #expect(open[0]["order.totalQuantity"] == "50")
    }

    @Test func `of a bracket's profit taker ends its stop`() {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "BUY", "MKT", more: ["order.transmit": "0"])
        gateway.place(
            client, 2, "SELL", limit: "200", more: ["order.parentId": "1", "order.transmit": "0"])
        let family = gateway.place(
            client, 3, "SELL", "STP", more: ["order.parentId": "1", "order.auxPrice": "150"])
        let opened = family.filter { $0.name == "openOrder" }
        #expect(opened.map { $0["order.orderId"] } == ["1", "2", "3"])
        #expect(opened[2]["order.ocaGroup"] == opened[0]["order.permId"])
        let told = gateway.hear(.seconds(2))
        #expect(told.count { $0 == "execDetails" } == 2)
        #expect(told.contains("orderStatus Cancelled"))
        #expect(gateway.reply(client, "reqOpenOrders").map(\.name) == ["openOrderEnd"])
    }

    @Test func `leaves every view with the same numbers`() throws {
        var gateway = Gateway()
        let client = gateway.start()
        gateway.place(client, 1, "SELL", "MKT", quantity: "50")
        let heard = gateway.sent(gateway.passing(.seconds(1)))
        let report = try #require(heard.first { $0.name == "commissionReport" })
        func amount(_ message: Message?, _ field: String) throws -> Amount {
            try #require(message?[field].flatMap { Amount($0) })
        }
        let updates = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        let line = updates.first {
            $0.name == "updatePortfolio" && $0["contract.conId"] == "8314"
        }
        let position = gateway.position(client, conID: "8314")
        let single = gateway.reply(
            client, "reqPnLSingle", ["reqId": "5", "account": "DU0000001", "conid": "8314"]
        ).first
        #expect(try amount(line, "position") == 25)
        #expect(try amount(position, "position") == 25)
        #expect(try amount(single, "pos") == 25)
        #expect(try amount(line, "averageCost") == amount(position, "avgCost"))
        #expect(try amount(line, "realizedPNL") == amount(report, "realizedPNL").roundedToCents)
        #expect(try amount(single, "realizedPnL") == amount(report, "realizedPNL"))
        #expect(try amount(single, "unrealizedPnL") == amount(line, "unrealizedPNL"))
        #expect(try amount(single, "value") == amount(line, "marketValue"))
        let profit = gateway.reply(client, "reqPnL", ["reqId": "6", "account": "DU0000001"]).first
        func value(_ key: String) throws -> Amount {
            try amount(updates.first { $0["key"] == key && $0["currency"] == "BASE" }, "val")
        }
        #expect(try amount(profit, "realizedPnL").roundedToCents == value("RealizedPnL"))
        #expect(try amount(profit, "unrealizedPnL") == value("UnrealizedPnL"))
        let executions = gateway.reply(client, "reqExecutions", ["reqId": "7"])
        #expect(executions.contains { $0["realizedPNL"] == report["realizedPNL"] })
    }
}

import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `What a gateway remembers` {
    private static let contracts = [265598, 8314, 272093]

    private func gateway() -> Gateway {
        let world = World(
            accounts: [World.Account(name: "DU0000001", cash: 1_000_000)],
            contracts: World.default.contracts.filter {
                Self.contracts.contains(Int($0.conID))
            })
        return Gateway(world: world) {
            $0.limits.completedOrders = 40
            $0.limits.executions = 30
            $0.limits.knownClients = 25
            $0.life.nightlyRestart = 4 * 3600
            // At every version the same messages, as text.
            $0.newestVersion = 176
        }
    }

    /// A day of clients with ids nobody had before: they subscribe, trade and ask; some cancel what
    /// they opened, some just go.
    private func day(_ number: Int, _ gateway: inout Gateway) {
        for visit in 0..<20 {
            let client = gateway.start(client: 1000 * number + visit, version: 176)
            let contract = String(Self.contracts[visit % 3])
            gateway.ask(client, "reqMktData", ["reqId": "1", "contract.conId": contract])
            gateway.ask(client, "reqMktDepth", ["reqId": "2", "contract.conId": contract])
            gateway.ask(
                client, "reqRealTimeBars",
                [
                    "reqId": "3", "contract.conId": contract, "barSize": "5",
                    "whatToShow": "TRADES",
                ])
            gateway.ask(
                client, "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
            gateway.ask(client, "reqPnL", ["reqId": "4", "account": "DU0000001"])
            gateway.ask(
                client, "reqHistoricalData",
                [
                    "reqId": "5", "contract.conId": contract, "barSizeSetting": "1 day",
                    "durationStr": "5 D", "whatToShow": "TRADES", "useRTH": "1",
                    "formatDate": "1", "keepUpToDate": "0",
                ])
            for order in 1...4 {
                let isResting = order > 2
                gateway.ask(
                    client, "placeOrder",
                    [
                        "orderId": String(order), "contract.conId": contract,
                        "order.action": order % 2 == 0 ? "SELL" : "BUY",
                        "order.totalQuantity": "10",
                        "order.orderType": isResting ? "LMT" : "MKT",
                        "order.lmtPrice": isResting ? "1" : "", "order.tif": "DAY",
                        "order.transmit": "1", "order.ocaGroup": isResting ? "group\(visit)" : "",
                    ])
            }
            _ = gateway.passing(.seconds(3))
            gateway.ask(client, "cancelOrder", ["orderId": "3"])
            if visit % 2 == 0 {
                gateway.ask(client, "cancelMktData", ["reqId": "1"])
                gateway.ask(client, "cancelPnL", ["reqId": "4"])
            }
            _ = gateway.passing(.seconds(2))
            gateway.handle(.disconnected(client))
        }
        _ = gateway.passing(.seconds(86_400) - (gateway.now - .start) + .seconds(86_400 * number))
    }

    @Test func `stays the same from one half of a week to the next`() {
        var gateway = gateway()
        for number in 0..<3 { day(number, &gateway) }
        let early = gateway.model.footprint
        for number in 3..<6 { day(number, &gateway) }
        let late = gateway.model.footprint
        for ((name, before), (_, after)) in zip(early, late) {
            // A log sweeps what it has forgotten when that is as much as the rest.
            let slack = before / 4 + 2
            #expect(after <= before + slack, "\(name): \(before), then \(after)")
        }
        #expect(early.contains { $0.name == "completed orders" && $0.count >= 40 })
        #expect(early.contains { $0.name == "clients' order ids" && $0.count >= 25 })
        #expect(late.contains { $0.name == "subscriptions" && $0.count == 0 })
    }

    @Test func `of order ids is never less than what a client has used`() {
        var gateway = gateway()
        func nextID(_ client: Int) -> Int? {
            let (connection, _) = gateway.greet(versions: 100...176)
            let answer = gateway.reply(
                connection, "startApi", ["clientId": String(client), "optionalCapabilities": ""])
            let id = answer.first { $0.name == "nextValidId" }?["orderId"].flatMap { Int($0) }
            if let id {
                gateway.ask(
                    connection, "placeOrder",
                    [
                        "orderId": String(id + 7), "contract.conId": "8314",
                        "order.action": "BUY", "order.totalQuantity": "1",
                        "order.orderType": "MKT", "order.transmit": "1",
                    ])
            }
            gateway.handle(.disconnected(connection))
            return id
        }
        #expect(nextID(1) == 1)
        #expect(nextID(1) == 9)
        // More clients than are known one by one.
        for client in 2...26 { #expect(nextID(client) == 1) }
        let forgotten = nextID(1)
        #expect(forgotten == 17)
        #expect(nextID(100) == 17)
    }
}

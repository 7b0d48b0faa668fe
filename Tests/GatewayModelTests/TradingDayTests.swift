import GatewayModel
import GatewayWire
import Simulation
import Testing

@Suite struct `An hour of trading` {
    /// Clients and symbols are few here; the shape is that of a large gateway's.
    @Test func `fills, cancels and forgets without growing`() {
        var gateway = Gateway {
            $0.limits.completedOrders = 50
            $0.limits.executions = 40
        }
        var clients: [ConnectionID] = []
        for id in 1...3 {
            let client = gateway.start(client: id)
            clients.append(client)
            _ = gateway.reply(client, "reqPnL", ["reqId": "1"])
            _ = gateway.reply(client, "reqAccountUpdates", ["subscribe": "1"])
        }
        var fills = 0
        for minute in 0..<60 {
            let client = clients[minute % clients.count]
            let side = minute % 2 == 0 ? "BUY" : "SELL"
            gateway.place(client, 100 + 2 * minute, side, "MKT", quantity: "10")
            gateway.place(client, 101 + 2 * minute, "BUY", limit: "150")
            let heard = gateway.passing(.seconds(60))
            fills += messages(heard, "execDetails").count
            _ = gateway.reply(client, "cancelOrder", ["orderId": String(101 + 2 * minute)])
        }
        #expect(fills == 60)
        let client = clients[0]
        #expect(gateway.reply(client, "reqCompletedOrders").count == 51)
        #expect(gateway.reply(client, "reqExecutions", ["reqId": "9"]).count == 81)
        #expect(gateway.reply(client, "reqAllOpenOrders").count <= 2 * 9 + 1)
    }
}

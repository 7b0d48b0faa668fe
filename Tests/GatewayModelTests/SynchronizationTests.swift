import GatewayModel
import GatewayWire
import Simulation
import Testing

/// What `IB.connect()` of ib_insync and ib_async sends once the API is ready.
@Suite struct `A client synchronizing as ib_async does` {
    @Test(arguments: [157, 163, 176, 178, 187, 200])
    func `gets every answer with its end`(version: Int) {
        var gateway = Gateway()
        let client = gateway.start(client: 0, version: version)
        #expect(gateway.reply(client, "reqAutoOpenOrders", ["bAutoBind": "1"]).isEmpty)

        let positions = gateway.reply(client, "reqPositions")
        #expect(positions.map(\.name) == Array(repeating: "position", count: 24) + ["positionEnd"])

        let open = gateway.reply(client, "reqOpenOrders")
        #expect(
            open.map(\.name) == [
                "openOrder", "orderStatus", "openOrder", "orderStatus", "openOrder",
                "orderStatus", "openOrderEnd",
            ])

        let completed = gateway.reply(client, "reqCompletedOrders", ["apiOnly": "0"])
        #expect(
            completed.map(\.name) == [
                "completedOrder", "completedOrder", "completedOrder", "completedOrdersEnd",
            ])

        let updates = gateway.reply(
            client, "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000001"])
        #expect(updates.count { $0.name == "updatePortfolio" } == 24)
        #expect(updates.last == Message("accountDownloadEnd", ["accountName": "DU0000001"]))

        let multi = gateway.reply(
            client, "reqAccountUpdatesMulti",
            ["reqId": "4", "account": "DU0000001", "modelCode": "", "ledgerAndNLV": "0"])
        #expect(multi.last == Message("accountUpdateMultiEnd", ["reqId": "4"]))
        #expect(multi.count > 30)

        let executions = gateway.reply(
            client, "reqExecutions", ["reqId": "5", "filter.clientId": "0"])
        #expect(
            executions.map(\.name) == [
                "execDetails", "execDetails", "execDetails", "commissionReport",
                "commissionReport", "commissionReport", "execDetailsEnd",
            ])
    }

    @Test func `sees seven open orders when it asks for everyone's`() {
        var gateway = Gateway()
        let client = gateway.start()
        #expect(gateway.reply(client, "reqOpenOrders").map(\.name) == ["openOrderEnd"])
        let all = gateway.reply(client, "reqAllOpenOrders")
        #expect(all.count { $0.name == "openOrder" } == 7)
    }

    @Test func `sees everyone's open orders where every client is a master`() {
        var gateway = Gateway { $0.everyClientIsMaster = true }
        let client = gateway.start()
        let open = gateway.reply(client, "reqOpenOrders")
        #expect(open.count { $0.name == "openOrder" } == 7)
    }

    /// Empty numbers make ib_* throw and drop the message.
    @Test(arguments: [157, 176, 178, 187, 200])
    func `never gets an empty number where none may be`(version: Int) {
        var gateway = Gateway()
        let client = gateway.start(client: 0, version: version)
        var messages: [Message] = []
        messages += gateway.reply(client, "reqPositions")
        messages += gateway.reply(client, "reqAllOpenOrders")
        messages += gateway.reply(client, "reqCompletedOrders")
        messages += gateway.reply(client, "reqAccountUpdates", ["subscribe": "1", "acctCode": ""])
        messages += gateway.reply(client, "reqExecutions", ["reqId": "5"])
        messages += gateway.reply(
            client, "reqContractDetails", ["reqId": "6", "contract.symbol": "AAPL"])
        messages += gateway.reply(
            client, "reqMktData", ["reqId": "7", "contract.conId": "265598"])
        #expect(messages.count > 140)
        for message in messages {
            let bytes = MessageEncoder(serverVersion: version).encode(message)
            let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
            guard case .message(let decoded) = decoder.decode(bytes[4...]) else {
                Issue.record("\(message.name) does not decode")
                continue
            }
            for (item, value) in zip(decoded.schema.items, decoded.values) {
                guard case .field(let field) = item, field.type != .string, field.unset == nil,
                    value == .text(""), field.name != "yieldRedemptionDate"
                else { continue }
                Issue.record("\(message.name).\(field.name) is empty")
            }
        }
    }
}

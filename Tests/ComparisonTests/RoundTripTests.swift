import CaptureImport
import Comparison
import EventLog
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// A client's connection to a gateway in memory, as an event log.
private struct Session {
    private var host: VirtualHost
    private var client: ScriptedClient

    init(_ origin: any GatewayOrigin, clientID: Int) {
        host = VirtualHost(
            FaultedGateway(name: "gateway", origin: origin, rules: [], seed: 1))
        client = ScriptedClient(&host, clientID: clientID)
        client.greet(&host)
        host.advance(by: .seconds(1))
        client.takeVersion(&host)
        client.start(&host)
        host.advance(by: .seconds(2))
    }

    /// Asks this and that, under ids that begin with `first`.
    mutating func talk(first: Int, order: Int, isSwapped: Bool) {
        let contract = [
            "contract.symbol": "AAPL", "contract.secType": "STK", "contract.exchange": "SMART",
            "contract.currency": "USD",
        ]
        func ask(_ name: String, _ fields: [String: String]) -> Message {
            var message = Message(name, [:], direction: .toGateway)
            for (field, value) in fields { message[field] = value }
            return message
        }
        let details = ask(
            "reqContractDetails", contract.merging(["reqId": "\(first)"]) { one, _ in one })
        let summary = ask(
            "reqAccountSummary",
            ["reqId": "\(first + 1)", "groupName": "All", "tags": "NetLiquidation,BuyingPower"])
        for message in isSwapped ? [summary, details] : [details, summary] {
            client.request(message, &host)
        }
        host.advance(by: .seconds(3))
        client.request(
            ask(
                "placeOrder",
                contract.merging([
                    "orderId": "\(order)", "order.action": "BUY", "order.orderType": "LMT",
                    "order.totalQuantity": "10", "order.lmtPrice": "1", "order.tif": "DAY",
                    "order.orderRef": "ref-\(order)", "order.transmit": "1",
                ]) { one, _ in one }), &host)
        host.advance(by: .seconds(3))
        client.request(ask("cancelOrder", ["orderId": "\(order)"]), &host)
        host.advance(by: .seconds(3))
        host.end(client.connection, .fin)
    }

    var log: [UInt8] {
        Array(host.events.map { $0.jsonLine(epoch: 0) + "\n" }.joined().utf8)
    }
}

@Suite struct `Import and replay of a session` {
    private func replayed(
        clientID: Int, first: Int, order: Int, isSwapped: Bool
    ) throws -> ComparisonReport {
        var settings = GatewaySettings()
        settings.newestVersion = 176
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        var session = Session(ModelOrigin(model), clientID: 7)
        session.talk(first: 1, order: 1, isSwapped: false)
        let original = session.log
        var options = ImportOptions()
        options.redaction = .nothing
        var importer = CaptureImporter(options: options)
        try importer.read(log: original, path: "original.jsonl")
        let file = try #require(importer.makeFixtures().first?.files.first)
        let transcript = try Transcript.parse(file.text, file: file.name)
        var again = Session(RecordingOrigin([transcript], model: model), clientID: clientID)
        again.talk(first: first, order: order, isSwapped: isSwapped)
        var report = ComparisonReport(Tolerances(), against: "other")
        report.compare(
            try Comparison.Recording.read(log: original, path: "original.jsonl"),
            against: try Comparison.Recording.read(log: again.log, path: "again.jsonl"),
            isExact: true)
        return report
    }

    @Test func `gives the same stream again`() throws {
        let report = try replayed(clientID: 7, first: 1, order: 1, isSwapped: false)
        #expect(report.isEqual, "\(report.text())")
        #expect(report.totals.messages > 10)
    }

    @Test func `gives it under other ids and in another order of requests`() throws {
        let report = try replayed(clientID: 42, first: 900, order: 55, isSwapped: true)
        #expect(report.isEqual, "\(report.text())")
    }
}

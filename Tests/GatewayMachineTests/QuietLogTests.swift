import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import Simulation
import TestSupport
import Testing

/// Without a reader of messages, frames are gathered and ticks are never messages; nobody may notice.
@Suite struct `A gateway whose messages nobody logs` {
    /// What two clients of a streaming, trading gateway receive, and its log without messages.
    private func story(
        _ rules: [FaultRule], logs: Bool, version: Int
    ) -> (bytes: [[UInt8]], log: [String]) {
        var settings = GatewaySettings()
        settings.newestVersion = version
        let model = HealthyGateway(world: .default, settings: settings, seed: 5)
        var host = VirtualHost(
            FaultedGateway(
                name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 5,
                logging: logs ? .all : .none))
        var clients = (1...2).map { ScriptedClient(&host, clientID: $0) }
        for index in clients.indices {
            clients[index].greet(&host, versions: 100...version)
            clients[index].start(&host)
        }
        host.advance(by: .seconds(3))
        for index in clients.indices {
            for (line, contract) in ["265598", "8314", "416904", "990000101"].enumerated() {
                clients[index].request(
                    "reqMktData", ["reqId": "\(line + 9)", "contract.conId": contract], &host)
            }
            clients[index].request("reqPnL", ["reqId": "1", "account": "DU0000001"], &host)
            clients[index].request(
                "placeOrder",
                [
                    "orderId": "\(index + 100)", "contract.conId": "265598",
                    "order.action": "BUY", "order.totalQuantity": "10",
                    "order.orderType": "MKT", "order.transmit": "1",
                ], &host)
        }
        var bytes: [[UInt8]] = []
        for _ in 0..<12 {
            host.advance(by: .milliseconds(250))
            bytes += clients.map { host.take($0.connection) }
        }
        let log = host.events.filter {
            if case .message(_) = $0.kind { false } else { true }
        }
        return (bytes, log.map { $0.textLine() })
    }

    private func rule(
        _ types: [String], _ action: FaultAction, direction: Direction = .toClient
    ) -> FaultRule {
        FaultRule(
            name: "rule", when: .message(MessagePattern(direction: direction, types: types)),
            times: 3, do: [action])
    }

    @Test(arguments: [157, 176, 205, 226])
    func `sends the same bytes at the same moments`(version: Int) {
        let cases: [[FaultRule]] = [
            [], [rule(["tickSize"], .message(.drop))],
            [rule(["tickPrice"], .message(.delay(Latency(.milliseconds(300)))))],
            [rule(["execDetails"], .message(.duplicate(copies: 2)))],
            [rule([], .coalesce(window: .milliseconds(700), .toClient))],
            [
                rule(
                    ["reqPnL"], .slice(size: 5, gap: .milliseconds(1), .toClient),
                    direction: .toGateway)
            ],
            [rule(["tickString"], .message(.cut(kept: 3, then: .rst)))], [rule(["pnl"], .mute)],
        ]
        for rules in cases {
            let logged = story(rules, logs: true, version: version)
            let quiet = story(rules, logs: false, version: version)
            #expect(logged.bytes == quiet.bytes)
            #expect(logged.log == quiet.log)
            #expect(logged.bytes.contains { $0.count > 100 })
        }
    }
}

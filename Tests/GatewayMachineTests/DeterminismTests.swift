import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

@Suite struct `The same seed` {
    /// Two clients trade beside each other while the gateway is slow and chancy.
    private func story(seed: UInt64) throws -> VirtualHost {
        let rules = try PathologyCatalogue.shipped.use(
            argument: "slow-synchronization:spoils=false"
        ).rules
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: seed)
        var host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: seed))
        var clients = (1...2).map { ScriptedClient(&host, clientID: $0) }
        for index in clients.indices {
            clients[index].greet(&host)
            clients[index].start(&host)
        }
        host.advance(by: .seconds(5))
        for index in clients.indices {
            clients[index].request(
                "reqMktData",
                [
                    "reqId": "9", "contract.symbol": "AAPL", "contract.secType": "STK",
                    "contract.exchange": "SMART", "contract.currency": "USD",
                ], &host)
            clients[index].request(
                "placeOrder",
                [
                    "orderId": "\(100 + index)", "contract.symbol": "AAPL",
                    "contract.secType": "STK", "contract.exchange": "SMART",
                    "contract.currency": "USD", "order.action": "BUY",
                    "order.totalQuantity": "10", "order.orderType": "MKT", "order.tif": "DAY",
                    "order.transmit": "1",
                ], &host)
        }
        host.advance(by: .seconds(2))
        return host
    }

    @Test func `gives the same transcript a thousand times`() throws {
        let first = try story(seed: 7)
        #expect(first.transcript.contains { $0.contains("execDetails") })
        #expect(first.transcript.contains { $0.contains("tickPrice") })
        for _ in 0..<1000 where try story(seed: 7).events != first.events {
            Issue.record("a transcript differs")
            return
        }
    }

    @Test func `another seed gives another transcript`() throws {
        #expect(try story(seed: 7).transcript != story(seed: 8).transcript)
    }
}

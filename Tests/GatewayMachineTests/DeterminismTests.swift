import EventLog
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// What two clients of one gateway see, in memory.
private enum TwoTraders {
    /// The default world cut down to what the story touches, for speed.
    static let world = World(
        accounts: [World.Account(name: "DU0000001", cash: 1_000_000)],
        contracts: World.default.contracts.filter { ["AAPL", "IBM"].contains($0.symbol) })

    /// Two clients trade beside each other while the gateway is slow and chancy.
    static func story(seed: UInt64, in world: World = world) throws -> VirtualHost {
        let rules = try PathologyCatalogue.shipped.use(
            argument: "slow-synchronization:spoils=false"
        ).rules
        let model = HealthyGateway(world: world, settings: GatewaySettings(), seed: seed)
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

    /// FNV-1a of the transcript.
    static func digest(of host: VirtualHost) -> UInt64 {
        host.transcript.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
    }
}

@Suite struct `The same seed` {
    @Test func `gives the same transcript a thousand times`() throws {
        let first = try TwoTraders.story(seed: 7)
        #expect(first.transcript.contains { $0.contains("execDetails") })
        #expect(first.transcript.contains { $0.contains("tickPrice") })
        for _ in 0..<1000 where try TwoTraders.story(seed: 7).events != first.events {
            Issue.record("a transcript differs")
            return
        }
    }

    @Test func `gives the same transcript in the whole default world`() throws {
        let first = try TwoTraders.story(seed: 7, in: .default)
        #expect(first.transcript.contains { $0.contains("execDetails") })
        for _ in 0..<20 where try TwoTraders.story(seed: 7, in: .default).events != first.events {
            Issue.record("a transcript differs")
            return
        }
    }

    /// Within one process all hash tables have the same order; each process draws another one.
    @Test func `gives the same transcript in processes whose hash tables are ordered otherwise`()
        async throws
    {
        let expected = TwoTraders.digest(of: try TwoTraders.story(seed: 7, in: .default))
        for _ in 0..<4 {
            await #expect(processExitsWith: .success) { [expected = expected as UInt64] in
                let story = try TwoTraders.story(seed: 7, in: .default)
                precondition(TwoTraders.digest(of: story) == expected, "another transcript")
            }
        }
    }

    @Test func `another seed gives another transcript`() throws {
        #expect(try TwoTraders.story(seed: 7).transcript != TwoTraders.story(seed: 8).transcript)
    }
}

@Suite struct `A late driver` {
    /// A client streams and has an order, whose pairs a rule repeats beside the model's own repetitions.
    private func story(advance: (inout VirtualHost, Duration) -> Void) throws -> VirtualHost {
        let rules = try PathologyCatalogue.shipped.use(
            argument: "pairs-repeated:count=40,gap=23ms"
        ).rules
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 4)
        var host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 4))
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        advance(&host, .seconds(2))
        client.request(
            "reqMktData",
            [
                "reqId": "9", "contract.symbol": "AAPL", "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD",
            ], &host)
        client.request(
            "placeOrder",
            [
                "orderId": "100", "contract.symbol": "AAPL", "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD", "order.action": "BUY",
                "order.totalQuantity": "10", "order.orderType": "LMT", "order.lmtPrice": "1",
                "order.tif": "DAY", "order.transmit": "1",
            ], &host)
        advance(&host, .seconds(3))
        return host
    }

    @Test func `changes neither what is sent nor its order`() throws {
        let punctual = try story { $0.advance(by: $1) }
        let late = try story { $0.oversleep(by: $1) }
        #expect(late.received == punctual.received)
        #expect(late.events.map { $0.textLine() } == punctual.events.map { $0.textLine() })
        let repetitions = late.events.filter {
            guard case .fault(let rule, _, _) = $0.kind else { return false }
            return rule == "pairs-repeated/repeat-pair"
        }
        #expect(repetitions.count == 40)
        // The log tells when it was done.
        #expect(repetitions.last?.at == late.now)
    }
}

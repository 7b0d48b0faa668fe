import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `A generated world` {
    private static let size: WorldSize = {
        var size = WorldSize()
        size.accounts = 200
        size.symbols = 100
        size.positions = 1_000
        size.orders = 5_000
        return size
    }()

    @Test func `is the same for the same seed, and another for another`() {
        let world = World.generated(Self.size, seed: 7)
        #expect(world == World.generated(Self.size, seed: 7))
        #expect(world != World.generated(Self.size, seed: 8))
    }

    @Test func `has the sizes asked for, and hangs together`() throws {
        let world = World.generated(Self.size, seed: 1)
        #expect(world.accounts.count == 200 && world.contracts.count == 100)
        #expect(world.accounts.allSatisfy { $0.positions.count == 5 && $0.cash > 0 })
        #expect(world.openOrders.count == 5_000)
        #expect(Set(world.openOrders.map(\.permID)).count == 5_000)
        #expect(Set(world.contracts.map(\.symbol)).count == 100)
        #expect(world.contracts.allSatisfy { $0.conIDIsInvented })
        let again = try loadWorld(text: world.text, file: "w.yaml")
        #expect(again == world)
    }

    @Test func `is served, and its orders rest`() throws {
        let text = World.generated(Self.size, seed: 1).text
        let world = try loadWorld(text: text, file: "w.yaml")
        var settings = GatewaySettings()
        settings.messagesPerSecond = nil
        settings.marketWaits = false
        var model = HealthyGateway(world: world, settings: settings, seed: 1)
        let connection = ConnectionID(1)
        var counts: [String: Int] = [:]
        func tell(_ event: HealthyGateway.Event, at seconds: Int64 = 0) {
            let now = SimInstant.start + .seconds(seconds)
            for case .send(_, let message) in model.handle(event, at: now) {
                counts[message.name, default: 0] += 1
            }
        }
        func ask(_ name: String, _ fields: KeyValuePairs<String, String> = [:]) {
            tell(.received(connection, Message(name, fields, direction: .toGateway)))
        }
        tell(.connected(connection))
        tell(.hello(connection, Hello(versions: 100...200)))
        ask("startApi", ["clientId": "9"])
        ask("reqPositions")
        ask("reqAllOpenOrders")
        #expect(counts["position"] == 1_000)
        #expect(counts["openOrder"] == 5_000 && counts["openOrderEnd"] == 1)
        // An hour of prices, looked at once a second: nothing fills.
        for minute in 1...60 { tell(.deadlineReached, at: Int64(minute) * 60) }
        ask("reqAllOpenOrders")
        #expect(counts["openOrder"] == 10_000)
    }

    @Test func `has another symbol for every contract the limits allow`() {
        var size = WorldSize()
        size.accounts = 1
        size.symbols = WorldLimits().contracts
        let world = World.generated(size, seed: 1)
        #expect(Set(world.contracts.map(\.symbol)).count == WorldLimits().contracts)
        #expect(throws: Never.self) { _ = try loadWorld(text: world.text, file: "w.yaml") }
    }
}

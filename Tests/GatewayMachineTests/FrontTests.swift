import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func host(front: String, _ faults: String = "") throws -> VirtualHost {
    let text = "version: 1\nname: front\ngateway: {front: \(front), faults: [\(faults)]}"
    let gateway = try #require(
        try loadScenarios(text: text, file: "front.yaml", catalogue: .shipped).first?.gateways
            .first)
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return VirtualHost(
        FaultedGateway(
            name: "gateway", origin: ModelOrigin(model), rules: gateway.rules, seed: 1,
            front: gateway.front))
}

@Suite struct `A front that accepts by itself` {
    @Test func `ends a client of a closed port after a millisecond`() throws {
        var host = try host(front: "socat")
        host.command(.closeListener)
        #expect(host.isListening)
        let client = host.connect()
        #expect(!host.effects.contains(.hangUp(client)))
        host.advance(by: .milliseconds(1))
        #expect(host.effects.last == .hangUp(client))
        host.command(.openListener)
        var next = ScriptedClient(&host)
        next.greet(&host)
        #expect(next.serverVersion != nil)
    }

    @Test func `ends clients that come while the gateway restarts`() throws {
        var host = try host(front: "socat")
        host.command(.restart(down: .seconds(5)))
        let client = host.connect()
        host.advance(by: .seconds(1))
        #expect(host.effects.contains(.hangUp(client)))
        host.advance(by: .seconds(5))
        var next = ScriptedClient(&host)
        next.greet(&host)
        #expect(next.serverVersion != nil)
    }

    @Test(arguments: [GatewayCommand.stopAccepting(backlog: nil), .dropConnections])
    func `lets clients wait for a gateway that does not answer`(command: GatewayCommand) throws {
        var host = try host(front: "socat")
        host.command(command)
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .seconds(60))
        #expect(client.serverVersion == nil)
        #expect(!host.effects.contains(.hangUp(client.connection)))
        host.command(.resumeAccepting)
        client.takeVersion(&host)
        #expect(client.serverVersion != nil)
    }

    @Test func `ends those who wait when the port is closed`() throws {
        var host = try host(front: "socat")
        host.command(.stopAccepting(backlog: nil))
        let client = host.connect()
        host.command(.closeListener)
        #expect(host.effects.last == .hangUp(client))
    }
}

@Suite struct `A front that passes a RST on as a FIN` {
    @Test(arguments: ["socat", "rst-to-fin"])
    func `does so to the client`(front: String) throws {
        var host = try host(front: front, "{when: hello, do: [{rst-mid-frame: {kept: 7}}]}")
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 157...176).bytes, on: client.connection)
        #expect(host.received[client.connection]?.count == 7)
        #expect(host.effects.last == .hangUp(client.connection))
    }

    @Test func `does so to the gateway`() throws {
        var host = try host(front: "rst-to-fin")
        let client = ScriptedClient(&host)
        host.end(client.connection, .reset)
        #expect(host.events.contains { $0.kind == .ended(.fin) })
    }

    @Test func `refuses no less than the gateway`() throws {
        var host = try host(front: "rst-to-fin")
        host.command(.closeListener)
        #expect(!host.isListening)
    }
}

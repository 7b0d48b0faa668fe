import EventLog
import Faults
import GatewayMachine
import GatewayModel
import Simulation
import TestSupport
import Testing

@Suite struct `The world of a gateway` {
    private let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    private let halt = GatewayCommand.world(.halt(.symbol("AAPL")))

    private func host(_ origin: any GatewayOrigin) -> VirtualHost {
        VirtualHost(FaultedGateway(name: "gateway", origin: origin, rules: [], seed: 1))
    }

    private func notes(_ host: VirtualHost) -> [String] {
        host.events.compactMap { if case .note(let text) = $0.kind { text } else { nil } }
    }

    @Test func `is changed by a command, and can be looked at`() throws {
        var host = host(ModelOrigin(model))
        host.command(halt)
        #expect(host.machine.refusal == nil)
        let world = try #require(host.machine.world(at: host.now))
        #expect(world.instruments.filter(\.isHalted).map(\.conID) == [265_598])
        #expect(world.openOrders.count == 7)
        #expect(world.accounts.first?.positions.count == 24)
    }

    @Test func `refuses a command, and tells why once`() {
        var host = host(ModelOrigin(model))
        host.command(halt)
        host.command(halt)
        #expect(host.machine.refusal == CommandRefusal(.conflict, "AAPL is halted already"))
        #expect(notes(host) == ["AAPL is halted already"])
        host.command(.world(.resume(.symbol("AAPL"))))
        #expect(host.machine.refusal == nil)
        host.command(.setFarm("nowhere", .broken))
        #expect(host.machine.refusal?.kind == .unknown)
        host.command(.enableRule("none", true))
        #expect(host.machine.refusal?.text == "there is no rule none")
        host.command(.removeRule("none"))
        #expect(host.machine.refusal?.text == "there is no rule none")
        host.command(.kick(clientID: 5))
        #expect(host.machine.refusal?.text == "nobody has the client id 5")
        host.command(.act([.gateway(.turnLight(.red)), .gateway(.kick(clientID: 5))]))
        #expect(host.machine.light == .red)
        #expect(host.machine.refusal?.text == "kick: nobody has the client id 5")
    }

    @Test func `is not there where somebody else answers`() {
        var host = host(UpstreamOrigin(model: model))
        host.command(halt)
        #expect(host.machine.refusal?.kind == .unsupported)
        #expect(host.machine.world(at: host.now) == nil)
    }
}

import EventLog
import Faults
import GatewayMachine
import GatewayModel
import ScenarioFormat
import Simulation
import TestSupport
import Testing

@Suite struct `A gateway that restarts` {
    @Test func `says that its light is green again`() throws {
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
        var host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1))
        host.command(.turnLight(.red))
        host.command(.restart(down: .zero))
        host.advance(by: .seconds(1))
        let lights = host.events.compactMap { event in
            if case .light(let light) = event.kind { light } else { nil }
        }
        #expect(lights == [.red, .green])
    }
}

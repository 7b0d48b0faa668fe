import EventLog
import Faults
import GatewayMachine
import GatewayModel
import TestSupport

extension HealthyGateway {
    /// The model beside a recording or an upstream gateway.
    static var beside: HealthyGateway {
        HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    }
}

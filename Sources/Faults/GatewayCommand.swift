package import EventLog
package import GatewayModel
package import Simulation

/// A command from outside the wire: a step of a scenario, or a signal to `fakegw serve`.
package enum GatewayCommand: Hashable, Sendable {
    case restart(down: Duration)
    case turnLight(APILight)
    case loseServer
    case restoreServer(dataLost: Bool)
    /// A break between gateway and broker that heals by itself.
    case interruptServer
    case setFarm(String, FarmState)
    /// Tell clients where the host listens from now on.
    case changePort(Int)
    case authenticate
    case signal(String)
    /// The runner is about to kill the client behind this connection, with bytes unread.
    case clientDiesUnread(ConnectionID)
    /// Say something harmless, so that bytes lie in the client's socket.
    case notify(ConnectionID)
}

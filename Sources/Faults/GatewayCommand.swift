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

extension GatewayCommand {
    /// What a gateway was told, as the log says it.
    package var words: String {
        switch self {
        case .restart(let down): "restart, down for \(down.scenarioText)"
        case .turnLight(let light): "light \(light.rawValue)"
        case .loseServer: "lose-server"
        case .restoreServer(let isLost): "restore-server, data \(isLost ? "lost" : "kept")"
        case .interruptServer: "interrupt-server"
        case .setFarm(let farm, let state): "farm \(farm) \(state.rawValue)"
        case .changePort(let port): "change-port \(port)"
        case .authenticate: "authenticate"
        case .signal(let name): "signal \(name)"
        case .clientDiesUnread(let connection): "\(connection) is about to die with bytes unread"
        case .notify(let connection): "notify \(connection)"
        }
    }
}

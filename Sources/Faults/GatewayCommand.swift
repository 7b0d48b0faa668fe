package import EventLog
package import GatewayModel
package import Simulation

/// A command to a running gateway.
///
/// It comes from a step of a scenario, a fault, or a signal to the process.
package enum GatewayCommand: Hashable, Sendable {
    // What a real gateway goes through too
    /// Every connection ends, and the port is closed for `down`. Then the gateway starts again.
    case restart(down: Duration)
    case turnLight(APILight)
    /// The gateway loses its link to the broker (notice 1100).
    case loseServer
    /// The link is back. Subscriptions are lost (1101) or kept (1102).
    case restoreServer(dataLost: Bool)
    /// A short break between gateway and broker that ends by itself (2110).
    case interruptServer
    case setFarm(String, FarmState)
    /// Tells clients the new port of the gateway (1300).
    case changePort(Int)
    /// A user completes the login that the gateway waits for.
    case authenticate

    // The port and its sockets
    case closeListener
    case openListener
    /// With `backlog`, the kernel completes only so many connections, and one more.
    case stopAccepting(backlog: Int?)
    /// The first segments of new clients are lost.
    case dropConnections
    case resumeAccepting
    /// Closes every descriptor that was kept.
    case releaseSockets
    /// Nothing is read, sent or accepted for so long. Then everything happens at once.
    case freeze(Duration)
    /// Ends the connections with this client id.
    case kick(clientID: Int)
    /// Ends one connection.
    case end(ConnectionID, WayToEnd)

    // Faults
    /// Fires the rules whose trigger is this signal.
    case signal(String)
    /// Adds a rule. A rule with the same name is removed, and the counts start at zero.
    case addRule(FaultRule)
    /// Enables or disables the rules with this name. Their counts stay.
    case enableRule(String, Bool)
    case removeRule(String)
    /// Does actions that need no connection, without a rule.
    case act([FaultAction])
    /// Takes back what faults have done: the light is green, the port takes clients, the broker is
    /// there, kept sockets are closed, and connections flow as if nothing had been.
    case makeWell
    /// Changes the settings of the model behind the gateway.
    case adopt(GatewaySettings)

    /// Something about the market, the orders, the accounts or the clock.
    case world(WorldCommand)

    // What only a runner knows or needs
    /// The client behind this connection is about to be killed with bytes unread.
    case clientDiesUnread(ConnectionID)
    /// Sends a harmless notice, so that bytes lie in the client's socket.
    case notify(ConnectionID)
    /// A client program of the scenario did something that a rule waits for.
    case programDid(client: String, ProgramMoment)

    /// The command in the words of a scenario, for the event log.
    package var text: String {
        switch self {
        case .restart(let down): down == .zero ? "restart" : "restart, down \(down.scenarioText)"
        case .turnLight(let light): "light \(light.rawValue)"
        case .loseServer: "lose-server"
        case .restoreServer(let lost): "restore-server, data \(lost ? "lost" : "kept")"
        case .interruptServer: "interrupt-server"
        case .setFarm(let farm, let state): "set-farm \(farm) \(state.rawValue)"
        case .changePort(let port): "change-port \(port)"
        case .authenticate: "authenticate"
        case .closeListener: "close-listener"
        case .openListener: "open-listener"
        case .stopAccepting(let backlog):
            "stop-accepting" + (backlog.map { ", backlog \($0)" } ?? "")
        case .dropConnections: "drop-connections"
        case .freeze(let time): "freeze \(time.scenarioText)"
        case .kick(let clientID): "kick client id \(clientID)"
        case .end(let connection, let way): "end \(connection) by \(way.rawValue)"
        case .resumeAccepting: "resume-accepting"
        case .releaseSockets: "release-sockets"
        case .signal(let name): "signal \(name)"
        case .addRule(let rule): "add rule \(rule.name)"
        case .enableRule(let name, let isOn): "\(isOn ? "enable" : "disable") rule \(name)"
        case .removeRule(let name): "remove rule \(name)"
        case .act(let actions): "do \(actions.map(\.keyword).joined(separator: ", "))"
        case .makeWell: "make-well"
        case .adopt(let settings): "settings \(settings.newestVersion)"
        case .world(let command): command.text
        case .clientDiesUnread(let connection): "\(connection) dies with bytes unread"
        case .notify(let connection): "notify \(connection)"
        case .programDid(let client, .said(let line)): "\(client) said: \(line)"
        case .programDid(let client, .exited(let code)):
            "\(client) ended" + (code.map { " with \($0)" } ?? " by a signal")
        }
    }
}

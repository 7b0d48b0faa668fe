import GatewayWire
import Simulation

/// One connection: how far it got, and how fast it sends.
struct Client: Sendable {
    enum Phase: Sendable {
        /// Connected; no hello answered yet.
        case connected
        /// The version is agreed; the client has not said who it is.
        case greeted(version: Int)
        case started(version: Int, clientID: Int)
    }

    var phase = Phase.connected
    var pace = MessagePace()

    var version: Int? {
        switch phase {
        case .connected: nil
        case .greeted(let version), .started(let version, _): version
        }
    }

    var clientID: Int? {
        switch phase {
        case .connected, .greeted: nil
        case .started(_, let clientID): clientID
        }
    }
}

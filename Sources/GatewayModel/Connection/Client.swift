import GatewayWire
import Simulation

/// One connection: its phase, and how fast it sends.
struct Client: Sendable {
    enum Phase: Sendable {
        /// Connected; no hello answered yet.
        case connected
        /// The version is agreed; `startApi` has not come yet.
        case greeted(version: Int)
        case started(version: Int, clientID: Int)
    }

    var phase = Phase.connected
    var pace = MessagePace()
    /// The highest id that `nextValidId` has named; 0 before the first.
    var lastGivenID = 0
    /// When a clock request was last answered.
    var lastClockAnswer: SimInstant?

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

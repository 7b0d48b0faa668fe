import Simulation

/// One connection as the model knows it: how far it got, and what it subscribed to.
struct Client: Sendable {
    enum Phase: Sendable {
        /// Connected; no hello answered yet.
        case connected
        /// The version is agreed; the client has not said who it is.
        case greeted(version: Int)
        case started(version: Int, clientID: Int)
    }

    struct Summary: Sendable {
        let requestID: Int
        let tags: [String]
    }

    struct AccountScope: Sendable {
        let requestID: Int
        let account: String
        let modelCode: String
    }

    var phase = Phase.connected
    var wantsPositions = false
    /// The account whose values are kept up to date (reqAccountUpdates).
    var accountSubscription: String?
    var summaries: [Summary] = []
    var accountMultis: [AccountScope] = []
    var positionMultis: [AccountScope] = []
    /// Market data, kept bars, scanners and the like.
    var streams = ClientStreams()
    /// 1 live, 2 frozen, 3 delayed, 4 delayed and frozen; as last asked for.
    var marketDataType = 1

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

import GatewayWire
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
        let accounts: AccountChoice
        /// What each account was last shown as.
        var shown: [String: [AccountValue]] = [:]
    }

    /// Which accounts a request means.
    enum AccountChoice: Hashable, Sendable {
        case all
        case one(String)
        case several([String])

        func covers(_ name: String) -> Bool {
            switch self {
            case .all: true
            case .one(let account): account == name
            case .several(let accounts): accounts.contains(name)
            }
        }
    }

    struct AccountScope: Sendable {
        let requestID: Int
        let accounts: AccountChoice
        let modelCode: String
        var shown: [String: [AccountValue]] = [:]

        func covers(_ name: String) -> Bool { accounts.covers(name) }
    }

    /// A subscription to one account's values and portfolio.
    struct AccountSubscription: Sendable {
        let account: String
        var shown: [AccountValue] = []
    }

    /// A subscription to the profit and loss of an account, or of one position in it.
    struct ProfitSubscription: Sendable {
        let requestID: Int
        let account: String
        let conID: Int64?
        var shown: Profit?
    }

    var phase = Phase.connected
    var wantsPositions = false
    /// The account whose values are kept up to date (reqAccountUpdates).
    var accountSubscription: AccountSubscription?
    var summaries: [Summary] = []
    var accountMultis: [AccountScope] = []
    var positionMultis: [AccountScope] = []
    var profits: [ProfitSubscription] = []
    var pace = MessagePace()
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

import GatewayWire

extension Accounts {
    /// What one client follows of the accounts, and what it was told last.
    struct Subscriber: Sendable {
        struct Summary: Sendable {
            let requestID: Int
            let tags: [String]
            let accounts: Choice
            /// What each account was last shown as.
            var shown: [String: [AccountValue]] = [:]
        }

        /// Which accounts a request means.
        enum Choice: Hashable, Sendable {
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

        struct Scope: Sendable {
            let requestID: Int
            let accounts: Choice
            let modelCode: String
            /// Only what is held in each currency is wanted.
            var isLedgerOnly = false
            var shown: [String: [AccountValue]] = [:]

            func covers(_ name: String) -> Bool { accounts.covers(name) }

            func lines(of values: AccountValues) -> [AccountValue] {
                isLedgerOnly ? values.blocks : values.inBlocks
            }
        }

        /// A subscription to one account's values and portfolio.
        struct AccountSubscription: Sendable {
            let account: String
            var shown: [AccountValue] = []
        }

        /// A subscription to the profit and loss of an account, or of one position in it.
        struct ProfitLine: Sendable {
            let requestID: Int
            let account: String
            let conID: Int64?
            var shown: Profit?
        }

        var wantsPositions = false
        /// The account whose values are kept up to date (reqAccountUpdates).
        var accountSubscription: AccountSubscription?
        var summaries: [Summary] = []
        /// Of summaries that count for the limit though they were cancelled; as many as it allows.
        var summaryIDs: Set<Int> = []
        var accountMultis: [Scope] = []
        var positionMultis: [Scope] = []
        var profits: [ProfitLine] = []

        /// Whether it follows account values in any of the three ways.
        var followsValues: Bool {
            accountSubscription != nil || !accountMultis.isEmpty || !summaries.isEmpty
        }

        /// Whether it follows the values of an account.
        func follows(_ account: String) -> Bool {
            accountSubscription?.account == account
                || accountMultis.contains { $0.covers(account) }
                || summaries.contains { $0.accounts.covers(account) }
        }

        var subscriptionCount: Int {
            summaries.count + accountMultis.count + positionMultis.count + profits.count
        }
    }
}

import GatewayWire
import Simulation

/// Cash, positions, profits and an advisor's groups, and the clients that follow them.
///
/// Orders book their fills through `OrderAccounts`, and know nothing else of this part.
struct Accounts: Sendable {
    /// Changed by this part alone.
    var ledger: Ledger
    var advisor: Advisor?
    /// What clients follow; the entry stays when a client has cancelled everything.
    var subscribers: [ConnectionID: Subscriber] = [:]
    /// The next repetition of account values, and of profits.
    var repeatTicket: Schedule.Ticket?
    var profitTicket: Schedule.Ticket?
    private var heldMarkets = HeldMarkets()
    /// The day on the gateway's calendar, since 1970.
    private(set) var today: Int64
    /// Prices when that day began, by con id; filled as they are needed.
    var midnightPrices: [Int64: Amount] = [:]
    /// What accounts were worth when that day began, by name; filled as it is needed.
    private var equityAtMidnight: [String: Amount] = [:]

    init(_ world: World, today: Int64) {
        ledger = Ledger(accounts: world.accounts)
        advisor = world.advisor
        self.today = today
    }

    /// Clients that follow accounts, oldest connection first.
    var listeners: [ConnectionID] { subscribers.keys.sorted() }

    /// Whether anybody follows account values, which are repeated from time to time.
    var areFollowed: Bool { subscribers.values.contains(where: \.followsValues) }

    /// The con ids of all positions, account by account.
    var heldConIDs: [Int64] { ledger.accounts.flatMap(\.positions).map(\.conID) }

    mutating func forget(_ connection: ConnectionID) { subscribers[connection] = nil }

    /// Begins a new day when the calendar has.
    mutating func startDay(_ day: Int64) {
        guard day != today else { return }
        today = day
        midnightPrices = [:]
        equityAtMidnight = [:]
        heldMarkets = HeldMarkets()
        ledger.startDay()
    }

    /// Works out from a world's executions of today what was held when the day began.
    mutating func recall(_ fills: some Sequence<Fill>) {
        for fill in fills
        where floorDivide(fill.seconds, WallClock.secondsPerDay) == today {
            ledger.recall(fill)
        }
    }

    /// An account's values at the prices of now.
    mutating func valuesNow(
        of account: World.Account, at now: SimInstant, _ market: Market
    ) -> AccountValues {
        var values = market.values(of: account, at: market.priceMoment(at: now), &heldMarkets)
        if equityAtMidnight[account.name] == nil {
            let daily = values.positions.reduce(Amount.zero) {
                $0 + Amount(nearest: dailyProfit($1, market))
            }
            equityAtMidnight[account.name] = values.netLiquidation - daily
        }
        values.past = .init(today: today, equity: equityAtMidnight[account.name])
        return values
    }

    /// An advisor's list ends with a comma, as at a real gateway.
    func sendManagedAccounts(to connection: ConnectionID, _ context: inout GatewayContext) {
        let names =
            ledger.accounts.map(\.name).joined(separator: ",") + (advisor == nil ? "" : ",")
        context.send(Message("managedAccounts", ["accountsList": names]), to: connection)
    }

    /// Entries of every container.
    var footprint: (subscriptions: Int, midnightPrices: Int, heldMarkets: Int, positions: Int) {
        (
            subscribers.values.reduce(0) { $0 + $1.subscriptionCount }, midnightPrices.count,
            heldMarkets.count, ledger.accounts.reduce(0) { $0 + $1.positions.count }
        )
    }
}

extension Accounts: OrderAccounts {
    var hasAdvisor: Bool { advisor != nil }
    var count: Int { ledger.accounts.count }

    func account(_ name: String) -> World.Account? { ledger.account(name) }

    func hasGroup(_ name: String) -> Bool { advisor?.group(name) != nil }

    mutating func book(_ trade: AccountTrade) -> Amount? {
        ledger.book(
            account: trade.account, contract: trade.contract, quantity: trade.quantity,
            price: trade.price, commission: trade.commission)
    }
}

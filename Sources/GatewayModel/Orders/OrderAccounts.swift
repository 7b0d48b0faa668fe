import Simulation

/// What orders need of the accounts.
protocol OrderAccounts {
    var hasAdvisor: Bool { get }
    var count: Int { get }

    /// The account called `name`; the first one for an empty name.
    func account(_ name: String) -> World.Account?

    /// Whether the advisor has a group of that name.
    func hasGroup(_ name: String) -> Bool

    /// Who gets how much of a filled part, at the prices of a moment in milliseconds from the
    /// start.
    func allocation(
        of part: Amount, _ order: Order, at moment: Int64, _ market: Market
    ) -> [AllocatedShare]

    /// An account's values at the prices of now.
    mutating func valuesNow(
        of account: World.Account, at now: SimInstant, _ market: Market
    ) -> AccountValues

    /// Books cash, position and average cost.
    ///
    /// - Returns: The profit realized, commission deducted, when anything was closed.
    mutating func book(_ trade: AccountTrade) -> Amount?

    /// Tells every subscriber what a fill changed.
    mutating func announceFill(
        account name: String, conID: Int64, at now: SimInstant, _ context: inout GatewayContext)
}

/// One account's part of an execution, as the accounts book it.
struct AccountTrade: Sendable {
    let account: String
    let contract: Contract
    /// Negative for a sale.
    let quantity: Amount
    let price: Amount
    let commission: Amount
}

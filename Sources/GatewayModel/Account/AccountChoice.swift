import GatewayWire
import Simulation

/// Which accounts a name in a request means.
extension Accounts {
    /// Everything for an empty name or `All`, an advisor's group, or one account; `nil` when
    /// nothing of that name is there.
    func accounts(called name: String) -> Subscriber.Choice? {
        if name.isEmpty || name == "All" { return .all }
        if ledger.account(name) != nil { return .one(name) }
        return advisor?.group(name).map { .several($0.members.map(\.account)) }
    }

    /// Refuses a request about an unknown account.
    func refuseAccount(_ request: Request, _ name: String, _ context: inout GatewayContext) {
        context.invalidate(request, "Invalid account code '\(quoted(name))'.")
    }
}

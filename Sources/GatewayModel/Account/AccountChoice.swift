import GatewayWire
import Simulation

/// Which accounts a name in a request means.
extension HealthyGateway {
    /// Everything for an empty name or `All`, an advisor's group, or one account; `nil` when nothing
    /// of that name is there.
    func accounts(called name: String) -> Client.AccountChoice? {
        if name.isEmpty || name == "All" { return .all }
        if ledger.account(name) != nil { return .one(name) }
        return advisor?.group(name).map { .several($0.members.map(\.account)) }
    }

    /// Ends a request about accounts nobody knows.
    mutating func refuseAccount(_ request: Request, _ name: String) {
        invalidate(request, "Invalid account code '\(quoted(name))'.")
    }

    /// Ends a request whose content makes no sense, with code 321.
    mutating func invalidate(_ request: Request, _ cause: String) {
        fail(request, 321, "Error validating request.-'fakegw' : cause - \(cause)")
    }
}

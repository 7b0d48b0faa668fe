import GatewayWire
import Simulation

/// Advisors' configuration, families of accounts, and who the user is.
extension Accounts {
    /// Groups, profiles and aliases by number; refused for a login that is no advisor's.
    func requestFA(_ request: Request, _ context: inout GatewayContext) {
        guard let advisor else {
            refuseAdvice(request, &context)
            return
        }
        let kind = request.int("faData") ?? 0
        let content: String
        switch kind {
        case 1: content = advisor.replaced[1] ?? advisor.groupsXML
        case 2: content = advisor.replaced[2] ?? "<ListOfAllocationProfiles/>"
        case 3: content = advisor.replaced[3] ?? Advisor.aliasesXML(ledger.accounts)
        default:
            context.invalidate(request, "Unknown FA data type \(kind).")
            return
        }
        context.send(
            Message("receiveFA", ["faData": String(kind), "cxml": content]),
            to: request.connection)
    }

    /// Takes a configuration: groups share the orders placed from now on, and whatever was replaced
    /// is handed out as it came.
    ///
    /// Profiles and aliases are only kept (assumed: gateways since 10.20 have merged profiles into
    /// groups).
    mutating func replaceFA(_ request: Request, _ context: inout GatewayContext) {
        guard advisor != nil else {
            refuseAdvice(request, &context)
            return
        }
        let kind = request.int("faData") ?? 0
        let content = request.text("cxml")
        guard (1...3).contains(kind), content.hasPrefix("<") else {
            context.invalidate(request, "Invalid FA configuration.")
            return
        }
        if kind == 1 {
            guard let groups = Advisor.groups(xml: content),
                groups.allSatisfy({ $0.members.allSatisfy { ledger.account($0.account) != nil } })
            else {
                context.invalidate(request, "Invalid FA configuration.")
                return
            }
            advisor?.groups = groups
        } else if ConfigurationElement(content) == nil {
            context.invalidate(request, "Invalid FA configuration.")
            return
        }
        advisor?.replaced[kind] = content
        guard request.version >= 157 else { return }
        context.send(
            Message("replaceFAEnd", ["reqId": String(request.id), "text": "success"]),
            to: request.connection)
    }

    private func refuseAdvice(_ request: Request, _ context: inout GatewayContext) {
        context.invalidate(request, "FA data operations ignored for non FA customers.")
    }

    /// One line an account; for a login without families one line that says so.
    func reqFamilyCodes(_ request: Request, _ context: inout GatewayContext) {
        var message = Message("familyCodes")
        let families = ledger.accounts.filter { !$0.familyCode.isEmpty }
        message.setItems(
            of: "familyCodes",
            to: families.isEmpty
                ? [["accountID": "*", "familyCodeStr": ""]]
                : families.map { ["accountID": $0.name, "familyCodeStr": $0.familyCode] })
        context.send(message, to: request.connection)
    }

    /// None for a plain login; for an advisor the three tiers IB's own samples show (assumed).
    ///
    /// Recorded at 225: the request's id and no tier.
    func reqSoftDollarTiers(_ request: Request, _ context: inout GatewayContext) {
        var message = Message("softDollarTiers", ["reqId": String(request.id)])
        guard advisor != nil else {
            message.setItems(of: "tiers", to: [])
            context.send(message, to: request.connection)
            return
        }
        message.setItems(
            of: "tiers",
            to: [
                ["name": "MaxRebate", "val": "MaxRebate", "displayName": "Maximize Rebate"],
                ["name": "PreferRebate", "val": "PreferRebate", "displayName": "Prefer Rebate"],
                ["name": "PreferFill", "val": "PreferFill", "displayName": "Prefer Fill"],
            ])
        context.send(message, to: request.connection)
    }

    /// An empty branding, as for everybody who came to IB directly.
    func reqUserInfo(_ request: Request, _ context: inout GatewayContext) {
        context.send(
            Message("userInfo", ["reqId": String(request.id), "whiteBrandingId": ""]),
            to: request.connection)
    }
}

/// One account's part of an execution.
struct AllocatedShare: Hashable, Sendable {
    let account: String
    let quantity: Amount
}

extension Accounts {
    /// Who gets how much of a filled part: whole units by the group's method, what is left over one
    /// by one from the front.
    ///
    /// - Parameter moment: In milliseconds from the start.
    func allocation(
        of part: Amount, _ order: Order, at moment: Int64, _ market: Market
    ) -> [AllocatedShare] {
        guard order.account.isEmpty,
            let group = advisor?.group(order.fields["order.faGroup"] ?? "")
        else { return [AllocatedShare(account: order.account, quantity: part)] }
        let named = order.fields["order.faMethod"] ?? ""
        let method = named.isEmpty ? group.method : named
        let members = group.members.filter { ledger.account($0.account) != nil }
        let weights = members.map { member -> Amount in
            switch method {
            case "NetLiq", "AvailableEquity":
                return ledger.account(member.account)
                    .map { max(market.values(of: $0, at: moment).netLiquidation, 0) } ?? 0
            case "Ratio", "Percent", "PctChange", "ContractsOrShares", "MonetaryAmount":
                return max(member.amount, 0)
            default: return 1
            }
        }
        return share(part, among: zip(members, weights).map { ($0.account, $1) })
    }

    private func share(
        _ part: Amount, among members: [(account: String, weight: Amount)]
    ) -> [AllocatedShare] {
        let total = members.reduce(Amount.zero) { $0 + $1.weight }
        guard total > 0 else {
            let first = members.first?.account ?? ledger.accounts.first?.name ?? ""
            return [AllocatedShare(account: first, quantity: part)]
        }
        var left = part
        var quantities = members.map { member -> Amount in
            let quantity = min((part * (member.weight / total)).wholePart, left)
            left -= quantity
            return quantity
        }
        for index in quantities.indices where left > 0 {
            let extra = min(left, index == quantities.count - 1 ? left : 1)
            quantities[index] += extra
            left -= extra
        }
        return zip(members, quantities).filter { $1 > 0 }
            .map { AllocatedShare(account: $0.account, quantity: $1) }
    }
}

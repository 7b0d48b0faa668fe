internal import GatewayModel

extension Reading {
    private static let most: Amount = 1_000_000_000_000
    private static let mostHeld: Amount = 1_000_000_000

    mutating func accounts(_ node: YAMLNode?, into draft: inout WorldDraft) {
        var indexes = Dictionary(
            draft.world.accounts.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first })
        var count = draft.world.accounts.reduce(0) { $0 + $1.positions.count }
        for node in items(node, of: "accounts", atMost: draft.limits.accounts) {
            guard
                let fields = fields(
                    node, of: "account",
                    keys: [
                        "name", "currency", "cash", "other-cash", "alias", "family-code",
                        "positions",
                    ],
                    required: ["name"]),
                let name = accountName(fields["name"], in: draft),
                isFirst("the account '\(name)'", at: fields["name"]?.span ?? node.span, in: &draft)
            else { continue }
            let index = indexes[name] ?? draft.world.accounts.count
            if indexes[name] == nil {
                if fields["cash"] == nil {
                    report("account '\(name)' needs the key 'cash'", at: node.span)
                }
                indexes[name] = index
                draft.world.accounts.append(World.Account(name: name, cash: 0))
            }
            var account = draft.world.accounts[index]
            if let cash = amount(fields["cash"], in: -Self.most...Self.most) { account.cash = cash }
            if let currency = worldText(fields["currency"], most: 8) {
                account.baseCurrency = currency
            }
            otherCash(fields["other-cash"], into: &account, draft)
            if let alias = worldText(fields["alias"], most: draft.limits.textBytes) {
                account.alias = alias
            }
            if let code = worldText(fields["family-code"], most: draft.limits.textBytes) {
                account.familyCode = code
            }
            let old = account.positions.count
            positions(fields["positions"], into: &account, draft)
            count += account.positions.count - old
            draft.world.accounts[index] = account
            guard count <= draft.limits.positions else {
                report(
                    "more than \(draft.limits.positions) positions",
                    at: fields.keySpan("positions"))
                return
            }
        }
    }

    /// Cash in other currencies, by currency.
    private mutating func otherCash(
        _ node: YAMLNode?, into account: inout World.Account, _ draft: WorldDraft
    ) {
        let entries = entries(node, of: "other-cash") ?? []
        if entries.count > draft.limits.currencies, let node {
            report(
                "\(entries.count) currencies; the most is \(draft.limits.currencies)",
                at: node.span)
            return
        }
        for entry in entries {
            let isCurrency =
                (1...8).contains(entry.key.utf8.count)
                && entry.key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            if !isCurrency || entry.key == account.baseCurrency {
                report(
                    "'\(entry.key)' is no other currency than \(account.baseCurrency)",
                    at: entry.keySpan)
            }
            if let cash = amount(entry.value, in: -Self.most...Self.most) {
                account.otherCash[entry.key] = cash
            }
        }
    }

    private mutating func accountName(_ node: YAMLNode?, in draft: WorldDraft) -> String? {
        guard let name = worldText(node, most: 32), let node else { return nil }
        let isGood = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !",;<>&\"".utf8.contains($0) }
        if name.isEmpty || !isGood {
            report(
                "'\(name)' cannot name an account", at: node.span,
                hint: "names look like DU0000001")
            return nil
        }
        return name
    }

    private mutating func positions(
        _ node: YAMLNode?, into account: inout World.Account, _ draft: WorldDraft
    ) {
        var slots = Dictionary(
            account.positions.enumerated().map { ($1.conID, $0) },
            uniquingKeysWith: { first, _ in first })
        var seen: Set<Int64> = []
        for node in items(node, of: "positions", atMost: draft.limits.positions) {
            guard
                let fields = fields(
                    node, of: "position",
                    keys: ["contract", "quantity", "average-cost", "realized-profit"],
                    required: ["contract"]),
                let contract = contract(fields["contract"], among: draft.names)
            else { continue }
            guard seen.insert(contract.conID).inserted else {
                report(
                    "account '\(account.name)' has two positions in '\(contract.symbol)'",
                    at: fields["contract"]?.span ?? node.span)
                continue
            }
            let old = slots[contract.conID].map { account.positions[$0] }
            if old == nil, fields["quantity"] == nil {
                report("position needs the key 'quantity'", at: node.span)
            }
            var position = World.Position(
                conID: contract.conID,
                quantity: amount(fields["quantity"], in: -Self.mostHeld...Self.mostHeld)
                    ?? old?.quantity ?? 0,
                averageCost: amount(fields["average-cost"], in: -Self.most...Self.most)
                    ?? contract.referencePrice * contract.pointValue)
            if let old, fields["average-cost"] == nil { position.averageCost = old.averageCost }
            position.realizedProfit =
                amount(fields["realized-profit"], in: -Self.most...Self.most)
                ?? old?.realizedProfit ?? 0
            if let slot = slots[contract.conID] {
                account.positions[slot] = position
            } else {
                slots[contract.conID] = account.positions.count
                account.positions.append(position)
            }
        }
    }

    /// An account of the world.
    mutating func knownAccount(_ node: YAMLNode?, in draft: WorldDraft) -> String? {
        guard let scalar = scalar(node, "an account's name") else { return nil }
        if draft.world.accounts.contains(where: { $0.name == scalar.text }) { return scalar.text }
        reportUnknown(
            "no account '\(scalar.text)' in the world", scalar.text,
            among: draft.world.accounts.map(\.name), called: "Accounts", at: scalar.span)
        return nil
    }

    mutating func advisor(_ node: YAMLNode?, into draft: inout WorldDraft) {
        guard let node,
            let fields = fields(node, of: "advisor", keys: ["groups", "configuration"])
        else { return }
        var advisor = Advisor(groups: [])
        for node in items(fields["groups"], of: "groups", atMost: draft.limits.groups) {
            guard let group = group(node, in: &draft) else { continue }
            advisor.groups.append(group)
        }
        let kinds = Self.configurations
        if let given = self.fields(
            fields["configuration"], of: "configuration", keys: kinds)
        {
            for (index, kind) in kinds.enumerated() {
                guard let text = worldXML(given[kind], most: draft.limits.advisorBytes) else {
                    continue
                }
                advisor.replaced[index + 1] = text
            }
        }
        draft.world.advisor = advisor
    }

    /// What requestFA calls 1, 2 and 3.
    static let configurations = ["groups", "profiles", "aliases"]

    private mutating func group(
        _ node: YAMLNode, in draft: inout WorldDraft
    ) -> Advisor.Group? {
        guard
            let fields = fields(
                node, of: "group", keys: ["name", "method", "members"],
                required: ["name", "method", "members"]),
            let name = worldText(fields["name"], most: draft.limits.textBytes),
            isFirst("the group '\(name)'", at: node.span, in: &draft),
            let method = word(fields["method"], "method of sharing", among: Self.methods)
        else { return nil }
        var members: [Advisor.Group.Member] = []
        for node in items(fields["members"], of: "members", atMost: draft.limits.members) {
            if case .mapping = node.content {
                guard
                    let fields = self.fields(
                        node, of: "member", keys: ["account", "amount"], required: ["account"]),
                    let account = knownAccount(fields["account"], in: draft)
                else { continue }
                let share = amount(fields["amount"], in: 0...Self.most) ?? 1
                members.append(.init(account: account, amount: share))
            } else if let account = knownAccount(node, in: draft) {
                members.append(.init(account: account))
            }
        }
        return Advisor.Group(name: name, method: method, members: members)
    }

    private static let methods = [
        "Equal", "NetLiq", "AvailableEquity", "Ratio", "Percent", "PctChange",
        "ContractsOrShares", "MonetaryAmount",
    ]

    private mutating func worldXML(_ node: YAMLNode?, most bytes: Int) -> String? {
        guard let scalar = scalar(node, "a text") else { return nil }
        guard scalar.text.utf8.count <= bytes, !scalar.text.utf8.contains(0) else {
            report("a text of more than \(bytes) bytes, or with a zero byte", at: scalar.span)
            return nil
        }
        return scalar.text
    }
}

/// A financial advisor's setup, as clients read and write it.
package struct Advisor: Hashable, Sendable {
    /// Accounts that share an order.
    package struct Group: Hashable, Sendable {
        package struct Member: Hashable, Sendable {
            package let account: String
            /// The account's share in methods that let the advisor say it.
            package let amount: Amount

            package init(account: String, amount: Amount = 1) {
                self.account = account
                self.amount = amount
            }
        }

        package let name: String
        /// How an order is shared, such as `Equal`, `NetLiq` or `Ratio`.
        package let method: String
        package let members: [Member]

        package init(name: String, method: String, members: [Member]) {
            self.name = name
            self.method = method
            self.members = members
        }
    }

    package var groups: [Group]
    /// Configurations as a client replaced them, by kind; they are handed back as they came.
    package var replaced: [Int: String] = [:]

    package init(groups: [Group]) {
        self.groups = groups
    }

    func group(_ name: String) -> Group? { groups.first { $0.name == name } }

    /// The groups as the gateway writes them.
    var groupsXML: String {
        let groups = groups.map { group in
            let members = group.members.map { member in
                "<Account><acct>\(escaped(member.account))</acct>"
                    + "<amount>\(member.amount)</amount></Account>"
            }
            return "<Group><name>\(escaped(group.name))</name>"
                + "<defaultMethod>\(escaped(group.method))</defaultMethod>"
                + "<ListOfAccts varName=\"list\">\(members.joined())</ListOfAccts></Group>"
        }
        return Self.head + "<ListOfGroups>\(groups.joined())</ListOfGroups>"
    }

    /// The names given to accounts.
    static func aliasesXML(_ accounts: [World.Account]) -> String {
        let aliases = accounts.map { account in
            let alias = account.alias.isEmpty ? account.name : account.alias
            return "<AccountAlias><account>\(escaped(account.name))</account>"
                + "<alias>\(escaped(alias))</alias></AccountAlias>"
        }
        return head + "<ListOfAccountAliases>\(aliases.joined())</ListOfAccountAliases>"
    }

    private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
}

private func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        default: result.append(character)
        }
    }
}

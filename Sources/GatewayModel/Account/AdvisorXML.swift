/// One element of an advisor's configuration, which clients send and read as XML.
///
/// Reads what the API's configurations are made of: elements, texts and the five named entities.
/// Attributes, comments and declarations are passed over.
struct ConfigurationElement: Hashable, Sendable {
    let name: String
    var text = ""
    var children: [ConfigurationElement] = []

    private static let deepest = 8

    /// The root element, or `nil` for what is not well-formed or too deep.
    init?(_ xml: String) {
        var open = [ConfigurationElement(name: "")]
        var rest = xml[...]
        while let start = rest.firstIndex(of: "<") {
            open[open.count - 1].text += rest[..<start]
            guard let end = Self.endOfTag(rest[start...]) else { return nil }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("?") || tag.hasPrefix("!") { continue }
            if tag.hasPrefix("/") {
                guard open.count > 1, tag.dropFirst() == open[open.count - 1].name,
                    let element = open.popLast()
                else { return nil }
                open[open.count - 1].children.append(element.unescaped)
                continue
            }
            let name = tag.prefix { $0 != " " && $0 != "/" && !$0.isNewline }
            let element = ConfigurationElement(name: String(name))
            if name.isEmpty { return nil }
            if tag.hasSuffix("/") {
                open[open.count - 1].children.append(element)
            } else {
                guard open.count <= Self.deepest else { return nil }
                open.append(element)
            }
        }
        guard open.count == 1, let root = open[0].children.first, open[0].children.count == 1
        else { return nil }
        self = root
    }

    private init(name: String) {
        self.name = name
    }

    private static func endOfTag(_ text: Substring) -> Substring.Index? {
        guard text.hasPrefix("<!--") else { return text.firstIndex(of: ">") }
        var index = text.startIndex
        while let end = text[index...].firstIndex(of: ">") {
            if text[...end].hasSuffix("-->") { return end }
            index = text.index(after: end)
        }
        return nil
    }

    private var unescaped: ConfigurationElement {
        var element = self
        let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'")]
        for (entity, character) in entities + [("&amp;", "&")] where text.contains("&") {
            element.text = element.text.replacing(entity, with: character)
        }
        return element
    }

    /// The first child of that name.
    func first(_ name: String) -> ConfigurationElement? { children.first { $0.name == name } }

    func all(_ name: String) -> [ConfigurationElement] { children.filter { $0.name == name } }
}

extension Advisor {
    /// The groups of a configuration; `nil` when it says something else.
    ///
    /// Members are `<Account><acct>…</acct><amount>…</amount></Account>`, or `<String>…</String>`
    /// as older clients write them.
    static func groups(xml: String) -> [Group]? {
        guard let root = ConfigurationElement(xml), root.name == "ListOfGroups" else { return nil }
        var groups: [Group] = []
        for element in root.all("Group") {
            guard let name = element.first("name")?.text, !name.isEmpty,
                !groups.contains(where: { $0.name == name })
            else { return nil }
            let list = element.first("ListOfAccts")
            let accounts = (list?.all("Account") ?? []).map { account in
                Group.Member(
                    account: account.first("acct")?.text ?? "",
                    amount: account.first("amount").flatMap { Amount($0.text) } ?? 1)
            }
            let plain = (list?.all("String") ?? []).map { Group.Member(account: $0.text) }
            groups.append(
                Group(
                    name: name, method: element.first("defaultMethod")?.text ?? "Equal",
                    members: accounts + plain))
        }
        return groups
    }
}

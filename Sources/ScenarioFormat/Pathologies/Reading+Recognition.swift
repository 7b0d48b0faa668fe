internal import Diagnosis
internal import Faults
internal import GatewayWire
internal import Simulation

extension Reading {
    private static let modifiers = ["count", "on", "within", "minor"]

    /// `recognize:`, a list of signs, or `{like: NAME}`.
    ///
    /// A sign is a list of clauses; a single clause may stand without the list.
    mutating func recognition(_ node: YAMLNode?) -> Recognition? {
        guard let node else { return nil }
        if case .mapping = node.content {
            guard let fields = fields(node, of: "recognize", keys: ["like"], required: ["like"])
            else { return nil }
            return text(fields["like"]).map { Recognition(signs: [], like: $0) }
        }
        return Recognition(
            signs: sequence(node, of: "recognize").map { item in
                guard case .sequence(let clauses) = item.content else {
                    return Sign(clauses: [clause(item)].compactMap { $0 })
                }
                let sign = Sign(clauses: clauses.compactMap { clause($0) })
                if let first = sign.clauses.first(where: { $0.kind != .never }), first.kind == .not
                {
                    report("'not' looks at the connection of a clause above it", at: item.span)
                }
                if !sign.clauses.contains(where: { $0.kind == .seen }) {
                    report("a sign needs a clause of what is seen", at: item.span)
                }
                return sign
            })
    }

    private mutating func clause(_ node: YAMLNode) -> Clause? {
        guard let entries = entries(node, of: "a clause") else { return nil }
        if let negated = entries.first(where: { $0.key == "not" || $0.key == "never" }) {
            guard entries.count == 1, let inner = self.entries(negated.value, of: negated.key)
            else { return nil }
            return clause(inner, negated.key == "not" ? .not : .never, at: node.span)
        }
        return clause(entries, .seen, at: node.span)
    }

    private mutating func clause(
        _ entries: [YAMLEntry], _ kind: Clause.Kind, at span: SourceSpan
    ) -> Clause? {
        let facts = entries.filter { !Self.modifiers.contains($0.key) }
        guard facts.count == 1, let fact = facts.first else {
            report("a clause names one fact, not \(facts.count)", at: span)
            return nil
        }
        guard let word = FactWord.named(fact.key) else {
            reportUnknown(
                "no fact '\(fact.key)'", fact.key, among: FactWord.all.map(\.word), called: "Facts",
                at: fact.keySpan)
            return nil
        }
        func modifier(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }
        var fields: [String: FieldTest] = [:]
        var tests: [AttributeTest] = []
        for entry in self.entries(fact.value, of: fact.key) ?? [] {
            if word.word == "message", entry.key == "fields" {
                fields = fieldTests(entry.value, of: messageSchemas(in: fact.value))
            } else if let test = test(entry, of: word) {
                tests.append(test)
            }
        }
        if word.word == "message", !tests.contains(where: { $0.attribute == "type" }) {
            report("a clause about messages needs their 'type'", at: fact.keySpan)
        }
        return Clause(
            kind: kind, word: word.word, tests: tests, fields: fields,
            place: self.word(modifier("on"), "place", of: Clause.Place.self)
                ?? (kind == .never ? .any : .same),
            count: countRange(modifier("count")), within: duration(modifier("within")),
            isMinor: boolean(modifier("minor")) ?? false)
    }

    /// The schemas of the messages that a clause names.
    private func messageSchemas(in node: YAMLNode) -> [MessageSchema] {
        guard case .mapping(let entries) = node.content,
            let type = entries.first(where: { $0.key == "type" })?.value
        else { return [] }
        let names: [String] =
            switch type.content {
            case .scalar(let name, _): [name]
            case .sequence(let items):
                items.compactMap { if case .scalar(let name, _) = $0.content { name } else { nil } }
            case .mapping: []
            }
        return names.flatMap { name in
            Direction.allCases.compactMap { ProtocolSchema.message(named: name, $0) }
        }
    }

    private mutating func test(_ entry: YAMLEntry, of word: FactWord) -> AttributeTest? {
        guard let attribute = word.attribute(entry.key) else {
            reportUnknown(
                "the fact '\(word.word)' has no '\(entry.key)'", entry.key,
                among: word.attributes.map(\.name), called: "It has", at: entry.keySpan)
            return nil
        }
        let test: AttributeTest.Test?
        switch attribute.kind {
        case .word(let words):
            let found = items(entry.value).compactMap {
                self.word($0, attribute.name, among: words)
            }
            test = .oneOf(found)
        case .names: test = .oneOf(names(entry, attribute))
        case .count: test = count(entry.value)
        case .duration: test = time(entry.value)
        case .flag: test = boolean(entry.value).map { .flag($0) }
        case .text: test = .contains(texts(entry.value))
        case .codes:
            test = .codes(items(entry.value).compactMap { integer($0, in: -1...Int(Int32.max)) })
        }
        return test.map { AttributeTest(attribute.name, $0) }
    }

    /// Names of messages are checked; other names are free.
    private mutating func names(_ entry: YAMLEntry, _ attribute: FactAttribute) -> [String] {
        let names = texts(entry.value)
        guard ["type", "to"].contains(attribute.name) else { return names }
        for name in names where name != "none" && name != "other" {
            let isKnown = Direction.allCases.contains {
                ProtocolSchema.message(named: name, $0) != nil
            }
            if !isKnown { report("no message '\(name)'", at: entry.value.span) }
        }
        return names
    }

    private mutating func count(_ node: YAMLNode) -> AttributeTest.Test? {
        guard let (comparison, rest) = comparison(node) else { return nil }
        guard let number = Int(rest) else {
            report(
                "'\(rest)' is no count", at: node.span,
                hint: "counts look like 3, \">= 2\", \"< 4\"")
            return nil
        }
        return .count(comparison, number)
    }

    private mutating func time(_ node: YAMLNode) -> AttributeTest.Test? {
        guard let (comparison, rest) = comparison(node) else { return nil }
        guard let comparison, let duration = Duration(scenarioText: rest) else {
            report(
                "'\(rest)' is no test of a duration", at: node.span,
                hint: "tests of durations look like \">= 2s\", \"< 500ms\"")
            return nil
        }
        return .duration(comparison, duration)
    }

    private mutating func comparison(
        _ node: YAMLNode
    ) -> (FieldTest.Comparison?, String)? {
        guard let text = text(node) else { return nil }
        for comparison in FieldTest.Comparison.allCases where text.hasPrefix(comparison.rawValue) {
            return (
                comparison, String(text.dropFirst(comparison.rawValue.count).drop { $0 == " " })
            )
        }
        return (nil, text)
    }
}

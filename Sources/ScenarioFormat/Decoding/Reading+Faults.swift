internal import EventLog
internal import Faults

extension Reading {
    static let faultKeys = [
        "name", "when", "phase", "connection", "client-id", "others", "nth", "chance", "times",
        "after", "every", "until", "since", "per", "optional", "do",
    ]

    /// One entry of `faults:`.
    ///
    /// The name of a pathology's rule begins with `rulePrefix`.
    mutating func faultRule(
        _ node: YAMLNode, number: Int, keys: [String] = faultKeys
    ) -> FaultRule? {
        guard let fields = fields(node, of: "fault", keys: keys, required: ["when", "do"]) else {
            return nil
        }
        let name = rulePrefix + (text(fields["name"]) ?? "fault-\(number)")
        let trigger = trigger(fields["when"])
        let after = duration(fields["after"]) ?? .zero
        let every = repetition(fields["every"])
        let actions = items(fields["do"]).compactMap {
            action($0, of: trigger, after: after, every: every)
        }
        if let node = fields["do"], actions.isEmpty, case .sequence([]) = node.content {
            report("'do' holds no action", at: node.span)
        }
        let rule = FaultRule(
            name: name, when: trigger ?? .start, if: condition(fields),
            nth: numberRange(fields["nth"], "occasions"),
            chance: self.number(fields["chance"], in: 0...1) ?? 1, times: times(fields["times"]),
            after: after, every: every, until: self.trigger(fields["until"]),
            since: earlierRule(fields["since"], "since")?.name,
            per: word(fields["per"], "scope", of: CountScope.self) ?? .gateway,
            isOptional: boolean(fields["optional"]) ?? actions.contains(where: \.fails),
            do: actions)
        guard trigger != nil else { return nil }
        checkModifiers(fields, of: rule)
        checkEnd(fields, of: rule)
        if !rule.isOptional, actions.contains(where: \.fails) {
            report(
                "a rule with 'fail' must not fire, so it is optional",
                at: fields["optional"]?.span ?? node.span, hint: "leave 'optional' away")
        }
        checkPossibility(fields, of: rule)
        earlierRules.append(rule)
        return rule
    }

    /// Modifiers about a connection need a trigger that has one.
    private mutating func checkModifiers(_ fields: Fields, of rule: FaultRule) {
        let trigger = rule.trigger
        if let occasion = trigger.occasions.first(where: { !$0.hasConnection }) {
            let place =
                trigger.happenings.count == 1
                ? trigger.happenings[0].keyword : occasion.rawValue
            var keys = ["phase", "connection", "client-id", "others"]
            if rule.per != .gateway { keys.append("per") }
            for key in fields.present(keys) {
                report(
                    "'\(key)' needs a connection, and '\(place)' has none", at: fields.keySpan(key))
            }
            return
        }
        let ends: Set<OccasionKind> = [.clientFIN, .clientRST, .gatewayEnd]
        if rule.every != nil, trigger.occasions.isSubset(of: ends) {
            report(
                "'every' repeats nothing: the connection has ended", at: fields.keySpan("every"),
                hint: "the actions are done again only while the connection lives")
        }
    }

    /// What is repeated needs a time between.
    private mutating func repetition(_ node: YAMLNode?) -> Duration? {
        guard let node, let every = duration(node) else { return nil }
        if every >= .milliseconds(1) { return every }
        report("'every' is at least 1ms", at: node.span)
        return nil
    }

    /// A rule that stands before this one.
    mutating func earlierRule(_ node: YAMLNode?, _ keyword: String) -> FaultRule? {
        guard let node, let name = text(node) else { return nil }
        if let rule = earlierRules.first(where: { $0.name == rulePrefix + name || $0.name == name })
        {
            return rule
        }
        let names = earlierRules.map { String($0.name.dropFirst(rulePrefix.count)) }
        if names.isEmpty {
            report(
                "no rule '\(name)' stands before this one", at: node.span,
                hint:
                    "'\(keyword)' names a rule that is listed earlier, so that no rule waits for itself"
            )
        } else {
            reportUnknown(
                "no rule '\(name)' stands before this one", name, among: names, called: "Rules",
                at: node.span)
        }
        return nil
    }

    mutating func clientID(_ node: YAMLNode?) -> Int? {
        isWord("any", node) ? nil : integer(node, in: 0...Int(Int32.max))
    }

    /// A count of things that are numbered from 1.
    mutating func numberRange(_ node: YAMLNode?, _ things: String) -> CountRange? {
        let range = countRangeOrAny(node)
        if let node, range?.highest == 0 {
            report("there is no number 0: \(things) are numbered from 1", at: node.span)
        }
        return range
    }

    /// `nil` means no limit, as does an absent node.
    private mutating func times(_ node: YAMLNode?) -> Int? {
        if node == nil { return nil }
        if isWord("unlimited", node) { return nil }
        return integer(node, in: 1...1_000_000_000)
    }

    /// A list of phases, or `>= ready` for one and all that follow.
    mutating func phases(_ node: YAMLNode?) -> [ConnectionPhase] {
        guard let node else { return [] }
        if case .scalar = node.content, wholeVariable(of: node) == nil,
            let scalar = scalar(node, "a phase"), scalar.text.hasPrefix(">=")
        {
            let name = scalar.text.dropFirst(2).drop { $0 == " " }
            guard let first = ConnectionPhase(rawValue: String(name)) else {
                reportUnknown(
                    "'\(name)' is no phase", String(name),
                    among: ConnectionPhase.allCases.map(\.rawValue), called: "Words",
                    at: scalar.span)
                return []
            }
            // Every connection is at least connected.
            return first == .connected ? [] : ConnectionPhase.allCases.filter { $0 >= first }
        }
        return items(node).compactMap { word($0, "phase", of: ConnectionPhase.self) }
    }

    private func wholeVariable(of node: YAMLNode) -> VariableValue? {
        guard case .scalar(let text, _) = node.content else { return nil }
        return wholeVariable(text)
    }
}

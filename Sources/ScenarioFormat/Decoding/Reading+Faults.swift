internal import EventLog
internal import Faults

extension Reading {
    static let faultKeys = [
        "name", "when", "phase", "connection", "client-id", "others", "nth", "chance", "times",
        "after", "optional", "do",
    ]

    /// One entry of `faults:`.
    ///
    /// - Parameter prefix: Put before the rule's name. It names the pathology that the rule belongs
    ///   to.
    mutating func faultRule(
        _ node: YAMLNode, number: Int, prefix: String = "", keys: [String] = faultKeys
    ) -> FaultRule? {
        guard let fields = fields(node, of: "fault", keys: keys, required: ["when", "do"]) else {
            return nil
        }
        let name = text(fields["name"]) ?? "fault-\(number)"
        let trigger = trigger(fields["when"])
        let after = duration(fields["after"]) ?? .zero
        let actions = items(fields["do"]).compactMap { action($0, of: trigger, after: after) }
        if let node = fields["do"], actions.isEmpty, case .sequence([]) = node.content {
            report("'do' holds no action", at: node.span)
        }
        let rule = FaultRule(
            name: prefix + name, when: trigger ?? .start, if: condition(fields),
            nth: countRangeOrAny(fields["nth"]),
            chance: self.number(fields["chance"], in: 0...1) ?? 1, times: times(fields["times"]),
            after: after, isOptional: boolean(fields["optional"]) ?? false, do: actions)
        if let trigger { checkModifiers(fields, suit: trigger) }
        return trigger == nil ? nil : rule
    }

    /// Modifiers about a connection need a trigger that has one.
    private mutating func checkModifiers(_ fields: Fields, suit trigger: Trigger) {
        guard let occasion = trigger.occasions.first(where: { !$0.hasConnection }) else { return }
        let place =
            trigger.happenings.count == 1 ? trigger.happenings[0].keyword : occasion.rawValue
        for key in fields.present(["phase", "connection", "client-id", "others"]) {
            report(
                "'\(key)' needs a connection, and '\(place)' has none", at: fields.keySpan(key))
        }
    }

    mutating func clientID(_ node: YAMLNode?) -> Int? {
        isWord("any", node) ? nil : integer(node, in: 0...Int(Int32.max))
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

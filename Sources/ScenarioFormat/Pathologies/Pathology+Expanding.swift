internal import Faults
internal import GatewayModel

extension Pathology {
    /// The rules and settings with these parameter values, those of its base first.
    ///
    /// A rule whose `given:` does not match is left out.
    ///
    /// - Parameter label: What the names of the rules begin with; `nil` is the pathology's name.
    func expansion(
        with values: [String: VariableValue], label: String? = nil
    ) throws(ScenarioError) -> (rules: [FaultRule], settings: [PathologySetting]) {
        try expansion(with: values, prefix: "\(label ?? name)/")
    }

    /// - Parameter prefix: Put before the rules' names. It names the pathology that is used.
    private func expansion(
        with values: [String: VariableValue], prefix: String
    ) throws(ScenarioError) -> (rules: [FaultRule], settings: [PathologySetting]) {
        var reading = Reading(
            source: source, catalogue: .empty, variables: values,
            variablesComeFrom: "the parameters")
        var rules: [FaultRule] = []
        var settings: [PathologySetting] = []
        if let base = base.first {
            let baseValues = reading.values(of: base, fixed: fixed)
            try reading.throwIfAny()
            (rules, settings) = try base.expansion(with: baseValues, prefix: prefix)
        }
        reading.rulePrefix = prefix
        reading.earlierRules = rules
        reading.pathologyName = name
        let inherited = rules.count
        var spans: [SourceSpan] = []
        for (index, node) in faults.enumerated() where reading.isGiven(node) {
            guard
                let rule = reading.faultRule(
                    node, number: index + 1, keys: Reading.faultKeys + ["given"])
            else { continue }
            if rules.contains(where: { $0.name == rule.name }) {
                reading.report("two rules are called '\(rule.name)'", at: node.span)
            }
            rules.append(rule)
            spans.append(node.span)
        }
        for (offset, span) in spans.enumerated() {
            reading.makeLocal(&rules[inherited + offset], among: rules, at: span)
        }
        for mention in reading.mentionedClients {
            reading.report(
                "a pathology cannot wait for the program '\(mention.name)': it knows no scenario",
                at: mention.span)
        }
        for entry in self.settings {
            guard let setting = reading.pathologySetting(entry) else { continue }
            settings.removeAll { $0.name == setting.name }
            settings.append(setting)
        }
        try reading.throwIfAny()
        return (rules, settings)
    }
}

extension Reading {
    /// Lets the actions of a pathology's rule name rules of the same pathology, and signals that it
    /// waits for.
    fileprivate mutating func makeLocal(
        _ rule: inout FaultRule, among rules: [FaultRule], at span: SourceSpan
    ) {
        let names = rules.map(\.name)
        for (index, action) in rule.actions.enumerated() {
            switch action {
            case .gateway(.enableRule(let name, let isOn)):
                guard let known = local(name, among: names, at: span) else { continue }
                rule.actions[index] = .gateway(.enableRule(known, isOn))
            case .gateway(.removeRule(let name)):
                guard let known = local(name, among: names, at: span) else { continue }
                rule.actions[index] = .gateway(.removeRule(known))
            case .gateway(.signal(let name)):
                let signals = rules.flatMap(\.everyTrigger).flatMap(\.happenings).compactMap {
                    if case .signal(let signal) = $0 { signal } else { nil }
                }
                guard !signals.contains(name) else { continue }
                reportUnknown(
                    "no fault of the pathology waits for the signal '\(name)'", name,
                    among: signals, called: "Signals", at: span)
            default: break
            }
        }
    }

    /// The name of a rule of the pathology, written with the pathology's name or without.
    private mutating func local(
        _ name: String, among names: [String], at span: SourceSpan
    ) -> String? {
        let own = "\(pathologyName)/"
        let short = name.hasPrefix(own) ? String(name.dropFirst(own.count)) : name
        if names.contains(rulePrefix + short) { return rulePrefix + short }
        reportUnknown(
            "no fault of the pathology is '\(name)'", name,
            among: names.map { String($0.dropFirst(rulePrefix.count)) }, called: "Faults", at: span)
        return nil
    }

    /// The values for a base's parameters: fixed, of the same name, or its defaults.
    fileprivate mutating func values(
        of base: Pathology, fixed: [YAMLEntry]
    ) -> [String: VariableValue] {
        var values = base.defaults
        for parameter in base.parameters {
            if let value = variables[parameter.name].flatMap({ parameter.value($0.text) }) {
                values[parameter.name] = value
            }
        }
        for entry in fixed {
            let texts = texts(entry.value)
            guard texts.count == items(entry.value).count else { continue }
            let isKnown = base.parameters.contains { $0.name == entry.key }
            let given = GivenParameter(
                name: entry.key, text: texts.joined(separator: "+"),
                span: isKnown ? entry.value.span : entry.keySpan)
            if let value = checked(given, of: base) { values[entry.key] = value }
        }
        return values
    }

    /// Whether the parameters have one of the values that `given:` lists for each.
    fileprivate mutating func isGiven(_ rule: YAMLNode) -> Bool {
        guard case .mapping(let entries) = rule.content,
            let given = entries.first(where: { $0.key == "given" })
        else { return true }
        var isGiven = true
        for condition in self.entries(given.value, of: "given") ?? [] {
            guard let value = variables[condition.key] else {
                reportUnknown(
                    "no parameter '\(condition.key)'", condition.key,
                    among: variables.keys.sorted(), called: "Parameters", at: condition.keySpan)
                continue
            }
            isGiven = isGiven && texts(condition.value).contains(value.text)
        }
        return isGiven
    }

    /// One line of a pathology's `settings:`.
    fileprivate mutating func pathologySetting(_ entry: YAMLEntry) -> PathologySetting? {
        var trial = GatewaySettings()
        let known = diagnostics.count
        set(entry, in: &trial)
        guard diagnostics.count == known, let setting = GatewaySetting.named(entry.key) else {
            return nil
        }
        return PathologySetting(name: setting.name, text: setting.text(trial))
    }
}

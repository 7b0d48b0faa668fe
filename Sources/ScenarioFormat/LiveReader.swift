package import Faults
internal import EventLog
internal import GatewayModel

/// Reads what a running gateway is told, in the words of a scenario.
///
/// JSON is read as well as YAML, whose flow style it is. Every mistake has its place in the text.
package struct LiveReader {
    private let gateways: [GatewaySpec]
    private let catalogue: PathologyCatalogue

    /// What a text may name: rules, signals and farms of these gateways, and their programs: none.
    ///
    /// - Parameter gateways: With the rules that they have now.
    package init(_ gateways: [GatewaySpec], catalogue: PathologyCatalogue) {
        self.gateways = gateways
        self.catalogue = catalogue
    }

    /// A pathology, as an entry of `pathologies:` has it: a name, or `{use: NAME, with: {…}}`.
    package func use(
        _ text: String
    ) throws(ScenarioError) -> (use: PathologyUse, rules: [FaultRule]) {
        try read(text) { reading, root in reading.pathologyUse(root) }
    }

    /// A fault, as an entry of `faults:` has it.
    ///
    /// - Parameters:
    ///   - gateway: The gateway that it is for.
    ///   - number: Makes its name when it has none.
    package func rule(
        _ text: String, of gateway: String, number: Int
    ) throws(ScenarioError) -> FaultRule {
        try read(text) { reading, root in
            reading.earlierRules = gateways.first { $0.name == gateway }?.rules ?? []
            let rule = reading.faultRule(root, number: number)
            if let rule { reading.checkNames(in: rule, of: gateway, at: root.span) }
            return rule
        }
    }

    /// A step that gives a gateway a command: `{restart: gateway, down: 2s}`.
    ///
    /// - Parameter gateway: Stands where the step names none: `restart`, `{restart: null}`.
    package func command(
        _ text: String, of gateway: String
    ) throws(ScenarioError) -> (gateway: String, command: GatewayCommand) {
        try read(text) { reading, root in
            guard let step = reading.step(Self.naming(gateway, in: root)) else { return nil }
            guard case .command(let gateway, let command) = step.action else {
                let words = StepWord.commands.map(\.keyword).joined(separator: ", ")
                reading.report(
                    "this is no command to a gateway", at: root.span,
                    hint: "the commands are \(words)")
                return nil
            }
            return (gateway, command)
        }
    }

    /// Actions that need no connection, to be done now: an action, or a list of them.
    package func actions(
        _ text: String, of gateway: String
    ) throws(ScenarioError) -> [FaultAction] {
        try read(text) { reading, root in
            let actions = reading.items(root).compactMap {
                reading.action($0, of: .happening(.signal("now")), after: .zero)
            }
            if actions.isEmpty { reading.report("there is no action", at: root.span) }
            return actions
        }
    }

    /// An expectation of a gateway or its sockets, or a list of them, as a scenario has them.
    package func expectations(_ text: String) throws(ScenarioError) -> [Expectation] {
        try read(text) { reading, root in
            let expectations = reading.expectations(namingFirst(in: root))
            for expectation in expectations {
                if case .client = expectation {
                    reading.report(
                        "only a 'gateway' or its 'sockets' can be judged here", at: root.span)
                }
            }
            return expectations
        }
    }

    private func read<Value>(
        _ text: String, _ body: (inout Reading, YAMLNode) -> Value?
    ) throws(ScenarioError) -> Value {
        let source = SourceText(file: "body", text: text)
        let root = try YAMLReader.read(text, source: source, limits: YAMLLimits())
        var reading = Reading(source: source, catalogue: catalogue)
        for gateway in gateways { reading.names.note(gateway) }
        let value = body(&reading, root)
        try reading.throwIfAny()
        guard let value else { throw ScenarioError(reading.diagnostics) }
        return value
    }

    /// The expectations with the first gateway's name in the place of `_`.
    private func namingFirst(in root: YAMLNode) -> YAMLNode {
        switch root.content {
        case .sequence(let items):
            return YAMLNode(.sequence(items.map { namingFirst(in: $0) }), at: root.span)
        case .mapping(var entries):
            for (index, entry) in entries.enumerated() {
                var value = entry.value
                if entry.key == "after" { value = namingFirst(in: value) }
                if ["gateway", "sockets", "listening"].contains(entry.key),
                    case .scalar("_", _) = value.content, let first = gateways.first
                {
                    value = YAMLNode(.scalar(first.name, isPlain: true), at: value.span)
                }
                entries[index] = YAMLEntry(key: entry.key, keySpan: entry.keySpan, value: value)
            }
            return YAMLNode(.mapping(entries), at: root.span)
        case .scalar: return root
        }
    }

    /// The step with the gateway's name where it has none.
    private static func naming(_ gateway: String, in root: YAMLNode) -> YAMLNode {
        let named = YAMLNode(.scalar(gateway, isPlain: true), at: root.span)
        guard case .mapping(var entries) = root.content else {
            guard case .scalar(let word, _) = root.content else { return root }
            let entry = YAMLEntry(key: word, keySpan: root.span, value: named)
            return YAMLNode(.mapping([entry]), at: root.span)
        }
        let words = StepWord.commands.map(\.keyword).filter { $0 != "signal" }
        for (index, entry) in entries.enumerated() where words.contains(entry.key) {
            guard case .scalar(let text, true) = entry.value.content,
                ["", "null", "~"].contains(text)
            else { continue }
            entries[index] = YAMLEntry(key: entry.key, keySpan: entry.keySpan, value: named)
        }
        return YAMLNode(.mapping(entries), at: root.span)
    }
}

extension ScenarioNames {
    /// What a gateway that has been read can be asked for.
    mutating func note(_ gateway: GatewaySpec) {
        gateways.append(gateway.name)
        rules[gateway.name] = gateway.rules.map(\.name)
        farms[gateway.name] = gateway.settings.farms.map(\.name)
        for case .signal(let signal) in gateway.rules.flatMap(\.everyTrigger)
            .flatMap(\.happenings)
        {
            signals[gateway.name, default: []].append(signal)
        }
    }
}

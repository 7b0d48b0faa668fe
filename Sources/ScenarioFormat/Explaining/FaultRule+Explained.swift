internal import EventLog
internal import Faults
internal import GatewayModel
internal import GatewayWire
internal import Simulation

extension FaultRule {
    /// As a scenario has it, in block style.
    package var explainedText: String { explainedLines.joined(separator: "\n") }

    var explainedLines: [String] {
        var lines = [
            "name: \(YAMLText.scalar(name))", "when: \(trigger.explained)",
            "nth: \(explained(nth))", "chance: \(chance)",
            "times: \(times.map(String.init) ?? "unlimited")", "after: \(after.scenarioText)",
            "optional: \(isOptional)",
        ]
        if let every { lines.append("every: \(every.scenarioText)") }
        if let until { lines.append("until: \(until.explained)") }
        if let since { lines.append("since: \(YAMLText.scalar(since))") }
        if per != .gateway { lines.append("per: \(per.rawValue)") }
        if trigger.occasions.allSatisfy(\.hasConnection) {
            let phases = condition.phases.map(\.rawValue)
            lines += [
                "phase: \(YAMLText.list(phases))",
                "connection: \(explained(condition.connections))",
                "client-id: \(condition.clientID.map(String.init) ?? "any")",
                "others: \(explained(condition.others))",
            ]
        }
        return lines + ["do:"] + actions.map { "  - \($0.explained)" }
    }

    private func explained(_ range: CountRange?) -> String {
        range.map { YAMLText.scalar($0.description) } ?? "any"
    }
}

extension Trigger {
    fileprivate var explained: String {
        switch self {
        case .happening(let happening):
            let (word, arguments) = happening.described
            return explainedWord(word.keyword, word.form, arguments)
        case .condition(let condition): return wrapped("state", condition.explained)
        case .all(let parts): return wrapped("all", YAMLText.list(parts.map(\.explained)))
        case .any(let parts): return wrapped("any", YAMLText.list(parts.map(\.explained)))
        case .not(let part): return wrapped("not", part.explained)
        }
    }
}

extension Condition {
    fileprivate var explained: String {
        var entries: [(key: String, value: String)] = []
        if !phases.isEmpty { entries.append(("phase", YAMLText.list(phases.map(\.rawValue)))) }
        if let connections { entries.append(("connection", explained(connections))) }
        if let clientID { entries.append(("client-id", "\(clientID)")) }
        if let others { entries.append(("others", explained(others))) }
        if let held { entries.append(("held", explained(held))) }
        if let light { entries.append(("light", light.rawValue)) }
        if let isListening { entries.append(("listening", "\(isListening)")) }
        if let serverIsLost { entries.append(("server", serverIsLost ? "lost" : "connected")) }
        if !farms.isEmpty {
            let states = farms.sorted { $0.key < $1.key }
            entries.append(
                ("farm", YAMLText.mapping(states.map { (YAMLText.key($0.key), $0.value.rawValue) }))
            )
        }
        return YAMLText.mapping(entries)
    }

    private func explained(_ range: CountRange) -> String { YAMLText.scalar(range.description) }
}

extension FaultAction {
    fileprivate var explained: String {
        let (word, arguments) = described
        return explainedWord(word.keyword, word.form, arguments)
    }
}

/// A word with its arguments, in the order of their description.
private func explainedWord(
    _ keyword: String, _ form: WordForm, _ arguments: WordArguments
) -> String {
    switch form {
    case .plain: return keyword
    case .value(let argument):
        return arguments.values[argument.name].map { wrapped(keyword, $0.explained) } ?? keyword
    case .keys(let described):
        let entries = described.compactMap { argument in
            arguments.values[argument.name].map { (key: argument.name, value: $0.explained) }
        }
        return entries.isEmpty ? keyword : wrapped(keyword, YAMLText.mapping(entries))
    case .firstOrKeys(let described):
        if arguments.values.count == 1, let first = described.first,
            let value = arguments.values[first.name]
        {
            return wrapped(keyword, value.explained)
        }
        return explainedWord(keyword, .keys(described), arguments)
    }
}

private func wrapped(_ keyword: String, _ value: String) -> String {
    YAMLText.mapping([(keyword, value)])
}

extension ArgumentValue {
    var explained: String {
        switch self {
        case .duration(let duration): return duration.scenarioText
        case .count(let count): return "\(count)"
        case .countRange(let range): return YAMLText.scalar(range.description)
        case .text(let text): return YAMLText.scalar(text)
        case .bytes(let bytes): return YAMLText.mapping([("hex", "\"\(hexText(bytes))\"")])
        case .number(let number): return "\(number)"
        case .texts(let texts): return YAMLText.list(texts.map(YAMLText.scalar))
        case .random(let count): return YAMLText.mapping([("random", "\(count)")])
        case .message(let message): return message.explained
        case .messages(let messages):
            return messages.count == 1
                ? messages[0].explained : YAMLText.list(messages.map(\.explained))
        case .fields(let fields):
            return YAMLText.mapping(
                fields.sorted { $0.key < $1.key }
                    .map { (YAMLText.key($0.key), $0.value.explained) })
        case .word(let word): return word
        case .words(let words): return YAMLText.list(words)
        case .trigger(let trigger): return trigger.explained
        case .pattern(let pattern): return pattern.explained
        }
    }
}

extension MessagePattern {
    fileprivate var explained: String {
        var entries: [(key: String, value: String)] = []
        if !types.isEmpty { entries.append(("type", YAMLText.list(types.map(YAMLText.scalar)))) }
        if !except.isEmpty { entries.append(("not", YAMLText.list(except.map(YAMLText.scalar)))) }
        entries.append(("direction", direction.rawValue))
        if !fields.isEmpty {
            entries.append(("fields", explainedTests(fields)))
        }
        return YAMLText.mapping(entries)
    }
}

/// Tests in the order of their fields' names.
func explainedTests(_ tests: [String: FieldTest]) -> String {
    YAMLText.mapping(
        tests.sorted { $0.key < $1.key }.map { (YAMLText.key($0.key), $0.value.explained) })
}

extension FieldTest {
    var explained: String {
        switch self {
        case .equals(let text):
            return FieldTest(comparison: text) == nil
                ? YAMLText.scalar(text) : wrapped("is", YAMLText.scalar(text))
        case .differs(let texts): return wrapped("not", YAMLText.list(texts.map(YAMLText.scalar)))
        case .oneOf(let texts):
            return wrapped("one-of", YAMLText.list(texts.map(YAMLText.scalar)))
        case .contains(let text): return wrapped("contains", YAMLText.scalar(text))
        case .compares(let comparison, let limit):
            return YAMLText.scalar("\(comparison.rawValue) \(limit)")
        case .isSet(let wanted): return wrapped("set", "\(wanted)")
        }
    }
}

/// Fields in the order of their names: a dictionary has none of its own.
private func explainedFields(_ fields: [String: String]) -> String {
    YAMLText.mapping(
        fields.sorted { $0.key < $1.key }.map { (YAMLText.key($0.key), YAMLText.scalar($0.value)) })
}

extension MessageTemplate {
    fileprivate var explained: String {
        YAMLText.mapping([
            (
                schema.name,
                YAMLText.mapping(fields.map { (YAMLText.key($0.name), $0.expression.explained) })
            )
        ])
    }
}

extension FieldExpression {
    fileprivate var explained: String {
        switch self {
        case .text(let text): YAMLText.scalar(text)
        case .add(let number): wrapped("add", number)
        case .times(let number): wrapped("times", number)
        case .negate: wrapped("negate", "true")
        case .special(let special): wrapped("is", special.rawValue)
        case .from(let name): wrapped("from", YAMLText.scalar(name))
        case .bytes(let bytes): wrapped("hex", "\"\(hexText(bytes))\"")
        case .repeated(let text, let count):
            YAMLText.mapping([("repeat", YAMLText.scalar(text)), ("count", "\(count)")])
        }
    }
}

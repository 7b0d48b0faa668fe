internal import Faults
internal import GatewayWire

/// Reads the arguments of actions and triggers by their descriptions.
extension Reading {
    /// The arguments of one word.
    ///
    /// - Parameters:
    ///   - trigger: The trigger whose messages the fields belong to.
    /// - Returns: `nil` when something was reported.
    mutating func arguments(
        _ node: YAMLNode?, of keyword: String, _ form: WordForm, at span: SourceSpan,
        example: String, trigger: Trigger? = nil
    ) -> WordArguments? {
        switch form {
        case .plain:
            if let node { report("'\(keyword)' takes nothing", at: node.span) }
            return node == nil ? WordArguments() : nil
        case .value(let argument):
            guard let node else {
                reportMissing(keyword, example, at: span)
                return nil
            }
            return value(node, argument, of: keyword, trigger).map { WordArguments(["": $0]) }
        case .keys(let arguments):
            guard let node else {
                if arguments.contains(where: \.isRequired) {
                    reportMissing(keyword, example, at: span)
                    return nil
                }
                return WordArguments()
            }
            return keyed(node, arguments, of: keyword, trigger)
        }
    }

    private mutating func reportMissing(
        _ keyword: String, _ example: String, at span: SourceSpan
    ) {
        report("'\(keyword)' needs more", at: span, hint: "for example: \(example)")
    }

    private mutating func keyed(
        _ node: YAMLNode, _ arguments: [WordArgument], of keyword: String, _ trigger: Trigger?
    ) -> WordArguments? {
        let required = arguments.filter(\.isRequired).map(\.name)
        guard
            let fields = fields(
                node, of: keyword, keys: arguments.map(\.name), required: required)
        else { return nil }
        var values: [String: ArgumentValue] = [:]
        for argument in arguments {
            guard let node = fields[argument.name] else {
                if argument.isRequired { return nil }
                continue
            }
            guard let value = value(node, argument, of: keyword, trigger) else { return nil }
            values[argument.name] = value
        }
        return WordArguments(values)
    }

    private mutating func value(
        _ node: YAMLNode, _ argument: WordArgument, of keyword: String, _ trigger: Trigger?
    ) -> ArgumentValue? {
        let what = argument.name.isEmpty ? keyword : "\(argument.name) of '\(keyword)'"
        switch argument.kind {
        case .duration: return duration(node).map(ArgumentValue.duration)
        case .count(let range): return integer(node, in: range).map(ArgumentValue.count)
        case .countRange where isWord("any", node): return .countRange(CountRange(0, nil))
        case .countRange: return countRange(node).map(ArgumentValue.countRange)
        case .text: return text(node).map(ArgumentValue.text)
        case .bytes: return bytes(node, of: keyword).map(ArgumentValue.bytes)
        case .message: return message(node, of: keyword).map(ArgumentValue.message)
        case .fields: return fields(node, of: keyword, trigger).map(ArgumentValue.fields)
        case .word(let words): return word(node, what, among: words).map(ArgumentValue.word)
        case .words(let words):
            let found = items(node).compactMap { word($0, what, among: words) }
            return found.isEmpty ? nil : .words(found)
        case .trigger: return self.trigger(node).map(ArgumentValue.trigger)
        case .pattern: return messagePattern(node).map(ArgumentValue.pattern)
        }
    }

    /// A message to the client: its name, or its name and some of its fields.
    private mutating func message(_ argument: YAMLNode, of keyword: String) -> Message? {
        if case .scalar = argument.content {
            return messageSchema(argument, .toClient).map { Message(schema: $0) }
        }
        guard let entry = onlyEntry(argument, of: keyword),
            let schema = messageSchema(named: entry.key, .toClient, at: entry.keySpan)
        else { return nil }
        var message = Message(schema: schema)
        for (name, text) in messageFields(entry.value, of: [schema]) {
            // An unknown field has been reported. Setting it would trap.
            if !schema.indexes(of: name).isEmpty { message[name] = text }
        }
        return message
    }

    /// Field texts for the messages that the trigger names.
    private mutating func fields(
        _ argument: YAMLNode, of keyword: String, _ trigger: Trigger?
    ) -> [String: String]? {
        var schemas: [MessageSchema] = []
        for case .message(let wanted) in trigger?.happenings ?? [] {
            let named = wanted.types.compactMap {
                ProtocolSchema.message(named: $0, wanted.direction)
            }
            if named.isEmpty {
                report("'\(keyword)' needs a trigger that names its messages", at: argument.span)
            }
            schemas += named
        }
        let fields = messageFields(argument, of: schemas)
        return Dictionary(fields, uniquingKeysWith: { one, _ in one })
    }

    /// Bytes as `{hex: "00 ff"}` or `{text: abc}`.
    private mutating func bytes(_ argument: YAMLNode, of keyword: String) -> [UInt8]? {
        guard case .mapping = argument.content else {
            report(
                "bytes are not written as a plain text", at: argument.span,
                hint: "{hex: \"00ff\"} or {text: \"abc\"}")
            return nil
        }
        guard let entry = onlyEntry(argument, of: keyword) else { return nil }
        switch entry.key {
        case "text": return text(entry.value).map { Array($0.utf8) }
        case "hex":
            guard let scalar = scalar(entry.value, "hexadecimal digits") else { return nil }
            let digits = scalar.text.filter { $0 != " " }.compactMap(\.hexDigitValue)
            guard digits.count == scalar.text.filter({ $0 != " " }).count,
                digits.count.isMultiple(of: 2)
            else {
                report(
                    "'\(scalar.text)' is not pairs of hexadecimal digits", at: scalar.span)
                return nil
            }
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(truncatingIfNeeded: digits[$0] << 4 | digits[$0 + 1])
            }
        default:
            reportUnknown(
                "no spelling '\(entry.key)' for bytes", entry.key, among: ["hex", "text"],
                called: "Spellings", at: entry.keySpan)
            return nil
        }
    }
}

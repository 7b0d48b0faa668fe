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
        case .firstOrKeys(let arguments):
            if let node, case .scalar = node.content, let first = arguments.first {
                return value(node, first, of: keyword, trigger).map {
                    WordArguments([first.name: $0])
                }
            }
            return self.arguments(
                node, of: keyword, .keys(arguments), at: span, example: example, trigger: trigger)
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

    mutating func value(
        _ node: YAMLNode, _ argument: WordArgument, of keyword: String, _ trigger: Trigger?
    ) -> ArgumentValue? {
        let what = argument.name.isEmpty ? keyword : "\(argument.name) of '\(keyword)'"
        switch argument.kind {
        case .duration: return duration(node).map(ArgumentValue.duration)
        case .count(let range): return integer(node, in: range).map(ArgumentValue.count)
        case .countRange where isWord("any", node): return .countRange(CountRange(0, nil))
        case .number(let range): return number(node, in: range).map(ArgumentValue.number)
        case .countRange: return countRange(node).map(ArgumentValue.countRange)
        case .text: return text(node).map(ArgumentValue.text)
        case .texts: return fieldTexts(node, of: keyword).map(ArgumentValue.texts)
        case .fieldBytes: return fieldBytes(node, of: keyword).map(ArgumentValue.bytes)
        case .bytes: return bytesOrRandom(node, of: keyword)
        case .message: return message(node, of: keyword, trigger).map(ArgumentValue.message)
        case .messages:
            let all = items(node).map { message($0, of: keyword, trigger) }
            if all.isEmpty { report("'\(keyword)' holds no message", at: node.span) }
            let found = all.compactMap(\.self)
            return found.isEmpty || found.count < all.count ? nil : .messages(found)
        case .messageName:
            return messageSchema(node, .toClient).map { .text($0.name) }
        case .fields: return fields(node, of: keyword, trigger).map(ArgumentValue.fields)
        case .word(let words): return word(node, what, among: words).map(ArgumentValue.word)
        case .words(let words):
            let found = items(node).compactMap { word($0, what, among: words) }
            return found.isEmpty ? nil : .words(found)
        case .trigger: return self.trigger(node).map(ArgumentValue.trigger)
        case .pattern: return messagePattern(node).map(ArgumentValue.pattern)
        }
    }
}

internal import Faults

/// Steps that change the world of a gateway.
///
/// Each is the fault action of the same name, its keys beside the gateway's name.
extension StepWord {
    static let world: [StepWord] = ActionWord.worldWords.map { word in
        let arguments = word.form.arguments
        return telling(
            word.keyword, arguments.map(\.name), meaning(of: word), example: example(of: word),
            read: { reading, fields, _ in
                reading.command(word, fields)
            },
            write: { command in
                let (found, values) = FaultAction.gateway(command).described
                guard found.keyword == word.keyword else { return nil }
                return arguments.compactMap { argument in
                    values.values[argument.name].map { (argument.name, $0.explained) }
                }
            })
    }

    /// The action's summary as a step's meaning is written.
    private static func meaning(of word: ActionWord) -> String {
        let text = word.summary
        let isName = text.dropFirst().first?.isUppercase ?? false
        let sentence = text.hasSuffix(".") ? String(text.dropLast()) : text
        return isName ? sentence : sentence.prefix(1).lowercased() + sentence.dropFirst()
    }

    /// `{halt: {contract: AAPL}}` as a step: `{halt: gateway, contract: AAPL}`.
    private static func example(of word: ActionWord) -> String {
        let start = "{\(word.keyword): {"
        guard word.example.hasPrefix(start) else { return "\(word.keyword): gateway" }
        return "{\(word.keyword): gateway, " + word.example.dropFirst(start.count).dropLast()
    }
}

extension Reading {
    /// A step's keys as the arguments of the action with the same word.
    fileprivate mutating func command(_ word: ActionWord, _ fields: Fields) -> GatewayCommand? {
        var values: [String: ArgumentValue] = [:]
        for argument in word.form.arguments {
            guard let node = fields[argument.name] else {
                guard !argument.isRequired else {
                    report(
                        "'\(word.keyword)' needs the key '\(argument.name)'",
                        at: fields.keySpan(word.keyword))
                    return nil
                }
                continue
            }
            guard let value = value(node, argument, of: word.keyword, nil) else { return nil }
            values[argument.name] = value
        }
        guard case .gateway(let command)? = word.action(WordArguments(values)) else {
            reportUnusable(word, values, at: fields.keySpan(word.keyword))
            return nil
        }
        return command
    }
}

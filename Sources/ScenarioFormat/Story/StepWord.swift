internal import Faults

/// A word that a step can begin with.
///
/// It is the only description of how the step is read and written.
///
/// The reader, its suggestions, `explain` and the list of words come from `StepWord.all`.
package struct StepWord: Sendable {
    /// A step's action, and the program that its `expect` is about.
    typealias Meaning = (action: Step.Action, client: String?)
    typealias Entry = (key: String, value: String)

    package let keyword: String
    /// What the step does.
    package let meaning: String
    /// One step, as a scenario has it.
    package let example: String
    /// Its keys besides the keyword, `within` and `expect`.
    package let keys: [String]
    /// Reads a step whose keys are known to be right; `nil` when a mistake has been reported.
    let read: @Sendable (inout Reading, Fields) -> Meaning?
    /// The step's own keys and values; `nil` for the actions of other words.
    let write: @Sendable (Step.Action) -> [Entry]?

    init(
        _ keyword: String, _ keys: [String] = [], _ meaning: String, example: String,
        read: @escaping @Sendable (inout Reading, Fields) -> Meaning?,
        write: @escaping @Sendable (Step.Action) -> [Entry]?
    ) {
        self.keyword = keyword
        self.keys = keys
        self.meaning = meaning
        self.example = example
        self.read = read
        self.write = write
    }

    /// In the order of the reader's suggestions.
    package static let all = programs + [wait] + gateways + world + [check]
    /// Those that give a gateway a command.
    package static var commands: [StepWord] { gateways + world }
}

extension StepWord {
    /// A step that gives a gateway a command without arguments.
    static func telling(
        _ keyword: String, _ command: GatewayCommand, _ meaning: String
    ) -> StepWord {
        telling(
            keyword, [], meaning, example: "\(keyword): gateway", read: { _, _, _ in command },
            write: { $0 == command ? [] : nil })
    }

    /// A step that gives a gateway a command.
    ///
    /// - Parameters:
    ///   - read: Is also given the gateway's name.
    ///   - write: The arguments; `nil` for other commands.
    static func telling(
        _ keyword: String, _ keys: [String], _ meaning: String, example: String,
        read: @escaping @Sendable (inout Reading, Fields, String) -> GatewayCommand?,
        write: @escaping @Sendable (GatewayCommand) -> [Entry]?
    ) -> StepWord {
        StepWord(keyword, keys, meaning, example: example) { reading, fields in
            guard let gateway = reading.gatewayName(fields[keyword]),
                let command = read(&reading, fields, gateway)
            else { return nil }
            return (.command(gateway: gateway, command), nil)
        } write: { action in
            guard case .command(let gateway, let command) = action,
                let arguments = write(command)
            else { return nil }
            return [(keyword, YAMLText.scalar(gateway))] + arguments
        }
    }
}

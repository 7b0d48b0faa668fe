import GatewayWire

/// One argument of a word: its key, the kind of its value, and its meaning.
package struct WordArgument: Sendable {
    package enum Kind: Sendable {
        /// `250ms`, `4s`.
        case duration
        case count(ClosedRange<Int>)
        /// A number that need not be whole.
        case number(ClosedRange<Double>)
        /// A count: `3`, `">= 2"`, `"1..4"`.
        case countRange
        case text
        /// Texts without zero bytes, one for each field of a frame.
        case texts
        /// A plain text, `{hex: "00ff"}` or `{text: abc}`, without zero bytes.
        case fieldBytes
        /// `{hex: "00ff"}`, `{text: abc}` or `{random: 64}`.
        case bytes
        /// A message to the client with some of its fields.
        case message
        /// A message to the client, or a list of them.
        case messages
        /// The name of a message to the client.
        case messageName
        /// Expressions for fields of the messages that the trigger names.
        case fields
        case word([String])
        /// One of the words, or a list of them.
        case words([String])
        case trigger
        /// Messages by direction, type and field.
        case pattern
    }

    package let name: String
    package let kind: Kind
    package let isRequired: Bool
    /// One phrase with its unit, and its default in parentheses.
    package let about: String

    package init(_ name: String, _ kind: Kind, isRequired: Bool = false, _ about: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.about = about
    }
}

/// The value of an argument.
package enum ArgumentValue: Hashable, Sendable {
    case duration(Duration)
    case count(Int)
    case countRange(CountRange)
    case text(String)
    case number(Double)
    case texts([String])
    case bytes([UInt8])
    case random(Int)
    case message(MessageTemplate)
    case messages([MessageTemplate])
    case fields([String: FieldExpression])
    case word(String)
    case words([String])
    case trigger(Trigger)
    case pattern(MessagePattern)
}

/// The arguments of one word.
///
/// Their kinds have been checked.
package struct WordArguments: Sendable {
    package var values: [String: ArgumentValue]

    package init(_ values: [String: ArgumentValue] = [:]) {
        self.values = values
    }

    func duration(_ name: String) -> Duration? {
        if case .duration(let value) = values[name] { value } else { nil }
    }

    func count(_ name: String) -> Int? {
        if case .count(let value) = values[name] { value } else { nil }
    }

    func countRange(_ name: String) -> CountRange? {
        if case .countRange(let value) = values[name] { value } else { nil }
    }

    func text(_ name: String) -> String? {
        if case .text(let value) = values[name] { value } else { nil }
    }

    func bytes(_ name: String) -> [UInt8]? {
        if case .bytes(let value) = values[name] { value } else { nil }
    }

    func number(_ name: String) -> Double? {
        if case .number(let value) = values[name] { value } else { nil }
    }

    func texts(_ name: String) -> [String]? {
        if case .texts(let value) = values[name] { value } else { nil }
    }

    func random(_ name: String) -> Int? {
        if case .random(let value) = values[name] { value } else { nil }
    }

    func message(_ name: String) -> MessageTemplate? {
        if case .message(let value) = values[name] { value } else { nil }
    }

    func messages(_ name: String) -> [MessageTemplate]? {
        if case .messages(let value) = values[name] { value } else { nil }
    }

    func fields(_ name: String) -> [String: FieldExpression]? {
        if case .fields(let value) = values[name] { value } else { nil }
    }

    func word(_ name: String) -> String? {
        if case .word(let value) = values[name] { value } else { nil }
    }

    func words(_ name: String) -> [String]? {
        if case .words(let value) = values[name] { value } else { nil }
    }

    func trigger(_ name: String) -> Trigger? {
        if case .trigger(let value) = values[name] { value } else { nil }
    }

    func pattern(_ name: String) -> MessagePattern? {
        if case .pattern(let value) = values[name] { value } else { nil }
    }

    func direction(_ name: String) -> Direction? {
        word(name).flatMap(Direction.init)
    }
}

/// How a word takes its arguments.
package enum WordForm: Sendable {
    /// The word alone: `fin`.
    case plain
    /// One value: `{delay: 500ms}`.
    case value(WordArgument)
    /// Keys: `{slice: {size: 1, gap: 1ms}}`. The word may stand alone when no key is required.
    case keys([WordArgument])
    /// Keys, of which the first may be written without its name: `{delay: 500ms}`.
    case firstOrKeys([WordArgument])

    package var arguments: [WordArgument] {
        switch self {
        case .plain: []
        case .value(let argument): [argument]
        case .keys(let arguments), .firstOrKeys(let arguments): arguments
        }
    }
}

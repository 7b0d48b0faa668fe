package import GatewayWire

/// How a field gets its new value.
package enum FieldExpression: Hashable, Sendable {
    /// This text, whatever the field's type is.
    case text(String)
    case add(String)
    case times(String)
    case negate
    case special(SpecialValue)
    /// What a field says: of the message itself in `replace`, of the trigger's message elsewhere.
    case from(String)
    /// Bytes that need not be UTF-8.
    case bytes([UInt8])
    case repeated(String, count: Int)

    /// The longest text that `repeat` makes, in bytes.
    package static let maxRepeatedBytes = 1_000_000

    /// Whether the text is a number that fields can be computed with.
    package static func isDecimal(_ text: String) -> Bool { DecimalText(text) != nil }

    /// The new value of the field called `name`.
    ///
    /// It is `nil` when there is nothing to compute with: the old value is not a decimal number, or
    /// `source` lacks the field.
    package func value(of name: String, in message: Message, from source: Message?) -> FieldValue? {
        switch self {
        case .text(let text): return .text(text)
        case .add(let summand): return computed(name, message, summand) { $0 + $1 }
        case .times(let factor): return computed(name, message, factor) { $0 * $1 }
        case .negate: return computed(name, message, "-1") { $0 * $1 }
        case .special(let special):
            return message.schema.field(name).map { .text(special.text(for: $0)) }
        case .from(let other):
            guard let source else { return nil }
            for index in source.schema.indexes(of: other) {
                if case .bytes = source.values[index] { return source.values[index] }
            }
            return source[other].map(FieldValue.text)
        case .bytes(let bytes): return .bytes(bytes)
        case .repeated(let text, let count): return .text(String(repeating: text, count: count))
        }
    }

    private func computed(
        _ name: String, _ message: Message, _ operand: String,
        _ operation: (DecimalText, DecimalText) -> DecimalText?
    ) -> FieldValue? {
        guard let old = message[name].flatMap(DecimalText.init),
            let operand = DecimalText(operand), let result = operation(old, operand)
        else { return nil }
        return .text(result.text)
    }
}

/// A value with a name, in the form that the protocol has for it.
package enum SpecialValue: String, Hashable, Sendable, CaseIterable {
    case unset, empty, zero, one, infinite, nan
    case minusOne = "minus-one"
    case minusInfinite = "minus-infinite"
    case maxInt = "max-int"
    case maxLong = "max-long"
    case maxDouble = "max-double"
    case maxDecimal = "max-decimal"

    /// Why a field of this type cannot have it; `nil` when it can.
    package func objection(to type: FieldType) -> String? {
        switch self {
        case .unset, .empty: nil
        case .infinite, .minusInfinite, .nan, .maxDouble, .maxDecimal:
            [.float, .decimal].contains(type) ? nil : "'\(rawValue)' is for a fraction"
        case .zero, .one, .minusOne, .maxInt, .maxLong:
            type == .string ? "'\(rawValue)' is for a number" : nil
        }
    }

    /// - Parameter field: The field that gets the value. Only `unset` depends on it.
    func text(for field: FieldSchema) -> String {
        switch self {
        case .empty: ""
        case .zero: "0"
        case .one: "1"
        case .minusOne: "-1"
        case .infinite: "Infinity"
        case .minusInfinite: "-Infinity"
        case .nan: "NaN"
        case .maxInt: Self.largestInt
        case .maxLong: Self.largestLong
        case .maxDouble: Self.largestDouble
        case .maxDecimal: Self.largestDecimal
        case .unset:
            switch field.type {
            case .int: Self.largestInt
            case .long: Self.largestLong
            case .float: Self.largestDouble
            case .decimal: Self.largestDecimal
            case .bool, .string: ""
            }
        }
    }

    private static let largestInt = "2147483647"
    private static let largestLong = "9223372036854775807"
    private static let largestDouble = "1.7976931348623157E308"
    /// The official clients' unset decimal.
    private static let largestDecimal = "170141183460469231731687303715884105727"
}

/// A message that a scenario defines, with fields that may depend on the trigger's message.
package struct MessageTemplate: Hashable, Sendable {
    package let schema: MessageSchema
    /// In the order in which they are written.
    package let fields: [Field]

    package struct Field: Hashable, Sendable {
        package let name: String
        package let expression: FieldExpression

        package init(_ name: String, _ expression: FieldExpression) {
            self.name = name
            self.expression = expression
        }
    }

    package init(_ schema: MessageSchema, _ fields: [Field]) {
        self.schema = schema
        self.fields = fields
    }

    package static func == (one: MessageTemplate, other: MessageTemplate) -> Bool {
        one.schema === other.schema && one.fields == other.fields
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(schema.name)
        hasher.combine(fields)
    }

    /// The fields that it takes from the trigger's message.
    package var sources: [String] {
        fields.compactMap { if case .from(let name) = $0.expression { name } else { nil } }
    }

    /// The message; a field without a value stays as if it was not given.
    package func message(from source: Message?) -> Message {
        var message = Message(schema: schema)
        for field in fields {
            if let value = field.expression.value(of: field.name, in: message, from: source) {
                message.set(field.name, to: value)
            }
        }
        return message
    }
}

extension MessageSchema {
    /// The first field called `name`; a group is none.
    package func field(_ name: String) -> FieldSchema? {
        for index in indexes(of: name) {
            if case .field(let field) = items[index] { return field }
        }
        return nil
    }
}

extension Message {
    /// Sets the field called `name`, and its namesakes: the encoder picks the one whose condition holds.
    package mutating func set(_ name: String, to value: FieldValue) {
        for index in schema.indexes(of: name) { values[index] = value }
    }
}

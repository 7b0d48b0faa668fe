import GatewayWire

/// Where the fields of a made message get their values from.
protocol ValueSource {
    /// Whether a field stays absent when its condition does not hold for the values before it.
    var followsConditions: Bool { get }
    /// - Parameter row: Which item of its group the field stands in, from 0.
    mutating func value(_ field: FieldSchema, row: Int) -> FieldValue
    mutating func value(_ group: GroupSchema) -> FieldValue
}

extension ValueSource {
    mutating func message(_ schema: MessageSchema, as encoding: MessageEncoding) -> Message {
        var message = Message(schema: schema)
        message.encoding = encoding
        message.values = values(schema.items)
        return message
    }

    mutating func values(_ items: [SchemaItem], row: Int = 0) -> [FieldValue] {
        var values: [FieldValue] = []
        for item in items {
            if followsConditions, !item.conditions.allSatisfy({ $0.holds(in: items, values) }) {
                values.append(.absent)
                continue
            }
            switch item {
            case .field(let field): values.append(value(field, row: row))
            case .group(let group): values.append(value(group))
            }
        }
        return values
    }

    mutating func rows(_ group: GroupSchema, count: Int) -> [[FieldValue]] {
        (0..<count).map { values(group.items, row: $0) }
    }
}

/// The values with which the conditions of a message compare a field.
///
/// The conditions are the protocol's own, also for a schema that was changed on purpose: a condition
/// that it lost is still tried with values that matter to it.
enum ConditionChoices {
    /// Empty when no condition names the field.
    static func of(_ field: String, in schema: MessageSchema) -> [String] {
        all[schema.direction]?[schema.name]?[field] ?? []
    }

    private static let all: [Direction: [String: [String: [String]]]] = {
        var choices: [Direction: [String: [String: [String]]]] = [:]
        for schema in ProtocolSchema.messages {
            for condition in conditions(in: schema.items) {
                let new = values(of: condition.test)
                var known = choices[schema.direction]?[schema.name]?[condition.field] ?? []
                known += new.filter { !known.contains($0) }
                choices[schema.direction, default: [:]][schema.name, default: [:]][
                    condition.field] = known.sorted()
            }
        }
        return choices
    }()

    private static func conditions(in items: [SchemaItem]) -> [FieldCondition] {
        items.flatMap { item in
            switch item {
            case .field(let field): field.conditions
            case .group(let group): group.conditions + conditions(in: group.items)
            }
        }
    }

    private static func values(of test: FieldCondition.Test) -> [String] {
        switch test {
        case .equals(let value), .differs(let value): [value]
        case .oneOf(let values): values
        case .nonempty: ["text"]
        case .positive: ["0.125"]
        case .greater: []
        }
    }
}

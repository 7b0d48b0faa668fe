internal import Faults
internal import GatewayWire

/// Messages that a scenario defines, and new values for fields.
extension Reading {
    /// A message to the client: its name, or its name and some of its fields.
    mutating func message(
        _ argument: YAMLNode, of keyword: String, _ trigger: Trigger?
    ) -> MessageTemplate? {
        if case .scalar = argument.content {
            return messageSchema(argument, .toClient).map { MessageTemplate($0, []) }
        }
        guard let entry = onlyEntry(argument, of: keyword),
            let schema = messageSchema(named: entry.key, .toClient, at: entry.keySpan)
        else { return nil }
        var fields: [MessageTemplate.Field] = []
        for (name, expression) in expressions(
            entry.value, of: [schema], place: .fresh(trigger, keyword))
        {
            fields.append(MessageTemplate.Field(name, expression))
        }
        return MessageTemplate(schema, fields)
    }

    /// Field values for the messages that the trigger names.
    mutating func fields(
        _ argument: YAMLNode, of keyword: String, _ trigger: Trigger?
    ) -> [String: FieldExpression]? {
        var schemas: [MessageSchema] = []
        for case .message(let wanted) in trigger?.happenings ?? [] {
            let named = Self.schemas(of: wanted)
            if named.isEmpty {
                report("'\(keyword)' needs a trigger that names its messages", at: argument.span)
            }
            schemas += named
        }
        let fields = expressions(argument, of: schemas, place: .changed)
        return Dictionary(fields, uniquingKeysWith: { one, _ in one })
    }

    private static func schemas(of wanted: MessagePattern) -> [MessageSchema] {
        wanted.types.compactMap { ProtocolSchema.message(named: $0, wanted.direction) }
    }

    /// Whose field is given a value.
    private enum Place {
        /// A message that has values already.
        case changed
        /// A message that this action of this trigger makes.
        case fresh(Trigger?, String)
    }

    /// Fields, each known to every one of the messages, and how they get their values.
    private mutating func expressions(
        _ node: YAMLNode, of schemas: [MessageSchema], place: Place
    ) -> [(name: String, expression: FieldExpression)] {
        guard let entries = entries(node, of: "fields") else { return [] }
        var fields: [(name: String, expression: FieldExpression)] = []
        for entry in entries {
            let known = schemas.compactMap { checkField(entry, of: $0) }
            guard known.count == schemas.count else { continue }
            if let expression = expression(entry, of: known, schemas, place) {
                fields.append((entry.key, expression))
            }
        }
        return fields
    }

    private static let spellings = ["add", "times", "negate", "is", "from", "hex", "repeat"]

    private mutating func expression(
        _ entry: YAMLEntry, of fields: [FieldSchema], _ schemas: [MessageSchema], _ place: Place
    ) -> FieldExpression? {
        guard case .mapping(let parts) = entry.value.content, let first = parts.first else {
            return scalarOrEmpty(entry.value).map(FieldExpression.text)
        }
        if parts.contains(where: { $0.key == "repeat" }) {
            return repetition(entry.value)
        }
        guard let part = onlyEntry(entry.value, of: "expression") else { return nil }
        switch part.key {
        case "add", "times", "negate": return arithmetic(part, entry, of: fields, place)
        case "is": return special(part, of: fields)
        case "from": return source(part, schemas, place)
        case "hex": return fieldBytes(entry.value, of: entry.key).map(FieldExpression.bytes)
        default:
            reportUnknown(
                "no expression '\(first.key)'", first.key, among: Self.spellings,
                called: "Expressions", at: first.keySpan)
            return nil
        }
    }

    private mutating func arithmetic(
        _ part: YAMLEntry, _ entry: YAMLEntry, of fields: [FieldSchema], _ place: Place
    ) -> FieldExpression? {
        if case .fresh(_, let keyword) = place {
            report(
                "'\(part.key)' computes with an old value, and a message of '\(keyword)' has none",
                at: part.keySpan, hint: "give the value itself, or take one with 'from'")
            return nil
        }
        if let field = fields.first(where: { [.string, .bool].contains($0.type) }) {
            report(
                "'\(part.key)' needs a number, and field '\(entry.key)' is a \(field.type.rawValue)",
                at: part.keySpan)
            return nil
        }
        if part.key == "negate" {
            guard let truth = boolean(part.value) else { return nil }
            if !truth { report("'negate' is true or left away", at: part.value.span) }
            return truth ? .negate : nil
        }
        guard let scalar = scalar(part.value, "a number") else { return nil }
        guard FieldExpression.isDecimal(scalar.text) else {
            report(
                "'\(scalar.text)' is not a decimal number", at: scalar.span,
                hint: "for example: {\(part.key): -2.5}")
            return nil
        }
        return part.key == "add" ? .add(scalar.text) : .times(scalar.text)
    }

    private mutating func special(
        _ part: YAMLEntry, of fields: [FieldSchema]
    ) -> FieldExpression? {
        guard let value = word(part.value, "is", of: SpecialValue.self) else { return nil }
        for field in fields {
            guard let objection = value.objection(to: field.type) else { continue }
            report(
                "field '\(field.name)' is a \(field.type.rawValue), and \(objection)",
                at: part.value.span)
            return nil
        }
        return .special(value)
    }

    private mutating func source(
        _ part: YAMLEntry, _ schemas: [MessageSchema], _ place: Place
    ) -> FieldExpression? {
        guard let name = text(part.value) else { return nil }
        var sources = schemas
        if case .fresh(let trigger, let keyword) = place {
            guard let named = namedMessages(of: trigger, keyword, at: part.keySpan) else {
                return nil
            }
            sources = named
        }
        // The field's name stands where a key usually does.
        let field = YAMLEntry(key: name, keySpan: part.value.span, value: part.value)
        for schema in sources where checkField(field, of: schema) == nil { return nil }
        return .from(name)
    }

    /// The messages that the trigger names; `nil` when it can come true without one.
    private mutating func namedMessages(
        of trigger: Trigger?, _ keyword: String, at span: SourceSpan
    ) -> [MessageSchema]? {
        // What is wrong with the trigger has been reported.
        guard let trigger else { return nil }
        var named: [MessageSchema] = []
        for happening in trigger.happenings {
            guard case .message(let wanted) = happening, !wanted.types.isEmpty else {
                report(
                    "'from' in '\(keyword)' needs a trigger that names its messages", at: span,
                    hint: "for example: when: {message: {type: reqHistoricalData}}")
                return nil
            }
            named += Self.schemas(of: wanted)
        }
        return named
    }

    /// `{repeat: x, count: 5000}`.
    private mutating func repetition(_ node: YAMLNode) -> FieldExpression? {
        let keys = ["repeat", "count"]
        guard let fields = fields(node, of: "repeat", keys: keys, required: keys),
            let part = fields["repeat"], let text = scalarOrEmpty(part),
            let count = integer(fields["count"], in: 1...FieldExpression.maxRepeatedBytes)
        else { return nil }
        let bytes = text.utf8.count * count
        guard text.utf8.count <= 1000, bytes <= FieldExpression.maxRepeatedBytes else {
            report(
                "the text would have \(bytes) bytes, more than "
                    + "\(FieldExpression.maxRepeatedBytes)", at: node.span)
            return nil
        }
        return .repeated(text, count: count)
    }
}

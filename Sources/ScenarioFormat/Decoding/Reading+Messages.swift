internal import Faults
internal import GatewayWire

extension Reading {
    /// A message name that exists in this direction.
    mutating func messageSchema(_ node: YAMLNode?, _ direction: Direction) -> MessageSchema? {
        guard let scalar = scalar(node, "a message's name") else { return nil }
        return messageSchema(named: scalar.text, direction, at: scalar.span)
    }

    mutating func messageSchema(
        named name: String, _ direction: Direction, at span: SourceSpan
    ) -> MessageSchema? {
        if let schema = ProtocolSchema.message(named: name, direction) { return schema }
        if ProtocolSchema.message(named: name, direction.opposite) != nil {
            report(
                "message '\(name)' does not travel \(direction.phrase)", at: span,
                hint: "it travels \(direction.opposite.phrase)")
        } else {
            let names = ProtocolSchema.messages.filter { $0.direction == direction }.map(\.name)
            reportUnknown(
                "no message '\(name)' \(direction.phrase)", name, among: names,
                called: "Messages", at: span)
        }
        return nil
    }

    /// Field texts, each field known to every one of the messages.
    mutating func messageFields(
        _ node: YAMLNode?, of schemas: [MessageSchema]
    ) -> [(name: String, text: String)] {
        guard let entries = entries(node, of: "fields") else { return [] }
        var fields: [(name: String, text: String)] = []
        for entry in entries {
            for schema in schemas { _ = checkField(entry, of: schema) }
            if let text = scalarOrEmpty(entry.value) { fields.append((entry.key, text)) }
        }
        return fields
    }

    /// The field of that name; `nil` when the message has none, which is reported.
    @discardableResult
    mutating func checkField(_ entry: YAMLEntry, of schema: MessageSchema) -> FieldSchema? {
        if let field = schema.field(entry.key) { return field }
        let items = schema.indexes(of: entry.key).map { schema.items[$0] }
        if !items.isEmpty {
            report(
                "'\(entry.key)' of message '\(schema.name)' is a repeated group, not a field",
                at: entry.keySpan)
            return nil
        }
        var names: [String] = []
        for case .field(let field) in schema.items where !names.contains(field.name) {
            names.append(field.name)
        }
        reportUnknown(
            "message '\(schema.name)' has no field '\(entry.key)'", entry.key, among: names,
            called: "Fields", at: entry.keySpan)
        return nil
    }

    /// A field's text.
    ///
    /// An empty value is the empty text. A NUL byte is an error, because it would end the field.
    mutating func scalarOrEmpty(_ node: YAMLNode) -> String? {
        if case .scalar("", _) = node.content { return "" }
        guard let text = text(node) else { return nil }
        if text.utf8.contains(0) {
            report("a field's text holds no zero byte: it ends the field", at: node.span)
        }
        return text
    }
}

extension Direction {
    var phrase: String {
        switch self {
        case .toGateway: "to the gateway"
        case .toClient: "to the client"
        }
    }
}

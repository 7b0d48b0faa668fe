/// A message's protobuf form as JSON, under the vendor's own field names.
///
/// What the schema does not know is left out. It says what `MessageEncoder` would write for a
/// message that came as protobuf; `nil` when the message has no protobuf form.
package func protobufFields(of message: Message) -> String? {
    guard let plan = message.schema.plan else { return nil }
    var values = message.values
    for column in plan.columns { column.give(to: &values) }
    return object(plan.root, message.schema.items, values)
}

private func object(
    _ level: ProtobufLevel, _ items: [SchemaItem], _ values: [FieldValue]
) -> String {
    var line = JSONLine()
    for field in level.fields
    where field.conditions.allSatisfy({ $0.holds(in: items, values) }) {
        let name = String(field.name.split(separator: ".").last ?? "")
        switch field.target {
        case .scalar(let scalar, let target):
            guard let text = target.text(in: values) else { continue }
            line.addRaw(name, json(text, scalar))
        case .message(let inner, let presence):
            let content = object(inner, items, values)
            let isPresent = presence.map { values[$0].string == "1" } ?? false
            if content != "{}" || isPresent { line.addRaw(name, content) }
        case .rows(let inner, let group, _):
            guard case .group(let rows) = values[group], !rows.isEmpty else { continue }
            line.addRaw(name, JSONLine.array(rows.map { object(inner, [], $0) }))
        case .list(let scalar, let group, let column, _):
            guard case .group(let rows) = values[group], !rows.isEmpty else { continue }
            let texts = rows.compactMap { $0[column].string }.map { json($0, scalar) }
            line.addRaw(name, JSONLine.array(texts))
        case .tagText(let item):
            let entries = tagEntries(values[item].string ?? "").map { entry in
                var line = JSONLine()
                line.add("key", entry.tag)
                line.add("value", entry.value)
                return line.finished
            }
            if !entries.isEmpty { line.addRaw(name, JSONLine.array(entries)) }
        }
    }
    return line.finished
}

private func json(_ text: String, _ scalar: ProtobufScalar) -> String {
    switch scalar {
    case .bool: text == "1" ? "true" : "false"
    case .int32, .int64: Int64(text) == nil ? JSONLine.quoted(text) : text
    case .double, .string: JSONLine.quoted(text)
    }
}

/// The entries of a map that is one text.
func tagEntries(_ text: String) -> [(tag: String, value: String)] {
    text.split(separator: ";").map { entry in
        let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
}

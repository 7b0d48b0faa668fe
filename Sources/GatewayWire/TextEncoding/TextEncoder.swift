/// Writes the fields of a text message.
struct TextEncoder: Sendable {
    let serverVersion: Int

    /// What stands behind the id.
    ///
    /// Fields that do not exist at this version or under this message's conditions are left out;
    /// fields without a value take their unset form.
    func append(_ message: Message, to body: inout [UInt8]) {
        let schema = message.schema
        if schema.carriesLegacyVersion(at: serverVersion), let legacy = schema.legacyVersion {
            append(message.legacyVersion ?? String(legacy.value), to: &body)
        }
        append(schema.items, message.values, to: &body)
        for value in message.surplus { append(value, to: &body) }
    }

    private func append(_ items: [SchemaItem], _ values: [FieldValue], to body: inout [UInt8]) {
        for (item, value) in zip(items, values) {
            guard item.hasTextForm, item.versions.contains(serverVersion),
                item.conditions.allSatisfy({ $0.holds(in: items, values) })
            else { continue }
            switch (item, value) {
            case (.field(let field), .absent):
                if let twin = twin(of: field, in: items, values) {
                    append(twin, to: &body)
                } else if field.whenRemaining == nil {
                    append(field.unsetText, to: &body)
                }
            case (.field, .text), (.field, .bytes), (.field, .group):
                append(value, to: &body)
            case (.group(let group), .group(let rows)):
                append(String(rows.count), to: &body)
                for row in rows { append(group.items, row, to: &body) }
            case (.group, .absent), (.group, .text), (.group, .bytes):
                append("0", to: &body)
            }
        }
    }

    /// What a namesake says: protobuf does not know which of them the text form uses.
    private func twin(
        of field: FieldSchema, in items: [SchemaItem], _ values: [FieldValue]
    ) -> FieldValue? {
        guard !field.conditions.isEmpty else { return nil }
        return zip(items, values).first { $0.name == field.name && $1 != .absent }?.1
    }

    private func append(_ text: String, to body: inout [UInt8]) {
        body.append(contentsOf: text.utf8)
        body.append(0)
    }

    /// A NUL inside a value would end the field early, so it is left out.
    private func append(_ value: FieldValue, to body: inout [UInt8]) {
        switch value {
        case .text(let text): body.append(contentsOf: text.utf8.lazy.filter { $0 != 0 })
        case .bytes(let bytes): body.append(contentsOf: bytes.lazy.filter { $0 != 0 })
        case .absent, .group: break
        }
        body.append(0)
    }
}

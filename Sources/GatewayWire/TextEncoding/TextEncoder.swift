/// Writes the text encoding of server versions 100 to 200.
package struct TextEncoder: Sendable {
    package let serverVersion: Int

    package init(serverVersion: Int) {
        self.serverVersion = serverVersion
    }

    /// The whole frame, length included.
    ///
    /// Fields that do not exist at this version or under this message's conditions are left out;
    /// fields without a value take their unset form.
    package func encode(_ message: Message) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(128)
        let schema = message.schema
        append(String(schema.id), to: &body)
        if schema.carriesLegacyVersion(at: serverVersion), let legacy = schema.legacyVersion {
            append(message.legacyVersion ?? String(legacy.value), to: &body)
        }
        append(schema.items, message.values, to: &body)
        for value in message.surplus { append(value, to: &body) }
        return frame(body)
    }

    private func append(_ items: [SchemaItem], _ values: [FieldValue], to body: inout [UInt8]) {
        for (item, value) in zip(items, values) {
            guard item.versions.contains(serverVersion),
                item.conditions.allSatisfy({ $0.holds(in: items, values) })
            else { continue }
            switch (item, value) {
            case (.field(let field), .absent):
                if field.whenRemaining == nil { append(field.unsetText, to: &body) }
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

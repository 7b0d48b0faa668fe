/// Reads the fields of a text message.
struct TextDecoder: Sendable {
    let serverVersion: Int

    /// Decodes what stands behind the id: perhaps a legacy version, then the fields.
    ///
    /// Group counts are bounded by the fields the frame really holds, so a count cannot swell memory.
    func decode(_ schema: MessageSchema, _ cursor: inout FieldCursor) -> DecodeOutcome {
        var message = Message(schema: schema)
        do throws(DecodeError) {
            if schema.carriesLegacyVersion(at: serverVersion) {
                message.legacyVersion = try field("version", &cursor, schema).string
            }
            message.values = try values(schema.items, &cursor, schema)
        } catch {
            return .malformed(error)
        }
        while let extra = cursor.next() { message.surplus.append(extra) }
        guard cursor.isAtEnd else {
            return .malformed(
                DecodeError(
                    reason: .unterminatedField, message: schema.name, offset: cursor.offset))
        }
        return .message(message)
    }

    private func values(
        _ items: [SchemaItem], _ cursor: inout FieldCursor, _ schema: MessageSchema
    ) throws(DecodeError) -> [FieldValue] {
        var values: [FieldValue] = []
        values.reserveCapacity(items.count)
        for item in items {
            guard item.hasTextForm, item.versions.contains(serverVersion),
                item.conditions.allSatisfy({ $0.holds(in: items, values) })
            else {
                values.append(.absent)
                continue
            }
            switch item {
            case .field(let shape):
                if let remaining = shape.whenRemaining, cursor.remainingCount < remaining {
                    values.append(.absent)
                } else {
                    values.append(try field(shape.name, &cursor, schema))
                }
            case .group(let group):
                values.append(.group(try rows(group, &cursor, schema)))
            }
        }
        return values
    }

    private func rows(
        _ group: GroupSchema, _ cursor: inout FieldCursor, _ schema: MessageSchema
    ) throws(DecodeError) -> [[FieldValue]] {
        let offset = cursor.offset
        let text = try field(group.countName, &cursor, schema).string ?? ""
        // Clients write an unused count as "" or as the unset int.
        guard let count = text.isEmpty || text == "2147483647" ? 0 : Int(text), count >= 0,
            count <= cursor.remainingCount
        else {
            throw DecodeError(
                reason: .countOutOfRange(field: group.countName, found: String(text.prefix(32))),
                message: schema.name, offset: offset)
        }
        var rows: [[FieldValue]] = []
        for _ in 0..<count { rows.append(try values(group.items, &cursor, schema)) }
        return rows
    }

    private func field(
        _ name: String, _ cursor: inout FieldCursor, _ schema: MessageSchema
    ) throws(DecodeError) -> FieldValue {
        let offset = cursor.offset
        guard let value = cursor.next() else {
            throw DecodeError(
                reason: cursor.isAtEnd ? .missingField(name) : .unterminatedField,
                message: schema.name, offset: offset)
        }
        return value
    }
}

/// Walks the NUL-terminated fields of a frame's body.
struct FieldCursor {
    private let body: ArraySlice<UInt8>
    private var index: Int

    /// - Parameter offset: Bytes at the front that are no fields.
    init(_ body: ArraySlice<UInt8>, offset: Int = 0) {
        self.body = body
        index = body.startIndex + offset
    }

    /// Byte position in the body.
    var offset: Int { index - body.startIndex }
    var isAtEnd: Bool { index == body.endIndex }

    var remainingCount: Int { body[index...].count { $0 == 0 } }

    mutating func next() -> FieldValue? {
        guard let end = body[index...].firstIndex(of: 0) else { return nil }
        defer { index = end + 1 }
        let bytes = body[index..<end]
        if let text = String(validating: bytes, as: UTF8.self) { return .text(text) }
        return .bytes(Array(bytes))
    }
}

extension FieldCondition {
    /// Whether the condition holds for the values read or written so far.
    package func holds(in items: [SchemaItem], _ values: [FieldValue]) -> Bool {
        var text = ""
        for (index, item) in items.enumerated() where index < values.count {
            switch item {
            case .field(let shape) where shape.name == field:
                if let found = values[index].string { text = found }
            case .group(let group) where group.countName == field:
                if case .group(let rows) = values[index] { text = String(rows.count) }
            case .field, .group: continue
            }
        }
        switch test {
        case .equals(let expected): return text == expected
        case .differs(let other): return text != other
        case .greater(let bound): return (Int(text) ?? 0) > bound
        case .oneOf(let allowed): return allowed.contains(text)
        case .nonempty: return !text.isEmpty
        case .positive:
            guard let number = Double(text) else { return false }
            return number > 0 && number != .greatestFiniteMagnitude
        }
    }
}

extension MessageScanner {
    /// The last text message with its fields as values.
    func message(from body: Span<UInt8>) -> DecodeOutcome {
        let layout = layout
        var message = Message(schema: layout.schema)
        if let field = tape.legacyVersion, !isUsualVersion(field, body) {
            guard case .text(let text) = value(field, body) else {
                return .malformed(
                    DecodeError(
                        reason: .notUTF8("version"), message: layout.schema.name,
                        offset: fields.offset(of: field)))
            }
            message.legacyVersion = text
        }
        fill(&message.values, layout.scope, at: 0, body)
        if tape.end < fields.count {
            message.surplus = (tape.end..<fields.count).map { value($0, body) }
        }
        return .message(message)
    }

    /// Whether there is no per-message version, or the encoder would write the same one.
    package func hasUsualVersion(_ body: Span<UInt8>) -> Bool {
        tape.legacyVersion.map { isUsualVersion($0, body) } ?? true
    }

    /// Whether the per-message version stands there as the encoder would write it.
    private func isUsualVersion(_ field: Int, _ body: Span<UInt8>) -> Bool {
        let usual = layouts.shapes[messageID].usualVersion
        let bytes = body.extracting(fields.range(of: field))
        return bytes.isPlainNumber && bytes.integer == Int(usual)
    }

    private func fill(
        _ values: inout [FieldValue], _ scope: TextScope, at place: Int, _ body: Span<UInt8>
    ) {
        for index in scope.steps.indices {
            let step = scope.steps[index]
            guard let entry = tape.entry(step.item, of: scope, at: place) else { continue }
            values[step.item] =
                step.group < 0
                ? value(entry, body) : group(entry, scope.groups[step.group], body)
        }
    }

    private func group(_ record: Int, _ scope: TextScope, _ body: Span<UInt8>) -> FieldValue {
        let (countField, places) = tape.group(record)
        // "" and the unset int mean none and are kept, to be written back as they were.
        if places.isEmpty, body.extracting(fields.range(of: countField)).isUnusedCount {
            return value(countField, body)
        }
        return .group(
            places.map { place in
                var row = [FieldValue](repeating: .absent, count: scope.itemCount)
                fill(&row, scope, at: Int(place), body)
                return row
            })
    }

    private func value(_ field: Int, _ body: Span<UInt8>) -> FieldValue {
        let bytes = body.extracting(fields.range(of: field))
        return bytes.text.map(FieldValue.text) ?? .bytes(bytes.array)
    }
}

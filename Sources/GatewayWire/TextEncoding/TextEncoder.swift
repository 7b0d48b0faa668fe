/// Writes the fields of a text message.
struct TextEncoder: Sendable {
    let layout: TextLayout
    /// The message came as protobuf: what it leaves out takes its unset form, so that the text says
    /// no more than it did.
    let isTranslation: Bool

    init(layout: TextLayout, of message: Message) {
        self.layout = layout
        isTranslation = message.encoding == .protobuf
    }

    /// What stands behind the id.
    ///
    /// Fields that do not exist at this version or under this message's conditions are left out;
    /// fields without a value take their unset form, or what gateways write in its place.
    func append(_ message: Message, to body: inout [UInt8]) {
        if layout.hasLegacyVersion, let legacy = message.schema.legacyVersion {
            append(message.legacyVersion ?? String(legacy.value), to: &body)
        }
        append(layout.scope, message.values, to: &body)
        for value in message.surplus { append(value, to: &body) }
    }

    private func append(_ scope: TextScope, _ values: [FieldValue], to body: inout [UInt8]) {
        for index in scope.steps.indices {
            let step = scope.steps[index]
            let isSent = step.conditions.allSatisfy {
                scope.content.withCondition($0) { $0.holds(among: values) }
            }
            guard isSent else { continue }
            let value = values[step.item]
            if step.group >= 0 {
                append(value, of: scope.groups[step.group], to: &body)
            } else if !value.isAbsent {
                append(value, to: &body)
            } else if let twin = scope.content.twins[step.item].first(where: {
                !values[$0].isAbsent
            }) {
                // Protobuf does not know which of its namesakes the text form uses.
                append(values[twin], to: &body)
            } else if step.whenRemaining == 0 {
                let text =
                    isTranslation
                    ? scope.content.unsetText(of: step.item)
                    : scope.content.absentText(of: step.item)
                append(text, to: &body)
            }
        }
    }

    private func append(_ group: FieldValue, of scope: TextScope, to body: inout [UInt8]) {
        switch group {
        case .group(let rows):
            append(String(rows.count), to: &body)
            for row in rows { append(scope, row, to: &body) }
        case .text(let count): append(count.utf8.span.isUnusedCount ? count : "0", to: &body)
        case .absent, .bytes: append("0", to: &body)
        }
    }

    private func append(_ text: String, to body: inout [UInt8]) {
        body.append(contentsOf: text.utf8)
        body.append(0)
    }

    /// A NUL inside a value would end the field early, so it is left out.
    private func append(_ value: FieldValue, to body: inout [UInt8]) {
        switch value {
        case .text(var text):
            text.withUTF8 { bytes in
                if bytes.contains(0) {
                    body.append(contentsOf: bytes.lazy.filter { $0 != 0 })
                } else {
                    body.append(contentsOf: bytes)
                }
            }
        case .bytes(let bytes): body.append(contentsOf: bytes.lazy.filter { $0 != 0 })
        case .absent, .group: break
        }
        body.append(0)
    }
}

extension TextCondition {
    func holds(among values: [FieldValue]) -> Bool {
        for source in sources.reversed() {
            let value = values[source.item]
            if source.isCount {
                if let count = value.countText { return test.holds(for: count.utf8.span) }
                continue
            }
            switch value {
            case .text(let text): return test.holds(for: text.utf8.span)
            case .bytes(let bytes): return test.holds(for: bytes.span)
            case .absent, .group: continue
            }
        }
        return test.holds(for: "".utf8.span)
    }
}

extension FieldValue {
    fileprivate var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }
}

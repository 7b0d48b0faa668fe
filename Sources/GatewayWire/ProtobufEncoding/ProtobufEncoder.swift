/// Writes a message's protobuf form: fields ascending, lists packed, lengths and varints minimal.
///
/// A value that its protobuf type cannot hold, such as a word where a number belongs, is left out.
struct ProtobufEncoder {
    private let schema: MessageSchema
    private let serverVersion: Int
    /// Every value present is written; otherwise what means nothing is left out.
    private let isLiteral: Bool
    private let extras: [[Int]: [ProtobufExtra]]
    private let hasExtras: Bool
    private var path: [Int] = []
    private var bytes: [UInt8]

    static func append(
        _ message: Message, _ plan: ProtobufPlan, serverVersion: Int, to body: inout [UInt8]
    ) {
        if message.encoding == .protobuf, let original = message.originalBytes {
            body += original
            return
        }
        var encoder = ProtobufEncoder(message, serverVersion: serverVersion, body)
        body = []
        var values = message.values
        for column in plan.columns { column.give(to: &values) }
        encoder.append(plan.root, values)
        body = encoder.bytes
    }

    private init(_ message: Message, serverVersion: Int, _ body: [UInt8]) {
        schema = message.schema
        self.serverVersion = serverVersion
        isLiteral = message.encoding == .protobuf
        hasExtras = !message.extras.isEmpty
        extras =
            message.extras.isEmpty ? [:] : Dictionary(grouping: message.extras, by: \.path)
        bytes = body
    }

    private mutating func append(_ level: ProtobufLevel, _ values: [FieldValue]) {
        guard hasExtras else {
            for index in level.steps.indices { append(level, index, values) }
            return
        }
        var extras = (self.extras[path] ?? [])[...]
        for (index, field) in level.fields.enumerated() {
            while let extra = extras.first, extra.number < field.number {
                bytes += extra.bytes
                extras.removeFirst()
            }
            let start = bytes.count
            append(level, index, values)
            // An empty message that was there; what has content now needs it no more.
            while let extra = extras.first, extra.number == field.number {
                if bytes.count == start { bytes += extra.bytes }
                extras.removeFirst()
            }
        }
        for extra in extras { bytes += extra.bytes }
    }

    private mutating func append(_ level: ProtobufLevel, _ index: Int, _ values: [FieldValue]) {
        let step = level.steps[index]
        guard isLiteral || step.since <= serverVersion else { return }
        guard step.standsAlone, let scalar = step.plainScalar else {
            append(level.fields[index], step, values)
            return
        }
        guard let text = values[step.item].string, isLiteral || says(text, scalar, step) else {
            return
        }
        append(scalar, step.tag, text)
    }

    private mutating func append(
        _ field: ProtobufPlanField, _ step: ProtobufLevel.Step, _ values: [FieldValue]
    ) {
        switch field.target {
        case .scalar(let scalar, let target):
            append(field, scalar, target, step, values)
        case .message(let level, let presence):
            guard field.conditions.allSatisfy({ $0.holds(in: schema.items, values) }) else {
                return
            }
            let isKept =
                presence.map { values[$0].string == "1" } ?? (field.isAlways && !isLiteral)
            if hasExtras { path.append(field.number) }
            delimited(field.number, unlessEmpty: !isKept) { $0.append(level, values) }
            if hasExtras { path.removeLast() }
        case .rows(let level, let group, _):
            guard case .group(let rows) = values[group] else { return }
            for (index, row) in rows.enumerated() {
                if hasExtras { path += [field.number, index] }
                delimited(field.number, unlessEmpty: false) { $0.append(level, row) }
                if hasExtras { path.removeLast(2) }
            }
        case .list(let scalar, let group, let column, _):
            guard case .group(let rows) = values[group] else { return }
            let texts = rows.compactMap { $0[column].string }
            if scalar == .string {
                for text in texts { append(.string, step.tag, text) }
            } else {
                delimited(field.number, unlessEmpty: true) { encoder in
                    for text in texts { encoder.appendValue(scalar, text) }
                }
            }
        case .tagText(let item):
            for entry in tagEntries(values[item].string ?? "") {
                delimited(field.number, unlessEmpty: false) { encoder in
                    encoder.append(.string, ProtobufScalar.string.tag(1), entry.tag)
                    encoder.append(.string, ProtobufScalar.string.tag(2), entry.value)
                }
            }
        }
    }

    private mutating func append(
        _ field: ProtobufPlanField, _ scalar: ProtobufScalar, _ target: ScalarTarget,
        _ step: ProtobufLevel.Step, _ values: [FieldValue]
    ) {
        var text = target.text(in: values)
        if !isLiteral, text == nil, let echoed = target.echoes { text = values[echoed].string }
        guard let text = text ?? (field.isAlways && !isLiteral ? "" : nil) else { return }
        guard isLiteral || field.isAlways || target.words.count == 2 || says(text, scalar, step)
        else { return }
        append(scalar, step.tag, text)
    }

    /// Whether a text has a protobuf form.
    ///
    /// An empty text, false and an unset number have none.
    private func says(_ text: String, _ scalar: ProtobufScalar, _ step: ProtobufLevel.Step) -> Bool
    {
        let length = text.utf8.count
        guard length > 0 else { return false }
        switch scalar {
        case .bool: return length > 1 || text != "0"
        case .int32: return length != 10 || text != "2147483647"
        case .int64:
            return (length != 19 || text != "9223372036854775807")
                && !(step.hasIntSentinel && length == 10 && text == "2147483647")
        case .double: return length < 20 || Double(text) != .greatestFiniteMagnitude
        case .string:
            return !step.holdsNumber || length < 17
                || text != "170141183460469231731687303715884105727"
                    && !text.hasPrefix("1.797693134862315")
        }
    }

    private mutating func append(_ scalar: ProtobufScalar, _ tag: UInt32, _ text: String) {
        let start = bytes.count
        appendVarint(UInt64(tag))
        if !appendValue(scalar, text) { bytes.removeSubrange(start...) }
    }

    /// - Returns: False, and nothing appended, when the type cannot hold the text.
    @discardableResult
    private mutating func appendValue(_ scalar: ProtobufScalar, _ text: String) -> Bool {
        switch scalar {
        case .bool:
            let isTrue = Int(text).map { $0 != 0 } ?? ["true", "True"].contains(text)
            appendVarint(isTrue ? 1 : 0)
        case .int32:
            guard let number = Self.whole(text).flatMap({ Int32(exactly: $0) }) else {
                return false
            }
            appendVarint(UInt64(bitPattern: Int64(number)))
        case .int64:
            guard let number = Self.whole(text) else { return false }
            appendVarint(UInt64(bitPattern: number))
        case .double:
            guard let number = Self.number(text) else { return false }
            var rest = number.bitPattern
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        case .string:
            let utf8 = text.utf8
            appendVarint(UInt64(utf8.count))
            bytes.append(contentsOf: utf8)
        }
        return true
    }

    /// A whole number; some clients write it with a point.
    private static func whole(_ text: String) -> Int64? {
        if let number = text.utf8.span.integer { return Int64(number) }
        return Int64(text) ?? Double(text).flatMap(\.whole)
    }

    private static func number(_ text: String) -> Double? {
        if let number = text.utf8.span.shortDecimal { return number }
        // "Infinite" is how ib_* spell it.
        return text == "Infinite" ? .infinity : Double(text)
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Tag, length and what `content` appends; nothing at all when that is nothing and may go.
    private mutating func delimited(
        _ number: Int, unlessEmpty: Bool, _ content: (inout ProtobufEncoder) -> Void
    ) {
        let start = bytes.count
        appendVarint(UInt64(number << 3 | WireType.bytes.rawValue))
        bytes.append(0)
        let inside = bytes.count
        content(&self)
        let length = bytes.count - inside
        if length == 0 && unlessEmpty {
            bytes.removeSubrange(start...)
        } else if length < 0x80 {
            bytes[inside - 1] = UInt8(length)
        } else {
            let end = bytes.count
            appendVarint(UInt64(length))
            let varint = Array(bytes[end...])
            bytes.removeSubrange(end...)
            bytes.replaceSubrange((inside - 1)..<inside, with: varint)
        }
    }
}

extension ScalarTarget {
    /// What the values hold for this protobuf field, false and true as `0` and `1`.
    func text(in values: [FieldValue]) -> String? {
        var found = values[first].string
        if found == nil, items.count > 1 {
            found = items.lazy.compactMap { values[$0].string }.first
        }
        guard let text = found else { return nil }
        if let bit { return (Int(text) ?? 0) >> bit & 1 == 1 ? "1" : nil }
        return words.count == 2 ? (text == words[1] ? "1" : "0") : text
    }
}

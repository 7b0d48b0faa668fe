/// Writes a message's protobuf form: fields ascending, lists packed, lengths and varints minimal.
///
/// A value that its protobuf type cannot hold, such as a word where a number belongs, is left out.
struct ProtobufEncoder {
    private let schema: MessageSchema
    private let serverVersion: Int
    /// Every value present is written; otherwise what means nothing is left out.
    private let isLiteral: Bool
    private let extras: [[Int]: [ProtobufExtra]]
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
        extras =
            message.extras.isEmpty ? [:] : Dictionary(grouping: message.extras, by: \.path)
        bytes = body
    }

    private mutating func append(_ level: ProtobufLevel, _ values: [FieldValue]) {
        guard !extras.isEmpty else {
            for field in level.fields { append(field, values) }
            return
        }
        var extras = (self.extras[path] ?? [])[...]
        for field in level.fields {
            while let extra = extras.first, extra.number < field.number {
                bytes += extra.bytes
                extras.removeFirst()
            }
            let start = bytes.count
            append(field, values)
            // An empty message that was there; what has content now needs it no more.
            while let extra = extras.first, extra.number == field.number {
                if bytes.count == start { bytes += extra.bytes }
                extras.removeFirst()
            }
        }
        for extra in extras { bytes += extra.bytes }
    }

    private mutating func append(_ field: ProtobufPlanField, _ values: [FieldValue]) {
        guard isLiteral || field.since <= serverVersion else { return }
        switch field.target {
        case .scalar(let scalar, let target):
            append(field, scalar, target, values)
        case .message(let level, let presence):
            guard field.conditions.allSatisfy({ $0.holds(in: schema.items, values) }) else {
                return
            }
            let isKept =
                presence.map { values[$0].string == "1" } ?? (field.isAlways && !isLiteral)
            path.append(field.number)
            delimited(field.number, unlessEmpty: !isKept) { $0.append(level, values) }
            path.removeLast()
        case .rows(let level, let group, _):
            guard case .group(let rows) = values[group] else { return }
            for (index, row) in rows.enumerated() {
                path += [field.number, index]
                delimited(field.number, unlessEmpty: false) { $0.append(level, row) }
                path.removeLast(2)
            }
        case .list(let scalar, let group, let column, _):
            guard case .group(let rows) = values[group] else { return }
            let texts = rows.compactMap { $0[column].string }
            if scalar == .string {
                for text in texts { append(.string, field.number, text) }
            } else {
                delimited(field.number, unlessEmpty: true) { encoder in
                    for text in texts { encoder.appendValue(scalar, text) }
                }
            }
        case .tagText(let item):
            for entry in tagEntries(values[item].string ?? "") {
                delimited(field.number, unlessEmpty: false) { encoder in
                    encoder.append(.string, 1, entry.tag)
                    encoder.append(.string, 2, entry.value)
                }
            }
        }
    }

    private mutating func append(
        _ field: ProtobufPlanField, _ scalar: ProtobufScalar, _ target: ScalarTarget,
        _ values: [FieldValue]
    ) {
        if target.items.count == 1, target.echoes == nil, !field.isAlways,
            case .absent = values[target.first]
        {
            return
        }
        var text = target.text(in: values)
        if !isLiteral, text == nil, let echoed = target.echoes { text = values[echoed].string }
        guard let text = text ?? (field.isAlways && !isLiteral ? "" : nil) else { return }
        guard isLiteral || field.isAlways || target.words.count == 2 || says(text, scalar, target)
        else { return }
        append(scalar, field.number, text)
    }

    /// Whether a text says anything, to those who see nothing in an empty text, false or unset.
    private func says(_ text: String, _ scalar: ProtobufScalar, _ target: ScalarTarget) -> Bool {
        if text.isEmpty { return false }
        switch scalar {
        case .bool: return text != "0"
        case .int32: return text != "2147483647"
        case .int64:
            return text != "9223372036854775807"
                && !(target.hasIntSentinel && text == "2147483647")
        case .double: return Double(text) != .greatestFiniteMagnitude
        case .string:
            return !target.holdsNumber
                || text != "170141183460469231731687303715884105727"
                    && !text.hasPrefix("1.797693134862315")
        }
    }

    private mutating func append(_ scalar: ProtobufScalar, _ number: Int, _ text: String) {
        let start = bytes.count
        appendVarint(UInt64(number << 3 | scalar.wireType.rawValue))
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
            guard let number = Int32(text) ?? Self.whole(text).flatMap({ Int32(exactly: $0) })
            else { return false }
            appendVarint(UInt64(bitPattern: Int64(number)))
        case .int64:
            guard let number = Int64(text) ?? Self.whole(text) else { return false }
            appendVarint(UInt64(bitPattern: number))
        case .double:
            // "Infinite" is how ib_* spell it.
            guard let number = text == "Infinite" ? .infinity : Double(text) else { return false }
            for shift in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(8 * shift)))
            }
        case .string:
            appendVarint(UInt64(text.utf8.count))
            bytes.append(contentsOf: text.utf8)
        }
        return true
    }

    /// A whole number written with a point, as some clients do.
    private static func whole(_ text: String) -> Int64? {
        Double(text).flatMap(\.whole)
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

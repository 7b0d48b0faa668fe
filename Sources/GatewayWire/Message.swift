/// A field's content as it stands, or will stand, on the wire.
package enum FieldValue: Hashable, Sendable {
    /// Not on the wire at this server version or under these conditions.
    case absent
    case text(String)
    /// Bytes that are not UTF-8, kept as they came.
    case bytes([UInt8])
    /// A group's items, each as long as the group's schema.
    case group([[FieldValue]])

    /// The text; for bytes that are no UTF-8, a repaired copy for people to read.
    package var string: String? {
        switch self {
        case .text(let text): text
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .absent, .group: nil
        }
    }
}

/// The two forms a message travels in.
package enum MessageEncoding: String, Hashable, Sendable, CaseIterable {
    case text, protobuf
}

/// A message: its schema, and its fields by position.
///
/// Numbers keep the text they came with, so that decoding and encoding again gives the same bytes.
/// What protobuf leaves out reads as the text form would put it: false as `0`, no text as "".
package struct Message: Hashable, Sendable {
    package let schema: MessageSchema
    /// The form it came in, or is to leave in.
    ///
    /// As protobuf every value present is written, an empty or false one too. As text, and when
    /// made here, empty texts, false and unset numbers have no protobuf form and are left out.
    package var encoding = MessageEncoding.text
    /// As many as the schema has items.
    package var values: [FieldValue]
    /// `nil` for nearly every message.
    private var oddities: Oddities?

    /// The protobuf bytes as they came, when they are not the ones this program would write and
    /// the fields have not changed since.
    package var originalBytes: [UInt8]? {
        get { original.flatMap { $0.values == values ? $0.bytes : nil } }
        set { original = newValue.map { ProtobufOriginal(bytes: $0, values: values) } }
    }

    package init(schema: MessageSchema) {
        self.schema = schema
        values = Array(repeating: .absent, count: schema.items.count)
    }

    /// A message of the given name with the given fields; the rest take their unset form.
    ///
    /// The names are written in this program. A wrong name is a programming error and traps.
    package init(
        _ name: String, _ fields: KeyValuePairs<String, String> = [:],
        direction: Direction = .toClient
    ) {
        guard let schema = ProtocolSchema.message(named: name, direction) else {
            preconditionFailure("no message '\(name)' \(direction)")
        }
        self.init(schema: schema)
        for (field, text) in fields { self[field] = text }
    }

    package var name: String { schema.name }

    /// The text of the field called `name`, or `nil` when absent.
    ///
    /// Setting a name the schema lacks traps.
    package subscript(_ name: String) -> String? {
        get {
            let indexes = schema.indexes(of: name)
            for index in indexes {
                if let text = values[index].string { return text }
            }
            guard encoding == .protobuf else { return nil }
            for index in indexes {
                if let text = schema.items[index].silence(among: schema.items, values) {
                    return text
                }
            }
            return nil
        }
        set {
            let indexes = schema.indexes(of: name)
            precondition(!indexes.isEmpty, "message '\(schema.name)' has no field '\(name)'")
            // Namesakes exclude each other by their conditions; the encoder picks the one that holds.
            for index in indexes { values[index] = newValue.map(FieldValue.text) ?? .absent }
        }
    }

    /// The group called `name` as named texts, one dictionary an item.
    package func items(of name: String) -> [[String: String]] {
        guard let index = schema.indexes(of: name).first,
            case .group(let group) = schema.items[index], case .group(let rows) = values[index]
        else { return [] }
        return rows.map { row in
            var named: [String: String] = [:]
            for (item, value) in zip(group.items, row) where named[item.name] == nil {
                named[item.name] =
                    value.string
                    ?? (encoding == .protobuf ? item.silence(among: group.items, row) : nil)
            }
            return named
        }
    }

    /// Fills the group called `name`; fields left out of an item take their unset form.
    package mutating func setItems(of name: String, to rows: [[String: String]]) {
        guard let index = schema.indexes(of: name).first,
            case .group(let group) = schema.items[index]
        else { preconditionFailure("message '\(schema.name)' has no group '\(name)'") }
        values[index] = .group(
            rows.map { row in
                group.items.map { item in row[item.name].map(FieldValue.text) ?? .absent }
            })
    }

    package static func == (one: Message, other: Message) -> Bool {
        one.schema === other.schema && one.encoding == other.encoding
            && one.values == other.values && one.hasSameOddities(as: other)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(schema))
        hasher.combine(values)
    }
}

/// What few messages have, kept apart so that the others are cheap to copy.
extension Message {
    private struct OddParts: Hashable {
        var legacyVersion: String?
        var surplus: [FieldValue] = []
        var extras: [ProtobufExtra] = []
        var original: ProtobufOriginal?
    }

    private final class Oddities: Sendable {
        let parts: OddParts

        init(_ parts: OddParts) {
            self.parts = parts
        }
    }

    /// The old per-message version where the wire had another than the usual, which `nil` stands for.
    package var legacyVersion: String? {
        get { oddities?.parts.legacyVersion }
        set { changeOddities { $0.legacyVersion = newValue } }
    }

    /// Trailing fields the schema does not know, kept for a byte-exact copy.
    package var surplus: [FieldValue] {
        get { oddities?.parts.surplus ?? [] }
        set { changeOddities { $0.surplus = newValue } }
    }

    /// What the protobuf form held beyond the schema's fields.
    package var extras: [ProtobufExtra] {
        get { oddities?.parts.extras ?? [] }
        set { changeOddities { $0.extras = newValue } }
    }

    /// The protobuf bytes, when they are not the ones this program would write.
    var original: ProtobufOriginal? {
        get { oddities?.parts.original }
        set { changeOddities { $0.original = newValue } }
    }

    /// Whether its values are everything there is of it, and each can be found by its name.
    package var isToldByNames: Bool { oddities == nil && schema.namesakes.areTexts(values) }

    /// An original whose values have changed since is ignored.
    private func hasSameOddities(as other: Message) -> Bool {
        if oddities == nil && other.oddities == nil { return true }
        return legacyVersion == other.legacyVersion && surplus == other.surplus
            && extras == other.extras && originalBytes == other.originalBytes
    }

    private mutating func changeOddities(_ change: (inout OddParts) -> Void) {
        var parts = oddities?.parts ?? OddParts()
        change(&parts)
        oddities = parts == OddParts() ? nil : Oddities(parts)
    }
}

extension SchemaItem {
    /// The text that a protobuf message implies when it leaves this out.
    ///
    /// It is `nil` when it implies none.
    func silence(among items: [SchemaItem], _ values: [FieldValue]) -> String? {
        guard case .field(let field) = self,
            field.conditions.allSatisfy({ $0.holds(in: items, values) })
        else { return nil }
        return field.impliedText
    }
}

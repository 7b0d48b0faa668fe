import GatewayWire
import WireSamples

/// One message at one server version, with the fields it carries.
struct Case {
    /// A field as a client knows it: `contract.comboLegs[0].conId`.
    struct Field {
        /// Type letter of the drivers' notation: the first letter of the schema's type, `i` for
        /// `long`, `e` for text with backslash escapes.
        let kind: UInt8
        let path: String
        let text: String
        let schema: FieldSchema
    }

    /// `schema`, or what was done to it.
    let label: String
    let schema: MessageSchema
    let version: Int
    let shape: MessageShape
    let body: ArraySlice<UInt8>
    let fields: [Field]

    var isProtobuf: Bool { schema.encoding(at: version) == .protobuf }

    var name: String { "\(schema.name) at \(version)" }

    init?(_ schema: MessageSchema, at version: Int, _ shape: MessageShape, label: String = "schema")
    {
        let made = MessageMaker.distinctMessage(schema, at: version, shape)
        body = MessageEncoder(serverVersion: version).encode(made).dropFirst(4)
        let decoder = MessageDecoder(serverVersion: version, schema: schema)
        guard case .message(let sent) = decoder.decode(body),
            sent.surplus.isEmpty
        else { return nil }
        self.label = label
        self.schema = schema
        self.version = version
        self.shape = shape
        fields = Self.fields(of: sent, at: version)
    }

    /// The fields a message carries, groups spread out.
    static func fields(of message: Message, at version: Int) -> [Field] {
        var fields: [Field] = []
        collect(message.schema.items, message.values, prefix: "", version, &fields)
        return fields
    }

    private static func collect(
        _ items: [SchemaItem], _ values: [FieldValue], prefix: String, _ version: Int,
        _ fields: inout [Field]
    ) {
        for (item, value) in zip(items, values) {
            switch (item, value) {
            case (.field(let field), .text(var text)):
                // Protobuf maps have no order.
                if version > 200, field.name.hasSuffix("Options") {
                    text = text.split(separator: ";").sorted().map { $0 + ";" }.joined()
                }
                fields.append(
                    Field(
                        kind: kind(field, version), path: prefix + field.name, text: text,
                        schema: field))
            case (.group(let group), .group(var rows)):
                if version > 200, group.items.map(\.name) == ["tag", "value"] {
                    rows.sort { ($0[0].string ?? "") < ($1[0].string ?? "") }
                }
                for (index, row) in rows.enumerated() {
                    collect(
                        group.items, row, prefix: "\(prefix)\(group.name)[\(index)].", version,
                        &fields)
                }
            case (_, .absent), (_, .bytes), (.field, .group), (.group, .text): continue
            }
        }
    }

    private static func kind(_ field: FieldSchema, _ version: Int) -> UInt8 {
        switch field.type {
        case .int, .long: UInt8(ascii: "i")
        case .float: UInt8(ascii: "f")
        case .decimal: UInt8(ascii: "d")
        case .bool: UInt8(ascii: "b")
        case .string:
            field.escapedSince.map { version >= $0 } ?? false
                ? UInt8(ascii: "e") : UInt8(ascii: "s")
        }
    }
}

/// What the drivers read: for each case its length-prefixed body, then its length-prefixed
/// description, a head and the fields, each ended by a unit separator.
struct CaseFile {
    private static let separator: UInt8 = 0x1F
    private(set) var bytes: [UInt8] = []

    mutating func append(_ one: Case) {
        bytes += frame(one.body)
        var description: [UInt8] = []
        description.reserveCapacity(64 * (one.fields.count + 1))
        func add(_ text: String) { description += text.utf8 }
        for head in [one.label, one.schema.name, String(one.version), String(one.shape.rawValue)] {
            add(head)
            description.append(Self.separator)
        }
        for field in one.fields {
            description.append(field.kind)
            add(field.path)
            description.append(UInt8(ascii: "="))
            add(field.text)
            description.append(Self.separator)
        }
        bytes += frame(description)
    }
}

/// A protobuf message type, as the vendor's `.proto` files declare it.
struct ProtobufType: Sendable {
    let name: String
    /// In ascending field numbers.
    let fields: [ProtobufField]
}

/// One field of a protobuf type, and what the schema calls it.
struct ProtobufField: Sendable {
    enum Kind: Hashable, Sendable {
        case scalar(ProtobufScalar)
        case list(ProtobufScalar)
        case message(String)
        case messages(String)
        /// `map<string, string>`.
        case map
    }

    /// What a string holds, when it is not mere text.
    enum Content: String, Sendable { case decimal, float, integer }

    let number: Int
    let name: String
    let kind: Kind
    let content: Content?
    /// The schema's name where it differs; `.` when the fields within stand directly in the outer
    /// message.
    let alias: String?
    let since: Int?
    /// Written even when there is nothing to say.
    let isAlways: Bool
    let role: FieldRole?
    /// The texts for false and true where they are not `0` and `1`.
    let words: [String]
    /// `GROUP.FIELD`: in the text form this stands in a group of its own, row by row.
    let beside: String?
    let conditions: [FieldCondition]
}

/// The scalar types in use.
enum ProtobufScalar: String, Hashable, Sendable {
    case bool, int32, int64, double, string

    var wireType: WireType {
        switch self {
        case .bool, .int32, .int64: .varint
        case .double: .fixed64
        case .string: .bytes
        }
    }

    /// A field number and the wire type, as they stand before a field's content.
    func tag(_ number: Int) -> UInt32 { UInt32(number << 3 | wireType.rawValue) }
}

/// Reads the protobuf types, each of which is described once.
///
/// ```
/// type ComboLeg
///   1 conId int32 role contract
///   6 shortSalesSlot int32 as shortSaleSlot
///   9 perLegPrice double beside order.orderComboLegs.price
/// ```
///
/// A line is number, name, type. Types: a scalar, another type's name, either with `[]`, or `map`.
/// Words: `as N` the schema's name, `holds decimal|float|integer` what a string means, `since N`
/// the server version that knows the field, `always yes` written even when empty, `words A|B` the
/// texts for false and true, both of which are written, `beside G.F`, `role R`, and conditions as in `SchemaText`.
enum ProtobufTypeText {
    /// Every type by name.
    static let types: [String: ProtobufType] = Dictionary(
        uniqueKeysWithValues: [
            SharedTypes.text, SessionTypes.text, AccountTypes.text, OrderTypes.text,
            ContractTypes.text, MarketDataTypes.text, HistoryTypes.text, NewsTypes.text,
            ConfigTypes.text,
        ].flatMap(types).map { ($0.name, $0) })

    private static func types(in text: String) -> [ProtobufType] {
        var types: [ProtobufType] = []
        var name = ""
        var fields: [ProtobufField] = []
        func finish() {
            if !name.isEmpty { types.append(ProtobufType(name: name, fields: fields)) }
        }
        for line in SchemaLine.lines(of: text) {
            if line.words[0] == "type" {
                finish()
                (name, fields) = (line.words[1], [])
            } else {
                let field = field(line)
                precondition(
                    fields.last.map { $0.number < field.number } ?? true,
                    "fields of \(name) out of order at \(field.name)")
                fields.append(field)
            }
        }
        finish()
        return types
    }

    private static func field(_ line: SchemaLine) -> ProtobufField {
        let options = SchemaOptions(line.words.dropFirst(3))
        return ProtobufField(
            number: schemaNumber(line.words[0]), name: line.words[1], kind: kind(line.words[2]),
            content: options.word("holds").map(schemaName), alias: options.word("as"),
            since: options.number("since"), isAlways: options.word("always") == "yes",
            role: options.word("role").map(schemaName), words: options.list("words"),
            beside: options.word("beside"), conditions: options.conditions)
    }

    private static func kind(_ word: String) -> ProtobufField.Kind {
        if word == "map" { return .map }
        if let scalar = ProtobufScalar(rawValue: word) { return .scalar(scalar) }
        guard word.hasSuffix("[]") else { return .message(word) }
        let element = String(word.dropLast(2))
        return ProtobufScalar(rawValue: element).map { .list($0) } ?? .messages(element)
    }

    /// What a `map` field's entries look like.
    static let mapEntry = ProtobufType(
        name: "MapEntry",
        fields: [entryField(1, "key", "tag"), entryField(2, "value", "value")])

    private static func entryField(_ number: Int, _ name: String, _ alias: String) -> ProtobufField
    {
        ProtobufField(
            number: number, name: name, kind: .scalar(.string), content: nil, alias: alias,
            since: nil, isAlways: true, role: nil, words: [], beside: nil, conditions: [])
    }
}

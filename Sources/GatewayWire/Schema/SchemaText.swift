/// Reads the schema's own notation, in which every message is described once.
///
/// ```
/// message orderStatus toClient 3 legacyVersion 6 legacyUntil 130 protobuf OrderStatus protobufSince 203 evidence verified
///   orderId int role order
///   mktCapPrice float since 131 role money
///   group conditions count conditionsCount since 40 if kind in 1|2
///     price float unset empty  -- what a reader should know
/// ```
///
/// `protobuf T protobufSince N`: from server version N this message travels as protobuf type T
/// (`ProtobufTypeText`); `textForm no`: it never travels as text. A field pairs with the protobuf
/// field of the same path and name. Where they differ, `protobuf A.B|C` names the path or the
/// alternatives, `bits A|B` the booleans that are this number's bits from bit 0 up, and
/// `protobuf none` says there is none; names beginning with `_` have none unless they say so.
///
/// Field words: `since N`, `until N` (server versions, inclusive), `unset empty|literal`,
/// `absent TEXT` (what the text form says without a value, in place of the unset form), `role R`,
/// `integerBelow N`, `escapedSince N`, `whenRemaining N`, and at the end
/// `if FIELD == V | != V | > N | in V|W | nonempty | positive`, joined by `and`. Two spaces of
/// indent more put a line into the group above it.
struct SchemaText {
    /// Versions the text and binary protocols cover.
    static let allVersions = 100...226
    /// From this server version ids are raw and frames may hold protobuf.
    static let rawIDsSince = 201

    /// Whether an item exists where protobuf does.
    static func isCurrent(_ item: SchemaItem) -> Bool {
        item.versions.upperBound >= rawIDsSince
    }

    /// Parses one area's text.
    ///
    /// The text is ours, compiled in: a mistake in it is a programming
    /// error and traps with the line, and a test reads every line.
    static func messages(in text: String) -> [MessageSchema] {
        var parser = SchemaText(lines: SchemaLine.lines(of: text))
        var messages: [MessageSchema] = []
        while let head = parser.take(indent: 0) {
            messages.append(parser.message(head))
        }
        precondition(parser.next == parser.lines.count, "schema line out of place")
        return messages
    }

    private let lines: [SchemaLine]
    private var next = 0

    private init(lines: [SchemaLine]) {
        self.lines = lines
    }

    private mutating func take(indent: Int) -> SchemaLine? {
        guard next < lines.count, lines[next].indent == indent else { return nil }
        next += 1
        return lines[next - 1]
    }

    private mutating func message(_ head: SchemaLine) -> MessageSchema {
        let words = head.words
        precondition(words.count >= 4 && words[0] == "message", "not a message line: \(words)")
        let options = SchemaOptions(words.dropFirst(4))
        return MessageSchema(
            name: words[1], id: schemaNumber(words[3]),
            direction: schemaName(words[2]),
            versions: options.versions,
            legacyVersion: options.number("legacyVersion").map {
                (value: $0, until: options.number("legacyUntil"))
            },
            evidence: schemaName(options.word("evidence") ?? ""),
            hasTextForm: options.word("textForm") != "no",
            protobuf: options.word("protobuf").map {
                (type: $0, since: options.number("protobufSince") ?? 201)
            },
            items: items(indent: 2))
    }

    private mutating func items(indent: Int) -> [SchemaItem] {
        var items: [SchemaItem] = []
        while let line = take(indent: indent) {
            if line.words[0] == "group" {
                let options = SchemaOptions(line.words.dropFirst(2))
                items.append(
                    .group(
                        GroupSchema(
                            name: line.words[1], countName: options.word("count") ?? "",
                            versions: options.versions, conditions: options.conditions,
                            pairing: Self.pairing(options),
                            items: self.items(indent: indent + 2))))
            } else {
                let options = SchemaOptions(line.words.dropFirst(2))
                items.append(
                    .field(
                        FieldSchema(
                            name: line.words[0], type: schemaName(line.words[1]),
                            versions: options.versions,
                            unset: options.word("unset").map(schemaName),
                            absentText: options.word("absent"),
                            role: options.word("role").map(schemaName),
                            conditions: options.conditions,
                            integerBelow: options.number("integerBelow"),
                            escapedSince: options.number("escapedSince"),
                            whenRemaining: options.number("whenRemaining"),
                            pairing: Self.pairing(options),
                            note: line.note)))
            }
        }
        return items
    }

    private static func pairing(_ options: SchemaOptions) -> Pairing {
        let bits = options.list("bits")
        if !bits.isEmpty { return .bits(bits) }
        let paths = options.list("protobuf")
        if paths.isEmpty { return .byName }
        return paths == ["none"] ? .textOnly : .paths(paths)
    }
}

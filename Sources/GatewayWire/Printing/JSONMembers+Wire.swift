/// What `JSONLine` writes of a message, a hello and a version reply, read back.
extension JSONMembers {
    package func message() throws(JSONError) -> Message {
        let direction = try word("direction", of: Direction.self)
        let name = try text("name")
        guard let schema = ProtocolSchema.message(named: name, direction) else {
            throw error(
                at: "name", "no message \(direction.rawValue) is called '\(name.prefix(40))'")
        }
        guard try integer("id") == schema.id else {
            throw error(at: "id", "'\(name)' has the id \(schema.id)")
        }
        var message = Message(schema: schema)
        message.encoding = try word("encoding", of: MessageEncoding.self)
        var reader = ValueReader()
        message.values = try reader.values(schema.items, try object("fields"))
        if self["hidden"] != nil {
            for hidden in try array("hidden") {
                try reader.put(try hidden.object("hidden"), schema.items, into: &message.values)
            }
        }
        if self["surplus"] != nil {
            var surplus: [FieldValue] = []
            for field in try array("surplus") { surplus.append(try ValueReader.text(field)) }
            message.surplus = surplus
        }
        if self["extras"] != nil {
            var extras: [ProtobufExtra] = []
            for value in try array("extras") {
                guard let extra = ProtobufExtra(description: try value.text("extras")) else {
                    throw value.error("an extra reads PATH:HEX, such as 3.105:ca0600")
                }
                extras.append(extra)
            }
            message.extras = extras
        }
        message.legacyVersion = try textIfAny("legacyVersion")
        if self["original"] != nil { message.originalBytes = try bytes("original") }
        return message
    }

    package func hello() throws(JSONError) -> Hello {
        let fields = try object("fields")
        let lowest = try fields.integer("minVersion")
        let highest = try fields.integer("maxVersion")
        guard lowest <= highest else {
            throw fields.error(at: "maxVersion", "'maxVersion' is below 'minVersion'")
        }
        return Hello(
            versions: lowest...highest, connectOptions: try fields.text("connectOptions"))
    }

    package func versionReply() throws(JSONError) -> VersionReply {
        let fields = try object("fields")
        return VersionReply(
            serverVersion: try fields.integer("serverVersion"),
            connectionTime: try fields.text("connectionTime"))
    }
}

extension ProtobufExtra {
    /// Reads what `description` writes.
    package init?(description: some StringProtocol) {
        let parts = description.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = hexBytes(parts[1].utf8), !bytes.isEmpty else {
            return nil
        }
        let numbers = parts[0].split(separator: ".").map { Int($0) ?? -1 }
        guard let number = numbers.last, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        self.init(path: Array(numbers.dropLast()), number: number, bytes: bytes)
    }
}

/// Reads a message's values; counts them, because a row of few letters may hold many.
private struct ValueReader {
    private static let maxCells = 1 << 24
    private var cells = 0

    mutating func values(
        _ items: [SchemaItem], _ members: JSONMembers
    ) throws(JSONError) -> [FieldValue] {
        cells += items.count
        guard cells <= Self.maxCells else {
            throw JSONError(offset: members.offset, reason: "more than \(Self.maxCells) values")
        }
        var values = [FieldValue](repeating: .absent, count: items.count)
        for member in members.members {
            guard let index = ShownValues.place(of: member.key, among: items, values) else {
                throw member.value.error(
                    "there is no field '\(member.key.prefix(40))', or it is full")
            }
            values[index] = try value(of: items[index], member.value)
        }
        return values
    }

    private mutating func value(
        of item: SchemaItem, _ value: JSONValue
    ) throws(JSONError) -> FieldValue {
        switch item {
        case .field: return try Self.text(value)
        case .group(let group): return .group(try rows(group, value))
        }
    }

    private mutating func rows(
        _ group: GroupSchema, _ value: JSONValue
    ) throws(JSONError) -> [[FieldValue]] {
        var rows: [[FieldValue]] = []
        for row in try value.array(group.name) {
            rows.append(try values(group.items, try row.object(group.name)))
        }
        return rows
    }

    static func text(_ value: JSONValue) throws(JSONError) -> FieldValue {
        switch value.content {
        case .number(let digits): return .text(digits)
        case .bool(let flag): return .text(flag ? "1" : "0")
        case .string(let text) where text.hasPrefix("hex:"):
            guard let bytes = hexBytes(text.utf8.dropFirst(4)) else {
                throw value.error("behind 'hex:' stand hexadecimal digits, two a byte")
            }
            return String(validating: bytes, as: UTF8.self).map(FieldValue.text) ?? .bytes(bytes)
        case .string(let text): return .text(text)
        case .null, .array, .object: throw value.error("a field is a text, a number or a flag")
        }
    }

    /// Puts a value in that `fields` did not show.
    mutating func put(
        _ hidden: JSONMembers, _ items: [SchemaItem], into values: inout [FieldValue]
    ) throws(JSONError) {
        try put(hidden, try hidden.array("at")[...], items, into: &values)
    }

    private mutating func put(
        _ hidden: JSONMembers, _ path: ArraySlice<JSONValue>, _ items: [SchemaItem],
        into values: inout [FieldValue]
    ) throws(JSONError) {
        let missing = hidden.error(at: "at", "there is no such place in the message")
        guard case .string(let label)? = path.first?.content,
            let index = items.indices.first(where: {
                HiddenValue.label(of: $0, among: items) == label
            })
        else { throw missing }
        if path.count == 1 {
            values[index] = try value(of: items[index], hidden)
            return
        }
        guard case .number(let digits)? = path.dropFirst().first?.content,
            let row = Int(digits), case .group(let group) = items[index],
            case .group(var rows) = values[index], rows.indices.contains(row)
        else { throw missing }
        values[index] = .absent
        try put(hidden, path.dropFirst(2), group.items, into: &rows[row])
        values[index] = .group(rows)
    }

    private mutating func value(
        of item: SchemaItem, _ hidden: JSONMembers
    ) throws(JSONError) -> FieldValue {
        if let text = hidden["text"] { return try Self.text(text) }
        guard let rows = hidden["rows"] else { return .absent }
        guard case .group(let group) = item else { throw rows.error("there is no group here") }
        return .group(try self.rows(group, rows))
    }
}

import GatewayWire

/// A protobuf message on a transcript's line, and back.
///
/// ```
/// {orderId=101}
/// {orderId=7|contract.symbol=IBM|contract.comboLegs=[{conId=1|ratio=2}{conId=3}]|+2:1200}
/// pb 080a
/// ```
///
/// Fields are written by name. `|`, `}`, `\` and unreadable characters are escaped. `+PATH:HEX` is
/// what the schema does not know, or an empty message: field numbers from the root down, behind a
/// repeated one its row. `pb HEX` holds the bytes of a message that its fields cannot reproduce
/// exactly.
enum ProtobufLine {
    static func text(of message: Message) -> String {
        let entries =
            entries(message.schema.items, message.values)
            + message.extras.map { "+\($0.description)" }
        let text = "{\(entries.joined(separator: "|"))}"
        if message.isToldByNames { return text }
        let payload = payload(of: message)
        if let again = self.message(message.schema, from: text[...]),
            self.payload(of: again) == payload
        {
            return text
        }
        return "pb " + hexText(payload)
    }

    /// Reads what `text` writes; `nil` when it is no such text.
    static func message(_ schema: MessageSchema, from text: Substring) -> Message? {
        if text.hasPrefix("pb ") {
            guard let payload = FieldText.bytes(fromHex: text.dropFirst(3)) else { return nil }
            return decoded(schema, payload)
        }
        var rest = text
        var message = Message(schema: schema)
        message.encoding = .protobuf
        guard
            let values = object(
                schema.items, &rest, extras: &message.extras,
                places: { schema.indexes(of: String($0)) }), rest.isEmpty
        else { return nil }
        message.values = values
        return message
    }

    // Helpers, in the order they are called.

    private static let newest = ProtocolSchema.serverVersions.upperBound

    /// Without length and id.
    private static func payload(of message: Message) -> [UInt8] {
        Array(MessageEncoder(serverVersion: newest).encode(message, as: .protobuf).dropFirst(8))
    }

    private static func entries(_ items: [SchemaItem], _ values: [FieldValue]) -> [String] {
        zip(items, values).compactMap { item, value in
            switch (item, value) {
            case (.group(let group), .group(let rows)):
                "\(item.name)=["
                    + rows.map {
                        "{\(entries(group.items, $0).joined(separator: "|"))}"
                    }.joined() + "]"
            case (.field, .text(let text)): "\(item.name)=\(escaped(text))"
            case (.field, .absent), (.field, .bytes), (.field, .group), (.group, .absent),
                (.group, .text), (.group, .bytes):
                nil
            }
        }
    }

    private static func escaped(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { FieldText.isPlain($0) && $0 != UInt8(ascii: "}") }
        return isPlain
            ? text : FieldText.escaped(Array(text.utf8)).replacing("}", with: "\\x7d")
    }

    private static func decoded(_ schema: MessageSchema, _ payload: [UInt8]) -> Message? {
        let id = UInt32(schema.id + 200)
        let body = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> UInt32($0)) } + payload
        let decoder = MessageDecoder(serverVersion: newest, direction: schema.direction)
        guard case .message(let message) = decoder.decode(body[...]) else { return nil }
        return message
    }

    /// - Parameter places: The items of a name, in order.
    private static func object(
        _ items: [SchemaItem], _ rest: inout Substring, extras: inout [ProtobufExtra],
        places: (Substring) -> [Int]
    ) -> [FieldValue]? {
        var values = [FieldValue](repeating: .absent, count: items.count)
        guard rest.popFirst() == "{" else { return nil }
        if rest.first == "}" {
            rest.removeFirst()
            return values
        }
        while true {
            if rest.first == "+" {
                guard let extra = ProtobufExtra(description: until(&rest).dropFirst()) else {
                    return nil
                }
                extras.append(extra)
            } else {
                guard let name = name(&rest),
                    let index = places(name).first(where: { values[$0] == .absent }),
                    let value = value(of: items[index], &rest)
                else { return nil }
                values[index] = value
            }
            switch rest.popFirst() {
            case "|": continue
            case "}": return values
            default: return nil
            }
        }
    }

    private static func name(_ rest: inout Substring) -> Substring? {
        guard let end = rest.firstIndex(of: "=") else { return nil }
        defer { rest = rest[rest.index(after: end)...] }
        return rest[..<end]
    }

    private static func value(of item: SchemaItem, _ rest: inout Substring) -> FieldValue? {
        switch item {
        case .field:
            guard let bytes = FieldText.unescaped(until(&rest)),
                let text = String(validating: bytes, as: UTF8.self)
            else { return nil }
            return .text(text)
        case .group(let group):
            guard rest.popFirst() == "[" else { return nil }
            var rows: [[FieldValue]] = []
            var none: [ProtobufExtra] = []
            while rest.first == "{" {
                let row = object(
                    group.items, &rest, extras: &none,
                    places: { name in group.items.indices.filter { group.items[$0].name == name } })
                guard let row else { return nil }
                rows.append(row)
            }
            guard rest.popFirst() == "]", none.isEmpty else { return nil }
            return .group(rows)
        }
    }

    /// Everything up to the next `|` or `}` that is not escaped.
    private static func until(_ rest: inout Substring) -> Substring {
        var index = rest.startIndex
        while index < rest.endIndex, rest[index] != "|", rest[index] != "}" {
            index = rest.index(after: index)
            if index > rest.startIndex, rest[rest.index(before: index)] == "\\",
                index < rest.endIndex
            {
                index = rest.index(after: index)
            }
        }
        defer { rest = rest[index...] }
        return rest[..<index]
    }
}

/// The field texts of a message as JSON: numbers keep their digits, unset fields are left out.
package func jsonFields(of message: Message) -> String {
    jsonObject(message.schema.items, message.values)
}

func jsonObject(_ items: [SchemaItem], _ values: [FieldValue]) -> String {
    var line = JSONLine()
    for (item, value) in zip(items, values) where item.pairing != .protobufEcho {
        switch (item, value) {
        case (_, .absent): continue
        case (.field(let field), .text(let text)):
            line.addRaw(field.name, jsonScalar(text, field.type))
        case (.field(let field), .bytes): line.addRaw(field.name, jsonText(value))
        case (.group(let group), .group(let rows)): line.addRaw(group.name, jsonRows(group, rows))
        case (.group(let group), .text): line.addRaw(group.name, "[]")
        case (.field, .group), (.group, .bytes): continue
        }
    }
    return line.finished
}

func jsonRows(_ group: GroupSchema, _ rows: [[FieldValue]]) -> String {
    "[" + rows.map { jsonObject(group.items, $0) }.joined(separator: ",") + "]"
}

/// What is not UTF-8 reads `hex:` and its bytes; so does a text that would be taken for that.
func jsonText(_ value: FieldValue) -> String {
    switch value {
    case .text(let text) where !text.hasPrefix("hex:"): JSONLine.quoted(text)
    case .text(let text): JSONLine.quoted("hex:" + hexText(text.utf8))
    case .bytes(let bytes): JSONLine.quoted("hex:" + hexText(bytes))
    case .absent, .group: "null"
    }
}

private func jsonScalar(_ text: String, _ type: FieldType) -> String {
    switch type {
    case .bool where text == "0" || text == "1":
        return text == "1" ? "true" : "false"
    case .int, .long, .float, .decimal:
        return isJSONNumber(text.utf8) ? text : jsonText(.text(text))
    case .bool, .string:
        return jsonText(.text(text))
    }
}

/// Whether the text is a number as JSON spells it; `007`, `+1`, `.5` and `Infinity` are not.
func isJSONNumber<Bytes: Collection<UInt8>>(_ text: Bytes) -> Bool {
    var rest = text[...]
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
    func skipDigits() -> Int {
        let digits = rest.prefix { isDigit($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let whole = skipDigits()
    guard whole > 0, !(leadsWithZero && whole > 1) else { return false }
    if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        guard skipDigits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        guard skipDigits() > 0 else { return false }
    }
    return rest.isEmpty
}

/// The field texts of a message as JSON: numbers keep their digits, unset fields are left out.
package func jsonFields(of message: Message) -> String {
    jsonObject(message.schema.items, message.values)
}

private func jsonObject(_ items: [SchemaItem], _ values: [FieldValue]) -> String {
    var line = JSONLine()
    for (item, value) in zip(items, values) {
        switch (item, value) {
        case (_, .absent): continue
        case (_, _) where item.pairing == .protobufEcho: continue
        case (.field(let field), .text(let text)):
            line.addRaw(field.name, jsonScalar(text, field.type))
        case (.field(let field), .bytes(let bytes)):
            line.add(field.name, "hex:" + hexText(bytes))
        case (.group(let group), .group(let rows)):
            let objects = rows.map { jsonObject(group.items, $0) }
            line.addRaw(group.name, JSONLine.array(objects))
        case (.group(let group), .text): line.addRaw(group.name, "[]")
        case (.field, .group), (.group, .bytes): continue
        }
    }
    return line.finished
}

private func jsonScalar(_ text: String, _ type: FieldType) -> String {
    switch type {
    case .bool where text == "0" || text == "1":
        return text == "1" ? "true" : "false"
    case .int, .long, .float, .decimal:
        return isJSONNumber(text) ? text : JSONLine.quoted(text)
    case .bool, .string:
        return JSONLine.quoted(text)
    }
}

/// Whether the text is a number as JSON spells it; `007`, `+1`, `.5` and `Infinity` are not.
private func isJSONNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
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

package func hexText(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

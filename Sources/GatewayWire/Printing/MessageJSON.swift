/// Writes what `decode --json` and `--events` say of a message.
///
/// Numbers keep their digits, and what a message does not hold is left out.
extension JSONLine {
    package mutating func add(_ message: Message) {
        let names = JSONNames.of(message.schema)
        addHead(names, message.encoding)
        append(names, message.values)
        if !message.surplus.isEmpty { add("surplus", message.surplus) { $0.append($1) } }
        if !message.extras.isEmpty {
            add("extras", message.extras) { $0.append(quoted: $1.description.utf8.span) }
        }
        if let version = message.legacyVersion { add("legacyVersion", version) }
        if let bytes = message.originalBytes { add("original", hexText(bytes)) }
        let unshown = HiddenValue.all(of: message)
        if !unshown.isEmpty { add("hidden", unshown) { $0.append($1) } }
    }

    /// Adds a message whose fields are still in its frame, and which has nothing but fields.
    ///
    /// - Returns: False when fields are not everything that there is to say of it; then what was
    ///   added is of no use.
    mutating func add<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, _ schema: MessageSchema, _ encoding: MessageEncoding,
        of body: Span<UInt8>
    ) -> Bool {
        guard schema.namesakes.isEmpty else { return false }
        let names = JSONNames.of(schema)
        addHead(names, encoding)
        return append(names, fields, fields.context, at: 0, of: body)
    }

    // Helpers, in the order they are called.

    private mutating func addHead(_ names: JSONNames, _ encoding: MessageEncoding) {
        addComma()
        let head = encoding == .text ? names.textHead : names.protobufHead
        append(head.span)
    }

    private mutating func append(_ names: JSONNames, _ values: [FieldValue]) {
        append(UInt8(ascii: "{"))
        for item in values.indices where names.forms[item] != .echo {
            switch (names.rows[item], values[item]) {
            case (_, .absent), (nil, .group), (.some, .bytes): continue
            case (nil, .text(let text)):
                addName(item, names)
                append(text.utf8.span, as: names.forms[item])
            case (nil, .bytes(let bytes)):
                addName(item, names)
                append(hex: bytes.span)
            case (let rows?, .group(let content)):
                addName(item, names)
                append(rows, content)
            case (.some, .text):
                addName(item, names)
                append("[]".utf8.span)
            }
        }
        append(UInt8(ascii: "}"))
    }

    fileprivate mutating func append(_ rows: JSONNames, _ content: [[FieldValue]]) {
        append(UInt8(ascii: "["))
        for row in content {
            addComma()
            append(rows, row)
        }
        append(UInt8(ascii: "]"))
    }

    private mutating func append<Fields: PlacedFields & ~Copyable>(
        _ names: JSONNames, _ fields: borrowing Fields, _ context: Fields.Context, at place: Int,
        of body: Span<UInt8>
    ) -> Bool {
        append(UInt8(ascii: "{"))
        for item in names.forms.indices {
            let form = names.forms[item]
            let value = fields.value(of: item, isGroup: form == .group, at: place, context)
            switch value {
            case .absent: continue
            case _ where form == .echo: return false
            case .text(let range):
                addName(item, names)
                append(body.extracting(range), as: form)
            case .whole(let number):
                addName(item, names)
                append(number, as: form)
            case .double(let number):
                addName(item, names)
                append(number, as: form)
            case .noRows(let count):
                // How an unused count is written is said apart.
                guard !body.extracting(count).isUnusedCount else { return false }
                addName(item, names)
                append("[]".utf8.span)
            case .rows(let record, let count):
                guard let rows = names.rows[item] else { return false }
                addName(item, names)
                append(UInt8(ascii: "["))
                var place = 0
                for row in 0..<count {
                    place = fields.place(ofRow: row, after: place, in: record)
                    addComma()
                    guard append(rows, fields, context, at: place, of: body) else { return false }
                }
                append(UInt8(ascii: "]"))
            }
        }
        append(UInt8(ascii: "}"))
        return true
    }

    @inline(__always)
    private mutating func addName(_ item: Int, _ names: JSONNames) {
        addComma()
        names.append(item, to: &self)
    }

    private mutating func append(_ text: Span<UInt8>, as form: JSONNames.Form) {
        switch form {
        case .flag where text.count == 1 && text[0] | 1 == UInt8(ascii: "1"):
            append(text[0] == UInt8(ascii: "1"))
        case .number where isJSONNumber(text): append(text)
        case .flag, .number, .string, .group, .echo: append(shown: text)
        }
    }

    private mutating func append(_ number: Int64, as form: JSONNames.Form) {
        switch form {
        case .flag where number == 0 || number == 1:
            append(number == 1)
        case .number: append(Int(number))
        case .flag, .string, .group, .echo:
            append(UInt8(ascii: "\""))
            append(Int(number))
            append(UInt8(ascii: "\""))
        }
    }

    private mutating func append(_ number: Double, as form: JSONNames.Form) {
        guard form == .number, number.millionths != nil else {
            append(number.wireText.utf8.span, as: form)
            return
        }
        append(wireTextOf: number)
    }

    private mutating func append(_ flag: Bool) {
        if flag { append("true".utf8.span) } else { append("false".utf8.span) }
    }

    /// What is not UTF-8 reads `hex:` and its bytes; so does a text that would be taken for that.
    private mutating func append(shown text: Span<UInt8>) {
        if text.count >= 4, text.extracting(first: 4).holds("hex:") {
            append(hex: text)
        } else {
            append(quoted: text)
        }
    }

    fileprivate mutating func append(_ value: FieldValue) {
        switch value {
        case .text(let text): append(shown: text.utf8.span)
        case .bytes(let bytes): append(hex: bytes.span)
        case .absent, .group: append("null".utf8.span)
        }
    }

    private mutating func add<Element>(
        _ key: String, _ elements: [Element], _ write: (inout JSONLine, Element) -> Void
    ) {
        addKey(key)
        append(UInt8(ascii: "["))
        for element in elements {
            addComma()
            write(&self, element)
        }
        append(UInt8(ascii: "]"))
    }

    private mutating func append(_ hidden: HiddenValue) {
        append(UInt8(ascii: "{"))
        addRaw("at", JSONLine.array(hidden.path))
        switch (hidden.value, hidden.group) {
        case (.group(let rows), let group?):
            addKey("rows")
            append(JSONNames.of(group), rows)
        case (.text, _), (.bytes, _):
            addKey("text")
            append(hidden.value)
        case (.absent, _), (.group, nil): break
        }
        append(UInt8(ascii: "}"))
    }
}

/// Whether the text is a number as JSON spells it; `007`, `+1`, `.5` and `Infinity` are not.
func isJSONNumber(_ text: Span<UInt8>) -> Bool {
    var index = 0
    func skipDigits() -> Int {
        let start = index
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index - start
    }
    if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
    let leadsWithZero = index < text.count && text[index] == UInt8(ascii: "0")
    let whole = skipDigits()
    guard whole > 0, !(leadsWithZero && whole > 1) else { return false }
    if index < text.count, text[index] == UInt8(ascii: ".") {
        index += 1
        guard skipDigits() > 0 else { return false }
    }
    if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
        index += 1
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+")
        {
            index += 1
        }
        guard skipDigits() > 0 else { return false }
    }
    return index == text.count
}

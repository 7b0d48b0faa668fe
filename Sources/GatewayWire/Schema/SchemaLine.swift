/// One line of the schema's notation: its indent, its words, and the note behind `--`.
struct SchemaLine {
    let indent: Int
    let words: [String]
    let note: String?

    init(_ text: Substring) {
        let bytes = text.utf8
        indent = bytes.prefix { $0 == UInt8(ascii: " ") }.count
        var words: [String] = []
        var start = bytes.startIndex
        var index = start
        var isQuoted = false
        var note: String?
        func take() {
            if start < index { words.append(String(text[start..<index])) }
        }
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                take()
                isQuoted.toggle()
                start = bytes.index(after: index)
            } else if byte == UInt8(ascii: " "), !isQuoted {
                take()
                start = bytes.index(after: index)
                if text[start...].utf8.starts(with: " -- ".utf8) {
                    note = String(text[start...].dropFirst(4))
                    start = bytes.endIndex
                    break
                }
            }
            index = bytes.index(after: index)
        }
        if note == nil { take() }
        self.words = words
        self.note = note
    }
}

/// The words behind a line's name and type: `key value` pairs, and conditions after `if`.
struct SchemaOptions {
    private var values: [(key: String, value: String)] = []
    private(set) var conditions: [FieldCondition] = []

    init(_ words: ArraySlice<String>) {
        let ifIndex = words.firstIndex(of: "if") ?? words.endIndex
        var rest = words[..<ifIndex]
        while let key = rest.popFirst() {
            guard let value = rest.popFirst() else {
                preconditionFailure("schema word '\(key)' lacks its value")
            }
            values.append((key, value))
        }
        if ifIndex < words.endIndex {
            conditions = words[(ifIndex + 1)...].split(separator: "and").map {
                Self.condition(Array($0))
            }
        }
    }

    func word(_ key: String) -> String? { values.first { $0.key == key }?.value }
    func number(_ key: String) -> Int? { word(key).map(schemaNumber) }
    func list(_ key: String) -> [String] {
        word(key)?.split(separator: "|").map(String.init) ?? []
    }

    var versions: ClosedRange<Int> {
        let all = SchemaText.allVersions
        return (number("since") ?? all.lowerBound)...(number("until") ?? all.upperBound)
    }

    private static func condition(_ words: [String]) -> FieldCondition {
        let value = words.count > 2 ? words[2] : ""
        let test: FieldCondition.Test =
            switch words[1] {
            case "==": .equals(value)
            case "!=": .differs(value)
            case ">": .greater(schemaNumber(value))
            case "in": .oneOf(value.split(separator: "|").map(String.init))
            case "nonempty": .nonempty
            case "positive": .positive
            default: preconditionFailure("schema condition '\(words)'")
            }
        return FieldCondition(field: words[0], test: test)
    }
}

func schemaNumber(_ word: String) -> Int {
    guard let number = Int(word) else { preconditionFailure("'\(word)' is no number") }
    return number
}

func schemaName<Name: RawRepresentable>(_ word: String) -> Name where Name.RawValue == String {
    guard let name = Name(rawValue: word) else {
        preconditionFailure("'\(word)' is no \(Name.self)")
    }
    return name
}

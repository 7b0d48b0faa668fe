/// One line of the schema's notation: its indent, its words, and the note behind `--`.
struct SchemaLine {
    let indent: Int
    let words: [String]
    let note: String?

    /// The lines of a text, empty ones left out.
    ///
    /// Looked through as bytes: characters would cost several times as much, at every start.
    static func lines(of text: String) -> [SchemaLine] {
        let bytes = text.utf8.span
        var lines: [SchemaLine] = []
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            if start < index { lines.append(SchemaLine(bytes.extracting(start..<index))) }
            start = index + 1
        }
        if start < bytes.count { lines.append(SchemaLine(bytes.extracting(start..<bytes.count))) }
        return lines
    }

    private init(_ bytes: Span<UInt8>) {
        let space = UInt8(ascii: " ")
        var index = 0
        while index < bytes.count, bytes[index] == space { index += 1 }
        indent = index
        var words: [String] = []
        words.reserveCapacity(8)
        var note: String?
        while index < bytes.count {
            let isQuoted = bytes[index] == UInt8(ascii: "\"")
            let end = isQuoted ? UInt8(ascii: "\"") : space
            if isQuoted { index += 1 }
            let start = index
            while index < bytes.count, bytes[index] != end { index += 1 }
            let word = bytes.extracting(start..<index)
            index += 1
            if !isQuoted, word.holds("--") {
                note = bytes.extracting(min(index, bytes.count)..<bytes.count).text
                break
            }
            if !word.isEmpty, let text = word.text { words.append(text) }
        }
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

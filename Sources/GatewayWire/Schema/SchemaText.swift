/// Reads the schema's own notation, in which every message is described once.
///
/// ```
/// message orderStatus toClient 3 legacyVersion 6 legacyUntil 130 evidence verified
///   orderId int role order
///   mktCapPrice float since 131 role money
///   group conditions count conditionsCount since 40 if kind in 1|2
///     price float unset empty  -- what a reader should know
/// ```
///
/// Field words: `since N`, `until N` (server versions, inclusive), `unset empty|literal`,
/// `role R`, `integerBelow N`, `escapedSince N`, `whenRemaining N`, and at the end
/// `if FIELD == V | != V | > N | in V|W | nonempty | positive`, joined by `and`. Two spaces of
/// indent more put a line into the group above it.
struct SchemaText {
    /// Versions the text and binary protocols cover.
    static let allVersions = 100...225

    /// Parses one area's text.
    ///
    /// The text is ours, compiled in: a mistake in it is a programming
    /// error and traps with the line, and a test reads every line.
    static func messages(in text: String) -> [MessageSchema] {
        var parser = SchemaText(lines: text.split(separator: "\n").map(Line.init))
        var messages: [MessageSchema] = []
        while let head = parser.take(indent: 0) {
            messages.append(parser.message(head))
        }
        precondition(parser.next == parser.lines.count, "schema line out of place")
        return messages
    }

    private struct Line {
        let indent: Int
        let words: [String]
        let note: String?

        init(_ text: Substring) {
            indent = text.prefix { $0 == " " }.count
            let (code, note) = Line.splitNote(text)
            words = Line.words(code)
            self.note = note
        }

        private static func splitNote(_ text: Substring) -> (Substring, String?) {
            var index = text.startIndex
            while index < text.endIndex {
                if text[index...].hasPrefix("  -- ") {
                    return (text[..<index], String(text[index...].dropFirst(5)))
                }
                index = text.index(after: index)
            }
            return (text, nil)
        }

        /// Splits at spaces; a quoted word keeps its spaces and loses its quotes.
        private static func words(_ code: Substring) -> [String] {
            var words: [String] = []
            var word = ""
            var quoted = false
            for character in code {
                if character == "\"" {
                    quoted.toggle()
                } else if character == " " && !quoted {
                    if !word.isEmpty { words.append(word) }
                    word = ""
                } else {
                    word.append(character)
                }
            }
            if !word.isEmpty { words.append(word) }
            return words
        }
    }

    private let lines: [Line]
    private var next = 0

    private init(lines: [Line]) {
        self.lines = lines
    }

    private mutating func take(indent: Int) -> Line? {
        guard next < lines.count, lines[next].indent == indent else { return nil }
        next += 1
        return lines[next - 1]
    }

    private mutating func message(_ head: Line) -> MessageSchema {
        let words = head.words
        precondition(words.count >= 4 && words[0] == "message", "not a message line: \(words)")
        let options = Options(words.dropFirst(4))
        return MessageSchema(
            name: words[1], id: Self.number(words[3]),
            direction: Self.named(words[2]),
            versions: options.versions,
            legacyVersion: options.number("legacyVersion").map {
                (value: $0, until: options.number("legacyUntil"))
            },
            evidence: Self.named(options.word("evidence") ?? ""),
            items: items(indent: 2))
    }

    private mutating func items(indent: Int) -> [SchemaItem] {
        var items: [SchemaItem] = []
        while let line = take(indent: indent) {
            if line.words[0] == "group" {
                let options = Options(line.words.dropFirst(2))
                items.append(
                    .group(
                        GroupSchema(
                            name: line.words[1], countName: options.word("count") ?? "",
                            versions: options.versions, conditions: options.conditions,
                            items: self.items(indent: indent + 2))))
            } else {
                let options = Options(line.words.dropFirst(2))
                items.append(
                    .field(
                        FieldSchema(
                            name: line.words[0], type: Self.named(line.words[1]),
                            versions: options.versions,
                            unset: options.word("unset").map(Self.named),
                            role: options.word("role").map(Self.named),
                            conditions: options.conditions,
                            integerBelow: options.number("integerBelow"),
                            escapedSince: options.number("escapedSince"),
                            whenRemaining: options.number("whenRemaining"),
                            note: line.note)))
            }
        }
        return items
    }

    private struct Options {
        private var values: [String: String] = [:]
        private(set) var conditions: [FieldCondition] = []

        init(_ words: ArraySlice<String>) {
            let ifIndex = words.firstIndex(of: "if") ?? words.endIndex
            var rest = words[..<ifIndex]
            while let key = rest.popFirst() {
                guard let value = rest.popFirst() else {
                    preconditionFailure("schema word '\(key)' lacks its value")
                }
                values[key] = value
            }
            if ifIndex < words.endIndex {
                conditions = words[(ifIndex + 1)...].split(separator: "and").map {
                    Self.condition(Array($0))
                }
            }
        }

        func word(_ key: String) -> String? { values[key] }
        func number(_ key: String) -> Int? { values[key].map(SchemaText.number) }

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
                case ">": .greater(SchemaText.number(value))
                case "in": .oneOf(value.split(separator: "|").map(String.init))
                case "nonempty": .nonempty
                case "positive": .positive
                default: preconditionFailure("schema condition '\(words)'")
                }
            return FieldCondition(field: words[0], test: test)
        }
    }

    private static func number(_ word: String) -> Int {
        guard let number = Int(word) else { preconditionFailure("'\(word)' is no number") }
        return number
    }

    private static func named<Name: RawRepresentable>(_ word: String) -> Name
    where Name.RawValue == String {
        guard let name = Name(rawValue: word) else {
            preconditionFailure("'\(word)' is no \(Name.self)")
        }
        return name
    }
}

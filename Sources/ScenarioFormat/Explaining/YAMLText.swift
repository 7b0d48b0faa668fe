/// Spells values the way the reader reads them back.
enum YAMLText {
    /// A text without variables.
    ///
    /// A `${` in it is escaped.
    static func scalar(_ text: String) -> String { template(text.escapingBraces()) }

    /// A text that may hold run facts.
    static func template(_ text: String) -> String {
        isPlainWord(text) ? text : quoted(text)
    }

    static func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    static func mapping(_ entries: [(key: String, value: String)]) -> String {
        "{\(entries.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
    }

    /// A key: never a template.
    static func key(_ text: String) -> String { template(text) }

    private static let wordsWithMeaning: Set<String> = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n",
    ]

    private static func isPlainWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first),
            !wordsWithMeaning.contains(text.lowercased())
        else { return false }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || "_-./".utf8.contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                // Characters that a terminal or a YAML reader could misread are escaped.
                let isOrdinary =
                    (0x20..<0x7F).contains(scalar.value)
                    || (0xA0..<0xD800).contains(scalar.value)
                        && !(0x2028...0x2029).contains(scalar.value)
                if isOrdinary {
                    quoted.unicodeScalars.append(scalar)
                } else {
                    quoted += "\\U" + hex(scalar.value)
                }
            }
        }
        return quoted + "\""
    }

    private static func hex(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}

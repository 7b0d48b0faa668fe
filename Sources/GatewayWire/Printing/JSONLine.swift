/// Builds one JSON object a line, keys in the order they are added.
package struct JSONLine {
    private var text = "{"

    package init() {}

    package mutating func add(_ key: String, _ value: String) {
        addRaw(key, Self.quoted(value))
    }

    package mutating func add(_ key: String, _ value: Int) {
        addRaw(key, String(value))
    }

    /// Adds a value that is JSON already.
    package mutating func addRaw(_ key: String, _ json: String) {
        if text.utf8.count > 1 { text += "," }
        text += Self.quoted(key) + ":" + json
    }

    package var finished: String { text + "}" }

    /// `[1,2]` of elements that are JSON already.
    package static func array(_ elements: [String]) -> String {
        "[\(elements.joined(separator: ","))]"
    }

    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The kinds of wire facts as a page of documentation.
package enum FactReference {
    /// The tables that `docs/diagnosis.md` holds.
    package static var markdown: String {
        FactWord.all.map { word in
            let head = [
                "### `\(word.word)`", "",
                "\(word.about.prefix(1).uppercased())\(word.about.dropFirst()).",
                "", "| attribute | takes | tells |", "|---|---|---|",
            ]
            let rows = word.attributes.map { attribute in
                "| `\(attribute.name)` | \(shape(attribute.kind)) | \(attribute.about) |"
            }
            return (head + rows).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func shape(_ kind: FactAttribute.Kind) -> String {
        switch kind {
        case .word(let words): words.map { "`\($0)`" }.joined(separator: " ")
        case .names: "a name, or a list of names"
        case .count: "`3`, `\">= 2\"`, `\"< 4\"`"
        case .duration: "`\">= 2s\"`, `\"< 500ms\"`"
        case .flag: "`true` or `false`"
        case .text: "a part of it, or a list of parts"
        case .codes: "a code, or a list of codes"
        }
    }
}

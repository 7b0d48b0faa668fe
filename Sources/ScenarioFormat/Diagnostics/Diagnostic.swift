package import EventLog

/// One mistake in a scenario, a pathology or an argument: its place, what is wrong, and how to
/// correct it.
package struct Diagnostic: Hashable, Sendable {
    package let mark: SourceMark
    /// How many characters to underline; at least 1.
    package let length: Int
    package let message: String
    /// The line the mark is on; `nil` when there is none to show.
    package let sourceLine: String?
    package let hints: [String]

    package init(
        mark: SourceMark, length: Int, message: String, sourceLine: String?, hints: [String] = []
    ) {
        self.mark = mark
        self.length = max(1, length)
        self.message = message
        self.sourceLine = sourceLine
        self.hints = hints
    }

    /// The mistake for people to read, several lines, without a newline at its end.
    package var text: String {
        var lines = ["error: \(mark): \(message)"]
        if let sourceLine {
            let number = String(mark.line)
            let excerpt = Excerpt(of: sourceLine, column: mark.column, length: length)
            let gutter = String(repeating: " ", count: number.count)
            lines.append("  \(number) | \(excerpt.line)")
            lines.append("  \(gutter) | \(excerpt.underline)")
        }
        return (lines + hints.map { "  hint: \($0)" }).joined(separator: "\n")
    }
}

/// A source line for a terminal, without control characters.
///
/// Long lines are cut.
private struct Excerpt {
    let line: String
    let underline: String

    private static let widest = 160

    init(of source: String, column: Int, length: Int) {
        let all = Array(source.unicodeScalars)
        let mark = min(max(column - 1, 0), all.count)
        let first = all.count > Self.widest ? max(0, mark - Self.widest / 2) : 0
        let shown = all[first..<min(all.count, first + Self.widest)]
        line = shown.reduce(into: "") { line, scalar in
            let isPrintable = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
            line.unicodeScalars.append(isPrintable ? scalar : " ")
        }
        let room = max(0, shown.count - (mark - first) - 1)
        underline =
            String(repeating: " ", count: mark - first) + "^"
            + String(repeating: "~", count: min(length - 1, room))
    }
}

/// What is wrong with a file or an argument: every mistake found, in the order of the text.
package struct ScenarioError: Error, Hashable, CustomStringConvertible {
    package let diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        var seen: Set<Diagnostic> = []
        self.diagnostics = diagnostics.filter { seen.insert($0).inserted }
    }

    package var description: String {
        diagnostics.map(\.text).joined(separator: "\n")
    }
}

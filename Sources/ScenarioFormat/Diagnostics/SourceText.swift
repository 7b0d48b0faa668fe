internal import EventLog

/// A stretch of one source line; line and column count from 1.
struct SourceSpan: Hashable, Sendable {
    var line: Int
    var column: Int
    var length: Int

    static let start = SourceSpan(line: 1, column: 1, length: 1)
}

/// A text with its name, kept to show the lines that mistakes are on.
struct SourceText: Sendable {
    let file: String
    private let lines: [String]

    init(file: String, text: String) {
        self.file = file
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { line in
                let withoutReturn = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
                return String(decoding: withoutReturn, as: UTF8.self)
            }
    }

    func isSameText(as other: SourceText) -> Bool { lines == other.lines }

    func mark(_ span: SourceSpan) -> SourceMark {
        SourceMark(file: file, line: span.line, column: span.column)
    }

    func diagnostic(_ message: String, at span: SourceSpan, hints: [String] = []) -> Diagnostic {
        let line = lines.indices.contains(span.line - 1) ? lines[span.line - 1] : nil
        return Diagnostic(
            mark: mark(span), length: span.length, message: message, sourceLine: line, hints: hints)
    }

    /// Whether this line and all after it are empty.
    func isEnd(line: Int) -> Bool {
        lines.dropFirst(max(0, line - 1)).allSatisfy { $0.utf8.allSatisfy { $0 == 0x20 } }
    }

    /// The first line whose indentation holds a tab, lines in `skipped` left out.
    func indentingTab(outside skipped: Set<Int>) -> SourceSpan? {
        for (index, line) in lines.enumerated() {
            let blank = line.utf8.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let tab = blank.firstIndex(of: UInt8(ascii: "\t")),
                blank.count < line.utf8.count, !skipped.contains(index + 1)
            else { continue }
            let column = line.utf8.distance(from: line.utf8.startIndex, to: tab) + 1
            return SourceSpan(line: index + 1, column: column, length: 1)
        }
        return nil
    }
}

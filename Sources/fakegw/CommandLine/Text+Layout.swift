/// Tables and paragraphs, alike on every terminal and in files.
extension Text {
    /// Rows in columns as wide as their widest cell, the last one free.
    static func table(_ rows: [[String]]) -> [String] {
        var widths: [Int] = []
        for row in rows {
            for (index, cell) in row.enumerated() {
                if index == widths.count { widths.append(0) }
                widths[index] = max(widths[index], cell.count)
            }
        }
        return rows.map { row in
            var line = ""
            for (index, cell) in row.enumerated() {
                line += index == row.count - 1 ? cell : column(cell, width: widths[index] + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// A title in its own column, the text wrapped beside it.
    static func paragraph(_ title: String, _ text: String, width: Int) -> [String] {
        let left = 13
        return wrapped(text, width: width - left).enumerated().map { index, line in
            (index == 0 ? column(title, width: left) : String(repeating: " ", count: left)) + line
        }
    }

    /// Lines of at most `width` characters, cut at spaces; a longer word stays whole.
    static func wrapped(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

extension String {
    /// Lines of at most that many characters, cut at spaces where there are any.
    ///
    /// A line that goes on with the one before begins with a mark, because a line that begins with what a
    /// peer says could be taken for a command.
    ///
    /// - Parameter mostLines: What is longer ends with an ellipsis.
    func wrapped(to width: Int, mostLines: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(self)
        while rest.count > width {
            guard lines.count < mostLines - 1 else {
                return lines + [rest.prefix(width - 1) + "…"]
            }
            let front = rest.prefix(width + 1)
            // A space near the front would waste the line.
            let space = front.lastIndex(of: " ").flatMap {
                front.distance(from: front.startIndex, to: $0) > width / 2 ? $0 : nil
            }
            lines.append(String(rest[..<(space ?? rest.index(rest.startIndex, offsetBy: width))]))
            rest = "↳ " + (space.map { rest[$0...].dropFirst() } ?? rest.dropFirst(width))
        }
        return lines + [String(rest)]
    }

    /// With blanks up to the width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    /// Without the blanks at its end.
    var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

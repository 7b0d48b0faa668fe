/// E-mail addresses and telephone numbers inside a text.
enum PersonalText {
    enum Kind: Hashable, Sendable { case address, telephone }

    /// Where they stand, in order, without overlaps.
    static func found(in text: Span<UInt8>) -> [(range: Range<Int>, kind: Kind)] {
        var found: [(range: Range<Int>, kind: Kind)] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "@"), let range = address(around: index, in: text),
                range.lowerBound >= found.last?.range.upperBound ?? 0
            {
                found.append((range, .address))
                index = range.upperBound
            } else if isFront(index, of: text), let range = telephone(from: index, in: text) {
                found.append((range, .telephone))
                index = range.upperBound
            } else {
                index += 1
            }
        }
        return found
    }

    // Helpers, in the order they are called.

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func address(around at: Int, in text: Span<UInt8>) -> Range<Int>? {
        var start = at
        while start > 0 {
            let byte = text[start - 1]
            guard isDigit(byte) || isLetter(byte) || "._%+-".utf8.contains(byte) else { break }
            start -= 1
        }
        var end = at + 1
        while end < text.count {
            let byte = text[end]
            guard isDigit(byte) || isLetter(byte) || ".-".utf8.contains(byte) else { break }
            end += 1
        }
        while end > at + 1, text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: "-")
        {
            end -= 1
        }
        var point = end - 1
        while point > at, isLetter(text[point]) { point -= 1 }
        guard start < at, point > at + 1, text[point] == UInt8(ascii: "."), end - point > 2 else {
            return nil
        }
        return start..<end
    }

    /// Whether a number may begin here: `+`, `(` or a digit that does not continue a word.
    private static func isFront(_ index: Int, of text: Span<UInt8>) -> Bool {
        let byte = text[index]
        guard isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "(") else {
            return false
        }
        guard index > 0 else { return true }
        let before = text[index - 1]
        if isDigit(before) || isLetter(before) { return false }
        switch before {
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "("):
            return false
        default: return true
        }
    }

    /// `+1 555 010 0199`, `(555) 010-0199`, `555-010-0199`; not dates, times, amounts or ids.
    private static func telephone(from start: Int, in text: Span<UInt8>) -> Range<Int>? {
        var groups = DigitGroups()
        var digits = 0
        var end = start
        var index = start
        if text[index] == UInt8(ascii: "+") { index += 1 }
        while index < text.count, groups.count < 7 {
            let byte = text[index]
            if isDigit(byte) {
                digits += 1
                index += 1
                end = index
                continue
            }
            guard isSeparator(byte) else { break }
            groups.add(digits)
            digits = 0
            // At most two separators in a row.
            if index - end >= 2 { break }
            index += 1
        }
        groups.add(digits)
        if end < text.count {
            let after = text[end]
            if isLetter(after) || after == UInt8(ascii: ":") || after == UInt8(ascii: "/")
                || after == UInt8(ascii: "@")
            {
                return nil
            }
        }
        switch text[start] {
        case UInt8(ascii: "+"): return (8...15).contains(groups.digits) ? start..<end : nil
        case UInt8(ascii: "("):
            return groups.count >= 3 && groups.first == 3 && groups.digits == 10
                ? start..<end : nil
        default: return groups.are(3, 3, 4) ? start..<end : nil
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: " "), UInt8(ascii: ")"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// How many digits stand together, group by group.
    private struct DigitGroups {
        private(set) var count = 0
        /// In all of them.
        private(set) var digits = 0
        private(set) var first = 0
        private var second = 0
        private var third = 0

        mutating func add(_ group: Int) {
            guard group > 0 else { return }
            switch count {
            case 0: first = group
            case 1: second = group
            case 2: third = group
            default: break
            }
            count += 1
            digits += group
        }

        func are(_ first: Int, _ second: Int, _ third: Int) -> Bool {
            count == 3 && self.first == first && self.second == second && self.third == third
        }
    }
}

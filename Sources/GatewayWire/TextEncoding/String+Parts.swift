/// Searching texts.
extension String {
    /// Whether another text stands in this one, as `contains` tells, quicker where both are ASCII.
    package func holds(part: String) -> Bool {
        let text = utf8.span
        let wanted = part.utf8.span
        // CR and LF make one character.
        guard text.isASCII, wanted.isASCII, !text.holds(byte: UInt8(ascii: "\r")) else {
            return contains(part)
        }
        guard wanted.count <= text.count else { return false }
        for start in 0...(text.count - wanted.count)
        where text.extracting(start..<(start + wanted.count)).isEqual(to: wanted) {
            return true
        }
        return false
    }
}

extension Span<UInt8> {
    fileprivate func holds(byte: UInt8) -> Bool {
        for index in indices where self[index] == byte { return true }
        return false
    }
}

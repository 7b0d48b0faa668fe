import GatewayWire

/// The look of an account id: `U1234567` live, `DU…` paper, `F…` and `I…` advisors' and brokers'.
enum AccountShape {
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x5F || byte >= 0x80
    }

    static func isAccount(_ word: Span<UInt8>) -> Bool {
        // Two letters, nine digits and a letter are the longest.
        guard (6...12).contains(word.count) else { return false }
        var start = word[0] == UInt8(ascii: "D") ? 1 : 0
        switch word[start] {
        case UInt8(ascii: "U"), UInt8(ascii: "F"), UInt8(ascii: "I"): start += 1
        default: return false
        }
        // Some accounts end with a letter.
        let end = (0x41...0x5A).contains(word[word.count - 1]) ? word.count - 1 : word.count
        guard (5...9).contains(end - start) else { return false }
        for index in start..<end where !isDigit(word[index]) { return false }
        return true
    }

    /// Where words that look like accounts stand in a text.
    static func found(in text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < text.count {
            let start = index
            while index < text.count, isWordByte(text[index]) { index += 1 }
            if isAccount(text.extracting(start..<index)) { found.append(start..<index) }
            index += 1
        }
        return found
    }
}

import GatewayWire

/// The look of an account id: `U1234567` live, `DU…` paper, `F…` and `I…` advisors' and brokers'.
enum AccountShape {
    private static let prefixes = ["DU", "DF", "DI", "U", "F", "I"].map { Array($0.utf8) }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x5F || byte >= 0x80
    }

    static func isAccount(_ word: [UInt8]) -> Bool {
        prefixes.contains { prefix in
            guard word.starts(with: prefix) else { return false }
            var digits = word.dropFirst(prefix.count)
            // Some accounts end with a letter.
            if let last = digits.last, (0x41...0x5A).contains(last) { digits.removeLast() }
            return (5...9).contains(digits.count) && digits.allSatisfy(isDigit)
        }
    }

    /// Where words that look like accounts stand in a text.
    static func found(in text: Span<UInt8>) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < text.count {
            let start = index
            while index < text.count, isWordByte(text[index]) { index += 1 }
            // Two letters, nine digits and a letter are the longest.
            if (6...12).contains(index - start),
                isAccount(text.copied(start..<index))
            {
                found.append(start..<index)
            }
            index += 1
        }
        return found
    }
}

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
}

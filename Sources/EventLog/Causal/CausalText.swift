/// Texts without what the machine decides: times of day, dates, ports, addresses in memory, folders
/// of one play.
enum CausalText {
    /// - Parameter ports: Numbers that are ports, chosen by the kernel.
    static func plain(_ text: String, ports: Set<Int>) -> String {
        let bytes = Array(text.utf8)
        var plain: [UInt8] = []
        var index = 0
        var before: UInt8?
        while index < bytes.count {
            let rest = bytes[index...]
            let isInWord = before.map { isDigit($0) || isLetter($0) } ?? false
            if let (length, word) = isInWord ? nil : special(rest, after: before, ports) {
                plain += Array(word.utf8)
                index += length
            } else {
                plain.append(bytes[index])
                index += 1
            }
            before = bytes[index - 1]
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static let homeName = Array("fakegw-home-".utf8)

    /// What begins here and differs from play to play: its length, and the word for it.
    private static func special(
        _ rest: ArraySlice<UInt8>, after before: UInt8?, _ ports: Set<Int>
    ) -> (length: Int, word: String)? {
        if rest.starts(with: homeName) {
            let name = rest.prefix { isDigit($0) || isLetter($0) || $0 == dash || $0 == point }
            return (name.count, "HOME")
        }
        if let length = length(of: "0x", hexadecimalIn: rest) { return (length, "ADDRESS") }
        guard let first = rest.first, isDigit(first) else { return nil }
        if let length = dateLength(rest) { return (length, "DATE") }
        if let length = clockLength(rest) { return (length, "TIME") }
        let digits = rest.prefix(while: isDigit)
        let next = rest.dropFirst(digits.count).first
        let isPart = before == point || next == point
        if !isPart, let number = Int(String(decoding: digits, as: UTF8.self)),
            ports.contains(number)
        {
            return (digits.count, "PORT")
        }
        return nil
    }

    /// An address in memory, as many languages print objects: six digits or more.
    private static func length(of front: String, hexadecimalIn rest: ArraySlice<UInt8>) -> Int? {
        guard rest.starts(with: Array(front.utf8)) else { return nil }
        let digits = rest.dropFirst(2).prefix { isDigit($0) || (0x61...0x66).contains($0 | 0x20) }
        return digits.count >= 6 ? digits.count + 2 : nil
    }

    /// `2026-01-15`, `2026/01/15` or `20260115`.
    private static func dateLength(_ rest: ArraySlice<UInt8>) -> Int? {
        for shape in ["9999-99-99", "9999/99/99", "99999999"] where has(shape, rest) {
            let year = Int(String(decoding: rest.prefix(4), as: UTF8.self)) ?? 0
            if (1990...2099).contains(year) { return shape.utf8.count }
        }
        return nil
    }

    /// `14:30`, `14:30:00`, `14:30:00.123`, `14:30:00,123`.
    private static func clockLength(_ rest: ArraySlice<UInt8>) -> Int? {
        for shape in ["99:99:99", "99:99"] where has(shape, rest) {
            var length = shape.utf8.count
            let tail = rest.dropFirst(length)
            if let mark = tail.first, mark == point || mark == UInt8(ascii: ",") {
                let fraction = tail.dropFirst().prefix(while: isDigit).count
                if fraction > 0 { length += 1 + fraction }
            }
            return length
        }
        return nil
    }

    /// Whether the text begins so, `9` standing for any digit, and no further digit follows.
    private static func has(_ shape: String, _ rest: ArraySlice<UInt8>) -> Bool {
        guard rest.count >= shape.utf8.count else { return false }
        for (wanted, found) in zip(shape.utf8, rest) {
            guard wanted == UInt8(ascii: "9") ? isDigit(found) : wanted == found else {
                return false
            }
        }
        return rest.dropFirst(shape.utf8.count).first.map { !isDigit($0) } ?? true
    }

    private static let point = UInt8(ascii: ".")
    private static let dash = UInt8(ascii: "-")

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}

/// A text that a person has in hand, so written that ids, times and quotes make no difference.
struct SymptomText {
    /// Words in their order: small letters, `#` for each number.
    let words: [String]
    /// Numbers that may be error codes.
    let codes: Set<Int>
    /// States of a socket, as the kernel's tables write them: `CLOSE_WAIT`.
    let states: Set<String>

    /// The longest text that is looked at, in bytes.
    private static let longest = 20_000
    private static let stateNames = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
        "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
    ]

    init(_ text: String) {
        let tokens = Self.tokens(String(text.prefix(Self.longest)))
        words = tokens.map { Int($0) == nil ? $0 : "#" }
        codes = Self.codes(tokens)
        states = Self.states(text)
    }

    /// `ss` writes CLOSE-WAIT and ESTAB, `netstat` CLOSE_WAIT and ESTABLISHED.
    ///
    /// A state that is denied (`no CLOSE_WAIT row`) does not count.
    private static func states(_ text: String) -> Set<String> {
        let words = text.prefix(longest).split {
            !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-"
        }
        var states: Set<String> = []
        for (index, word) in words.enumerated() {
            let bare = String(word.filter { $0 != "_" && $0 != "-" })
            let isDenied = index > 0 && ["no", "No", "not", "without"].contains(words[index - 1])
            for name in stateNames where !isDenied {
                let isSeveralWords = name.contains("_")
                let known = String(name.filter { $0 != "_" })
                let isShort = bare == "ESTAB" && name == "ESTABLISHED"
                // "Listen" alone is a common word.
                if isShort || (isSeveralWords ? bare.uppercased() : bare) == known {
                    states.insert(name)
                }
            }
        }
        return states
    }

    /// Runs of letters, and runs of digits.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var current = ""
        var isNumber = false
        for scalar in text.lowercased().unicodeScalars {
            let isDigit = ("0"..."9").contains(scalar)
            let isLetter = scalar.properties.isAlphabetic
            if !current.isEmpty, (!isDigit && !isLetter) || isDigit != isNumber {
                tokens.append(current)
                current = ""
            }
            guard isDigit || isLetter else { continue }
            isNumber = isDigit
            current.unicodeScalars.append(scalar)
        }
        return current.isEmpty ? tokens : tokens + [current]
    }

    /// Numbers near a word such as `error`; in a short text every number.
    private static func codes(_ tokens: [String]) -> Set<Int> {
        let signs: Set = ["error", "code", "errorcode", "warning", "message"]
        var codes: Set<Int> = []
        for (index, token) in tokens.enumerated() {
            guard let number = Int(token) else { continue }
            let before = tokens[max(0, index - 2)..<index]
            if tokens.count <= 3 || before.contains(where: signs.contains) { codes.insert(number) }
        }
        return codes
    }

    /// Whether the other's words stand in this one, one after another.
    func contains(_ other: SymptomText) -> Bool {
        guard !other.words.isEmpty, other.words.count <= words.count else { return false }
        for start in 0...(words.count - other.words.count)
        where words[start] == other.words[0] {
            if Array(words[start..<(start + other.words.count)]) == other.words { return true }
        }
        return false
    }

    /// Whether it has a word that is neither a number nor one that stands everywhere.
    var isTelling: Bool { words.contains { $0.count > 3 && !Self.vagueWords.contains($0) } }

    private static let vagueWords: Set<String> = [
        "code", "error", "errors", "failed", "info", "message", "reqid", "warning",
    ]
}

/// What a text is made of, as far as it shows that nothing personal can stand in it.
///
/// It is one look at each byte, and spares nearly every text the search for what it is.
struct TextMakeup {
    private var digits = 0
    private var separators = 0
    private var hasAt = false
    private var opensNumber = false
    private var hasAccountLetter = false
    private(set) var hasSpace = false

    init(_ text: Span<UInt8>) {
        for index in text.indices {
            switch text[index] {
            case 0x30...0x39: digits += 1
            case UInt8(ascii: "@"): hasAt = true
            case UInt8(ascii: "+"): opensNumber = true
            case UInt8(ascii: "("):
                opensNumber = true
                separators += 1
            case UInt8(ascii: " "):
                hasSpace = true
                separators += 1
            case UInt8(ascii: ")"), UInt8(ascii: "-"), UInt8(ascii: "."): separators += 1
            // Every account's letters end with one of these (`AccountShape`).
            case UInt8(ascii: "U"), UInt8(ascii: "F"), UInt8(ascii: "I"): hasAccountLetter = true
            default: break
            }
        }
    }

    /// Whether `PersonalText` may find something: ten digits in three groups, or at least eight
    /// behind a sign.
    var mayHoldPersonal: Bool {
        hasAt || (opensNumber && digits >= 8) || (separators >= 2 && digits >= 10)
    }

    /// Whether a word of it may look like an account.
    var mayHoldAccount: Bool { digits >= 5 && hasAccountLetter }
}

/// What a text is made of, as far as it shows that nothing personal can stand in it.
///
/// It is one look at each byte, without a branch, and spares nearly every text the search for what
/// it is.
struct TextMakeup {
    private var digits = 0
    private var separators = 0
    /// Which of the bytes from 0x20 to 0x5F are in it: a bit for each.
    private var seen: UInt64 = 0

    init(_ text: Span<UInt8>) {
        for index in text.indices {
            let place = text[index] &- 0x20
            let bit: UInt64 = place < 64 ? 1 &<< UInt64(place) : 0
            seen |= bit
            digits &+= bit & Self.digitBits == 0 ? 0 : 1
            separators &+= bit & Self.separatorBits == 0 ? 0 : 1
        }
    }

    private static let digitBits: UInt64 = 0x03FF_0000
    /// Of ` `, `(`, `)`, `-` and `.`.
    private static let separatorBits: UInt64 = 0x6301
    /// Of `+` and `(`.
    private static let openingBits: UInt64 = 0x0900
    private static let atBit: UInt64 = 0x1_0000_0000
    /// Of `U`, `F` and `I`: every account's letters end with one of these (`AccountShape`).
    private static let accountBits: UInt64 = 0x0020_0240_0000_0000

    var hasSpace: Bool { seen & 1 != 0 }

    /// Whether `PersonalText` may find something: ten digits in three groups, or at least eight
    /// behind a sign.
    var mayHoldPersonal: Bool {
        seen & Self.atBit != 0 || (seen & Self.openingBits != 0 && digits >= 8)
            || (separators >= 2 && digits >= 10)
    }

    /// Whether a word of it may look like an account.
    var mayHoldAccount: Bool { digits >= 5 && seen & Self.accountBits != 0 }
}

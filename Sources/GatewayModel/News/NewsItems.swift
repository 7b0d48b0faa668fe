import GatewayWire
import Simulation

/// One headline; which exist follows from the contract and the time alone.
struct NewsItem: Hashable, Sendable {
    /// Code and name of every provider of a login without news orders.
    ///
    /// Recorded at 206, in this order.
    static let providers: [(code: String, name: String)] = [
        ("BRFG", "Briefing.com General Market Columns"),
        ("BRFUPDN", "Briefing.com Analyst Actions"),
        ("DJ-N", "Dow Jones Global Equity Trader"), ("DJ-RT", "Dow Jones Trader News"),
        ("DJ-RTA", "Dow Jones Top Stories Asia Pacific"),
        ("DJ-RTE", "Dow Jones Top Stories Europe"), ("DJ-RTG", "Dow Jones Top Stories Global"),
        ("DJNL", "Dow Jones Newsletters"),
    ]
    /// Who writes about contracts.
    ///
    /// Recorded: of three providers asked for, DJNL had nothing to say.
    private static let writers = ["BRFG", "BRFUPDN", "BRFG", "DJ-N"]
    /// Contracts of a world that have headlines, from its first one on.
    private static let mostSubjects = 1 << 12
    /// Every contract has a headline in each of these stretches.
    private static let secondsApart: Int64 = 1_200
    private static let headlines = [
        "shares move on heavy volume", "upgraded to Buy at an invented broker",
        "announces date of quarterly results", "names new head of operations",
        "said to review strategic options", "supplier reports strong orders",
        "price target raised", "opens new plant",
    ]

    let subject: String
    private let conID: Int64
    /// The contract's place in the world.
    private let place: Int
    /// Number of the stretch.
    let number: Int64

    private var chance: UInt64 { mixed(UInt64(bitPattern: conID), UInt64(bitPattern: number)) }
    /// Seconds since 1970.
    var seconds: Int64 {
        number * Self.secondsApart + Int64(chance % UInt64(Self.secondsApart))
    }
    var provider: String { Self.writers[Int((chance >> 20) % UInt64(Self.writers.count))] }
    /// Provider and eight hexadecimal digits.
    ///
    /// Recorded: `BRFG$1f064106`. Here the digits are the contract's place and the stretch,
    /// scrambled, so that an article can be found again.
    var articleID: String {
        let key = UInt32(truncatingIfNeeded: place) << 20 | Self.stretch(of: number)
        let digits = String(Self.scrambled(key), radix: 16)
        return "\(provider)$" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
    /// Recorded: a headline begins with a remark in braces.
    var headline: String { "{A:800015:L:en}\(title)" }
    var title: String {
        "\(subject): \(Self.headlines[Int((chance >> 30) % UInt64(Self.headlines.count))])"
    }
    /// Recorded: one document with paragraphs, a list, and a line of copyright at its end.
    var article: String {
        let title = xmlText(title)
        return "<html><body><p>\(title).</p><p>This article was made up by fakegw.</p>"
            + "<ul><li>\(xmlText(subject))</li></ul>"
            + "<p>Copyright (c) nobody: this text may be used by all.</p></body></html>"
    }

    /// `nil` for contracts without headlines.
    init?(of contract: Contract, in book: ContractBook, number: Int64) {
        guard let place = book.place(of: contract.conID), place < Self.mostSubjects else {
            return nil
        }
        conID = contract.conID
        subject = contract.symbol
        self.place = place
        self.number = number
    }

    /// The item that an article's id names.
    init?(articleID: String, in book: ContractBook) {
        guard let digits = articleID.split(separator: "$").last, digits.utf8.count == 8,
            let scrambled = UInt32(digits, radix: 16)
        else { return nil }
        let key = Self.unscrambled(scrambled)
        let place = Int(key >> 20)
        guard place < book.contracts.count,
            let item = NewsItem(
                of: book.contracts[place], in: book,
                number: Self.firstStretch + Int64(key & 0xF_FFFF)),
            item.articleID == articleID
        else { return nil }
        self = item
    }

    /// Stretches are counted from the beginning of 2005, for some forty years.
    private static let firstStretch = Market.earliestData / secondsApart

    private static func stretch(of number: Int64) -> UInt32 {
        UInt32(truncatingIfNeeded: number - firstStretch) & 0xF_FFFF
    }

    /// A number that tells nothing of the one it stands for, and back: products with odd numbers
    /// that undo each other within 32 bits.
    private static func scrambled(_ key: UInt32) -> UInt32 {
        let product = key &* 0x9E37_79B1
        return (product ^ product >> 16) &* 0x85EB_CA6B
    }

    private static func unscrambled(_ number: UInt32) -> UInt32 {
        let product = number &* inverse(of: 0x85EB_CA6B)
        return (product ^ product >> 16) &* inverse(of: 0x9E37_79B1)
    }

    /// By Newton's method; each step doubles the bits that are right.
    private static func inverse(of odd: UInt32) -> UInt32 {
        (0..<5).reduce(odd) { guess, _ in guess &* (2 &- odd &* guess) }
    }

    /// Newest first, from one second up to and including another; at most `limit`.
    static func items(
        of contract: Contract, in book: ContractBook, after start: Int64, through end: Int64,
        providers: [String], limit: Int
    ) -> [NewsItem] {
        var items: [NewsItem] = []
        var number = floorDivide(end, secondsApart)
        let first = floorDivide(start, secondsApart)
        // Providers leave headlines out, so more stretches than items are looked at.
        for _ in 0..<(limit * 20 + 2) where number >= first && items.count < limit {
            guard let item = NewsItem(of: contract, in: book, number: number) else { break }
            if item.seconds > start, item.seconds <= end,
                providers.isEmpty || providers.contains(item.provider)
            {
                items.append(item)
            }
            number -= 1
        }
        return items
    }
}

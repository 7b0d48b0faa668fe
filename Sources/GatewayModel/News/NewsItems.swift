import GatewayWire
import Simulation

/// One headline; which exist follows from the contract and the time alone.
struct NewsItem: Hashable, Sendable {
    /// Code and name of every provider.
    static let providers: [(code: String, name: String)] = [
        ("BRFG", "Briefing.com General Market Columns"),
        ("BRFUPDN", "Briefing.com Analyst Actions"), ("DJNL", "Dow Jones Newsletters"),
    ]
    /// Every contract has a headline in each of these stretches.
    private static let secondsApart: Int64 = 1_200
    private static let headlines = [
        "shares move on heavy volume", "upgraded to Buy at an invented broker",
        "announces date of quarterly results", "names new head of operations",
        "said to review strategic options", "supplier reports strong orders",
        "price target raised", "opens new plant",
    ]

    let conID: Int64
    let subject: String
    /// Number of the stretch.
    let number: Int64

    private var chance: UInt64 { mixed(UInt64(bitPattern: conID), UInt64(bitPattern: number)) }
    /// Seconds since 1970.
    var seconds: Int64 {
        number * Self.secondsApart + Int64(chance % UInt64(Self.secondsApart))
    }
    var provider: String { Self.providers[Int((chance >> 20) % 3)].code }
    var articleID: String { "\(provider)$\(conID)x\(number)" }
    var headline: String {
        "\(subject): \(Self.headlines[Int((chance >> 30) % UInt64(Self.headlines.count))])"
    }
    var article: String {
        "<p>\(headline).</p><p>This article was made up by fakegw.</p>"
    }

    init(conID: Int64, subject: String, number: Int64) {
        self.conID = conID
        self.subject = subject
        self.number = number
    }

    /// Newest first, from one second up to and including another; at most `limit`.
    static func items(
        of contract: Contract, after start: Int64, through end: Int64, providers: [String],
        limit: Int
    ) -> [NewsItem] {
        var items: [NewsItem] = []
        var number = floorDivide(end, secondsApart)
        let first = floorDivide(start, secondsApart)
        // Providers leave headlines out, so more stretches than items are looked at.
        for _ in 0..<(limit * 20 + 2) where number >= first && items.count < limit {
            let item = NewsItem(conID: contract.conID, subject: contract.symbol, number: number)
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

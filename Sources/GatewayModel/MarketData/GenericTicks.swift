import GatewayWire
import Simulation

/// A generic tick list as a client wrote it.
struct GenericTicks: Hashable, Sendable {
    /// False for `mdoff`: no prices and sizes.
    let wantsTop: Bool
    /// The line gets ticks that other lines on the contract do not get.
    let needsMore: Bool
    private let numbers: Set<Int>

    /// Number and name of every generic tick, as the refusal of another lists them.
    private static let legal: [(Int, String)] = [
        (100, "Option Volume"), (101, "Option Open Interest"), (104, "Historical Volatility"),
        (105, "Average Opt Volume"), (106, "impvolat"), (162, "Index Future Premium"),
        (165, "Misc. Stats"), (221, "Mark Price"), (225, "Auction"), (232, "Mark Price"),
        (233, "RTVolume"), (236, "inventory"), (256, "inventory"), (258, "Fundamentals"),
        (292, "Wide_news"), (293, "TradeCount"), (294, "TradeRate"), (295, "VolumeRate"),
        (318, "LastRTHTrade"), (370, "Participation Monitor"), (375, "RTTrdVolume"),
        (377, "CttTickTag"), (381, "IB Rate"), (384, "RfqTickRespTag"), (387, "DMM"),
        (388, "Issuer Fundamentals"), (391, "IBWarrantImpVolCompeteTick"),
        (405, "Index Capabilities"), (407, "FuturesMargins"), (411, "rthistvol"),
        (428, "Monetary Close Price"), (439, "MonitorTickTag"), (456, "IBDividends"),
        (459, "RTCLOSE"), (460, "Bond Factor Multiplier"), (499, "Fee and Rebate Rate"),
        (506, "midptiv"), (511, "hvolrt10"), (512, "hvolrt30"), (576, "EtfNavBidAsk"),
        (577, "EtfNavLast"), (578, "EtfNavPriorClose"), (584, "Average Opening Vol."),
        (585, "Average Closing Vol."), (586, "IPOHLMPRC"), (587, "Pl Price Delayed"),
        (588, "Futures Open Interest"), (595, "Short-Term Volume X Mins"), (608, "EMA N"),
        (614, "EtfNavMisc"), (619, "Creditman Slow Mark Price"), (623, "EtfFrozenNavLast"),
        (787, "Odd Lot Quotes"),
    ]
    /// First server versions of those that are not as old as the rest.
    private static let since = [787: 225]
    private static let legalNumbers = Set(legal.map(\.0))

    static func legalText(version: Int) -> String {
        legal.filter { isLegal($0.0, version: version) }.map { "\($0.0)(\($0.1))" }
            .joined(separator: ",")
    }

    private static func isLegal(_ number: Int, version: Int) -> Bool {
        legalNumbers.contains(number) && version >= since[number] ?? 0
    }

    private static let moving: Set = [221, 232, 233, 292, 293, 375, 787]

    /// `nil` when an entry is no generic tick at that server version.
    init?(_ list: String, version: Int) {
        var numbers: Set<Int> = []
        var wantsTop = true
        for entry in list.split(separator: ",") {
            // News sources stand behind a colon: "292:BRFG+DJNL".
            let name = entry.prefix { $0 != ":" && $0 != "/" }.filter { $0 != " " }
            if name.isEmpty { continue }
            if name == "mdoff" {
                wantsTop = false
            } else if let number = Int(name), Self.isLegal(number, version: version) {
                numbers.insert(number)
            } else {
                return nil
            }
        }
        self.numbers = numbers
        self.wantsTop = wantsTop
        needsMore = !wantsTop || !numbers.isDisjoint(with: Self.moving)
    }

    func has(_ number: Int) -> Bool { numbers.contains(number) }
}

extension Ticker {
    /// The ticks a line asked for by number.
    ///
    /// Values that the world does not have (volumes of options, dividends, auctions) are invented
    /// from the contract. Legal numbers that have no tick type here are not answered.
    func sendGenericTicks(
        _ line: Feed.Line, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        at now: SimInstant, _ context: inout GatewayContext
    ) {
        var ticks: [Message] = []
        if before == nil {
            ticks += standingTicks(line.generics, feed.contract, at: now, context.market)
        }
        ticks += movingTicks(line.generics, feed, from: before, to: state, context.market)
        for tick in ticks {
            context.send(tick.addressed(to: String(line.request)), to: line.connection)
        }
        if line.generics.has(292) {
            sendTickNews(
                line, feed.contract, since: before?.seconds, until: state.seconds, &context)
        }
    }

    /// Those that follow every trade.
    private func movingTicks(
        _ generics: GenericTicks, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        _ market: Market
    ) -> [Message] {
        let contract = feed.contract
        var ticks: [Message] = []
        let quote = state.quote
        if generics.has(221) || generics.has(232), quote.last != before?.quote.last {
            ticks.append(TickMessage.price(37, quote.last))
        }
        if generics.has(787), quote.last != before?.quote.last, contract.secType == "STK" {
            ticks += oddLots(contract, quote)
        }
        guard !contract.hasNoTrades, !contract.isIndex, state.volume != before?.volume else {
            return ticks
        }
        if generics.has(293) {
            let trades = market.prices.tradeCount(
                of: contract, from: feed.day.begins, to: state.moment)
            ticks.append(TickMessage.number(54, Amount(whole: trades)))
        }
        // Reported: delayed lines that asked for the time and sales never got them.
        if feed.isDelayed { return ticks }
        let average = Amount(
            micros: (state.high.micros + state.low.micros + quote.last.micros) / 3)
        let text =
            "\(quote.last);\(quote.lastSize);\(state.seconds * 1000);\(state.volume);\(average);true"
        if generics.has(233) { ticks.append(TickMessage.text(48, text)) }
        if generics.has(375) { ticks.append(TickMessage.text(77, text)) }
        return ticks
    }

    /// Quotes of less than a hundred shares, which may be better than bid and ask (sizes and places
    /// assumed).
    private func oddLots(_ contract: Contract, _ quote: PriceProcess.Quote) -> [Message] {
        let chance = mixed(
            UInt64(bitPattern: contract.conID), UInt64(bitPattern: quote.last.micros))
        let places = SmartRouting.components
        func place(_ shift: UInt64) -> String {
            places[Int((chance >> shift) % UInt64(places.count))].letter
        }
        return [
            TickMessage.price(105, quote.last), TickMessage.price(106, quote.ask),
            TickMessage.size(107, 1 + Int64(chance % 99)),
            TickMessage.size(108, 1 + Int64((chance >> 8) % 99)),
            TickMessage.text(109, place(16)), TickMessage.text(110, place(24)),
        ]
    }

    /// News of a line with generic tick 292: the latest when it opens, then each as it comes.
    private func sendTickNews(
        _ line: Feed.Line, _ contract: Contract, since start: Int64?, until end: Int64,
        _ context: inout GatewayContext
    ) {
        let items = NewsItem.items(
            of: contract, in: context.market.contracts,
            after: start ?? end - WallClock.secondsPerDay, through: end, providers: [],
            limit: start == nil ? 1 : 5)
        for item in items.reversed() {
            context.send(
                Message(
                    "tickNews",
                    [
                        "tickerId": String(line.request), "timeStamp": String(item.seconds * 1000),
                        "providerCode": item.provider, "articleId": item.articleID,
                        "headline": item.title, "extraData": item.extraData,
                    ]), to: line.connection)
        }
    }

    /// Those sent once, when the line opens.
    private func standingTicks(
        _ generics: GenericTicks, _ contract: Contract, at now: SimInstant, _ market: Market
    ) -> [Message] {
        func invented(_ salt: UInt64, _ range: ClosedRange<Int64>) -> Int64 {
            let number = mixed(UInt64(bitPattern: contract.conID), salt)
            return range.lowerBound
                + Int64(number % UInt64(range.upperBound - range.lowerBound + 1))
        }
        let volatility = Amount(nearest: contract.usualVolatility)
        let day = market.tickState(of: contract, at: market.priceMoment(at: now))
        let last = day.quote.last
        func near(_ salt: UInt64, _ percent: Int64) -> Amount {
            (last * Amount(micros: 1_000_000 + percent * 10_000)).roundedToCents
        }
        var ticks: [Message] = []
        func add(_ number: Int, _ messages: [Message]) {
            if generics.has(number) { ticks += messages }
        }
        add(
            100,
            [
                TickMessage.size(29, invented(29, 500...90_000)),
                TickMessage.size(30, invented(30, 500...90_000)),
            ])
        add(
            101,
            [
                TickMessage.size(27, invented(27, 9_000...900_000)),
                TickMessage.size(28, invented(28, 9_000...900_000)),
            ])
        add(104, [TickMessage.number(23, volatility)])
        add(105, [TickMessage.size(87, invented(87, 500...90_000))])
        add(106, [TickMessage.number(24, volatility + Amount(micros: 11_300))])
        if contract.isIndex {
            add(162, [TickMessage.number(31, Amount(cents: invented(31, -900...900)))])
        }
        add(
            165,
            [
                TickMessage.price(15, near(1, -6)), TickMessage.price(16, near(1, 7)),
                TickMessage.price(17, near(1, -14)), TickMessage.price(18, near(1, 13)),
                TickMessage.price(19, near(1, -24)), TickMessage.price(20, near(1, 21)),
                TickMessage.size(
                    21,
                    market.prices.volume(
                        of: contract, from: day.closed - PricePath.millisecondsPerDay,
                        to: day.closed)),
            ])
        add(
            225,
            [
                TickMessage.size(34, invented(34, 100...90_000)), TickMessage.price(35, last),
                TickMessage.size(36, invented(36, 0...9_000)),
                TickMessage.size(61, invented(61, 0...9_000)),
            ])
        add(
            236,
            [
                TickMessage.number(46, 3),
                TickMessage.size(89, invented(89, 100_000...9_000_000)),
            ])
        add(
            258,
            [
                TickMessage.text(
                    47,
                    "TTMNPMGN=25.3;NLOW=\(near(1, -24));NHIGH=\(near(1, 21));"
                        + "PEEXCLXOR=28.4;MKTCAP=\(invented(47, 9_000...900_000)).0;BETA=1.1")
            ])
        let moment = market.priceMoment(at: now)
        func traded(minutes: Int64) -> Int64 {
            market.prices.volume(of: contract, from: moment - minutes * 60_000, to: moment)
        }
        add(
            294,
            [
                TickMessage.number(
                    55,
                    Amount(
                        whole: market.prices.tradeCount(
                            of: contract, from: moment - 60_000, to: moment)))
            ])
        add(295, [TickMessage.number(56, Amount(whole: traded(minutes: 1)))])
        add(318, [TickMessage.price(57, day.close)])
        add(411, [TickMessage.number(58, volatility - Amount(micros: 7_000))])
        let next = WallClock.day(
            of: market.clock.seconds(at: now) + 30 * WallClock.secondsPerDay)
        add(456, [TickMessage.text(59, "1.04,1.08,\(next),0.27")])
        add(460, [TickMessage.number(60, 1)])
        if contract.stockType == "ETF" {
            add(576, [TickMessage.price(94, day.quote.bid), TickMessage.price(95, day.quote.ask)])
            add(577, [TickMessage.price(96, last)])
            add(578, [TickMessage.price(92, day.close), TickMessage.price(93, day.close)])
            add(614, [TickMessage.price(98, day.high), TickMessage.price(99, day.low)])
            add(623, [TickMessage.price(97, day.close)])
        }
        if contract.secType == "FUT" {
            add(588, [TickMessage.size(86, invented(86, 9_000...900_000))])
        }
        add(
            595,
            [(63, 3), (64, 5), (65, 10)].map { type, minutes in
                TickMessage.size(type, traded(minutes: minutes))
            })
        add(619, [TickMessage.price(78, last), TickMessage.price(79, last)])
        return ticks
    }
}

extension NewsItem {
    /// What comes with a headline on a line: who it is for, the language, mood and certainty.
    ///
    /// Recorded: `A:800015:L:en:K:0.90:C:0.897268533706665`; what the letters mean is inferred.
    fileprivate var extraData: String {
        let chance = mixed(UInt64(bitPattern: seconds) &+ 9, UInt64(bitPattern: number))
        func digits(_ count: Int, _ number: UInt64) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "A:800015:L:en:K:0.\(digits(2, chance % 100))"
            + ":C:0.\(digits(15, (chance >> 8) % 1_000_000_000_000_000))"
    }
}

extension Contract {
    /// The yearly volatility shown for it; invented where the world says nothing.
    var usualVolatility: Double {
        volatility > 0
            ? volatility : 0.15 + Double(mixed(UInt64(bitPattern: conID), 5) % 2_500) / 10_000
    }
}

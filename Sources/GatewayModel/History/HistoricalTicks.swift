import GatewayWire
import Simulation

/// Which of the three kinds of historical ticks.
enum HistoricalTickKind: Sendable {
    case trades, bidAsk, middle

    init?(_ text: String) {
        switch text {
        case "TRADES": self = .trades
        case "BID_ASK": self = .bidAsk
        case "MIDPOINT": self = .middle
        default: return nil
        }
    }
}

/// The market at one of the moments, 50 milliseconds apart, at which it can change.
struct HistoricalTick: Hashable, Sendable {
    static let mostAtOnce = 1_000

    let kind: HistoricalTickKind
    let seconds: Int64
    let quote: PriceProcess.Quote
    let exchange: String

    /// Trades are all news; quotes only when they differ from the ones before.
    func isNews(after previous: HistoricalTick?, ignoringSize: Bool) -> Bool {
        guard let previous else { return true }
        let was = previous.quote
        switch kind {
        case .trades: return true
        case .middle: return quote.middle != was.middle
        case .bidAsk:
            let isNewPrice = quote.bid != was.bid || quote.ask != was.ask
            return isNewPrice
                || !ignoringSize && (quote.bidSize != was.bidSize || quote.askSize != was.askSize)
        }
    }
}

extension Contract {
    func offers(_ kind: HistoricalTickKind) -> Bool {
        guard secType != "BAG" else { return false }
        return switch kind {
        case .trades: offers(BarSource.trades)
        case .bidAsk, .middle: offers(BarSource.middle)
        }
    }
}

extension Market {
    func historicalTick(of contract: Contract, _ kind: HistoricalTickKind, at moment: Int64)
        -> HistoricalTick
    {
        let place = mixed(
            UInt64(bitPattern: contract.conID), UInt64(bitPattern: moment))
        return HistoricalTick(
            kind: kind, seconds: floorDivide(moment + clock.milliseconds(at: .start), 1000),
            quote: prices.quote(of: contract, at: moment),
            exchange: contract.venue(routedTo: contract.exchange, draw: place))
    }

    /// Whether trading in it is halted at a moment, in milliseconds from the start.
    func isHalted(_ contract: Contract, at moment: Int64) -> Bool {
        prices.edge(ofHaltOf: contract, at: moment, forwards: true) != nil
    }

    /// The moments of ticks from one moment to before another, in milliseconds from the start.
    func tradeTimes(from start: Int64, to end: Int64) -> StrideTo<Int64> {
        let step = PricePath.tradeMilliseconds
        let origin = clock.milliseconds(at: .start)
        let first = floorDivide(start + origin + step - 1, step) * step - origin
        return stride(from: first, to: end, by: Int(step))
    }

    /// The last ticks before a moment, oldest first; within a session when hours are given.
    ///
    /// - Parameter search: Moments looked at; quiet markets give fewer ticks.
    func historicalTicks(
        of contract: Contract, _ kind: HistoricalTickKind, before end: Int64, count: Int,
        ignoringSize: Bool, hours: TradingHours?,
        search: Int
    ) -> [HistoricalTick] {
        let step = PricePath.tradeMilliseconds
        var moment =
            floorDivide(end + clock.milliseconds(at: .start) - 1, step) * step
            - clock.milliseconds(at: .start)
        var ticks: [HistoricalTick] = []
        for _ in 0..<search where ticks.count < count {
            if let hours { moment = skipped(moment, hours, forwards: false) ?? moment }
            moment = prices.clock.moving(moment, forwards: false)
            if let edge = prices.edge(ofHaltOf: contract, at: moment, forwards: false) {
                moment = edge
                continue
            }
            let tick = historicalTick(of: contract, kind, at: moment)
            let before = historicalTick(of: contract, kind, at: moment - step)
            if tick.isNews(after: before, ignoringSize: ignoringSize) { ticks.append(tick) }
            moment -= step
        }
        return ticks.reversed()
    }

    fileprivate func historicalTicks(
        of contract: Contract, _ kind: HistoricalTickKind, from start: Int64, until now: Int64,
        count: Int, ignoringSize: Bool, hours: TradingHours?,
        search: Int
    ) -> [HistoricalTick] {
        let step = PricePath.tradeMilliseconds
        var moment = start
        var ticks: [HistoricalTick] = []
        for _ in 0..<search where ticks.count < count {
            if let hours { moment = skipped(moment, hours, forwards: true) ?? moment }
            moment = prices.clock.moving(moment, forwards: true)
            if let edge = prices.edge(ofHaltOf: contract, at: moment, forwards: true) {
                moment = edge
            }
            guard moment < now else { break }
            let tick = historicalTick(of: contract, kind, at: moment)
            let before = historicalTick(of: contract, kind, at: moment - step)
            if tick.isNews(after: before, ignoringSize: ignoringSize) { ticks.append(tick) }
            moment += step
        }
        return ticks
    }

    /// A moment itself when it lies in a session, else the session's edge that comes first.
    private func skipped(_ moment: Int64, _ hours: TradingHours, forwards: Bool) -> Int64? {
        let origin = clock.milliseconds(at: .start)
        let seconds = floorDivide(moment + origin, 1000)
        if hours.isOpen(at: seconds) { return nil }
        let today = hours.day(of: seconds)
        for days in 0...14 {
            // A session may begin on the day before its own.
            guard
                let session = hours.session(
                    day: forwards ? today + Int64(days) : today + 1 - Int64(days))
            else { continue }
            if forwards, session.lowerBound >= seconds { return session.lowerBound * 1000 - origin }
            if !forwards, session.upperBound <= seconds {
                return session.upperBound * 1000 - origin - PricePath.tradeMilliseconds
            }
        }
        return nil
    }
}

extension History {
    /// Recorded at 207: error 10187 for a login with delayed data alone, and nothing after it.
    private func mayAskTicks(
        _ request: Request, _ contract: Contract, _ context: inout GatewayContext
    ) -> Bool {
        guard context.settings.marketData.hasDelayed, !context.isEntitled(to: contract) else {
            return context.mayAskHistory(request, contract)
        }
        context.fail(
            request, 10187,
            "Failed to request historical ticks:No market data permissions for "
                + contract.permissionName)
        return false
    }

    func reqHistoricalTicks(_ request: Request, _ context: inout GatewayContext) {
        guard let contract = context.soleContract(request) else { return }
        guard let kind = HistoricalTickKind(request.text("whatToShow").uppercased()) else {
            context.failService(
                request, "invalid whatToShow '\(quoted(request.text("whatToShow")))'")
            return
        }
        guard contract.offers(kind) else {
            context.failNoData(request, contract)
            return
        }
        guard mayAskTicks(request, contract, &context) else { return }
        let texts = [request.text("startDateTime"), request.text("endDateTime")]
        // Assumed: with both given the start counts and the end is where it stops.
        guard !texts.allSatisfy(\.isEmpty) else {
            context.failService(request, "a start or an end date is needed")
            return
        }
        let times = texts.map { $0.isEmpty ? nil : WallClock.seconds(from: $0) }
        guard zip(texts, times).allSatisfy({ $0.isEmpty || $1 != nil }) else {
            context.failDate(request)
            return
        }
        let wanted = min(max(request.int("numberOfTicks") ?? 0, 1), HistoricalTick.mostAtOnce)
        let origin = context.market.clock.milliseconds(at: .start)
        let now = context.market.priceMoment(at: request.now)
        let end = min(times[1].map { $0 * 1000 - origin } ?? now, now)
        let hours = request.flag("useRth") ? TradingHours.regular(contract) : nil
        let ignoresSize = request.flag("ignoreSize")
        let search = context.limits.historicalTickSearch
        let ticks: [HistoricalTick] =
            if let start = times[0] {
                context.market.historicalTicks(
                    of: contract, kind, from: max(start, Market.earliestData) * 1000 - origin,
                    until: end, count: wanted, ignoringSize: ignoresSize, hours: hours,
                    search: search)
            } else {
                context.market.historicalTicks(
                    of: contract, kind, before: max(end, Market.earliestData * 1000 - origin),
                    count: wanted, ignoringSize: ignoresSize, hours: hours, search: search)
            }
        context.sendHistoricalTicks(ticks, kind, request)
    }
}

extension GatewayContext {
    /// Sends ticks whole, in one message.
    mutating func sendHistoricalTicks(
        _ ticks: [HistoricalTick], _ kind: HistoricalTickKind, _ request: Request
    ) {
        let name =
            switch kind {
            case .trades: "historicalTicksLast"
            case .bidAsk: "historicalTicksBidAsk"
            case .middle: "historicalTicks"
            }
        var message = Message(name, ["reqId": String(request.id), "done": "1"])
        message.setItems(
            of: "ticks",
            to: ticks.map { tick in
                let quote = tick.quote
                return switch kind {
                case .trades:
                    [
                        "time": String(tick.seconds), "mask": "0",
                        "price": quote.last.description, "size": String(quote.lastSize),
                        "exchange": tick.exchange, "specialConditions": "",
                    ]
                case .bidAsk:
                    [
                        "time": String(tick.seconds), "mask": "0",
                        "priceBid": quote.bid.description, "priceAsk": quote.ask.description,
                        "sizeBid": String(quote.bidSize), "sizeAsk": String(quote.askSize),
                    ]
                case .middle:
                    [
                        "time": String(tick.seconds), "_unused": "0",
                        "price": quote.middle.description, "size": "0",
                    ]
                }
            })
        send(message, to: request.connection)
    }
}

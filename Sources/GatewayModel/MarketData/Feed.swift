import GatewayWire
import Simulation

/// What names a contract's stream of ticks, shared by every line on it.
struct FeedKey: Hashable, Sendable {
    let conID: Int64
    let isDelayed: Bool
}

/// One contract's ticks, and the lines they go to.
struct Feed: Sendable {
    /// Everything about a contract that changes from tick to tick.
    struct State: Hashable, Sendable {
        let quote: PriceProcess.Quote
        let volume: Int64
        let seconds: Int64
        let high: Amount
        let low: Amount
        let open: Amount
        let close: Amount
        let day: Int64
    }

    struct Line: Sendable {
        let connection: ConnectionID
        let request: Int
        let id: String
        let generics: GenericTicks
        /// What the line was told when it joined, until the first tick it shares with the others.
        var joinedWith: State?
    }

    let contract: Contract
    let isDelayed: Bool
    var lines: [Line] = []
    var state: State?
    /// When high and low are looked up again, in milliseconds from the start.
    var nextExtremes: Int64 = .min
    var ticket: Schedule.Ticket?

    var types: TickTypes { TickTypes(isDelayed: isDelayed) }
}

/// The ticks themselves: one look at the price for all lines of a contract.
extension HealthyGateway {
    static let delay: Int64 = 15 * 60_000

    mutating func join(_ key: FeedKey, _ contract: Contract, _ line: Feed.Line, at now: SimInstant)
    {
        var feed = feeds[key] ?? Feed(contract: contract, isDelayed: key.isDelayed)
        var line = line
        let state = tickState(of: feed, at: now, afresh: true)
        line.joinedWith = state
        tell(line, feed, from: nil, to: state, at: now)
        feed.lines.append(line)
        if feed.ticket == nil {
            feed.ticket = schedule.add(.feed(key), at: nextTick(after: now))
        }
        feeds[key] = feed
    }

    mutating func leave(_ key: FeedKey, _ connection: ConnectionID, _ request: Int) {
        guard var feed = feeds.removeValue(forKey: key) else { return }
        feed.lines.removeAll { $0.connection == connection && $0.request == request }
        if feed.lines.isEmpty {
            if let ticket = feed.ticket { schedule.cancel(ticket) }
        } else {
            feeds[key] = feed
        }
    }

    mutating func tick(_ key: FeedKey, at now: SimInstant) {
        // Taken out meanwhile, so that changing it copies nothing.
        guard var feed = feeds.removeValue(forKey: key) else { return }
        feed.ticket = schedule.add(.feed(key), at: nextTick(after: now))
        if serverIsConnected { sendTicks(&feed, at: now) }
        feeds[key] = feed
    }

    private mutating func sendTicks(_ feed: inout Feed, at now: SimInstant) {
        let moment = PriceProcess.milliseconds(of: now)
        let isAfresh = moment >= feed.nextExtremes
        let state = tickState(of: feed, at: now, afresh: isAfresh)
        if isAfresh { feed.nextExtremes = moment + 60_000 }
        let shared = feed.state.map { topTicks(of: feed, from: $0, to: state) } ?? []
        for index in feed.lines.indices {
            let line = feed.lines[index]
            if line.joinedWith != nil || line.generics.needsMore || feed.state == nil {
                let before = line.joinedWith ?? feed.state
                feed.lines[index].joinedWith = nil
                tell(line, feed, from: before, to: state, at: now)
            } else {
                for message in shared { send(message.addressed(to: line.id), to: line.connection) }
            }
        }
        feed.state = state
    }

    private mutating func tell(
        _ line: Feed.Line, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        at now: SimInstant
    ) {
        if line.generics.wantsTop {
            for message in topTicks(of: feed, from: before, to: state) {
                send(message.addressed(to: line.id), to: line.connection)
            }
        }
        sendGenericTicks(line, feed, from: before, to: state, at: now)
    }

    /// Where a feed stands, delayed ones a quarter of an hour ago.
    ///
    /// - Parameter afresh: Looks up the day's extremes; otherwise they only follow the last price.
    func tickState(of feed: Feed, at now: SimInstant, afresh: Bool) -> Feed.State {
        let moment = priceMoment(at: now) - (feed.isDelayed ? Self.delay : 0)
        return tickState(of: feed.contract, at: moment, after: afresh ? nil : feed.state)
    }

    func tickState(of contract: Contract, at moment: Int64, after before: Feed.State? = nil)
        -> Feed.State
    {
        let quote = prices.quote(of: contract, at: moment)
        let day = prices.day(at: moment)
        let midnight = day * PricePath.millisecondsPerDay - clock.milliseconds(at: .start)
        let seconds = (moment + clock.milliseconds(at: .start)) / 1000
        let volume = contract.isIndex ? 0 : prices.volume(of: contract, from: midnight, to: moment)
        if let before, before.day == day {
            return Feed.State(
                quote: quote, volume: volume, seconds: seconds, high: max(before.high, quote.last),
                low: min(before.low, quote.last), open: before.open, close: before.close, day: day)
        }
        let range = prices.range(of: contract, from: midnight, to: moment + 1)
        return Feed.State(
            quote: quote, volume: volume, seconds: seconds, high: Amount(micros: range.high),
            low: Amount(micros: range.low), open: Amount(micros: range.open),
            close: prices.quote(of: contract, at: midnight - 1).last, day: day)
    }

    /// What changed between two states; everything when there is none before.
    func topTicks(of feed: Feed, from before: Feed.State?, to state: Feed.State) -> [Message] {
        let types = feed.types
        let contract = feed.contract
        var ticks: [Message] = []
        func side(
            _ type: Int, _ sizeType: Int, _ price: Amount, _ size: Int64, _ was: Amount?,
            _ had: Int64?
        ) {
            if price != was { ticks.append(TickMessage.price(type, price, size: size)) }
            if size != had || price != was { ticks.append(TickMessage.size(sizeType, size)) }
        }
        let quote = state.quote
        let old = before?.quote
        if !contract.isIndex {
            side(types.bid, types.bidSize, quote.bid, quote.bidSize, old?.bid, old?.bidSize)
            side(types.ask, types.askSize, quote.ask, quote.askSize, old?.ask, old?.askSize)
        }
        if !contract.hasNoTrades {
            if contract.isIndex {
                if quote.last != old?.last {
                    ticks.append(TickMessage.price(types.last, quote.last))
                }
            } else {
                side(
                    types.last, types.lastSize, quote.last, quote.lastSize, old?.last,
                    old?.lastSize)
                if state.volume != before?.volume {
                    ticks.append(TickMessage.size(types.volume, state.volume))
                }
            }
            if quote.last != old?.last, state.seconds != before?.seconds {
                ticks.append(TickMessage.text(types.lastTime, String(state.seconds)))
            }
        }
        func day(_ type: Int, _ price: Amount, _ was: Amount?) {
            if price != was { ticks.append(TickMessage.price(type, price)) }
        }
        day(types.high, state.high, before?.high)
        day(types.low, state.low, before?.low)
        day(types.close, state.close, before?.close)
        day(types.open, state.open, before?.open)
        if before == nil { ticks.append(TickMessage.number(types.halted, 0)) }
        if contract.isDerivedFromUnderlying, quote.last != old?.last {
            ticks += optionTicks(of: contract, types, state)
        }
        return ticks
    }
}

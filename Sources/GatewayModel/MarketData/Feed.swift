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
        let generics: GenericTicks
        /// What the line was told when it joined, until the first tick it shares with the others.
        var joinedWith: State?
    }

    let contract: Contract
    let isDelayed: Bool
    let ticks: TopTicks
    var market: MarketCursor
    var lines: [Line] = []
    var state: State?
    /// When high and low are looked up again, in milliseconds from the start.
    var nextExtremes: Int64 = .min

    init(_ contract: Contract, isDelayed: Bool, in prices: PriceProcess) {
        self.contract = contract
        self.isDelayed = isDelayed
        ticks = TopTicks(of: contract, isDelayed: isDelayed)
        market = prices.market(of: contract)
    }

    /// Every line was told the state before and wants no more than what is shared.
    var isShared: Bool {
        state != nil && lines.allSatisfy { $0.joinedWith == nil && !$0.generics.needsMore }
    }
}

/// All feeds, in the order in which they were opened.
struct Feeds: Sendable {
    private(set) var keys: [FeedKey] = []
    var feeds: [Feed] = []
    private var places: [FeedKey: Int] = [:]

    func place(of key: FeedKey) -> Int? { places[key] }

    mutating func open(_ key: FeedKey, _ feed: @autoclosure () -> Feed) -> Int {
        if let place = places[key] { return place }
        places[key] = feeds.count
        keys.append(key)
        feeds.append(feed())
        return feeds.count - 1
    }

    mutating func close(at place: Int) {
        places[keys.remove(at: place)] = nil
        feeds.remove(at: place)
        for later in place..<keys.count { places[keys[later]] = later }
    }
}

/// The ticks themselves: one look at the price for all lines of a contract, and one instant for all
/// contracts, on a grid of gateway time.
extension HealthyGateway {
    static let delay: Int64 = 15 * 60_000

    mutating func join(_ key: FeedKey, _ contract: Contract, _ line: Feed.Line, at now: SimInstant)
    {
        let place = feeds.open(key, Feed(contract, isDelayed: key.isDelayed, in: prices))
        let state = look(at: place, at: now, afresh: true)
        var line = line
        line.joinedWith = state
        tell(line, feeds.feeds[place], from: nil, to: state, at: now)
        feeds.feeds[place].lines.append(line)
        if feedTicket == nil { planTicks(after: now) }
    }

    mutating func leave(_ key: FeedKey, _ connection: ConnectionID, _ request: Int) {
        guard let place = feeds.place(of: key) else { return }
        feeds.feeds[place].lines.removeAll {
            $0.connection == connection && $0.request == request
        }
        guard feeds.feeds[place].lines.isEmpty else { return }
        feeds.close(at: place)
        guard feeds.feeds.isEmpty, let ticket = feedTicket else { return }
        schedule.cancel(ticket)
        feedTicket = nil
    }

    private mutating func planTicks(after now: SimInstant) {
        feedTicket = schedule.add(.tickFeeds, at: nextMultiple(of: tickInterval, after: now))
    }

    mutating func tickFeeds(at now: SimInstant) {
        planTicks(after: now)
        guard serverIsConnected else { return }
        for place in feeds.feeds.indices { sendTicks(place, at: now) }
    }

    private mutating func sendTicks(_ place: Int, at now: SimInstant) {
        let moment = PriceProcess.milliseconds(of: now)
        let isAfresh = moment >= feeds.feeds[place].nextExtremes
        let before = feeds.feeds[place].state
        let state = look(at: place, at: now, afresh: isAfresh)
        if isAfresh { feeds.feeds[place].nextExtremes = moment + 60_000 }
        feeds.feeds[place].state = state
        guard feeds.feeds[place].isShared, let before else {
            sendApart(place, from: before, to: state, at: now)
            return
        }
        let ticks = feeds.feeds[place].ticks.between(before, state)
        let options = optionTicks(of: feeds.feeds[place], from: before, to: state)
        for index in feeds.feeds[place].lines.indices {
            let connection = feeds.feeds[place].lines[index].connection
            let request = feeds.feeds[place].lines[index].request
            send(ticks, options, to: connection, request)
        }
    }

    /// To lines of which some joined since the last tick, or want generic ticks.
    private mutating func sendApart(
        _ place: Int, from before: Feed.State?, to state: Feed.State, at now: SimInstant
    ) {
        for index in feeds.feeds[place].lines.indices {
            let line = feeds.feeds[place].lines[index]
            feeds.feeds[place].lines[index].joinedWith = nil
            tell(line, feeds.feeds[place], from: line.joinedWith ?? before, to: state, at: now)
        }
    }

    private mutating func tell(
        _ line: Feed.Line, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        at now: SimInstant
    ) {
        if line.generics.wantsTop {
            send(
                feed.ticks.between(before, state), optionTicks(of: feed, from: before, to: state),
                to: line.connection, line.request)
        }
        sendGenericTicks(line, feed, from: before, to: state, at: now)
    }

    mutating func send(
        _ ticks: [Tick], _ options: [Message], to connection: ConnectionID, _ request: Int
    ) {
        if !ticks.isEmpty { emit(.ticks(connection, request: request, ticks)) }
        for message in options { send(message.addressed(to: String(request)), to: connection) }
    }

    /// What an option's lines are told besides when its price has moved.
    func optionTicks(of feed: Feed, from before: Feed.State?, to state: Feed.State) -> [Message] {
        guard feed.ticks.isOption, before?.quote.last != state.quote.last else { return [] }
        return optionTicks(of: feed.contract, feed.ticks.types, state)
    }

    /// Where a feed stands, delayed ones a quarter of an hour ago.
    ///
    /// - Parameter afresh: Looks up the day's extremes; otherwise they only follow the last price.
    private mutating func look(at place: Int, at now: SimInstant, afresh: Bool) -> Feed.State {
        let delay = feeds.feeds[place].isDelayed ? Self.delay : 0
        let moment = PriceProcess.milliseconds(of: now) - delay
        let before = afresh ? nil : feeds.feeds[place].state
        return feeds.feeds[place].look(at: moment, after: before, prices)
    }

    func tickState(of contract: Contract, at moment: Int64) -> Feed.State {
        var feed = Feed(contract, isDelayed: false, in: prices)
        return feed.look(at: moment, after: nil, prices)
    }
}

extension Feed {
    /// - Parameter before: A state from which the extremes are carried on.
    fileprivate mutating func look(
        at moment: Int64, after before: State?, _ prices: PriceProcess
    ) -> State {
        let quote = market.quote(of: contract, at: moment, in: prices)
        let day = prices.day(at: moment)
        let midnight = day * PricePath.millisecondsPerDay - prices.epoch
        let seconds = (moment + prices.epoch) / 1000
        let volume = ticks.isIndex ? 0 : market.volume(from: midnight, to: moment)
        if let before, before.day == day {
            return State(
                quote: quote, volume: volume, seconds: seconds, high: max(before.high, quote.last),
                low: min(before.low, quote.last), open: before.open, close: before.close, day: day)
        }
        let range = prices.range(of: contract, from: midnight, to: moment + 1)
        return State(
            quote: quote, volume: volume, seconds: seconds, high: Amount(micros: range.high),
            low: Amount(micros: range.low), open: Amount(micros: range.open),
            close: prices.last(of: contract, at: midnight - 1), day: day)
    }
}

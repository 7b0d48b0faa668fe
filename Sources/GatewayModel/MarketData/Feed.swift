import Simulation

/// Identifies a feed: a contract, live or delayed.
struct FeedKey: Hashable, Sendable {
    let conID: Int64
    let isDelayed: Bool
}

/// One contract's ticks, and the lines they go to.
struct Feed: Sendable {
    /// Everything about a contract that changes from tick to tick.
    struct State: Hashable, Sendable {
        let quote: PriceProcess.Quote
        /// In milliseconds from the gateway's start.
        let moment: Int64
        /// Units since the day's trading began.
        let volume: Int64
        let seconds: Int64
        let high: Amount
        let low: Amount
        let open: Amount
        let close: Amount
        /// When the day that the prices above are of opened, and the day before closed.
        let opened: Int64
        let closed: Int64
        /// Trading is halted; never said of delayed data.
        var isHalted: Bool
    }

    struct Line: Sendable {
        let connection: ConnectionID
        let request: Int
        let generics: GenericTicks
        /// What the line was told when it joined, until the first tick it shares with the others.
        var joinedWith: State?
    }

    /// How far delayed data is behind, in milliseconds.
    static let delay: Int64 = 15 * 60_000

    let contract: Contract
    let isDelayed: Bool
    let ticks: TopTicks
    private let hours: DayHours
    private(set) var day = TradingDay()
    var market: MarketCursor
    var lines: [Line] = []
    var state: State?
    /// When high and low are looked up again, in milliseconds from the start.
    var nextExtremes: Int64 = .min

    init(_ contract: Contract, isDelayed: Bool, in prices: PriceProcess) {
        self.contract = contract
        self.isDelayed = isDelayed
        ticks = TopTicks(of: contract, isDelayed: isDelayed)
        hours = DayHours(of: contract, epoch: prices.epoch)
        market = prices.market(of: contract)
    }

    /// Every line gets the same ticks, so that they are computed once.
    private(set) var isShared = false

    mutating func lookAtLines() {
        isShared =
            state != nil && !ticks.isOption
            && lines.allSatisfy { $0.joinedWith == nil && !$0.generics.needsMore }
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

extension Feeds {
    /// Ticks one feed after the other, as long as all lines of a feed get the same ticks.
    ///
    /// - Returns: The first feed whose lines do not; it has not ticked.
    mutating func tick(
        from first: Int, at moment: Int64, _ prices: PriceProcess, _ batch: inout TickBatch
    ) -> Int? {
        for place in first..<feeds.count {
            guard feeds[place].isShared else { return place }
            feeds[place].tick(at: moment, prices, &batch)
        }
        return nil
    }
}

extension Feed {
    fileprivate mutating func tick(
        at moment: Int64, _ prices: PriceProcess, _ batch: inout TickBatch
    ) {
        let (before, state) = advance(to: moment, prices)
        let start = batch.size.ticks
        ticks.append(from: before, to: state, &batch)
        guard batch.size.ticks > start else { return }
        for index in lines.indices {
            batch.append(lines[index].request, of: lines[index].connection, since: start)
        }
    }

    /// The state at the last tick, and the state now; a delayed feed is a quarter of an hour
    /// behind.
    ///
    /// The day's high and low are looked up once a minute. In between they follow the last price.
    mutating func advance(
        to now: Int64, _ prices: PriceProcess
    ) -> (before: State?, now: State) {
        let before = state
        if var before, !isDelayed, prices.changes.isHalted(contract.conID) {
            // Nothing moves; what was told last still holds.
            let told = before
            before.isHalted = true
            state = before
            return (told, before)
        }
        let isAfresh = now >= nextExtremes
        if isAfresh { nextExtremes = now + 60_000 }
        let state = look(
            at: now - (isDelayed ? Self.delay : 0), after: before, afresh: isAfresh,
            prices)
        self.state = state
        return (before, state)
    }

    /// - Parameter afresh: Looks up the day's extremes instead of carrying on those before.
    mutating func look(
        at moment: Int64, after before: State?, afresh: Bool, _ prices: PriceProcess
    ) -> State {
        if !day.holds(moment) { day = hours.day(at: moment) }
        let quote = market.quote(of: contract, at: moment, in: prices)
        let seconds = (moment + prices.epoch) / 1000
        let isTraded = !ticks.isIndex
        let isHalted = !isDelayed && prices.changes.isHalted(contract.conID)
        let volume =
            isTraded ? market.volume(of: contract, from: day.begins, to: moment, in: prices) : 0
        if let before, before.opened == day.opens, !afresh {
            return State(
                quote: quote, moment: moment, volume: volume, seconds: seconds,
                high: max(before.high, quote.last), low: min(before.low, quote.last),
                open: before.open, close: before.close, opened: day.opens, closed: day.closed,
                isHalted: isHalted)
        }
        let range = prices.range(of: contract, from: day.opens, to: moment + 1)
        return State(
            quote: quote, moment: moment, volume: volume, seconds: seconds,
            high: Amount(micros: range.high), low: Amount(micros: range.low),
            open: Amount(micros: range.open),
            close: before.flatMap { $0.closed == day.closed ? $0.close : nil }
                ?? prices.last(of: contract, at: day.closed - 1),
            opened: day.opens, closed: day.closed, isHalted: isHalted)
    }
}

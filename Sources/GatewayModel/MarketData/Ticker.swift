import GatewayWire
import Simulation

/// Streaming level 1 lines, and the ticks they are told.
///
/// Each contract's price is worked out once for all lines on it, and all contracts tick at the same
/// instants, on a grid of gateway time.
struct Ticker: Sendable {
    private var feeds = Feeds()
    /// The next tick of all lines; `nil` when there are none.
    private var ticket: Schedule.Ticket?

    var feedCount: Int { feeds.feeds.count }
    var lineCount: Int { feeds.feeds.reduce(0) { $0 + $1.lines.count } }

    mutating func join(
        _ key: FeedKey, _ contract: Contract, _ line: Feed.Line, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        let place = feeds.open(
            key, Feed(contract, isDelayed: key.isDelayed, in: context.market.prices))
        let moment = context.market.priceMoment(at: now) - (key.isDelayed ? Feed.delay : 0)
        let state = feeds.feeds[place].look(
            at: moment, after: nil, afresh: true, context.market.prices)
        var line = line
        line.joinedWith = state
        tell(line, feeds.feeds[place], from: nil, to: state, at: now, &context)
        feeds.feeds[place].lines.append(line)
        feeds.feeds[place].lookAtLines()
        if ticket == nil { planTicks(after: now, &context) }
    }

    mutating func leave(
        _ key: FeedKey, _ connection: ConnectionID, _ request: Int, _ context: inout GatewayContext
    ) {
        guard let place = feeds.place(of: key) else { return }
        feeds.feeds[place].lines.removeAll {
            $0.connection == connection && $0.request == request
        }
        feeds.feeds[place].lookAtLines()
        guard feeds.feeds[place].lines.isEmpty else { return }
        feeds.close(at: place)
        guard feeds.feeds.isEmpty else { return }
        if let ticket { context.schedule.cancel(ticket) }
        ticket = nil
    }

    private mutating func planTicks(after now: SimInstant, _ context: inout GatewayContext) {
        ticket = context.schedule.add(.tickFeeds, at: context.market.nextTick(after: now))
    }

    mutating func tick(at now: SimInstant, _ context: inout GatewayContext) {
        planTicks(after: now, &context)
        guard context.serverIsConnected else { return }
        let moment = context.market.priceMoment(at: now)
        var place = 0
        let prices = context.market.prices
        while let apart = context.withTicks({
            feeds.tick(from: place, at: moment, prices, &$0)
        }) {
            sendApart(apart, at: now, &context)
            place = apart + 1
        }
    }

    /// The ticks of a feed whose lines are not all told the same.
    private mutating func sendApart(
        _ place: Int, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let (before, state) = feeds.feeds[place].advance(
            to: context.market.priceMoment(at: now), context.market.prices)
        for index in feeds.feeds[place].lines.indices {
            let line = feeds.feeds[place].lines[index]
            feeds.feeds[place].lines[index].joinedWith = nil
            let told = line.joinedWith ?? before
            if state.isHalted, told?.isHalted ?? false { continue }
            tell(line, feeds.feeds[place], from: told, to: state, at: now, &context)
        }
        feeds.feeds[place].lookAtLines()
    }

    /// Tells the lines on a contract, and on options on it, at once what a command has changed.
    mutating func tellNow(of conID: Int64, at now: SimInstant, _ context: inout GatewayContext) {
        guard context.serverIsConnected else { return }
        for place in feeds.feeds.indices where !feeds.feeds[place].isDelayed {
            let contract = feeds.feeds[place].contract
            guard contract.conID == conID || contract.underlyingConID == conID else { continue }
            feeds.feeds[place].nextExtremes = .min
            sendApart(place, at: now, &context)
        }
    }

    private func tell(
        _ line: Feed.Line, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        at now: SimInstant, _ context: inout GatewayContext
    ) {
        // Recorded: a delayed line begins with the generic ticks.
        let isOpening = before == nil && feed.isDelayed
        if isOpening {
            sendGenericTicks(line, feed, from: before, to: state, at: now, &context)
        }
        if line.generics.wantsTop {
            context.sendTop(
                of: feed, from: before, to: state, line.request, of: line.connection)
        }
        if !isOpening {
            sendGenericTicks(line, feed, from: before, to: state, at: now, &context)
        }
    }
}

extension Market {
    /// What a new line on a contract would be told at a moment, in milliseconds from the start.
    func tickState(of contract: Contract, at moment: Int64) -> Feed.State {
        var feed = Feed(contract, isDelayed: false, in: prices)
        return feed.look(at: moment, after: nil, afresh: true, prices)
    }
}

extension GatewayContext {
    /// Sends what changed of a contract's prices and sizes; everything when there is no state
    /// before.
    mutating func sendTop(
        of feed: Feed, from before: Feed.State?, to state: Feed.State, isSnapshot: Bool = false,
        _ request: Int, of connection: ConnectionID
    ) {
        withTicks { batch in
            let start = batch.size.ticks
            feed.ticks.append(from: before, to: state, isSnapshot: isSnapshot, &batch)
            batch.append(request, of: connection, since: start)
        }
        guard feed.ticks.isOption, before?.quote.last != state.quote.last else { return }
        for message in market.optionTicks(
            of: feed.contract, isDelayed: feed.isDelayed, feed.ticks.types, state)
        {
            send(message.addressed(to: String(request)), to: connection)
        }
    }
}

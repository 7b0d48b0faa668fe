import GatewayWire
import Simulation

/// The ticks themselves: one look at the price for all lines of a contract, and one instant for all
/// contracts, on a grid of gateway time.
extension HealthyGateway {
    static let delay: Int64 = 15 * 60_000

    mutating func join(_ key: FeedKey, _ contract: Contract, _ line: Feed.Line, at now: SimInstant)
    {
        let place = feeds.open(key, Feed(contract, isDelayed: key.isDelayed, in: prices))
        let moment = priceMoment(at: now) - (key.isDelayed ? Self.delay : 0)
        let state = feeds.feeds[place].look(at: moment, after: nil, afresh: true, prices)
        var line = line
        line.joinedWith = state
        tell(line, feeds.feeds[place], from: nil, to: state, at: now)
        feeds.feeds[place].lines.append(line)
        feeds.feeds[place].lookAtLines()
        if feedTicket == nil { planTicks(after: now) }
    }

    mutating func leave(_ key: FeedKey, _ connection: ConnectionID, _ request: Int) {
        guard let place = feeds.place(of: key) else { return }
        feeds.feeds[place].lines.removeAll {
            $0.connection == connection && $0.request == request
        }
        feeds.feeds[place].lookAtLines()
        guard feeds.feeds[place].lines.isEmpty else { return }
        feeds.close(at: place)
        guard feeds.feeds.isEmpty, let ticket = feedTicket else { return }
        schedule.cancel(ticket)
        feedTicket = nil
    }

    private mutating func planTicks(after now: SimInstant) {
        feedTicket = schedule.add(.tickFeeds, at: nextTick(after: now))
    }

    mutating func tickFeeds(at now: SimInstant) {
        planTicks(after: now)
        guard serverIsConnected else { return }
        let moment = priceMoment(at: now)
        var place = 0
        while let apart = withTicks({ $1.tick(from: place, at: moment, $2, &$0) }) {
            sendApart(apart, at: now)
            place = apart + 1
        }
    }

    /// The ticks of a feed whose lines are not all told the same.
    private mutating func sendApart(_ place: Int, at now: SimInstant) {
        let (before, state) = feeds.feeds[place].advance(
            to: priceMoment(at: now), prices)
        for index in feeds.feeds[place].lines.indices {
            let line = feeds.feeds[place].lines[index]
            feeds.feeds[place].lines[index].joinedWith = nil
            tell(line, feeds.feeds[place], from: line.joinedWith ?? before, to: state, at: now)
        }
        feeds.feeds[place].lookAtLines()
    }

    private mutating func tell(
        _ line: Feed.Line, _ feed: Feed, from before: Feed.State?, to state: Feed.State,
        at now: SimInstant
    ) {
        if line.generics.wantsTop {
            sendTop(of: feed, from: before, to: state, line.request, of: line.connection)
        }
        sendGenericTicks(line, feed, from: before, to: state, at: now)
    }

    mutating func sendTop(
        of feed: Feed, from before: Feed.State?, to state: Feed.State, _ request: Int,
        of connection: ConnectionID
    ) {
        withTicks { batch, _, _ in
            let start = batch.size.ticks
            feed.ticks.append(from: before, to: state, &batch)
            batch.append(request, of: connection, since: start)
        }
        guard feed.ticks.isOption, before?.quote.last != state.quote.last else { return }
        for message in optionTicks(of: feed.contract, feed.ticks.types, state) {
            send(message.addressed(to: String(request)), to: connection)
        }
    }

    func tickState(of contract: Contract, at moment: Int64) -> Feed.State {
        var feed = Feed(contract, isDelayed: false, in: prices)
        return feed.look(at: moment, after: nil, afresh: true, prices)
    }
}

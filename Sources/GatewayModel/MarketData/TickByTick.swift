import GatewayWire
import Simulation

/// One tick-by-tick stream: what it carries and how far it got.
struct TickByTick: Sendable {
    /// As the protocol numbers them.
    enum Kind: Int, Sendable {
        case last = 1
        case allLast = 2
        case bidAsk = 3
        case middle = 4

        init?(_ text: String) {
            switch text {
            case "Last": self = .last
            case "AllLast": self = .allLast
            case "BidAsk": self = .bidAsk
            case "MidPoint": self = .middle
            default: return nil
            }
        }

        var history: HistoricalTickKind {
            switch self {
            case .last, .allLast: .trades
            case .bidAsk: .bidAsk
            case .middle: .middle
            }
        }
    }

    let contract: Contract
    let kind: Kind
    let ignoresSize: Bool
    /// Ticks before this moment were sent, in milliseconds from the start.
    var sentUntil: Int64
    var previous: HistoricalTick?
}

/// Tick-by-tick data: the same ticks that a later request for historical ticks returns.
extension MarketData {
    /// The most ticks that are sent at once; older ones are left out.
    private static let burst = 10

    mutating func reqTickByTickData(_ request: Request, _ context: inout GatewayContext) {
        guard
            subscriptions.mayOpen(
                .tickByTick, request, atMost: context.limits.tickByTickStreams,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (10190, "Max number of tick-by-tick requests has been reached."), &context)
        else { return }
        guard let contract = context.soleContract(request) else { return }
        guard let kind = TickByTick.Kind(request.text("tickType")) else {
            failTickByTick(
                request, "Invalid tick type '\(quoted(request.text("tickType")))'", &context)
            return
        }
        guard contract.offers(kind.history) else {
            failTickByTick(
                request, "No market data permissions for \(contract.permissionName)", &context)
            return
        }
        guard context.isEntitled(to: contract) else {
            refuseTickByTick(request, contract, &context)
            return
        }
        let wanted = min(max(request.int("numberOfTicks") ?? 0, 0), HistoricalTick.mostAtOnce)
        let moment = context.market.priceMoment(at: request.now)
        let ignoresSize = request.flag("ignoreSize")
        if wanted > 0 {
            let ticks = context.market.historicalTicks(
                of: contract, kind.history, before: moment, count: wanted,
                ignoringSize: ignoresSize, hours: nil,
                search: context.limits.historicalTickSearch)
            context.sendHistoricalTicks(ticks, kind.history, request)
        }
        let ticks = TickByTick(
            contract: contract, kind: kind, ignoresSize: ignoresSize, sentUntil: moment)
        subscriptions.start(
            .tickByTick, request, .tickByTick(ticks),
            at: context.market.nextTick(after: request.now), &context)
    }

    private func failTickByTick(
        _ request: Request, _ reason: String, _ context: inout GatewayContext
    ) {
        context.fail(request, 10189, "Failed to request tick-by-tick data.\(reason)")
    }

    /// Recorded at 207: the first refusal of a session is 10189, those that follow are 10089.
    private mutating func refuseTickByTick(
        _ request: Request, _ contract: Contract, _ context: inout GatewayContext
    ) {
        if refusedTickByTick.insert(request.connection).inserted {
            failTickByTick(request, Refusal.permissions(contract), &context)
        } else {
            context.fail(request, 10089, Refusal.subscription)
        }
    }

    mutating func cancelTickByTickData(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .tickByTick, request, orFail: 300, "Can't find EId with tickerId:\(request.id)",
            &context)
    }

    func advance(
        _ stream: inout TickByTick, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> SimInstant? {
        let moment = context.market.priceMoment(at: now)
        let step = PricePath.tradeMilliseconds
        let start = max(stream.sentUntil, moment - Int64(Self.burst) * step)
        for time in context.market.tradeTimes(from: start, to: moment)
        where !context.market.isHalted(stream.contract, at: time) {
            let tick = context.market.historicalTick(
                of: stream.contract, stream.kind.history, at: time)
            let isNew = tick.isNews(after: stream.previous, ignoringSize: stream.ignoresSize)
            stream.previous = tick
            if isNew, context.serverIsConnected {
                context.send(message(tick, stream, request), to: connection)
            }
        }
        stream.sentUntil = moment
        return context.market.nextTick(after: now)
    }

    private func message(_ tick: HistoricalTick, _ stream: TickByTick, _ request: Int) -> Message {
        var message = Message(
            "tickByTick",
            [
                "reqId": String(request), "tickType": String(stream.kind.rawValue),
                "time": String(tick.seconds), "mask": "0",
            ])
        switch stream.kind {
        case .last, .allLast:
            message["price"] = tick.quote.last.description
            message["size"] = String(tick.quote.lastSize)
            message["exchange"] = tick.exchange
            message["specialConditions"] = ""
        case .bidAsk:
            message["bidPrice"] = tick.quote.bid.description
            message["askPrice"] = tick.quote.ask.description
            message["bidSize"] = String(tick.quote.bidSize)
            message["askSize"] = String(tick.quote.askSize)
        case .middle:
            message["midPoint"] = tick.quote.middle.description
            // Protobuf has a size there.
            message.setIfPresent("historicalTickMidPoint.size", "0")
        }
        return message
    }
}

import GatewayWire
import Simulation

/// What a market data subscription remembers between two messages.
enum MarketStream: Sendable {
    case snapshot
    case tickByTick(TickByTick)
    case depth(DepthBook)
    case realTimeBars(RealTimeBars)
    case answered
}

/// Live prices: level 1 lines, tick by tick, market depth, real-time bars, option calculations.
///
/// It decides who is told of a price and when. The prices come from `Market`.
struct MarketData: Sendable {
    private var ticker = Ticker()
    /// Streaming level 1 lines of each client, by request id.
    private var lines: [ConnectionID: [Int: FeedKey]] = [:]
    /// 1 live, 2 frozen, 3 delayed, 4 delayed and frozen; as each client asked for last.
    private var types: [ConnectionID: Int] = [:]
    var subscriptions = Subscriptions<MarketStream>()

    /// All lines have their next tick.
    mutating func tick(at now: SimInstant, _ context: inout GatewayContext) {
        ticker.tick(at: now, &context)
    }

    /// Lines and snapshots of a client.
    private func lineCount(of connection: ConnectionID) -> Int {
        (lines[connection]?.count ?? 0) + subscriptions.count(.snapshot, of: connection)
    }

    /// A subscription's next task is due; while the broker is out of reach nothing is sent.
    mutating func advance(
        _ connection: ConnectionID, _ key: StreamKey, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard var content = subscriptions.content(of: key, connection) else { return }
        let next: SimInstant?
        switch content {
        case .snapshot:
            context.send(
                Message("tickSnapshotEnd", ["reqId": String(key.request)]), to: connection)
            next = nil
        case .tickByTick(var ticks):
            next = advance(&ticks, key.request, connection, at: now, &context)
            content = .tickByTick(ticks)
        case .depth(var book):
            next = advance(&book, key.request, connection, at: now, &context)
            content = .depth(book)
        case .realTimeBars(let bars):
            next = advance(bars, key.request, connection, at: now, &context)
        case .answered: next = nil
        }
        subscriptions.goOn(key, connection, content, at: next, &context)
    }

    /// Ends every subscription of a client, because the broker lost its data.
    mutating func drop(_ connection: ConnectionID, _ context: inout GatewayContext) {
        subscriptions.forget(connection, &context)
        for (request, key) in (lines.removeValue(forKey: connection) ?? [:])
            .sorted(by: { $0.key < $1.key })
        {
            ticker.leave(key, connection, request, &context)
        }
    }

    /// Forgets a client that has left.
    mutating func forget(_ connection: ConnectionID, _ context: inout GatewayContext) {
        drop(connection, &context)
        types[connection] = nil
    }

    /// Entries of every container.
    var footprint: (subscriptions: Int, feeds: Int, lines: Int) {
        (
            subscriptions.count + lines.values.reduce(0) { $0 + $1.count }, ticker.feedCount,
            ticker.lineCount
        )
    }
}

/// Level 1 lines: subscribing, snapshots, types, cancelling.
extension MarketData {
    private static let snapshotTime = Duration.milliseconds(250)

    mutating func reqMktData(_ request: Request, _ context: inout GatewayContext) {
        guard lines[request.connection]?[request.id] == nil, !subscriptions.has(.snapshot, request)
        else {
            context.fail(request, 102, "Duplicate ticker ID for API request")
            return
        }
        guard lineCount(of: request.connection) < context.limits.marketDataLines else {
            context.fail(request, 101, "Max number of tickers has been reached")
            return
        }
        guard let contract = context.soleContract(request) else { return }
        let isSnapshot = request.flag("snapshot") || request.flag("regulatorySnapshot")
        let list = request.text("genericTickList")
        guard let generics = GenericTicks(list, version: request.version) else {
            context.invalidate(
                request,
                "Incorrect generic tick list of "
                    + "\(quoted(list)).  Legal ones for (\(contract.secType)) are: "
                    + GenericTicks.legalText(version: request.version))
            return
        }
        guard !isSnapshot || list.isEmpty else {
            context.invalidate(
                request, "Snapshot market data subscription is not applicable to generic ticks")
            return
        }
        guard let type = grantedType(request, contract, &context) else { return }
        open(request, contract, generics, type: type, isSnapshot: isSnapshot, &context)
    }

    private mutating func open(
        _ request: Request, _ contract: Contract, _ generics: GenericTicks, type: Int,
        isSnapshot: Bool, _ context: inout GatewayContext
    ) {
        let id = String(request.id)
        if request.version >= 114 {
            context.send(
                Message(
                    "tickReqParams",
                    [
                        "tickerId": id, "minTick": contract.minTick.description,
                        "bboExchange": contract.secType == "STK" ? SmartRouting.code : "",
                        "snapshotPermissions": "3",
                    ]), to: request.connection)
        }
        context.send(
            Message("marketDataType", ["reqId": id, "marketDataType": String(type)]),
            to: request.connection)
        let isDelayed = type >= 3
        if isSnapshot || type == 2 || type == 4 {
            sendOnce(
                request, contract, isDelayed: isDelayed, isFrozen: type == 2 || type == 4, &context)
            if isSnapshot {
                subscriptions.start(
                    .snapshot, request, .snapshot, at: request.now + Self.snapshotTime, &context)
            } else {
                let key = FeedKey(conID: contract.conID, isDelayed: isDelayed)
                lines[request.connection, default: [:]][request.id] = key
            }
            return
        }
        let key = FeedKey(conID: contract.conID, isDelayed: isDelayed)
        lines[request.connection, default: [:]][request.id] = key
        let line = Feed.Line(
            connection: request.connection, request: request.id, generics: generics)
        ticker.join(key, contract, line, at: request.now, &context)
    }

    private func sendOnce(
        _ request: Request, _ contract: Contract, isDelayed: Bool, isFrozen: Bool,
        _ context: inout GatewayContext
    ) {
        let feed = Feed(contract, isDelayed: isDelayed, in: context.market.prices)
        var moment = context.market.priceMoment(at: request.now) - (isDelayed ? Feed.delay : 0)
        if isFrozen, let close = context.market.lastClose(of: contract, before: request.now) {
            moment = close - 1
        }
        let state = context.market.tickState(of: contract, at: moment)
        context.sendTop(of: feed, from: nil, to: state, request.id, of: request.connection)
    }

    /// The type a line gets, or `nil` after the refusal was sent.
    ///
    /// Frozen data is what was there at the last close; while the regular session runs, a frozen
    /// type gets the moving data instead, as a real gateway does.
    private func grantedType(
        _ request: Request, _ contract: Contract, _ context: inout GatewayContext
    ) -> Int? {
        let asked = types[request.connection] ?? 1
        var type = asked
        switch context.settings.marketData {
        case .asRequested: break
        case .live: type = asked == 3 ? 1 : asked == 4 ? 2 : asked
        case .delayedOnly:
            guard asked >= 3 else {
                context.fail(
                    request, 354,
                    "Requested market data is not subscribed. Delayed market data is available."
                        + "\(contract.symbol) \(contract.exchange)/TOP/ALL")
                return nil
            }
            context.fail(
                request, 10167,
                "Requested market data is not subscribed. Displaying delayed market data.")
        case .none:
            context.fail(
                request, asked >= 3 ? 10168 : 10089,
                asked >= 3
                    ? "Requested market data is not subscribed. Delayed market data is not enabled."
                    : "Requested market data requires additional subscription for API. "
                        + "See link in 'Market Data Connections' dialog for more details.")
            return nil
        }
        let hours = TradingHours.regular(contract)
        let isOpen = hours.isOpen(at: context.market.clock.seconds(at: request.now))
        return isOpen && type == 2 ? 1 : isOpen && type == 4 ? 3 : type
    }

    mutating func cancelMktData(_ request: Request, _ context: inout GatewayContext) {
        if subscriptions.stop(.snapshot, request, &context) { return }
        guard
            let key = lines[request.connection]?.removeValue(forKey: request.id)
        else {
            context.fail(request, 300, "Can't find EId with tickerId:\(request.id)")
            return
        }
        ticker.leave(key, request.connection, request.id, &context)
    }

    /// Nothing is answered; each line opened from now on says which type it carries.
    mutating func reqMarketDataType(_ request: Request, _ context: inout GatewayContext) {
        let type = request.int("marketDataType") ?? 0
        guard (1...4).contains(type) else {
            context.invalidate(request, "Invalid market data type.")
            return
        }
        types[request.connection] = type
    }
}

extension Market {
    /// The end of the last regular session before a moment, in milliseconds from the start.
    fileprivate func lastClose(of contract: Contract, before now: SimInstant) -> Int64? {
        let hours = TradingHours.regular(contract)
        let today = clock.day(at: now)
        for day in (0...7).lazy.map({ today - $0 }) {
            guard let session = hours.session(day: day),
                session.upperBound <= clock.seconds(at: now)
            else { continue }
            return session.upperBound * 1000 - clock.milliseconds(at: .start)
        }
        return nil
    }
}

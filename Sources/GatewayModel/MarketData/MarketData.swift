import GatewayWire
import Simulation

/// What a market data subscription remembers between two messages.
enum MarketStream: Sendable {
    case snapshot
    case tickByTick(TickByTick)
    case depth(DepthBook)
    case realTimeBars(RealTimeBars)
    case answered

    /// The contract whose halt keeps it from sending; `nil` for what goes on.
    fileprivate var stoppedByHalt: Int64? {
        switch self {
        case .tickByTick(let ticks): ticks.contract.conID
        case .depth(let book): book.contract.conID
        case .snapshot, .realTimeBars, .answered: nil
        }
    }
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
    /// Clients that were refused tick-by-tick data before.
    var refusedTickByTick: Set<ConnectionID> = []
    var subscriptions = Subscriptions<MarketStream>()

    /// All lines have their next tick.
    mutating func tick(at now: SimInstant, _ context: inout GatewayContext) {
        ticker.tick(at: now, &context)
    }

    /// Tells level 1 lines at once what a command has done to a contract.
    mutating func tellNow(of conID: Int64, at now: SimInstant, _ context: inout GatewayContext) {
        ticker.tellNow(of: conID, at: now, &context)
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
        if let conID = content.stoppedByHalt, context.market.prices.changes.isHalted(conID) {
            subscriptions.goOn(
                key, connection, content, at: context.market.nextTick(after: now), &context)
            return
        }
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
        refusedTickByTick.remove(connection)
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
        guard contract.secType == "BAG" || !request.flag("deltaNeutralContractPresent") else {
            // Reported at 200: the code; its text is assumed.
            context.fail(
                request, 320,
                "Error reading request. Only a combination may have a delta neutral contract.")
            return
        }
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
        if list.split(separator: ",").contains("258"), !context.settings.hasFundamentals {
            context.failFundamentals(request)
            return
        }
        guard !isSnapshot || list.isEmpty else {
            context.invalidate(
                request, "Snapshot market data subscription is not applicable to generic ticks")
            return
        }
        if request.flag("regulatorySnapshot"), !context.isEntitled(to: contract) {
            // Reported at 225: without a code, which older clients read as 0.
            let code = request.version < 201 ? "0" : ""
            var error = Message("error", ["reqId": String(request.id), "errorCode": code])
            error["errorString"] = "Internal server error"
            error["errorTime"] = String(context.market.clock.milliseconds(at: request.now))
            context.send(error, to: request.connection)
            return
        }
        switch grant(request, contract, isSnapshot: isSnapshot, context) {
        case .refused(let code, let text):
            // Recorded for 10089; the older refusals are not.
            if code == 10089 { sendParameters(request, contract, &context) }
            context.fail(request, code, text)
        case .type(let type, let notice):
            announce(request, contract, type: type, notice, &context)
            open(request, contract, generics, type: type, isSnapshot: isSnapshot, &context)
        }
    }

    /// What a line is told before its first tick.
    ///
    /// Recorded on delayed lines: the parameters and the type in either order, then the notice.
    private func announce(
        _ request: Request, _ contract: Contract, type: Int, _ notice: Notice?,
        _ context: inout GatewayContext
    ) {
        let typeComesFirst = type >= 3 && context.market.chance(ofClient: request.clientID) & 1 == 0
        if !typeComesFirst { sendParameters(request, contract, &context) }
        context.send(
            Message(
                "marketDataType", ["reqId": String(request.id), "marketDataType": String(type)]),
            to: request.connection)
        if typeComesFirst { sendParameters(request, contract, &context) }
        if let notice { context.fail(request, notice.code, notice.text) }
    }

    /// Recorded at 206 to 225 for a share of a login with delayed data; 3 is what IB documents.
    private func sendParameters(
        _ request: Request, _ contract: Contract, _ context: inout GatewayContext
    ) {
        guard request.version >= 114 else { return }
        let isShare = contract.secType == "STK"
        var message = Message(
            "tickReqParams",
            [
                "tickerId": String(request.id), "minTick": contract.minTick.description,
                "bboExchange": isShare ? SmartRouting.code : "",
                "snapshotPermissions": context.settings.marketData.isSubscribed ? "3" : "4",
            ])
        if isShare {
            message["lastPricePrecision"] = "0.000001"
            message["lastSizePrecision"] = "0.000001"
        }
        context.send(message, to: request.connection)
    }

    private mutating func open(
        _ request: Request, _ contract: Contract, _ generics: GenericTicks, type: Int,
        isSnapshot: Bool, _ context: inout GatewayContext
    ) {
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
        context.sendTop(
            of: feed, from: nil, to: state, isSnapshot: true, request.id, of: request.connection)
    }

    private struct Notice {
        let code: Int
        let text: String
    }

    private enum Grant {
        case type(Int, Notice?)
        case refused(Int, String)
    }

    /// The type a line gets and the notice before its ticks, or why it gets none.
    ///
    /// Frozen data is what was there at the last close; while the regular session runs, a frozen
    /// type gets the moving data instead, as a real gateway does.
    private func grant(
        _ request: Request, _ contract: Contract, isSnapshot: Bool, _ context: GatewayContext
    ) -> Grant {
        let asked = types[request.connection] ?? 1
        var type = asked
        var notice: Notice?
        let permission = context.settings.marketData
        if permission == .live || !permission.isSubscribed && context.isEntitled(to: contract) {
            type = asked == 3 ? 1 : asked == 4 ? 2 : asked
        } else if permission.hasDelayed, asked >= 3 {
            // Recorded: in streams, of some logins always and of others never; not in snapshots.
            if !isSnapshot, context.market.chance(ofClient: request.clientID) & 6 != 0 {
                notice = Notice(
                    code: 10167,
                    text: "Requested market data is not subscribed. Displaying delayed market data."
                )
            }
        } else if permission == .delayedElected {
            type = asked + 2
            notice = Notice(
                code: 2186,
                text: "Warning: Requested real-time market data requires additional subscription "
                    + "for API. You elected to receive delayed market data instead. To subscribe, "
                    + "see link in 'Market Data Connections' dialog for more details."
                    + contract.feedName)
        } else if !permission.isSubscribed {
            return refusal(asked, contract, context)
        }
        let hours = TradingHours.regular(contract)
        let isOpen = hours.isOpen(at: context.market.clock.seconds(at: request.now))
        return .type(isOpen && type == 2 ? 1 : isOpen && type == 4 ? 3 : type, notice)
    }

    /// Recorded of gateways of 2026: 10089, which tells when delayed data is on offer; reported of
    /// older ones: 354.
    private func refusal(_ asked: Int, _ contract: Contract, _ context: GatewayContext) -> Grant {
        guard context.settings.marketData.hasDelayed else {
            return asked >= 3
                ? .refused(
                    10168,
                    "Requested market data is not subscribed. "
                        + "Delayed market data is not enabled.")
                : .refused(10089, Refusal.subscription)
        }
        return context.settings.newestVersion < 200
            ? .refused(
                354,
                "Requested market data is not subscribed. Delayed market data is available."
                    + "\(contract.symbol) \(contract.exchange)/TOP/ALL")
            : .refused(
                10089,
                Refusal.subscription + "Delayed market data is available." + contract.feedName)
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
        let today = hours.day(of: clock.seconds(at: now))
        for day in (0...14).lazy.map({ today - $0 }) {
            guard let session = hours.session(day: day),
                session.upperBound <= clock.seconds(at: now)
            else { continue }
            return session.upperBound * 1000 - clock.milliseconds(at: .start)
        }
        return nil
    }
}

import GatewayWire
import Simulation

/// Level 1 lines: subscribing, snapshots, types, cancelling.
extension HealthyGateway {
    private static let snapshotTime = Duration.milliseconds(250)

    mutating func reqMktData(_ request: Request) {
        guard let client = clients[request.connection] else { return }
        guard client.streams.lines[request.id] == nil, !client.streams.has(.snapshot, request.id)
        else {
            fail(request, 102, "Duplicate ticker ID for API request")
            return
        }
        guard client.streams.lineCount < limits.marketDataLines else {
            fail(request, 101, "Max number of tickers has been reached")
            return
        }
        guard let contract = soleContract(request) else { return }
        let isSnapshot = request.flag("snapshot") || request.flag("regulatorySnapshot")
        let list = request.text("genericTickList")
        guard let generics = GenericTicks(list, version: request.version) else {
            fail(
                request, 321,
                "Error validating request.-'fakegw' : cause - Incorrect generic tick list of "
                    + "\(quoted(list)).  Legal ones for (\(contract.secType)) are: "
                    + GenericTicks.legalText(version: request.version))
            return
        }
        guard !isSnapshot || list.isEmpty else {
            fail(
                request, 321,
                "Error validating request.-'fakegw' : cause - Snapshot market data subscription "
                    + "is not applicable to generic ticks")
            return
        }
        guard let type = grantedType(request, client.marketDataType, contract) else { return }
        open(request, contract, generics, type: type, isSnapshot: isSnapshot)
    }

    private mutating func open(
        _ request: Request, _ contract: Contract, _ generics: GenericTicks, type: Int,
        isSnapshot: Bool
    ) {
        let id = String(request.id)
        if request.version >= 114 {
            send(
                Message(
                    "tickReqParams",
                    [
                        "tickerId": id, "minTick": contract.minTick.description,
                        "bboExchange": contract.secType == "STK" ? SmartRouting.code : "",
                        "snapshotPermissions": "3",
                    ]), to: request.connection)
        }
        send(
            Message("marketDataType", ["reqId": id, "marketDataType": String(type)]),
            to: request.connection)
        let isDelayed = type >= 3
        if isSnapshot || type == 2 || type == 4 {
            sendOnce(request, contract, isDelayed: isDelayed, isFrozen: type == 2 || type == 4)
            if isSnapshot {
                startStream(
                    .snapshot, request, .snapshot, at: request.now + Self.snapshotTime)
            } else {
                let key = FeedKey(conID: contract.conID, isDelayed: isDelayed)
                clients[request.connection]?.streams.lines[request.id] = key
            }
            return
        }
        let key = FeedKey(conID: contract.conID, isDelayed: isDelayed)
        clients[request.connection]?.streams.lines[request.id] = key
        let line = Feed.Line(
            connection: request.connection, request: request.id, generics: generics)
        join(key, contract, line, at: request.now)
    }

    private mutating func sendOnce(
        _ request: Request, _ contract: Contract, isDelayed: Bool, isFrozen: Bool
    ) {
        let feed = Feed(contract, isDelayed: isDelayed, in: prices)
        var moment = priceMoment(at: request.now) - (isDelayed ? Self.delay : 0)
        if isFrozen, let close = lastClose(of: contract, before: request.now) {
            moment = close - 1
        }
        let state = tickState(of: contract, at: moment)
        sendTop(of: feed, from: nil, to: state, request.id, of: request.connection)
    }

    /// The type a line gets, or `nil` after the refusal was sent.
    ///
    /// Frozen data is what was there at the last close; while the regular session runs, a frozen
    /// type gets the moving data instead, as a real gateway does.
    private mutating func grantedType(_ request: Request, _ asked: Int, _ contract: Contract)
        -> Int?
    {
        var type = asked
        switch settings.marketData {
        case .asRequested: break
        case .live: type = asked == 3 ? 1 : asked == 4 ? 2 : asked
        case .delayedOnly:
            guard asked >= 3 else {
                fail(
                    request, 354,
                    "Requested market data is not subscribed. Delayed market data is available."
                        + "\(contract.symbol) \(contract.exchange)/TOP/ALL")
                return nil
            }
            fail(
                request, 10167,
                "Requested market data is not subscribed. Displaying delayed market data.")
        case .none:
            fail(
                request, asked >= 3 ? 10168 : 10089,
                asked >= 3
                    ? "Requested market data is not subscribed. Delayed market data is not enabled."
                    : "Requested market data requires additional subscription for API. "
                        + "See link in 'Market Data Connections' dialog for more details.")
            return nil
        }
        let hours = TradingHours.regular(contract)
        let isOpen = hours.isOpen(at: clock.seconds(at: request.now))
        return isOpen && type == 2 ? 1 : isOpen && type == 4 ? 3 : type
    }

    /// The end of the last regular session before a moment, in milliseconds from the start.
    private func lastClose(of contract: Contract, before now: SimInstant) -> Int64? {
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

    mutating func cancelMktData(_ request: Request) {
        if stopStream(.snapshot, request.id, of: request.connection) { return }
        guard
            let key = clients[request.connection]?.streams.lines.removeValue(forKey: request.id)
        else {
            fail(request, 300, "Can't find EId with tickerId:\(request.id)")
            return
        }
        leave(key, request.connection, request.id)
    }

    /// Nothing is answered; each line opened from now on says which type it carries.
    mutating func reqMarketDataType(_ request: Request) {
        let type = request.int("marketDataType") ?? 0
        guard (1...4).contains(type) else {
            fail(
                request, 321,
                "Error validating request.-'fakegw' : cause - Invalid market data type.")
            return
        }
        clients[request.connection]?.marketDataType = type
    }
}

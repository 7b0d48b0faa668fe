import GatewayWire
import Simulation

/// One client's subscription to one contract's ticks.
struct MarketDataLine: Sendable {
    let contract: Contract
    let isSnapshot: Bool
    var ticket: Schedule.Ticket?
    var lastQuote: PriceProcess.Quote?
}

/// Level 1 ticks: streaming lines and snapshots.
///
/// Data is always live, whatever type was asked for: a gateway with a live subscription answers so.
/// Generic ticks, delayed ticks and regulatory snapshots come later.
extension HealthyGateway {
    private static let interval = Duration.milliseconds(500)
    private static let snapshotTime = Duration.milliseconds(250)

    mutating func reqMktData(_ request: Request) {
        guard let client = clients[request.connection] else { return }
        guard client.marketDataLines[request.id] == nil else {
            fail(request, 102, "Duplicate ticker ID for API request")
            return
        }
        guard client.marketDataLines.count < limits.marketDataLines else {
            fail(request, 101, "Max number of tickers has been reached")
            return
        }
        guard let contract = soleContract(request) else { return }
        let id = String(request.id)
        if request.version >= 114 {
            send(
                Message(
                    "tickReqParams",
                    [
                        "tickerId": id, "minTick": contract.minTick.description,
                        "bboExchange": "9c0001", "snapshotPermissions": "3",
                    ]), to: request.connection)
        }
        send(
            Message("marketDataType", ["reqId": id, "marketDataType": "1"]),
            to: request.connection)
        let isSnapshot = request.flag("snapshot")
        var line = MarketDataLine(contract: contract, isSnapshot: isSnapshot)
        sendTicks(&line, request.id, to: request.connection, at: request.now)
        line.ticket = schedule.add(
            .tick(request.connection, request: request.id),
            at: request.now + (isSnapshot ? Self.snapshotTime : Self.interval))
        clients[request.connection]?.marketDataLines[request.id] = line
    }

    mutating func cancelMktData(_ request: Request) {
        guard
            let line = clients[request.connection]?.marketDataLines.removeValue(forKey: request.id)
        else {
            fail(request, 300, "Can't find EId with tickerId:\(request.id)")
            return
        }
        if let ticket = line.ticket { schedule.cancel(ticket) }
    }

    /// Nothing is answered; each line says which type it carries.
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

    mutating func tick(_ connection: ConnectionID, _ requestID: Int, at now: SimInstant) {
        guard var line = clients[connection]?.marketDataLines[requestID] else { return }
        line.ticket = nil
        if line.isSnapshot {
            clients[connection]?.marketDataLines[requestID] = nil
            send(Message("tickSnapshotEnd", ["reqId": String(requestID)]), to: connection)
            return
        }
        if serverIsConnected { sendTicks(&line, requestID, to: connection, at: now) }
        line.ticket = schedule.add(
            .tick(connection, request: requestID), at: now + Self.interval)
        clients[connection]?.marketDataLines[requestID] = line
    }

    mutating func dropMarketData(of connection: ConnectionID) {
        guard let lines = clients[connection]?.marketDataLines else { return }
        for request in lines.keys.sorted() {
            if let ticket = lines[request]?.ticket { schedule.cancel(ticket) }
        }
        clients[connection]?.marketDataLines = [:]
    }

    /// Sends what changed since the line's last ticks, and everything at first.
    private mutating func sendTicks(
        _ line: inout MarketDataLine, _ requestID: Int, to connection: ConnectionID,
        at now: SimInstant
    ) {
        let moment = PriceProcess.milliseconds(of: now)
        let quote = prices.quote(of: line.contract, at: moment)
        let before = line.lastQuote
        line.lastQuote = quote
        let sides:
            [(type: Int, sizeType: Int, price: Amount, size: Int64, was: Amount?, had: Int64?)] =
                [
                    (1, 0, quote.bid, quote.bidSize, before?.bid, before?.bidSize),
                    (2, 3, quote.ask, quote.askSize, before?.ask, before?.askSize),
                    (4, 5, quote.last, quote.lastSize, before?.last, before?.lastSize),
                ]
        for side in sides {
            if side.price != side.was {
                sendPrice(side.type, side.price, size: side.size, requestID, to: connection)
            }
            if side.price != side.was || side.size != side.had {
                sendSize(side.sizeType, side.size, requestID, to: connection)
            }
        }
        let today = dayStart(before: now)
        if quote != before {
            let volume = prices.volume(of: line.contract, from: today, to: moment)
            sendSize(8, volume, requestID, to: connection)
            send(
                Message(
                    "tickString",
                    [
                        "reqId": String(requestID), "tickType": "45",
                        "value": String(clock.seconds(at: now)),
                    ]), to: connection)
        }
        if before == nil { sendDay(of: line.contract, requestID, to: connection, at: now) }
    }

    /// High, low, previous close and open of the day so far.
    private mutating func sendDay(
        of contract: Contract, _ requestID: Int, to connection: ConnectionID, at now: SimInstant
    ) {
        let day = bar(
            of: contract, from: dayStart(before: now), to: PriceProcess.milliseconds(of: now),
            showing: .trades)
        let close = prices.quote(of: contract, at: dayStart(before: now) - 1).last
        for (type, price) in [(6, day.high), (7, day.low), (9, close), (14, day.open)] {
            sendPrice(type, price, size: 0, requestID, to: connection)
        }
    }

    /// Midnight UTC of the current day, in milliseconds from the gateway's start.
    private func dayStart(before now: SimInstant) -> Int64 {
        let wall = clock.milliseconds(at: now)
        let into = wall - floorDivide(wall, 86_400_000) * 86_400_000
        return PriceProcess.milliseconds(of: now) - into
    }

    private mutating func sendPrice(
        _ type: Int, _ price: Amount, size: Int64, _ requestID: Int, to connection: ConnectionID
    ) {
        send(
            Message(
                "tickPrice",
                [
                    "reqId": String(requestID), "tickType": String(type),
                    "price": price.description, "size": String(size),
                    "attrMask": type <= 2 ? "1" : "0",
                ]), to: connection)
    }

    private mutating func sendSize(
        _ type: Int, _ size: Int64, _ requestID: Int, to connection: ConnectionID
    ) {
        send(
            Message(
                "tickSize",
                ["reqId": String(requestID), "tickType": String(type), "size": String(size)]),
            to: connection)
    }
}

import GatewayWire
import Simulation

/// A scanner subscription that made sense.
struct ScannerQuery: Sendable {
    let code: String
    let rows: Int
    let above: Amount?
    let below: Amount?
    let volumeAbove: Int64
    /// Only shares that trade under the rules of the United States.
    let isAmerican: Bool
}

/// Scanners over the world's stocks, ranked afresh every thirty seconds.
extension Reference {
    private static let period = Duration.seconds(30)
    private static let scanners = 10
    private static let mostRows = 50
    /// Scan codes with the name the parameters document gives them.
    private static let codes: [(code: String, name: String)] = [
        ("TOP_PERC_GAIN", "Top % Gainers"), ("TOP_PERC_LOSE", "Top % Losers"),
        ("MOST_ACTIVE", "Most Active"), ("HOT_BY_VOLUME", "Hot Contracts by Volume"),
        ("HOT_BY_PRICE", "Hot Contracts by Price"), ("TOP_PRICE_RANGE", "Top Price Range"),
        ("TOP_TRADE_COUNT", "Top Trade Count"), ("HIGH_OPEN_GAP", "Top Close-to-Open % Gainers"),
        ("LOW_OPEN_GAP", "Top Close-to-Open % Losers"), ("ALL_SYMBOLS_ASC", "All Symbols A-Z"),
    ]

    mutating func reqScannerSubscription(_ request: Request, _ context: inout GatewayContext) {
        guard
            subscriptions.mayOpen(
                .scanner, request, atMost: Self.scanners,
                duplicate: (385, "Duplicate ticker ID for API scanner subscription"),
                tooMany: GatewayContext.serviceError(
                    "only \(Self.scanners) simultaneous API scanner subscriptions allowed"),
                &context)
        else { return }
        let code = request.text("sub.scanCode").uppercased()
        guard Self.codes.contains(where: { $0.code == code }) else {
            context.failService(request, "Scanner type with code \(quoted(code)) is disabled")
            return
        }
        guard ["STK", "ETF.EQ.US", ""].contains(request.text("sub.instrument").uppercased()) else {
            context.failService(
                request, "Scanner instrument \(quoted(request.text("sub.instrument"))) is unknown")
            return
        }
        let rows = request.int("sub.numberOfRows") ?? -1
        let query = ScannerQuery(
            code: code, rows: rows < 1 ? Self.mostRows : min(rows, Self.mostRows),
            above: request.amount("sub.abovePrice"), below: request.amount("sub.belowPrice"),
            volumeAbove: Int64(request.int("sub.aboveVolume") ?? 0),
            isAmerican: request.text("sub.locationCode").uppercased().hasPrefix("STK.US"))
        let next = advance(query, request.id, request.connection, at: request.now, &context)
        subscriptions.start(.scanner, request, .scanner(query), at: next, &context)
    }

    /// Ends with 162, as a real gateway words it (assumed: third-party logs).
    mutating func cancelScannerSubscription(_ request: Request, _ context: inout GatewayContext) {
        if subscriptions.stop(.scanner, request, &context) {
            context.failService(request, "API scanner subscription cancelled: \(request.id)")
        } else {
            context.fail(request, 365, "No scanner subscription found for ticker id:\(request.id)")
        }
    }

    func advance(
        _ query: ScannerQuery, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> SimInstant? {
        guard context.serverIsConnected else { return now + Self.period }
        // Recorded: rows from rank 0; without any, error 165 and then an answer of no rows.
        let found = ranking(query, at: now, context.market)
        var message = Message("scannerData", ["reqId": String(request)])
        let rows = found.enumerated().map { rank, contract in
            [
                "rank": String(rank), "contract.conId": String(contract.conID),
                "contract.symbol": contract.symbol, "contract.secType": contract.secType,
                "contract.strike": "0", "contract.exchange": "SMART",
                "contract.currency": contract.currency,
                "contract.primaryExchange": contract.primaryExchange,
                "contract.localSymbol": contract.localSymbol,
                "details.marketName": contract.tradingClass,
                "contract.tradingClass": contract.tradingClass,
            ]
        }
        message.setItems(of: "items", to: rows)
        if found.isEmpty {
            context.sendError(
                165, "Historical Market Data Service query message:no items retrieved",
                id: request, to: connection, at: now)
        }
        context.send(message, to: connection)
        return now + Self.period
    }

    private func ranking(
        _ query: ScannerQuery, at now: SimInstant, _ market: Market
    ) -> [Contract] {
        let moment = market.priceMoment(at: now)
        var scored: [(contract: Contract, score: Double)] = []
        for contract in market.contracts.contracts where contract.secType == "STK" {
            guard !query.isAmerican || contract.isAmericanShare else { continue }
            let state = market.tickState(of: contract, at: moment)
            let last = state.quote.last
            guard query.above.map({ last >= $0 }) ?? true, query.below.map({ last <= $0 }) ?? true,
                state.volume >= query.volumeAbove
            else { continue }
            scored.append((contract, Self.score(query.code, state)))
        }
        if query.code == "ALL_SYMBOLS_ASC" {
            scored.sort { $0.contract.symbol < $1.contract.symbol }
        } else {
            scored.sort { ($0.score, $1.contract.conID) > ($1.score, $0.contract.conID) }
        }
        return scored.prefix(query.rows).map(\.contract)
    }

    private static func score(_ code: String, _ state: Feed.State) -> Double {
        let close = max(state.close.double, 1e-6)
        let gain = state.quote.last.double / close - 1
        switch code {
        case "TOP_PERC_LOSE": return -gain
        case "MOST_ACTIVE", "HOT_BY_VOLUME", "TOP_TRADE_COUNT": return Double(state.volume)
        case "HOT_BY_PRICE": return gain.magnitude
        case "TOP_PRICE_RANGE": return (state.high.double - state.low.double) / close
        case "HIGH_OPEN_GAP": return state.open.double / close - 1
        case "LOW_OPEN_GAP": return 1 - state.open.double / close
        default: return gain
        }
    }

    /// The document's frame with what this world offers in it; a real one has two megabytes.
    func reqScannerParameters(_ request: Request, _ context: inout GatewayContext) {
        let types = Self.codes.map { code, name in
            "<ScanType><displayName>\(xmlText(name))</displayName><scanCode>\(code)</scanCode>"
                + "<instruments>STK</instruments></ScanType>"
        }
        let xml =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ScanParameterResponse>"
            + "<InstrumentList varName=\"instrumentList\"><Instrument><name>US Stocks</name>"
            + "<type>STK</type></Instrument></InstrumentList>"
            + "<LocationTree varName=\"locationTree\"><Location><displayName>US Stocks"
            + "</displayName><locationCode>STK.US</locationCode></Location></LocationTree>"
            + "<ScanTypeList varName=\"scanTypeList\">\(types.joined())</ScanTypeList>"
            + "</ScanParameterResponse>"
        context.send(Message("scannerParameters", ["xml": xml]), to: request.connection)
    }
}

import GatewayWire
import Simulation

/// A client's picture of one market depth, row by row.
struct DepthBook: Sendable {
    struct Row: Hashable, Sendable {
        let price: Amount
        let size: Int64
        let exchange: String
    }

    enum Operation: Hashable, Sendable {
        case insert(Row)
        case update(Row)
        case delete
    }

    let contract: Contract
    let rows: Int
    let isSmart: Bool
    var bids: [Row] = []
    var asks: [Row] = []

    /// The steps that turn the rows shown into the rows wanted.
    ///
    /// Rows are updated in place; only the last ones are inserted and deleted. Updating in place
    /// was seen at a real gateway (ib_async issue 33), and clients need it that treat an insert as
    /// an update. Deleting at the end is assumed.
    static func steps(from shown: [Row], to wanted: [Row]) -> [(position: Int, Operation)] {
        var steps: [(position: Int, Operation)] = []
        for (position, (row, next)) in zip(shown, wanted).enumerated() where row != next {
            steps.append((position, .update(next)))
        }
        for (position, row) in wanted.enumerated().dropFirst(shown.count) {
            steps.append((position, .insert(row)))
        }
        for position in shown.indices.dropFirst(wanted.count).reversed() {
            steps.append((position, .delete))
        }
        return steps
    }
}

/// Market depth, plain and SMART: more rows of the book whose best row the quote is.
extension MarketData {
    mutating func reqMktDepth(_ request: Request, _ context: inout GatewayContext) {
        let limit = context.limits.depthStreams
        guard
            subscriptions.mayOpen(
                .depth, request, atMost: limit,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (
                    309, "Max number (\(limit)) of market depth requests has been reached"
                ), &context)
        else { return }
        guard let contract = context.soleContract(request) else { return }
        guard !contract.isIndex, contract.secType != "BAG", contract.secType != "NEWS" else {
            context.fail(request, 10092, Refusal.notSupported)
            return
        }
        let isEntitled = context.isEntitled(to: contract)
        // Reported at 225 for SMART without its flag; for an exchange of one's own assumed.
        guard isEntitled || request.flag("isSmartDepth") else {
            if contract.exchange == "SMART" {
                context.fail(request, 10092, Refusal.notSupported)
            } else {
                context.fail(request, 10089, Refusal.subscription)
            }
            return
        }
        let asked = request.int("numRows") ?? 0
        let isSmart = request.flag("isSmartDepth")
        if isSmart {
            let venues = contract.depthVenues.map { "\($0); " }.joined()
            context.fail(
                request, 2152,
                isEntitled
                    ? "Exchanges - Depth: \(venues)Top: ; "
                        + "Need additional market data permissions - Depth: ; Top: ; "
                    : "Exchanges - Depth: ; Top: ; "
                        + "Need additional market data permissions - Depth: \(venues)Top: ; ")
        }
        // Without permissions the subscription lives and has no rows (reported).
        let rows = isEntitled ? min(asked < 1 ? 20 : asked, context.limits.depthRows) : 0
        var book = DepthBook(contract: contract, rows: rows, isSmart: isSmart)
        show(&book, request.id, request.connection, at: request.now, &context)
        subscriptions.start(
            .depth, request, .depth(book), at: request.now + context.market.tickInterval, &context)
    }

    mutating func cancelMktDepth(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .depth, request, orFail: 310,
            "Can't find the subscribed market depth with tickerId:\(request.id)", &context)
    }

    func advance(
        _ book: inout DepthBook, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> SimInstant? {
        if context.serverIsConnected { show(&book, request, connection, at: now, &context) }
        return context.market.nextTick(after: now)
    }

    private func show(
        _ book: inout DepthBook, _ request: Int, _ connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        let bids = depthRows(book, isBid: true, at: now, context.market)
        let asks = depthRows(book, isBid: false, at: now, context.market)
        for (side, shown, wanted) in [(1, book.bids, bids), (0, book.asks, asks)] {
            for (position, step) in DepthBook.steps(from: shown, to: wanted) {
                context.send(message(step, position, side, book, request), to: connection)
            }
        }
        book.bids = bids
        book.asks = asks
    }

    /// Prices a tick apart from the best one outwards; sizes change every few seconds.
    private func depthRows(
        _ book: DepthBook, isBid: Bool, at now: SimInstant, _ market: Market
    ) -> [DepthBook.Row] {
        let moment = market.priceMoment(at: now)
        let quote = market.prices.quote(of: book.contract, at: moment)
        let best = isBid ? quote.bid : quote.ask
        let step = isBid ? -book.contract.minTick : book.contract.minTick
        let exchanges = book.contract.depthVenues
        var rows: [DepthBook.Row] = []
        for depth in 0..<book.rows {
            let price = best + step * Amount(whole: Int64(depth))
            if price <= 0 { break }
            let place = UInt64(bitPattern: price.micros) ^ UInt64(bitPattern: book.contract.conID)
            let phase = Int64(mixed(place, 1) % 4_000)
            let chance = mixed(place, UInt64(bitPattern: floorDivide(moment + phase, 4_000)))
            let size = depth == 0 ? (isBid ? quote.bidSize : quote.askSize) : nil
            rows.append(
                DepthBook.Row(
                    price: price, size: size ?? 100 * Int64(1 + chance % 40),
                    exchange: exchanges[Int((place >> 7) % UInt64(exchanges.count))]))
        }
        return rows
    }

    private func message(
        _ step: DepthBook.Operation, _ position: Int, _ side: Int, _ book: DepthBook,
        _ request: Int
    ) -> Message {
        let (operation, row): (Int, DepthBook.Row?) =
            switch step {
            case .insert(let row): (0, row)
            case .update(let row): (1, row)
            case .delete: (2, nil)
            }
        var message = Message(
            book.isSmart ? "updateMktDepthL2" : "updateMktDepth",
            [
                "reqId": String(request), "position": String(position),
                "operation": String(operation), "side": String(side),
                "price": row?.price.description ?? "0", "size": String(row?.size ?? 0),
            ])
        // Recorded: the rows of one exchange say neither, although protobuf has fields for both.
        guard book.isSmart else { return message }
        message["marketMaker"] = row?.exchange ?? ""
        message["isSmartDepth"] = "1"
        return message
    }
}

extension Contract {
    /// Where its book's rows come from.
    fileprivate var depthVenues: [String] {
        guard exchange == "SMART" else { return [exchange] }
        return isAmericanShare ? SmartRouting.depthExchanges : venues
    }
}

import GatewayWire
import Simulation

/// Questions about orders and executions.
extension Orders {
    /// A client sees its own orders; the master sees everyone's, and so does every client where the
    /// gateway is set up so.
    ///
    /// Orders that the order server refused (Inactive) are among them since API 10.48 (reported).
    func reqOpenOrders(_ request: Request, _ context: inout GatewayContext) {
        let isMaster =
            context.settings.everyClientIsMaster
            || context.settings.masterClientID == request.clientID
        func isShown(_ order: Order) -> Bool { isMaster || order.clientID == request.clientID }
        var listed = book.open.filter(isShown)
        if context.settings.showsDeactivatedOrders.holds(usually: request.version >= 226) {
            listed += book.completed.entries.filter { $0.isDeactivated && isShown($0) }.map {
                var order = $0
                order.status = .inactive
                return order
            }
        }
        list(listed, to: request.connection, &context)
    }

    /// What a client that has open orders of its own is shown at its start, unasked.
    ///
    /// Recorded at 200 and 225: the answer that `reqOpenOrders` gets, and nothing when there is no
    /// order.
    func downloadOpenOrders(
        of clientID: Int, to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        let own = book.open.filter { $0.clientID == clientID && !$0.isUntransmitted }
        guard !own.isEmpty else { return }
        list(own, to: connection, &context)
    }

    func reqAllOpenOrders(_ request: Request, _ context: inout GatewayContext) {
        list(book.open, to: request.connection, &context)
    }

    private func list(
        _ listed: [Order], to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        for order in listed where !order.isUntransmitted {
            context.send(openOrder(order), to: connection)
            context.send(orderStatus(order), to: connection)
        }
        context.send(Message("openOrderEnd"), to: connection)
    }

    /// Gives every order made by hand (client 0, order id 0) an id of client 0's, so that it can be
    /// changed and cancelled; refused for other clients.
    mutating func reqAutoOpenOrders(_ request: Request, _ context: inout GatewayContext) {
        guard request.clientID == 0 else {
            if request.flag("bAutoBind") {
                context.fail(
                    request, 327,
                    "Only the default client (with API client id 0) can auto bind orders.")
            }
            return
        }
        guard request.flag("bAutoBind") else { return }
        for unbound in book.open where unbound.clientID == 0 && unbound.orderID == 0 {
            var order = unbound
            order.orderID = book.takeBoundID(isNegative: context.settings.bindsWithNegativeIDs)
            book.update(order)
            show(order, &context)
            guard request.version >= 144 else { continue }
            context.send(
                Message(
                    "orderBound",
                    [
                        "permId": String(order.permID), "clientId": "0",
                        "orderId": String(order.orderID),
                    ]), to: request.connection)
        }
    }

    /// Orders that ended, of all clients; `apiOnly` leaves out those made by hand.
    ///
    /// Recorded at 225: the answer begins with a bare status of each cancelled order of the client;
    /// the orders come in no order of ids or times.
    mutating func reqCompletedOrders(_ request: Request, _ context: inout GatewayContext) {
        let isAPIOnly = request.flag("apiOnly")
        var listed = book.completed.entries.filter { !isAPIOnly || $0.orderID != 0 }
        if context.settings.orderEchoes == .bySeed { listed.shuffle(using: &lists) }
        if context.settings.restatesCancelledOrders.holds(usually: request.version >= 225) {
            for order in listed
            where order.status == .cancelled && order.clientID == request.clientID {
                context.send(orderStatus(order), to: request.connection)
            }
            if context.settings.orderEchoes == .bySeed { listed.shuffle(using: &lists) }
        }
        for order in listed {
            context.send(completedOrder(order), to: request.connection)
        }
        context.send(Message("completedOrdersEnd"), to: request.connection)
    }

    /// Executions of all clients that pass the filter, in the order of time, then their commissions.
    ///
    /// Recorded at 225.
    func reqExecutions(_ request: Request, _ context: inout GatewayContext) {
        let clock = context.market.clock
        let filter = ExecutionFilter(request, today: clock.day(at: request.now))
        let found = book.fills.entries.filter(filter.passes)
        for fill in found {
            context.send(
                execDetails(
                    fill, requestID: request.id, version: request.version, clock,
                    dated: context.settings.sendInstrumentTimezone),
                to: request.connection)
        }
        for fill in found where fill.contract.legs.isEmpty {
            context.send(commissionReport(fill), to: request.connection)
        }
        context.send(
            Message("execDetailsEnd", ["reqId": String(request.id)]), to: request.connection)
    }
}

/// What a client wants to see of executions; empty fields let everything of today pass.
struct ExecutionFilter: Sendable {
    private let clientID: Int
    private let account: String
    private let since: Int64?
    private let symbol: String
    private let secType: String
    private let exchange: String
    private let side: String
    /// Days since 1970, in UTC.
    private let days: ClosedRange<Int64>
    /// Days as `YYYYMMDD`, in place of the range; empty for none.
    private let dates: Set<String>

    init(_ request: Request, today: Int64) {
        clientID = request.int("filter.clientId") ?? 0
        account = request.text("filter.acctCode")
        since = WallClock.seconds(from: request.text("filter.time"))
        symbol = request.text("filter.symbol").uppercased()
        secType = request.text("filter.secType").uppercased()
        exchange = request.text("filter.exchange").uppercased()
        side = request.text("filter.side").uppercased()
        let count = request.int("filter.lastNDays") ?? 0
        // The unset integer, and what no gateway keeps, mean today.
        let past = (1...3650).contains(count) ? Int64(count) - 1 : 0
        days = (today - past)...max(today, today - past)
        dates = Set(
            request.message.items(named: "filter.specificDates").compactMap { $0["_date"] })
    }

    /// Assumed: client id 0 means any client.
    func passes(_ fill: Fill) -> Bool {
        let execution = fill.execution
        return isOnDay(fill.seconds)
            && (clientID == 0 || clientID == execution.clientID)
            && (account.isEmpty || account == execution.account)
            && (since.map { fill.seconds >= $0 } ?? true)
            && (symbol.isEmpty || symbol == fill.contract.symbol)
            && (secType.isEmpty || secType == fill.contract.secType)
            && (exchange.isEmpty || exchange == execution.exchange
                || exchange == fill.contract.exchange)
            && (side.isEmpty || side.hasPrefix(execution.isBuy ? "B" : "S"))
    }

    private func isOnDay(_ seconds: Int64) -> Bool {
        dates.isEmpty
            ? days.contains(floorDivide(seconds, WallClock.secondsPerDay))
            : dates.contains(WallClock.day(of: seconds))
    }
}

extension Message {
    /// The items of a group the message may not have.
    fileprivate func items(named name: String) -> [[String: String]] {
        schema.indexes(of: name).isEmpty ? [] : items(of: name)
    }
}

import GatewayWire
import Simulation

/// How an order ended that was not filled.
enum OrderEnding: Sendable {
    case byTrader
    /// By the order server, the gateway or another order; the reason may be empty.
    case bySystem(String)

    /// What completedOrder says.
    ///
    /// Recorded at 200 and 225: a line break follows the colon.
    fileprivate var words: String {
        switch self {
        case .byTrader: "Cancelled by Trader"
        case .bySystem(let reason): "Cancelled by System:\n\(reason)"
        }
    }

    /// What follows in error 202; nothing when the client cancelled (recorded).
    fileprivate var reason: String {
        switch self {
        case .byTrader: ""
        case .bySystem(let reason): reason
        }
    }
}

/// Taking orders back.
extension Orders {
    private static let cancellation: ClosedRange<Int64> = 10...40

    mutating func cancelOrder(_ request: Request, _ context: inout GatewayContext) {
        let id = request.id
        let key = OrderKey(clientID: request.clientID, orderID: id)
        if let order = book.openOrder(key) {
            guard order.status != .pendingCancel else {
                context.fail(request, 161, Self.notCancellable(order))
                return
            }
            cancel(order, at: request.now, &context)
        } else if let done = book.completedOrder(key) {
            context.fail(
                request, 10148,
                "OrderId \(id) that needs to be cancelled cannot be cancelled, state: "
                    + "\(done.status.rawValue).")
        } else {
            context.fail(request, 10147, "OrderId \(id) that needs to be cancelled is not found.")
        }
    }

    /// Recorded at 200: two blanks, and none behind the sign.
    private static func notCancellable(_ order: Order) -> String {
        "Cancel attempted when order is not in a cancellable state.  "
            + "Order permId =\(order.permID)"
    }

    /// Cancels every client's open orders, as a real gateway does.
    ///
    /// Recorded at 225: ten orders ended one by one in no order of their ids, each with its status
    /// and error 202, and none was PendingCancel. Recorded at 200: error 161 for every order of the
    /// client that had ended before.
    mutating func reqGlobalCancel(_ request: Request, _ context: inout GatewayContext) {
        if context.settings.reportsDoneOrders.holds(usually: request.version < 204) {
            for order in book.completed.entries where order.clientID == request.clientID {
                context.sendError(
                    161, Self.notCancellable(order), id: order.orderID, to: request.connection,
                    at: request.now)
            }
        }
        var leaving = book.open.filter { $0.status != .pendingCancel }
        if context.settings.orderEchoes == .bySeed { leaving.shuffle(using: &lists) }
        let end = request.now + book.delay(milliseconds: Self.cancellation)
        for order in leaving {
            // A parent may have taken it along.
            guard let order = book.openOrder(permID: order.permID) else { continue }
            guard !order.isUntransmitted else {
                self.end(order, as: .byTrader, at: request.now, &context)
                continue
            }
            dropEchoes(of: order.permID, &context)
            startCancelling(order, endingAt: end, &context)
        }
    }

    /// Announces the cancellation as the seed says, and ends the order a little later; an
    /// untransmitted one ends at once.
    ///
    /// In between the order can still be filled.
    private mutating func cancel(
        _ order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard !order.isUntransmitted else {
            end(order, as: .byTrader, at: now, &context)
            return
        }
        var announcement = habits(of: order, context).announcement
        if let untold = dropEchoes(of: order.permID, &context), let warning = untold.warning {
            // Recorded at 225: the warning and the unchanged pair still come.
            warn(order, warning, at: now, &context)
            show(order, &context)
            announcement = .pending(2)
        }
        if case .unchanged = announcement { show(order, &context) }
        let order = startCancelling(
            order, endingAt: now + book.delay(milliseconds: Self.cancellation), &context)
        if case .pending(let count) = announcement {
            for _ in 0..<count { show(order, &context) }
        }
    }

    @discardableResult
    private mutating func startCancelling(
        _ order: Order, endingAt end: SimInstant, _ context: inout GatewayContext
    ) -> Order {
        var order = order
        if !order.isWorking, let ticket = order.ticket {
            context.schedule.cancel(ticket)
            order.ticket = nil
        }
        order.status = .pendingCancel
        book.update(order)
        _ = context.schedule.add(.finishCancel(permID: order.permID), at: end)
        return order
    }

    mutating func finishCancel(_ permID: Int64, at now: SimInstant, _ context: inout GatewayContext)
    {
        guard let order = book.openOrder(permID: permID), order.status == .pendingCancel else {
            return
        }
        guard context.serverIsConnected else {
            stalledCancels.insert(permID)
            return
        }
        stalledCancels.remove(permID)
        end(order, as: .byTrader, at: now, &context)
    }

    /// Ends an order that is not wholly filled, and the children that wait for it.
    ///
    /// Recorded at 200 to 225 without exception: the status comes before error 202.
    mutating func end(
        _ order: Order, as ending: OrderEnding, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard var order = book.openOrder(permID: order.permID) else { return }
        finish(&order, as: .cancelled, ending.words, at: now, &context)
        if order.isExercise, let owner = context.roster.connection(of: order.clientID) {
            explainEnd(ofExercise: order, to: owner, at: now, &context)
        }
        tell(orderStatus(order), about: order, &context)
        if let owner = context.roster.connection(of: order.clientID) {
            context.sendError(
                202, "Order Canceled - reason:\(ending.reason)", id: order.orderID, to: owner,
                at: now)
        }
        endChildren(of: order, at: now, &context)
    }

    /// Recorded at 225: children of a cancelled bracket are cancelled by the system.
    mutating func endChildren(
        of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        for child in book.children(of: order.key) where child.waitsForParent {
            end(child, as: .bySystem(""), at: now, &context)
        }
    }
}

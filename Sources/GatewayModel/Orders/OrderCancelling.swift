import GatewayWire
import Simulation

/// Taking orders back.
extension Orders {
    private static let cancellation: ClosedRange<Int64> = 10...40

    mutating func cancelOrder(_ request: Request, _ context: inout GatewayContext) {
        let id = request.id
        let key = OrderKey(clientID: request.clientID, orderID: id)
        if let order = book.openOrder(key) {
            guard order.status != .pendingCancel else {
                context.fail(
                    request, 161,
                    "Cancel attempted when order is not in a cancellable state. "
                        + "Order permId = \(order.permID)")
                return
            }
            cancel(order, at: request.now, &context)
        } else if let done = book.completedOrder(key) {
            context.fail(request, 10148, Self.notCancellable(id, done.status))
        } else {
            context.fail(request, 10147, "OrderId \(id) that needs to be cancelled is not found.")
        }
    }

    private static func notCancellable(_ id: Int, _ status: OrderStatus) -> String {
        "OrderId \(id) that needs to be cancelled cannot be cancelled, state: \(status.rawValue)."
    }

    /// Cancels every client's open orders, as a real gateway does.
    mutating func reqGlobalCancel(_ request: Request, _ context: inout GatewayContext) {
        for order in book.open where order.status != .pendingCancel {
            // A parent may have taken it along.
            guard let order = book.openOrder(permID: order.permID) else { continue }
            cancel(order, at: request.now, &context)
        }
    }

    /// Reports PendingCancel, and ends the order a little later; an untransmitted one ends at once.
    ///
    /// In between the order can still be filled.
    private mutating func cancel(
        _ order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard !order.isUntransmitted else {
            end(order, as: "Cancelled by Trader", reason: "", at: now, &context)
            return
        }
        var order = order
        if order.status == .preSubmitted, let ticket = order.ticket {
            context.schedule.cancel(ticket)
            order.ticket = nil
        }
        order.status = .pendingCancel
        book.update(order)
        tell(orderStatus(order), about: order, &context)
        _ = context.schedule.add(
            .finishCancel(permID: order.permID),
            at: now + book.delay(milliseconds: Self.cancellation))
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
        end(order, as: "Cancelled by Trader", reason: "", at: now, &context)
    }

    /// Ends an order that is not wholly filled, and the children that wait for it.
    ///
    /// Status and error 202 come in either order, by seed.
    mutating func end(
        _ order: Order, as words: String, reason: String, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard var order = book.openOrder(permID: order.permID) else { return }
        finish(&order, as: .cancelled, words, at: now, &context)
        if order.isExercise, let owner = context.roster.connection(of: order.clientID) {
            explainEnd(ofExercise: order, to: owner, at: now, &context)
        }
        let statusFirst = book.choice(of: 2) == 0
        if statusFirst { tell(orderStatus(order), about: order, &context) }
        if let owner = context.roster.connection(of: order.clientID) {
            context.sendError(
                202, "Order Canceled - reason:\(reason)", id: order.orderID, to: owner, at: now)
        }
        if !statusFirst { tell(orderStatus(order), about: order, &context) }
        for child in book.children(of: order.key) where child.waitsForParent {
            end(child, as: words, reason: reason, at: now, &context)
        }
    }
}

import GatewayWire
import Simulation

/// Taking orders back.
extension HealthyGateway {
    private static let cancellation: ClosedRange<Int64> = 10...40

    mutating func cancelOrder(_ request: Request) {
        let id = request.id
        let key = OrderKey(clientID: request.clientID, orderID: id)
        if let order = orders.openOrder(key) {
            guard order.status != .pendingCancel else {
                fail(
                    request, 161,
                    "Cancel attempted when order is not in a cancellable state. "
                        + "Order permId = \(order.permID)")
                return
            }
            cancel(order, at: request.now)
        } else if let done = orders.completedOrder(key) {
            fail(request, 10148, Self.notCancellable(id, done.status))
        } else {
            fail(request, 10147, "OrderId \(id) that needs to be cancelled is not found.")
        }
    }

    private static func notCancellable(_ id: Int, _ status: OrderStatus) -> String {
        "OrderId \(id) that needs to be cancelled cannot be cancelled, state: \(status.rawValue)."
    }

    /// Cancels every client's open orders, as a real gateway does.
    mutating func reqGlobalCancel(_ request: Request) {
        for order in orders.open where order.status != .pendingCancel {
            // A parent may have taken it along.
            guard let order = orders.openOrder(permID: order.permID) else { continue }
            cancel(order, at: request.now)
        }
    }

    /// Says PendingCancel and asks the market; an order nobody else knew ends at once.
    ///
    /// Until the market has answered, fills can still win.
    private mutating func cancel(_ order: Order, at now: SimInstant) {
        guard !order.isUntransmitted else {
            end(order, as: "Cancelled by Trader", reason: "", at: now)
            return
        }
        var order = order
        if order.status == .preSubmitted, let ticket = order.ticket {
            schedule.cancel(ticket)
            order.ticket = nil
        }
        order.status = .pendingCancel
        orders.update(order)
        tell(orderStatus(order), about: order)
        _ = schedule.add(
            .finishCancel(permID: order.permID),
            at: now + orders.delay(milliseconds: Self.cancellation))
    }

    mutating func finishCancel(_ permID: Int64, at now: SimInstant) {
        guard let order = orders.openOrder(permID: permID), order.status == .pendingCancel else {
            return
        }
        guard serverIsConnected else {
            stalledCancels.insert(permID)
            return
        }
        stalledCancels.remove(permID)
        end(order, as: "Cancelled by Trader", reason: "", at: now)
    }

    /// Ends an order that is not wholly filled, and the children that wait for it.
    ///
    /// Status and error 202 come in either order, by seed.
    mutating func end(_ order: Order, as words: String, reason: String, at now: SimInstant) {
        guard var order = orders.openOrder(permID: order.permID) else { return }
        finish(&order, as: .cancelled, words, at: now)
        let statusFirst = orders.choice(of: 2) == 0
        if statusFirst { tell(orderStatus(order), about: order) }
        if let owner = started[order.clientID] {
            sendError(
                202, "Order Canceled - reason:\(reason)", id: order.orderID, to: owner, at: now)
        }
        if !statusFirst { tell(orderStatus(order), about: order) }
        for child in orders.children(of: order.key) where child.waitsForParent {
            end(child, as: words, reason: reason, at: now)
        }
    }
}

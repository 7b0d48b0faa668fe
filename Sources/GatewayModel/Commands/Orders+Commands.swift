import GatewayWire
import Simulation

/// What commands do to orders.
extension Orders {
    /// The open order that a command names.
    func order(_ name: OrderName) throws(CommandRefusal) -> Order {
        let open = book.open.filter { $0.isCalled(name) }
        if open.count == 1 { return open[0] }
        guard open.isEmpty else {
            throw CommandRefusal(
                .conflict,
                "\(open.count) open orders are called \(name); "
                    + "give the client id or the permanent id")
        }
        guard let done = book.completed.entries.last(where: { $0.isCalled(name) }) else {
            throw CommandRefusal(.unknown, "there is no order \(name)")
        }
        throw CommandRefusal(
            .conflict, "the order \(name) is not open any more: it is \(done.status.rawValue)")
    }

    /// Fills an order, whatever the market says.
    ///
    /// A client that is not connected learns of it from its next lists of executions, completed
    /// orders and positions, because executions are kept by the broker.
    mutating func fill(
        _ order: Order, _ quantity: Amount?, price: Amount?, at now: SimInstant,
        _ accounts: inout some OrderAccounts, _ context: inout GatewayContext
    ) throws(CommandRefusal) {
        guard !order.isUntransmitted else {
            throw CommandRefusal(.conflict, "the order was never transmitted")
        }
        let part = quantity ?? order.remaining
        guard part > 0, part <= order.remaining else {
            throw CommandRefusal(
                .conflict, "\(part) cannot be filled: \(order.remaining) of the order is open")
        }
        guard order.fillCount < context.limits.commandedFills else {
            throw CommandRefusal(
                .conflict, "the order was filled in \(context.limits.commandedFills) parts already")
        }
        var order = order
        order.pricedAt = context.market.priceMoment(at: now)
        order.isTriggered = true
        order.isWorking = true
        if order.status == .preSubmitted { order.status = .submitted }
        let market = quote(of: order, context.market)
        var fair = order.isBuy ? market.ask : market.bid
        if case .limit(let limit) = order.terms.price { fair = limit }
        book.update(order)
        let isDone = execute(
            part, of: order, price: price ?? fair, at: now, &accounts, &context)
        // The rest goes on as it did: it is watched, or its next step is planned.
        guard !isDone, let rest = book.openOrder(permID: order.permID), !rest.isWatched,
            rest.ticket == nil, rest.status != .pendingCancel
        else { return }
        lookForFill(rest, at: now, &context)
    }

    /// The order server refuses an order it has taken.
    mutating func refuse(
        _ order: Order, _ reason: String, at now: SimInstant, _ context: inout GatewayContext
    ) throws(CommandRefusal) {
        guard order.filled == 0 else {
            throw CommandRefusal(
                .conflict, "\(order.filled) of the order is filled; it can only be cancelled")
        }
        reject(order, reason, at: now, &context)
    }
}

extension Order {
    fileprivate func isCalled(_ name: OrderName) -> Bool {
        switch name {
        case .permID(let number): permID == number
        case .id(let id, let clientID):
            orderID == id && clientID.map { $0 == self.clientID } ?? true
        case .reference(let text): fields["order.orderRef"] == text
        }
    }
}

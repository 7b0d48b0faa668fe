import GatewayWire
import Simulation

/// What happens to an order after it was taken: acknowledged, working, filled, cancelled.
///
/// Acknowledgement, submission and fill come a few dozen milliseconds apart, by seed. A limit order
/// fills when the market is at its price as it is submitted or changed, and otherwise stays open;
/// stop and other held types stay PreSubmitted (both assumed for now: the market is not watched).
extension HealthyGateway {
    private static let acknowledgement: ClosedRange<Int64> = 15...60
    private static let execution: ClosedRange<Int64> = 50...200

    /// Sends an order on its way, and with it its family as far as it was held back for it.
    mutating func transmit(_ order: Order, at now: SimInstant) {
        if order.parentID > 0 { transmitFamily(of: order, at: now) }
        sendOn(order, at: now)
    }

    /// The parent first, then the siblings, as far as they were held back.
    private mutating func transmitFamily(of order: Order, at now: SimInstant) {
        let family = orders.open.filter {
            $0.clientID == order.clientID && $0.isUntransmitted && $0.permID != order.permID
                && ($0.orderID == order.parentID || $0.parentID == order.parentID)
        }
        for var member in family {
            member.isUntransmitted = false
            orders.update(member)
            sendOn(member, at: now)
        }
    }

    private mutating func sendOn(_ order: Order, at now: SimInstant) {
        show(order)
        if !order.waitsForParent { plan(order, Self.acknowledgement, at: now) }
    }

    /// Shows an order's present state to the client that owns it.
    mutating func show(_ order: Order, lastPrice: Amount = 0) {
        guard let owner = started[order.clientID] else { return }
        send(openOrder(order), to: owner)
        send(orderStatus(order, lastPrice: lastPrice), to: owner)
    }

    private mutating func plan(
        _ order: Order, _ milliseconds: ClosedRange<Int64>, at now: SimInstant
    ) {
        var order = order
        if let ticket = order.ticket { schedule.cancel(ticket) }
        let delay = orders.delay(milliseconds: milliseconds)
        order.ticket = schedule.add(.advanceOrder(permID: order.permID), at: now + delay)
        orders.update(order)
    }

    /// The next step of an order whose delay is over.
    mutating func advanceOrder(_ permID: Int64, at now: SimInstant) {
        guard var order = orders.openOrder(permID: permID) else { return }
        order.ticket = nil
        orders.update(order)
        guard serverIsConnected else {
            plan(order, Self.execution, at: now)
            return
        }
        switch (order.status, order.pricing) {
        case (.preSubmitted, .held): if order.parentID > 0 { show(order) }
        case (.preSubmitted, .market), (.preSubmitted, .limit):
            order.status = .submitted
            orders.update(order)
            show(order)
            lookForFill(order, at: now)
        case (.submitted, _): fillIfPossible(order, at: now)
        case (.filled, _), (.cancelled, _): break
        }
    }

    /// Plans the fill of an order the market can do now.
    mutating func lookForFill(_ order: Order, at now: SimInstant) {
        if order.executionPrice(at: quote(of: order, at: now)) != nil {
            plan(order, Self.execution, at: now)
        } else if let ticket = order.ticket {
            schedule.cancel(ticket)
            var waiting = order
            waiting.ticket = nil
            orders.update(waiting)
        }
    }

    private func quote(of order: Order, at now: SimInstant) -> PriceProcess.Quote {
        prices.quote(of: order.contract, at: PriceProcess.milliseconds(of: now))
    }

    /// Fills an order whole, or leaves it when the market has moved away meanwhile.
    private mutating func fillIfPossible(_ order: Order, at now: SimInstant) {
        guard let price = order.executionPrice(at: quote(of: order, at: now)) else { return }
        var order = order
        let commission = commission(of: order, price: price)
        let realized = ledger.book(
            account: order.account, contract: order.contract, quantity: order.signedQuantity,
            price: price, commission: commission)
        order.status = .filled
        order.filled = order.quantity
        order.averagePrice = price
        order.completedSeconds = clock.seconds(at: now)
        orders.complete(order, keeping: limits.completedOrders)
        let fill = Fill(
            execution: World.Execution(
                execID: orders.takeExecID(), clientID: order.clientID, orderID: order.orderID,
                permID: order.permID, account: order.account, conID: order.contract.conID,
                isBuy: order.isBuy, quantity: order.quantity, price: price,
                cumulativeQuantity: order.quantity, averagePrice: price, seconds: 0,
                exchange: executingExchange(of: order.contract), commission: commission,
                currency: order.contract.currency, realizedProfit: realized,
                orderRef: order.fields["order.orderRef"] ?? ""),
            contract: order.contract, seconds: order.completedSeconds)
        orders.record(fill, keeping: limits.executions)
        if let owner = started[order.clientID],
            let version = clients[owner]?.version
        {
            send(execDetails(fill, requestID: -1, version: version), to: owner)
            show(order, lastPrice: price)
            send(commissionReport(fill), to: owner)
        }
        announceFill(account: order.account, conID: order.contract.conID, at: now)
        for var child in children(of: order) {
            child.waitsForParent = false
            orders.update(child)
            if !child.isUntransmitted { plan(child, Self.acknowledgement, at: now) }
        }
    }

    private func executingExchange(of contract: Contract) -> String {
        contract.primaryExchange.isEmpty ? contract.exchange : contract.primaryExchange
    }

    private func children(of order: Order) -> [Order] {
        guard order.orderID > 0 else { return [] }
        return orders.open.filter {
            $0.clientID == order.clientID && $0.parentID == order.orderID
        }
    }

    mutating func cancelOrder(_ request: Request) {
        let id = request.id
        if let order = orders.openOrder(clientID: request.clientID, orderID: id) {
            cancel(order, at: request.now)
        } else if let done = orders.completedOrder(clientID: request.clientID, orderID: id) {
            fail(
                request, 10148,
                "OrderId \(id) that needs to be cancelled cannot be cancelled, "
                    + "state: \(done.status.rawValue).")
        } else {
            fail(request, 10147, "OrderId \(id) that needs to be cancelled is not found.")
        }
    }

    /// Cancels every client's open orders, as a real gateway does.
    mutating func reqGlobalCancel(_ request: Request) {
        for order in orders.open { cancel(order, at: request.now) }
    }

    /// Cancels an order and the children that wait for it.
    private mutating func cancel(_ order: Order, at now: SimInstant) {
        guard var order = orders.openOrder(permID: order.permID) else { return }
        if let ticket = order.ticket { schedule.cancel(ticket) }
        order.ticket = nil
        order.status = .cancelled
        order.completedSeconds = clock.seconds(at: now)
        orders.complete(order, keeping: limits.completedOrders)
        if let owner = started[order.clientID] {
            send(orderStatus(order), to: owner)
            sendError(202, "Order Canceled - reason:", id: order.orderID, to: owner, at: now)
        }
        for child in children(of: order) { cancel(child, at: now) }
    }
}

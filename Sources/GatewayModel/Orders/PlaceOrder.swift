import GatewayWire
import Simulation

/// Taking and changing orders.
extension HealthyGateway {
    mutating func placeOrder(_ request: Request) {
        let key = OrderKey(clientID: request.clientID, orderID: request.id)
        if let existing = orders.openOrder(key) {
            modify(existing, request)
            return
        }
        // Assumed: an id below the next valid one is taken as long as it was never used.
        if let done = orders.completedOrder(key) {
            refuseUsed(done, request)
            return
        }
        guard let contract = soleContract(request) else { return }
        let order: Order
        do throws(OrderTerms.Defect) {
            order = try draft(request, contract: contract)
        } catch {
            fail(request, error.code, error.text)
            return
        }
        if request.flag("order.whatIf") {
            send(
                openOrder(order, margins: margins(of: order, at: request.now)),
                to: request.connection)
            return
        }
        guard orders.openCount < limits.openOrders else {
            let defect = OrderTerms.Defect.rejected(
                "too many open orders, at most \(limits.openOrders)")
            fail(request, defect.code, defect.text)
            return
        }
        if let defect = marginDefect(of: order, at: request.now) {
            fail(request, defect.code, defect.text)
            return
        }
        take(order, request)
    }

    /// 104 for a change that came after the fill, 103 for an id that was used before.
    private mutating func refuseUsed(_ done: Order, _ request: Request) {
        let isChange =
            done.status == .filled
            && Int64(request.int("contract.conId") ?? 0) == done.contract.conID
            && request.text("order.action").uppercased() == done.fields["order.action"]
            && request.text("order.orderType").uppercased() == done.type.uppercased()
        if isChange {
            fail(request, 104, "Cannot modify a filled order.")
        } else {
            fail(request, 103, "Duplicate order id")
        }
    }

    private mutating func take(_ draft: Order, _ request: Request) {
        var order = draft
        if order.parentID > 0, !knowsParent(order.parentID, of: request) {
            fail(request, 135, "Can't find order with id =\(order.parentID)")
            return
        }
        order.isUntransmitted = request.text("order.transmit") == "0"
        order = groupedWithSiblings(order)
        orders.add(order)
        guard !order.isUntransmitted else { return }
        transmit(order, at: request.now)
        warnIfHeld(order, request)
    }

    /// A parent is an open order of the same client that has no parent itself (assumed).
    private func knowsParent(_ orderID: Int, of request: Request) -> Bool {
        let key = OrderKey(clientID: request.clientID, orderID: orderID)
        return orders.openOrder(key)?.parentID == 0
    }

    /// Where markets keep hours, an order for a closed one is taken with a warning.
    private mutating func warnIfHeld(_ order: Order, _ request: Request) {
        guard let opening = waitsForMarket(order, at: request.now) else { return }
        let time = clock.connectionTime(at: opening)
        fail(
            request, 399,
            "Order Message:\n\(order.isBuy ? "BUY" : "SELL") \(order.quantity) "
                + "\(order.contract.localSymbol) \(order.contract.primaryExchange)\n"
                + "Warning: Your order will not be placed at the exchange until \(time).")
    }

    /// Changes an open order: quantity, prices, time in force and the like, not what it is.
    private mutating func modify(_ existing: Order, _ request: Request) {
        guard let contract = soleContract(request) else { return }
        let order: Order
        do throws(OrderTerms.Defect) {
            order = try changed(existing, request, contract: contract)
        } catch {
            fail(request, error.code, error.text)
            return
        }
        if request.flag("order.whatIf") {
            send(
                openOrder(order, margins: margins(of: order, at: request.now)),
                to: request.connection)
            return
        }
        if order.quantity > existing.quantity,
            let defect = marginDefect(of: order, at: request.now)
        {
            fail(request, defect.code, defect.text)
            return
        }
        orders.update(order)
        guard !order.isUntransmitted else { return }
        if existing.isUntransmitted {
            transmit(order, at: request.now)
            return
        }
        show(order)
        planExpiry(of: order, at: request.now)
        guard var order = orders.openOrder(permID: order.permID) else { return }
        let moment = priceMoment(at: request.now)
        if order.status == .submitted {
            order.pricedAt = moment
            lookForFill(order, at: request.now)
        } else if !order.waitsForParent {
            planAcknowledgement(of: order, pricedAt: moment, at: request.now)
        }
    }

    private func changed(
        _ existing: Order, _ request: Request, contract: Contract
    ) throws(OrderTerms.Defect) -> Order {
        guard existing.status != .pendingCancel else {
            throw .init(
                code: 2102, text: "Unable to modify this order as its still being processed.")
        }
        let isBuy = request.text("order.action").uppercased() == "BUY"
        let account = request.text("order.account")
        guard contract.conID == existing.contract.conID, isBuy == existing.isBuy,
            account.isEmpty || account == existing.account
        else {
            throw .init(code: 105, text: "Order being modified does not match original order.")
        }
        guard request.text("order.orderType").uppercased() == existing.type.uppercased() else {
            throw .init(
                code: 329, text: "Order modify failed. Cannot change to the new order type.")
        }
        var order = existing
        order.quantity = try checkedQuantity(request)
        guard order.quantity > order.filled else {
            // 321, because it leaves the order alive for every client that knows the code.
            throw .init(
                code: 321,
                text: "Error validating request.-'fakegw' : cause - "
                    + "the quantity must be above the \(order.filled) already filled")
        }
        try order.take(request, contract: contract)
        order.isUntransmitted = order.isUntransmitted && request.text("order.transmit") == "0"
        return order
    }
}

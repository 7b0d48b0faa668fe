import GatewayWire
import Simulation

/// Taking and changing orders.
extension Orders {
    mutating func placeOrder(
        _ request: Request, _ accounts: inout some OrderAccounts, _ context: inout GatewayContext
    ) {
        let key = OrderKey(clientID: request.clientID, orderID: request.id)
        if let existing = book.openOrder(key) {
            modify(existing, request, &accounts, &context)
            return
        }
        // Assumed: an id below the next valid one is accepted if it was never used.
        if let done = book.completedOrder(key) {
            refuseUsed(done, request, &context)
            return
        }
        guard let contract = context.soleContract(request) else { return }
        let order: Order
        do throws(OrderTerms.Defect) {
            order = try draft(request, contract: contract, accounts, context)
        } catch {
            context.fail(request, error.code, error.text)
            return
        }
        if request.flag("order.whatIf") {
            context.send(
                openOrder(
                    order, margins: margins(of: order, at: request.now, &accounts, context.market)),
                to: request.connection)
            return
        }
        guard book.openCount < context.limits.openOrders else {
            let defect = OrderTerms.Defect.rejected(
                "too many open orders, at most \(context.limits.openOrders)")
            context.fail(request, defect.code, defect.text)
            return
        }
        if let defect = marginDefect(of: order, at: request.now, &accounts, context) {
            context.fail(request, defect.code, defect.text)
            return
        }
        take(order, request, &context)
    }

    /// 104 for a change that came after the fill, 103 for an id that was used before.
    private func refuseUsed(
        _ done: Order, _ request: Request, _ context: inout GatewayContext
    ) {
        let isChange =
            done.status == .filled
            && Int64(request.int("contract.conId") ?? 0) == done.contract.conID
            && request.text("order.action").uppercased() == done.fields["order.action"]
            && request.text("order.orderType").uppercased() == done.type.uppercased()
        if isChange {
            context.fail(request, 104, "Cannot modify a filled order.")
        } else {
            context.fail(request, 103, "Duplicate order id")
        }
    }

    private mutating func take(_ draft: Order, _ request: Request, _ context: inout GatewayContext)
    {
        var order = draft
        if order.parentID > 0, !knowsParent(order.parentID, of: request) {
            context.fail(request, 135, "Can't find order with id =\(order.parentID)")
            return
        }
        order.isUntransmitted = request.text("order.transmit") == "0"
        order = groupedWithSiblings(order)
        order.waitsForOpening = waitsForMarket(order, at: request.now, context) != nil
        order.staleStop = staleStop(of: order, at: request.now, context)
        book.add(order)
        guard !order.isUntransmitted else { return }
        validateDeltaNeutral(order, request, &context)
        transmit(order, at: request.now, &context)
        warnIfHeld(order, request, &context)
    }

    /// A parent is an open order of the same client that has no parent itself (assumed).
    private func knowsParent(_ orderID: Int, of request: Request) -> Bool {
        let key = OrderKey(clientID: request.clientID, orderID: orderID)
        return book.openOrder(key)?.parentID == 0
    }

    /// Where markets keep hours, an order for a closed one is taken with a warning.
    private func warnIfHeld(
        _ order: Order, _ request: Request, _ context: inout GatewayContext
    ) {
        guard let opening = waitsForMarket(order, at: request.now, context) else { return }
        let time = context.market.clock.connectionTime(at: opening)
        context.fail(
            request, 399,
            "Order Message:\n\(order.isBuy ? "BUY" : "SELL") \(order.quantity) "
                + "\(order.contract.localSymbol) \(order.contract.primaryExchange)\n"
                + "Warning: Your order will not be placed at the exchange until \(time).")
    }

    /// Changes an open order: quantity, prices, time in force and the like, not what it is.
    private mutating func modify(
        _ existing: Order, _ request: Request, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        guard let contract = context.soleContract(request) else { return }
        let order: Order
        do throws(OrderTerms.Defect) {
            order = try changed(existing, request, contract: contract, context)
        } catch {
            context.fail(request, error.code, error.text)
            return
        }
        if request.flag("order.whatIf") {
            context.send(
                openOrder(
                    order, margins: margins(of: order, at: request.now, &accounts, context.market)),
                to: request.connection)
            return
        }
        if order.quantity > existing.quantity,
            let defect = marginDefect(of: order, at: request.now, &accounts, context)
        {
            context.fail(request, defect.code, defect.text)
            return
        }
        book.update(order)
        guard !order.isUntransmitted else { return }
        if existing.isUntransmitted {
            transmit(order, at: request.now, &context)
            return
        }
        show(order, &context)
        planExpiry(of: order, at: request.now, &context)
        guard var order = book.openOrder(permID: order.permID) else { return }
        let moment = context.market.priceMoment(at: request.now)
        if order.status == .submitted {
            order.pricedAt = moment
            lookForFill(order, at: request.now, &context)
        } else if !order.waitsForParent {
            planAcknowledgement(of: order, pricedAt: moment, at: request.now, &context)
        }
    }

    private func changed(
        _ existing: Order, _ request: Request, contract: Contract, _ context: GatewayContext
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
        order.quantity = try checkedQuantity(request, context.limits)
        guard order.quantity > order.filled else {
            // 321, because it leaves the order alive for every client that knows the code.
            throw .init(
                code: 321,
                text: "Error validating request.-'fakegw' : cause - "
                    + "the quantity must be above the \(order.filled) already filled")
        }
        try order.take(request, contract: contract)
        order.rewriteFields(at: request.now, context)
        order.isUntransmitted = order.isUntransmitted && request.text("order.transmit") == "0"
        if existing.isUntransmitted { order.wasSentAgain = true } else { order.changes += 1 }
        return order
    }
}

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
            context.fail(request, error)
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
            context.fail(
                request, .rejected("too many open orders, at most \(context.limits.openOrders)"))
            return
        }
        if let defect = marginDefect(of: order, at: request.now, &accounts, context) {
            context.fail(request, defect)
            return
        }
        take(order, request, &context)
    }

    /// Nothing for a change that came after the fill (reported), 103 for an id that was used before.
    private func refuseUsed(
        _ done: Order, _ request: Request, _ context: inout GatewayContext
    ) {
        let isChange =
            done.status == .filled
            && Int64(request.int("contract.conId") ?? 0) == done.contract.conID
            && request.text("order.action").uppercased() == done.fields["order.action"]
            && request.text("order.orderType").uppercased() == done.type.uppercased()
        if !isChange { context.fail(request, 103, "Duplicate order id") }
    }

    private mutating func take(_ draft: Order, _ request: Request, _ context: inout GatewayContext)
    {
        var order = draft
        if order.parentID > 0, !knowsParent(order.parentID, of: request) {
            context.fail(request, 135, "Can't find order with id =\(order.parentID)")
            return
        }
        guard mayFollowParent(order) else {
            context.fail(
                request, 328,
                "Trailing stop orders can be attached to limit or stop-limit orders only.")
            return
        }
        if context.settings.emptyTimeInForce == .preset, request.text("order.tif").isEmpty {
            context.fail(request, 10349, "Order TIF was set to DAY based on order preset.")
        }
        order.isUntransmitted = request.text("order.transmit") == "0"
        order = groupedWithSiblings(order)
        order.waitsForOpening = waitsForMarket(order, at: request.now, context) != nil
        order.staleStop = staleStop(of: order, at: request.now, context)
        book.add(order)
        guard !order.isUntransmitted else { return }
        validateDeltaNeutral(order, request, &context)
        transmit(order, at: request.now, &context)
    }

    /// A parent is an open order of the same client that has no parent itself (assumed).
    private func knowsParent(_ orderID: Int, of request: Request) -> Bool {
        let key = OrderKey(clientID: request.clientID, orderID: orderID)
        return book.openOrder(key)?.parentID == 0
    }

    /// Recorded at 200: a trailing stop whose parent is a market order is refused, the parent is not.
    private func mayFollowParent(_ order: Order) -> Bool {
        guard order.parentID > 0, case .trail = order.terms.trigger,
            let parent = book.openOrder(
                OrderKey(clientID: order.clientID, orderID: order.parentID))
        else { return true }
        return ["LMT", "STP LMT", "STPLMT"].contains(parent.type.uppercased())
    }

    /// Changes an open order: quantity, prices and the like, not what it is and how long it stays.
    private mutating func modify(
        _ existing: Order, _ request: Request, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        guard let contract = context.soleContract(request) else { return }
        let order: Order
        do throws(OrderTerms.Defect) {
            order = try changed(existing, request, contract: contract, context)
        } catch {
            // Recorded at 225: the unchanged order is shown first.
            if error.code == 462 { show(existing, &context) }
            context.fail(request, error)
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
            context.fail(request, defect)
            return
        }
        book.update(order)
        guard !order.isUntransmitted else { return }
        if existing.isUntransmitted {
            transmit(order, at: request.now, &context)
            return
        }
        showChange(of: order, at: request.now, &context)
    }

    /// Recorded at 200 and 225: the new values, up to three times.
    private mutating func showChange(
        of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        show(order, &context)
        planExpiry(of: order, at: now, &context)
        guard var order = book.openOrder(permID: order.permID) else { return }
        let moment = context.market.priceMoment(at: now)
        if order.isWorking {
            order.pricedAt = moment
            if let reason = priceBandDefect(order, context) {
                endOutsideBand(order, reason, at: now, &context)
                refuseLateChange(of: order, at: now, &context)
                return
            }
        }
        planEchoes(of: order, 0...2, at: now, &context)
        if order.isWorking {
            lookForFill(order, at: now, &context)
        } else if !order.waitsForParent {
            planAcknowledgement(of: order, pricedAt: moment, at: now, &context)
        }
    }

    /// Ends a change that the price band cancelled.
    ///
    /// Recorded at 200; that it comes last is assumed.
    private func refuseLateChange(
        of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let owner = context.roster.connection(of: order.clientID) else { return }
        context.sendError(
            201, "Order rejected - reason:Order has been cancelled already, too late to replace",
            id: order.orderID, to: owner, at: now)
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
        // Recorded at 225: an order is made a market order, and filled.
        let type = request.text("order.orderType").uppercased()
        guard type == existing.type.uppercased() || type == "MKT" && existing.parentID == 0 else {
            throw .init(
                code: 329, text: "Order modify failed. Cannot change to the new order type.")
        }
        if let defect = Algorithms.defect(of: request) { throw defect }
        try checkEmptyTimeInForce(request, context)
        let duration = Self.timeInForceName(request.message)
        guard existing.isUntransmitted || duration == Self.timeInForceName(existing.fields) else {
            throw .init(
                code: 462,
                text: "Order modify failed. Cannot change to the new Time in Force.\(duration)")
        }
        var order = existing
        order.quantity = try quantity(request, contract: contract, context)
        guard order.quantity > order.filled else {
            // 321, because it leaves the order alive for every client that knows the code.
            throw .invalid("the quantity must be above the \(order.filled) already filled")
        }
        try order.take(request, contract: contract)
        order = withReferencePrice(
            order, at: context.market.priceMoment(at: request.now), context.market)
        order.rewriteFields(at: request.now, context)
        order.isUntransmitted = order.isUntransmitted && request.text("order.transmit") == "0"
        if existing.isUntransmitted { order.wasSentAgain = true } else { order.changes += 1 }
        return order
    }

    /// The time in force as errors spell it.
    ///
    /// Recorded at 225: an order that may also trade overnight has a
    /// time in force of its own.
    private static func timeInForceName(_ order: Message) -> String {
        let given = order["order.tif"] ?? ""
        let name = given.isEmpty ? "DAY" : quoted(given.uppercased())
        let isOvernight =
            !order.schema.indexes(of: "order.includeOvernight").isEmpty
            && ["1", "true", "True"].contains(order["order.includeOvernight"] ?? "")
        return isOvernight ? "OVERNIGHT + \(name)" : name
    }
}

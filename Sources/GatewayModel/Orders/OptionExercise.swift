import GatewayWire
import Simulation

/// What becomes of a request to exercise an option.
extension Orders {
    /// Takes the instruction as an order that waits for the clearing house, under the request's id.
    ///
    /// Recorded at 200 and 225: a warning about the time in force, then the order and its status;
    /// taken back, error 322 comes before the usual end. The position does not change. At a real
    /// gateway it changes over night.
    mutating func exerciseOptions(
        _ request: Request, _ accounts: some OrderAccounts, _ context: inout GatewayContext
    ) {
        guard let contract = context.soleContract(request) else { return }
        guard contract.secType == "OPT" else {
            context.refuse(request, "\(contract.symbol) \(contract.secType) is no option")
            return
        }
        guard let action = request.int("exerciseAction"), [1, 2].contains(action) else {
            context.refuse(request, "exercise action is 1 (exercise) or 2 (lapse)")
            return
        }
        guard let account = accounts.account(request.text("account")) else {
            context.invalidate(
                request, "Invalid account code '\(quoted(request.text("account")))'.")
            return
        }
        let quantity = Amount(whole: Int64(request.int("exerciseQuantity") ?? 0))
        let held = account.positions.first { $0.conID == contract.conID }?.quantity ?? 0
        guard quantity > 0, quantity <= held else {
            context.fail(
                request, 201,
                "Order rejected - reason:No position of \(quantity) to exercise; held: \(held)")
            return
        }
        guard
            action == 2 || request.int("override") == 1
                || isInTheMoney(contract, at: request.now, context.market)
        else {
            context.fail(
                request, 322,
                "Error processing request.Exercise ignored because option is not in-the-money.")
            return
        }
        let key = OrderKey(clientID: request.clientID, orderID: request.id)
        guard book.openOrder(key) == nil, book.completedOrder(key) == nil else {
            context.fail(request, 103, "Duplicate order id")
            return
        }
        guard book.openCount < context.limits.openOrders else {
            context.fail(
                request, 201,
                "Order rejected - reason:too many open orders, at most \(context.limits.openOrders)"
            )
            return
        }
        let order = instruction(request, contract, quantity, account: account.name)
        book.add(order)
        context.fail(request, 10349, "Order TIF was set to DAY based on order preset.")
        show(order, &context)
    }

    /// Recorded: a purchase at a limit of zero for the day, without the client's reference.
    private mutating func instruction(
        _ request: Request, _ contract: Contract, _ quantity: Amount, account: String
    ) -> Order {
        var fields = Message("placeOrder", direction: .toGateway)
        contract.describe(in: &fields)
        let exchange = request.text("contract.exchange")
        if !exchange.isEmpty { fields["contract.exchange"] = exchange }
        fields["order.action"] = "BUY"
        fields["order.totalQuantity"] = quantity.description
        fields["order.orderType"] = "LMT"
        fields["order.lmtPrice"] = "0"
        fields["order.tif"] = "DAY"
        var order = Order(
            permID: book.takePermID(), clientID: request.clientID, orderID: request.id,
            account: account, contract: contract, isBuy: true, fields: fields, quantity: quantity,
            terms: OrderTerms())
        order.isExercise = true
        return order
    }

    /// What a client is told first when such an instruction is taken back (recorded at 200).
    func explainEnd(
        ofExercise order: Order, to connection: ConnectionID, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        context.sendError(
            322, "Error processing request.Exercise/Lapse failed due to server rejection.",
            id: order.orderID, to: connection, at: now)
    }

    /// By a cent or more; a client may override that (reported, and the text with it).
    private func isInTheMoney(_ option: Contract, at now: SimInstant, _ market: Market) -> Bool {
        guard let (_, underlying) = market.prices.optionTerms(of: option) else { return true }
        let spot = market.prices.quote(of: underlying, at: market.priceMoment(at: now)).last
        let profit = option.right.hasPrefix("P") ? option.strike - spot : spot - option.strike
        return profit >= Amount(cents: 1)
    }
}

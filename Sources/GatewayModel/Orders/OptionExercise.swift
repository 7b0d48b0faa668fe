import GatewayWire
import Simulation

/// What becomes of a request to exercise an option.
extension Orders {
    /// Answers with an order status that says the instruction waits for the clearing house
    /// (assumed).
    ///
    /// The position does not change. At a real gateway it changes over night.
    func exerciseOptions(
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
        context.send(
            Message(
                "orderStatus",
                [
                    "orderId": String(request.id), "status": "PreSubmitted", "filled": "0",
                    "remaining": quantity.description, "clientId": String(request.clientID),
                ]), to: request.connection)
    }

    /// By a cent or more; a client may override that (reported, and the text with it).
    private func isInTheMoney(_ option: Contract, at now: SimInstant, _ market: Market) -> Bool {
        guard let (_, underlying) = market.prices.optionTerms(of: option) else { return true }
        let spot = market.prices.quote(of: underlying, at: market.priceMoment(at: now)).last
        let profit = option.right.hasPrefix("P") ? option.strike - spot : spot - option.strike
        return profit >= Amount(cents: 1)
    }
}

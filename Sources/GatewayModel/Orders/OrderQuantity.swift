import GatewayWire
import Simulation

/// How much an order is for: a number of units, an amount of cash, or what hedges its parent.
extension Orders {
    func quantity(
        _ request: Request, contract: Contract, _ context: GatewayContext
    ) throws(OrderTerms.Defect) -> Amount {
        if let kind = HedgeKind(request) {
            return try hedgeQuantity(kind, request, contract, context)
        }
        if request.hasNoQuantity, let cash = request.amount("order.cashQty"), cash > 0 {
            return try units(for: cash, request, contract, context)
        }
        return try checkedQuantity(request, context.limits)
    }

    /// What an amount of cash buys at the limit, or else at the market: whole units of a currency,
    /// ten-thousandths of anything else (assumed).
    private func units(
        for cash: Amount, _ request: Request, _ contract: Contract, _ context: GatewayContext
    ) throws(OrderTerms.Defect) -> Amount {
        let quote = lastQuote(of: contract, request, context)
        let limit = request.amount("order.lmtPrice").flatMap { $0 > 0 ? $0 : nil }
        let side = request.text("order.action").uppercased() == "BUY" ? quote.ask : quote.bid
        let units = cash / ((limit ?? side) * contract.pointValue)
        let step: Int64 = contract.secType == "CASH" ? 1_000_000 : 100
        let rounded = Amount(micros: units.micros / step * step)
        guard rounded > 0 else { throw .init(code: 434, text: "The order size cannot be zero.") }
        guard rounded <= context.limits.orderQuantity else {
            throw .rejected("the quantity is above \(context.limits.orderQuantity)")
        }
        return rounded
    }

    /// The size of a child that hedges its parent.
    ///
    /// Reported: a client sends 0 (10032 otherwise), and the gateway computes the size. How it does
    /// is assumed, and so is the wording of 10032.
    private func hedgeQuantity(
        _ kind: HedgeKind, _ request: Request, _ contract: Contract, _ context: GatewayContext
    ) throws(OrderTerms.Defect) -> Amount {
        guard request.hasNoQuantity else {
            throw .init(code: 10032, text: "The size of a hedge order must be zero.")
        }
        let parentID = request.int("order.parentId") ?? 0
        guard
            let parent = book.openOrder(
                OrderKey(clientID: request.clientID, orderID: parentID)), parent.parentID == 0
        else { throw .init(code: 135, text: "Can't find order with id =\(parentID)") }
        let quote = lastQuote(of: contract, request, context)
        let parentPrice = lastQuote(of: parent.contract, request, context).last
        let value = parent.quantity * parentPrice * parent.contract.pointValue
        let unit = quote.last * contract.pointValue
        let quantity: Amount =
            switch kind {
            // The first currency of a pair is what is bought and sold.
            case .currency: contract.symbol == parent.contract.currency ? value : value / unit
            case .beta(let beta): value * beta / unit
            case .pair(let ratio): parent.quantity * ratio
            case .delta:
                delta(of: parent.contract, request, context) * parent.quantity
                    * parent.contract.pointValue / contract.pointValue
            }
        // Half a unit more, and what is behind the point off.
        let whole = (quantity.magnitude + Amount(cents: 50)).wholePart
        return min(max(whole, 1), context.limits.orderQuantity)
    }

    private func delta(of contract: Contract, _ request: Request, _ context: GatewayContext)
        -> Amount
    {
        let market = context.market
        guard let (terms, underlying) = market.prices.optionTerms(of: contract) else { return 1 }
        let moment = market.priceMoment(at: request.now)
        let spot = market.prices.quote(of: underlying, at: moment).last
        return Amount(
            nearest: terms.formula(day: market.prices.day(at: moment)).greeks(
                underlying: spot.double, volatility: terms.volatility
            ).delta)
    }

    private func lastQuote(of contract: Contract, _ request: Request, _ context: GatewayContext)
        -> PriceProcess.Quote
    {
        context.market.prices.quote(
            of: contract, at: context.market.priceMoment(at: request.now))
    }
}

/// What a hedging child follows: `hedgeType`, with its parameter.
private enum HedgeKind {
    case delta, currency
    case beta(Amount)
    case pair(Amount)

    /// `nil` for an order that is no hedging child.
    init?(_ request: Request) {
        guard (request.int("order.parentId") ?? 0) > 0 else { return nil }
        let parameter = request.amount("order.hedgeParam")
        switch request.text("order.hedgeType").uppercased() {
        case "D": self = .delta
        case "F": self = .currency
        case "B": self = .beta(parameter ?? 1)
        case "P": self = .pair(parameter ?? 1)
        default: return nil
        }
    }
}

extension Request {
    /// Whether an order's total quantity is zero, or in any of the forms in which clients write
    /// that it is not set.
    fileprivate var hasNoQuantity: Bool {
        let text = text("order.totalQuantity")
        if ["", "2147483647"].contains(text) { return true }
        guard let quantity = amount("order.totalQuantity") else {
            // The sentinels of Java and C++, Python's 2^127-1, and a decimal that is no number.
            return Double(text).map { $0.isNaN || $0.magnitude >= 9e18 } ?? false
        }
        return quantity == 0
    }
}

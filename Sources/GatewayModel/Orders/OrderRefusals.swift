import GatewayWire
import Simulation

/// Refusals by the order server, which the gateway shows as orders that went wrong.
///
/// What the gateway itself refuses is an error alone (200, 321, 443 and others), and there never
/// was an order.
extension Orders {
    /// Why the order server refuses a new order; `nil` when it does not.
    func serverDefect(
        of order: Order, until opening: SimInstant?, at now: SimInstant, _ context: GatewayContext
    ) -> String? {
        let clock = context.market.clock
        switch order.timeInForce {
        case .fillOrKill where !order.isAcceptedAsFillOrKill:
            return "The time-in-force FOK is invalid for this combination of exchange and "
                + "security type."
        case .untilDate(let date) where date <= clock.seconds(at: now):
            return "Order is already expired."
        case .untilDate(let date):
            guard let opening, clock.seconds(at: opening) >= date else { return nil }
            return "Order will be expired before market opens."
        case .day, .untilCancelled, .immediateOrCancel, .fillOrKill: return nil
        }
    }

    /// Ends an order as Inactive, with error 201.
    ///
    /// Recorded at 225: the pair, the error and the pair again, or the error first. An order that
    /// is refused for its date is shown as PreSubmitted before. To a later cancellation it is
    /// Cancelled, and so it is among the completed orders.
    mutating func reject(
        _ order: Order, _ reason: String, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard var order = book.openOrder(permID: order.permID) else { return }
        if case .untilDate = order.timeInForce { show(order, &context) }
        order.isDeactivated = true
        finish(&order, as: .cancelled, "Rejected by System:\n\(reason)", at: now, &context)
        order.status = .inactive
        let isErrorFirst = habits(of: order, context).isRefusedFirst
        if !isErrorFirst { show(order, &context) }
        if let owner = context.roster.connection(of: order.clientID) {
            context.sendError(
                201, "Order rejected - reason:\(reason)", id: order.orderID, to: owner, at: now)
        }
        if isErrorFirst { show(order, &context) }
        show(order, &context)
        endChildren(of: order, at: now, &context)
    }

    /// What the order server says to a limit too far through the market; `nil` when it takes it.
    ///
    /// Recorded at 200 for a stock. The longer words were seen for 100 shares.
    func priceBandDefect(_ order: Order, _ context: GatewayContext) -> String? {
        guard let percent = context.settings.priceBand, order.contract.secType == "STK",
            order.terms.trigger == .none, case .limit(let limit) = order.terms.price
        else { return nil }
        let last = quote(of: order, context.market).last
        let width = Amount(micros: percent.micros / 100)
        let bound = last * (order.isBuy ? 1 + width : 1 - width)
        guard order.isBuy ? limit >= bound : limit <= bound else { return nil }
        let start =
            "We cannot accept an order at a limit price at or more aggressive than "
            + "\(bound). Please submit your order "
        let middle = "using a limit price that is closer to the current market price of \(last)."
        return order.quantity < 100
            ? start + middle
            : start + "<br>" + middle
                + " or convert your order to an <br>algorithmic Order (IBALGO)"
    }

    /// Cancels an order whose limit is too far through the market.
    ///
    /// Recorded at 200: PendingCancel twice, Cancelled, error 202.
    mutating func endOutsideBand(
        _ order: Order, _ reason: String, at now: SimInstant, _ context: inout GatewayContext
    ) {
        var order = order
        order.status = .pendingCancel
        book.update(order)
        for _ in 0..<(context.settings.orderEchoes == .bySeed ? 2 : 1) { show(order, &context) }
        end(order, as: .bySystem(reason), at: now, &context)
    }
}

extension Order {
    /// Recorded: stocks on SMART do not list FOK among their order types, their options do.
    fileprivate var isAcceptedAsFillOrKill: Bool {
        let exchange = fields["contract.exchange"] ?? ""
        return contract.secType != "STK" || !["", "SMART"].contains(exchange)
    }
}

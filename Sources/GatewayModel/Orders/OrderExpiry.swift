import GatewayWire
import Simulation

/// The expiry of orders.
extension Orders {
    /// Day orders end with the session they are for, extended when they may trade outside regular
    /// hours; orders with a date at that date; a date that is past ends the order at once.
    mutating func planExpiry(of order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        var order = order
        if let ticket = order.expiry { context.schedule.cancel(ticket) }
        order.expiry = nil
        if let end = expirySeconds(of: order, at: now, context) {
            order.expiry = context.schedule.add(
                .expireOrder(permID: order.permID),
                at: max(context.market.clock.instant(ofSeconds: end), now))
        }
        book.update(order)
    }

    private func expirySeconds(of order: Order, at now: SimInstant, _ context: GatewayContext)
        -> Int64?
    {
        switch order.timeInForce {
        case .untilCancelled, .immediateOrCancel, .fillOrKill: nil
        case .untilDate(let date): date
        case .day:
            // An order for the close ends with its own fill.
            order.terms.trigger == .close
                ? nil
                : tradingHours(of: order).nextSession(
                    endingAfter: context.market.clock.seconds(at: now))?
                    .upperBound
        }
    }

    mutating func expireOrder(_ permID: Int64, at now: SimInstant, _ context: inout GatewayContext)
    {
        guard var order = book.openOrder(permID: permID) else { return }
        order.expiry = nil
        book.update(order)
        end(order, as: .bySystem(""), at: now, &context)
    }
}

extension TradingHours {
    /// The first session whose end is after a second since 1970.
    func nextSession(endingAfter seconds: Int64) -> Range<Int64>? {
        let today = day(of: seconds)
        // Every week has a session, but for one that falls on a holiday.
        return (today..<(today + 15 + 7 * Int64(holidays.count))).lazy.compactMap {
            session(day: $0)
        }
        .first { $0.upperBound > seconds }
    }
}

import GatewayWire
import Simulation

/// What a gateway tells of an order that its market cannot take yet.
extension Orders {
    /// The text of the warning 399; `nil` for an order that is not warned about.
    ///
    /// Recorded at 200 and 225: every order outside hours but GTC and GTD ones, each leg of a
    /// bracket too.
    func heldWarning(
        _ order: Order, until opening: SimInstant, _ context: GatewayContext
    ) -> String? {
        switch order.timeInForce {
        case .untilCancelled, .untilDate, .immediateOrCancel, .fillOrKill: return nil
        case .day: break
        }
        return "Order Message:\n\(Self.summary(of: order))\n"
            + "Warning: Your order will not be placed at the exchange until "
            + "\(order.contract.zone.isoTime(context.market.clock.seconds(at: opening)))."
    }

    /// `BUY 1 AAPL NASDAQ.NMS`: the primary exchange and the trading class.
    fileprivate static func summary(of order: Order) -> String {
        let contract = order.contract
        let exchange =
            contract.primaryExchange.isEmpty ? contract.exchange : contract.primaryExchange
        return "\(order.isBuy ? "BUY" : "SELL") \(order.quantity) \(contract.localSymbol) "
            + "\(exchange).\(contract.tradingClass)"
    }

    /// Whether the warning comes before the first echo.
    ///
    /// Recorded at 225 for market orders and
    /// algos; limit orders are shown first.
    static func isWarnedFirst(_ order: Order) -> Bool {
        order.terms.price == .market && order.terms.trigger == .none || order.algorithm != nil
    }

    /// Algo times outside hours are moved to the next session, and the client is told twice.
    ///
    /// Recorded at 225.
    func announceAdjustedTimes(
        of order: Order, until opening: SimInstant, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        guard order.algorithmStart != nil || order.hasAlgorithmParameter("endTime"),
            let owner = context.roster.connection(of: order.clientID)
        else { return }
        var price = ""
        if case .limit(let limit) = order.terms.price { price = " @ \(limit)" }
        let text =
            "<html>The Start and/or End Time for algo order \(Self.summary(of: order))\(price)<br>"
            + "was adjusted to use the next trading date.<br>To modify this setting, use the "
            + "<i>Auto-adjust algo order date</i> item on the <b>Orders</b> configuration page"
            + "</html>"
        for _ in 0..<2 {
            context.sendError(2111, text, id: order.orderID, to: owner, at: now)
        }
    }

    /// Why an algo cannot run in the session it is for; `nil` when it can, and where markets do not
    /// keep hours.
    ///
    /// Recorded at 225.
    func algorithmDefect(
        of order: Order, at now: SimInstant, _ context: GatewayContext
    ) -> String? {
        guard context.settings.marketsKeepHours, let name = order.algorithm,
            let start = order.algorithmStart
        else { return nil }
        let seconds = context.market.clock.seconds(at: now)
        guard let session = tradingHours(of: order).nextSession(endingAfter: seconds) else {
            return nil
        }
        let day = WallClock.secondsPerDay
        let midnight = floorDivide(session.lowerBound, day) * day
        let moved = midnight + start - floorDivide(start, day) * day
        return moved >= session.upperBound
            ? "\(name): start time is after close time" : nil
    }
}

extension LocalZone {
    /// `2026-08-25 09:30:00 US/Eastern`, as warnings about orders write it.
    ///
    /// - Parameter seconds: Since 1970, in UTC.
    fileprivate func isoTime(_ seconds: Int64) -> String {
        let time = UTCTime(secondsSince1970: local(seconds))
        return "\(time.isoDate) \(time.clockText) \(name)"
    }
}

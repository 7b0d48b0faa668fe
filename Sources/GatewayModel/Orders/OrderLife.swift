import GatewayWire
import Simulation

/// What happens to an order after it was taken: acknowledged, held, working.
///
/// ```
/// placed ─▶ PreSubmitted ─▶ held back? ─▶ Submitted ─▶ price there? ─▶ fills ─▶ Filled
///              child, trigger, closed market,  └─▶ watched ─┘
///              condition, time, lost server
/// ```
///
/// Acknowledgement, submission and fills come a few dozen milliseconds apart, by seed.
extension HealthyGateway {
    private static let acknowledgement: ClosedRange<Int64> = 15...60
    private static let execution: ClosedRange<Int64> = 50...200

    /// Sends an order on its way, and with it its family as far as it was held back for it.
    mutating func transmit(_ order: Order, at now: SimInstant) {
        if order.parentID > 0 { transmitFamily(of: order, at: now) }
        sendOn(order, at: now)
    }

    mutating func sendOn(_ order: Order, at now: SimInstant) {
        show(order)
        planExpiry(of: order, at: now)
        guard let order = orders.openOrder(permID: order.permID), !order.waitsForParent else {
            return
        }
        planAcknowledgement(of: order, pricedAt: priceMoment(at: now), at: now)
    }

    mutating func planAcknowledgement(of order: Order, pricedAt: Int64, at now: SimInstant) {
        var order = order
        order.pricedAt = pricedAt
        plan(order, after: orders.delay(milliseconds: Self.acknowledgement), at: now)
    }

    mutating func planFill(of order: Order, at now: SimInstant) {
        plan(order, after: orders.delay(milliseconds: Self.execution), at: now)
    }

    private mutating func plan(_ order: Order, after delay: Duration, at now: SimInstant) {
        plan(
            order, at: now + delay,
            pricedAt: order.pricedAt + delay.nanoseconds / 1_000_000)
    }

    private mutating func plan(_ order: Order, at instant: SimInstant, pricedAt: Int64) {
        var order = order
        if let ticket = order.ticket { schedule.cancel(ticket) }
        order.ticket = schedule.add(.advanceOrder(permID: order.permID), at: instant)
        order.pricedAt = pricedAt
        orders.update(order)
    }

    /// The next step of an order whose delay is over.
    mutating func advanceOrder(_ permID: Int64, at now: SimInstant) {
        guard var order = orders.openOrder(permID: permID) else { return }
        order.ticket = nil
        orders.update(order)
        guard serverIsConnected else {
            stalledOrders.append(permID)
            return
        }
        if let opening = waitsForMarket(order, at: now) {
            plan(order, at: opening, pricedAt: PriceProcess.milliseconds(of: opening))
            return
        }
        switch order.status {
        case .preSubmitted: activate(order, at: now)
        case .submitted, .pendingCancel: fillIfPossible(order, at: now)
        case .filled, .cancelled: break
        }
    }

    /// Orders that came due while the broker was out of reach go on.
    mutating func resumeStalledOrders(at now: SimInstant) {
        let stalled = stalledOrders
        stalledOrders = []
        for permID in stalled {
            if let order = orders.openOrder(permID: permID) {
                planAcknowledgement(of: order, pricedAt: priceMoment(at: now), at: now)
            }
        }
        for permID in stalledCancels.sorted() { finishCancel(permID, at: now) }
    }

    /// When an order may first reach the market, if that is later than now: its good-after time,
    /// or the next opening where markets keep hours.
    func waitsForMarket(_ order: Order, at now: SimInstant) -> SimInstant? {
        let seconds = clock.seconds(at: now)
        if let after = order.fields["order.goodAfterTime"].flatMap({ WallClock.seconds(from: $0) }),
            after > seconds
        {
            return clock.instant(ofSeconds: after)
        }
        guard settings.marketsKeepHours else { return nil }
        let hours = tradingHours(of: order)
        guard let session = hours.nextSession(endingAfter: seconds),
            session.lowerBound > seconds
        else { return nil }
        return clock.instant(ofSeconds: session.lowerBound)
    }

    func tradingHours(of order: Order) -> TradingHours {
        order.mayTradeOutsideHours
            ? TradingHours.extended(order.contract) : TradingHours.regular(order.contract)
    }

    /// Takes an order to the market unless something holds it back; then it is watched or waits.
    private mutating func activate(_ order: Order, at now: SimInstant) {
        guard conditionsHold(order, at: order.pricedAt) else {
            if order.parentID > 0 { show(order) }
            watch(order, at: now)
            return
        }
        var order = order
        if !order.isTriggered {
            switch order.terms.trigger {
            case .none: break
            case .close:
                guard let close = closeToWaitFor(order, at: now) else { break }
                plan(order, at: close, pricedAt: PriceProcess.milliseconds(of: close))
                return
            case .stop, .touch, .trail:
                let quote = quote(of: order)
                guard order.meetTrigger(quote.last, PriceRange(quote.last.micros)) else {
                    orders.update(order)
                    if order.parentID > 0 { show(order) }
                    watch(order, at: now)
                    return
                }
            }
        }
        submit(order, at: now)
    }

    /// A triggered order begins to work.
    mutating func submit(_ order: Order, at now: SimInstant) {
        var order = order
        order.isTriggered = true
        order.status = .submitted
        orders.update(order)
        show(order)
        lookForFill(order, at: now)
    }

    /// The end of the session an at-the-close order is for; `nil` when that has come.
    private func closeToWaitFor(_ order: Order, at now: SimInstant) -> SimInstant? {
        let seconds = clock.seconds(at: now)
        // The second in which a session ends is its close.
        guard
            let session = TradingHours.regular(order.contract)
                .nextSession(endingAfter: seconds - 1)
        else { return nil }
        return session.upperBound <= seconds ? nil : clock.instant(ofSeconds: session.upperBound)
    }

    /// Plans the fill of an order the market can do now; otherwise it is watched, or ends at once
    /// when it must not wait.
    mutating func lookForFill(_ order: Order, at now: SimInstant) {
        if order.executionPrice(at: quote(of: order)) != nil {
            planFill(of: order, at: now)
        } else {
            leaveUnfilled(order, at: now)
        }
    }

    /// The market is not there for a working order.
    mutating func leaveUnfilled(_ order: Order, at now: SimInstant) {
        var order = order
        if let ticket = order.ticket { schedule.cancel(ticket) }
        order.ticket = nil
        orders.update(order)
        if order.timeInForce.isImmediate || order.terms.trigger == .close {
            end(order, as: "Cancelled by System", reason: "", at: now)
        } else {
            watch(order, at: now)
        }
    }

    /// The market as the order meets it.
    func quote(of order: Order) -> PriceProcess.Quote {
        let moment = floorDivide(order.pricedAt, priceStep) * priceStep
        return prices.quote(of: order.contract, at: moment)
    }
}

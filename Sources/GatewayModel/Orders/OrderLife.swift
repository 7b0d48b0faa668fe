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
/// Acknowledgement, submission and fills come a few dozen milliseconds apart, by seed. Where nothing
/// holds an order back, the seed also decides whether it begins at Submitted, and whether it is
/// filled without having been Submitted (`OrderHabits`).
extension Orders {
    private static let acknowledgement: ClosedRange<Int64> = 15...60
    private static let execution: ClosedRange<Int64> = 50...200

    /// Transmits an order, and with it the parent and siblings that were held back.
    mutating func transmit(_ order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        if order.parentID > 0 { transmitFamily(of: order, at: now, &context) }
        sendOn(order, at: now, &context)
    }

    mutating func sendOn(_ order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        let opening = waitsForMarket(order, at: now, context)
        if let reason = serverDefect(of: order, until: opening, at: now, context) {
            reject(order, reason, at: now, &context)
            return
        }
        let order = shownFirst(order, until: opening, at: now, &context)
        planExpiry(of: order, at: now, &context)
        guard let order = book.openOrder(permID: order.permID), !order.waitsForParent else {
            return
        }
        planAcknowledgement(
            of: order, pricedAt: context.market.priceMoment(at: now), at: now, &context)
    }

    /// Shows a new order for the first time, and warns of a market that is closed.
    private mutating func shownFirst(
        _ order: Order, until opening: SimInstant?, at now: SimInstant,
        _ context: inout GatewayContext
    ) -> Order {
        guard let opening else {
            var order = order
            if beginsSubmitted(order, at: now, context) {
                order.status = .submitted
                order.pricedAt = context.market.priceMoment(at: now)
                order.foreseenFill = foreseenFill(of: order, context)
                book.update(order)
            }
            show(order, &context)
            return order
        }
        if order.algorithm != nil {
            announceAdjustedTimes(of: order, until: opening, at: now, &context)
        }
        var warning = heldWarning(order, until: opening, context)
        if let text = warning, Self.isWarnedFirst(order) {
            warn(order, text, at: now, &context)
            warning = nil
        }
        show(order, &context)
        planEchoes(of: order, 1...3, warning: warning, at: now, &context)
        return order
    }

    private func beginsSubmitted(
        _ order: Order, at now: SimInstant, _ context: GatewayContext
    ) -> Bool {
        guard context.settings.orderEchoes == .bySeed, context.serverIsConnected,
            !order.waitsForParent, order.terms.trigger == .none, order.conditions.isEmpty
        else { return false }
        var priced = order
        priced.pricedAt = context.market.priceMoment(at: now)
        guard priceBandDefect(priced, context) == nil else { return false }
        return order.timeInForce.isImmediate || habits(of: order, context).beginsSubmitted
    }

    mutating func planAcknowledgement(
        of order: Order, pricedAt: Int64, at now: SimInstant, _ context: inout GatewayContext
    ) {
        var order = order
        order.pricedAt = pricedAt
        plan(order, after: book.delay(milliseconds: Self.acknowledgement), at: now, &context)
    }

    mutating func planFill(of order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        plan(order, after: book.delay(milliseconds: Self.execution), at: now, &context)
    }

    private mutating func plan(
        _ order: Order, after delay: Duration, at now: SimInstant, _ context: inout GatewayContext
    ) {
        plan(
            order, at: now + delay,
            pricedAt: order.pricedAt + delay.nanoseconds / 1_000_000, &context)
    }

    private mutating func plan(
        _ order: Order, at instant: SimInstant, pricedAt: Int64, _ context: inout GatewayContext
    ) {
        var order = order
        if let ticket = order.ticket { context.schedule.cancel(ticket) }
        order.ticket = context.schedule.add(.advanceOrder(permID: order.permID), at: instant)
        order.pricedAt = pricedAt
        book.update(order)
    }

    /// The next step of an order whose delay is over.
    mutating func advanceOrder(
        _ permID: Int64, at now: SimInstant, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        guard var order = book.openOrder(permID: permID) else { return }
        order.ticket = nil
        book.update(order)
        guard context.serverIsConnected else {
            stalledOrders.append(permID)
            return
        }
        if let opening = waitsForMarket(order, at: now, context) {
            plan(order, at: opening, pricedAt: PriceProcess.milliseconds(of: opening), &context)
            return
        }
        switch order.status {
        case .preSubmitted where !order.isWorking, .submitted where !order.isWorking:
            activate(order, at: now, &accounts, &context)
            repeatWhileResting(permID, at: now, &context)
        case .pendingCancel where !order.isWorking: break
        case .preSubmitted, .submitted, .pendingCancel:
            fillIfPossible(order, at: now, &accounts, &context)
        case .filled, .cancelled, .inactive: break
        }
    }

    /// An order that became active and is not about to be filled is shown again a few times.
    private mutating func repeatWhileResting(
        _ permID: Int64, at now: SimInstant, _ context: inout GatewayContext
    ) {
        guard let order = book.openOrder(permID: permID), order.isWatched || order.ticket == nil
        else { return }
        planEchoes(of: order, 0...2, at: now, &context)
    }

    /// Orders that came due while the broker was out of reach go on.
    mutating func resumeStalledOrders(at now: SimInstant, _ context: inout GatewayContext) {
        let stalled = stalledOrders
        stalledOrders = []
        for permID in stalled {
            if let order = book.openOrder(permID: permID) {
                planAcknowledgement(
                    of: order, pricedAt: context.market.priceMoment(at: now), at: now, &context)
            }
        }
        for permID in stalledCancels.sorted() { finishCancel(permID, at: now, &context) }
    }

    /// When an order may first reach the market, if that is later than now: its good-after time,
    /// or the next opening where markets keep hours.
    func waitsForMarket(_ order: Order, at now: SimInstant, _ context: GatewayContext)
        -> SimInstant?
    {
        let seconds = context.market.clock.seconds(at: now)
        // An order that must not wait does not (recorded at 225).
        if order.timeInForce.isImmediate { return nil }
        if let after = order.fields["order.goodAfterTime"].flatMap({ WallClock.seconds(from: $0) }),
            after > seconds
        {
            return context.market.clock.instant(ofSeconds: after)
        }
        guard context.settings.marketsKeepHours else { return nil }
        let hours = tradingHours(of: order)
        guard let session = hours.nextSession(endingAfter: seconds),
            session.lowerBound > seconds
        else { return nil }
        return context.market.clock.instant(ofSeconds: session.lowerBound)
    }

    func tradingHours(of order: Order) -> TradingHours {
        order.mayTradeOutsideHours
            ? TradingHours.extended(order.contract) : TradingHours.regular(order.contract)
    }

    /// Takes an order to the market unless something holds it back; then it is watched or waits.
    private mutating func activate(
        _ order: Order, at now: SimInstant, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        guard conditionsHold(order, at: order.pricedAt, accounts, context.market) else {
            if order.parentID > 0 { show(order, &context) }
            watch(order, at: now, &context)
            return
        }
        var order = order
        if !order.isTriggered {
            switch order.terms.trigger {
            case .none: break
            case .close:
                guard let close = closeToWaitFor(order, at: now, context) else { break }
                plan(order, at: close, pricedAt: PriceProcess.milliseconds(of: close), &context)
                return
            case .stop, .touch, .trail:
                let quote = quote(of: order, context.market)
                guard order.meetTrigger(quote.last, PriceRange(quote.last.micros)) else {
                    book.update(order)
                    if order.parentID > 0 { show(order, &context) }
                    watch(order, at: now, &context)
                    return
                }
            }
        }
        submit(order, at: now, &context)
    }

    /// A triggered order begins to work.
    mutating func submit(_ order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        if let reason = algorithmDefect(of: order, at: now, context) {
            end(order, as: .bySystem(reason), at: now, &context)
            return
        }
        if let reason = priceBandDefect(order, context) {
            endOutsideBand(order, reason, at: now, &context)
            return
        }
        var order = order
        let isShown =
            order.status == .submitted
            || habits(of: order, context).skipsSubmitted && order.terms.trigger == .none
                && canBeFilled(order, at: now, context)
        order.isTriggered = true
        order.isWorking = true
        order.status = .submitted
        order.foreseenFill = foreseenFill(of: order, context)
        book.update(order)
        if !isShown { show(order, &context) }
        lookForFill(order, at: now, &context)
    }

    /// Whether the market would do a working order now.
    private func canBeFilled(_ order: Order, at now: SimInstant, _ context: GatewayContext) -> Bool
    {
        executionPrice(of: order, at: quote(of: order, context.market), context.market) != nil
            && !isShutOut(order, at: now, context)
    }

    /// Whether an order that must not wait meets a closed market; it may trade outside regular
    /// hours.
    private func isShutOut(_ order: Order, at now: SimInstant, _ context: GatewayContext) -> Bool {
        context.settings.marketsKeepHours && order.timeInForce.isImmediate
            && !TradingHours.extended(order.contract)
                .isOpen(at: context.market.clock.seconds(at: now))
    }

    /// The end of the session an at-the-close order is for; `nil` when that has come.
    private func closeToWaitFor(_ order: Order, at now: SimInstant, _ context: GatewayContext)
        -> SimInstant?
    {
        let seconds = context.market.clock.seconds(at: now)
        // The second in which a session ends is its close.
        guard
            let session = TradingHours.regular(order.contract)
                .nextSession(endingAfter: seconds - 1)
        else { return nil }
        return session.upperBound <= seconds
            ? nil : context.market.clock.instant(ofSeconds: session.upperBound)
    }

    /// Plans the fill of an order the market can do now; otherwise it is watched, or ends at once
    /// when it must not wait.
    mutating func lookForFill(_ order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        if canBeFilled(order, at: now, context) {
            planFill(of: order, at: now, &context)
        } else {
            leaveUnfilled(order, at: now, &context)
        }
    }

    /// The market is not there for a working order.
    mutating func leaveUnfilled(_ order: Order, at now: SimInstant, _ context: inout GatewayContext)
    {
        var order = order
        if let ticket = order.ticket { context.schedule.cancel(ticket) }
        order.ticket = nil
        book.update(order)
        if order.timeInForce.isImmediate {
            endUnfilled(order, at: now, &context)
        } else if order.terms.trigger == .close {
            end(order, as: .bySystem(""), at: now, &context)
        } else {
            watch(order, at: now, &context)
        }
    }

    /// Ends an order that must not wait.
    ///
    /// Recorded at 225 for IOC: Submitted once more, PendingCancel, Cancelled, error 202.
    private mutating func endUnfilled(
        _ order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        var order = order
        if context.settings.orderEchoes == .bySeed {
            show(order, &context)
            order.status = .pendingCancel
            book.update(order)
            show(order, &context)
        }
        end(order, as: .bySystem(""), at: now, &context)
    }

    /// The market as the order meets it.
    func quote(of order: Order, _ market: Market) -> PriceProcess.Quote {
        let moment = floorDivide(order.pricedAt, market.priceStep) * market.priceStep
        return market.prices.quote(of: order.contract, at: moment)
    }
}

import GatewayWire
import Simulation

/// The resting orders on one contract, and when they are compared with its price again.
struct PriceWatch: Sendable {
    /// Permanent ids; orders that no longer wait are dropped at the next comparison.
    var orders: [Int64] = []
    var ticket: Schedule.Ticket?
    var due = SimInstant.start
}

/// Comparing resting orders with prices.
///
/// It happens on a grid of gateway time (`orderWatchInterval`), so that with the same seed an order
/// is filled at the same instant whoever is connected. Prices between two instants count too.
/// Prices are a function of time and therefore known ahead: instants at which nothing can happen
/// are left out.
extension Orders {
    mutating func watch(_ order: Order, at now: SimInstant, _ context: inout GatewayContext) {
        var order = order
        let conID = order.contract.conID
        var watch = watches[conID] ?? PriceWatch()
        if !order.isWatched {
            order.isWatched = true
            order.hasRested = true
            order.watchedSince = order.pricedAt
            book.update(order)
            watch.orders.append(order.permID)
            // The next comparison may be an hour away, and orders come and go meanwhile.
            if watch.orders.count > max(64, 2 * book.openCount) {
                watch.orders.removeAll { book.openOrder(permID: $0) == nil }
            }
        }
        let due = nextLook(for: order, from: order.pricedAt, now, context)
        if watch.ticket == nil || due < watch.due {
            if let ticket = watch.ticket { context.schedule.cancel(ticket) }
            watch.ticket = context.schedule.add(.lookAtPrice(conID: conID), at: due)
            watch.due = due
        }
        watches[conID] = watch
    }

    /// Looks at a contract's price for every order that waits for it.
    ///
    /// - Parameter now: May be a little later than what was planned; prices are the planned
    ///   moment's.
    mutating func lookAtPrice(
        of conID: Int64, at now: SimInstant, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        guard context.serverIsConnected, var watch = watches.removeValue(forKey: conID) else {
            watches[conID]?.ticket = nil
            return
        }
        let moment = PriceProcess.milliseconds(of: watch.due)
        let waiting = watch.orders
        watch.orders = []
        watch.ticket = nil
        var due: SimInstant?
        for permID in waiting {
            guard var order = book.openOrder(permID: permID) else { continue }
            if order.ticket == nil { order.pricedAt = moment }
            if order.ticket == nil, waitsForMarket(order, at: now, context) == nil,
                isReached(&order, accounts, context)
            {
                order.isWatched = false
                book.update(order)
                goOn(order, at: now, &context)
                continue
            }
            book.update(order)
            watch.orders.append(permID)
            let next = nextLook(for: order, from: moment, now, context)
            due = due.map { min($0, next) } ?? next
        }
        // Orders that became active and rest again have added a new watch meanwhile.
        if let added = watches.removeValue(forKey: conID) {
            watch.orders += added.orders
            if let ticket = added.ticket { context.schedule.cancel(ticket) }
            due = due.map { min($0, added.due) } ?? added.due
        }
        guard let due else { return }
        watch.ticket = context.schedule.add(.lookAtPrice(conID: conID), at: due)
        watch.due = due
        watches[conID] = watch
    }

    /// The broker is back: every resting order is looked at.
    mutating func lookAtAllPrices(
        at now: SimInstant, _ accounts: inout some OrderAccounts, _ context: inout GatewayContext
    ) {
        for conID in watches.keys.sorted() {
            if let ticket = watches[conID]?.ticket { context.schedule.cancel(ticket) }
            let moment = context.market.priceMoment(at: now)
            watches[conID]?.due = .start + .milliseconds(moment)
            lookAtPrice(of: conID, at: now, &accounts, &context)
        }
    }

    /// Whether the market did what the order waits for; moves a trailing stop on the way.
    private func isReached(
        _ order: inout Order, _ accounts: some OrderAccounts, _ context: GatewayContext
    ) -> Bool {
        guard
            order.status != .preSubmitted
                || conditionsHold(order, at: order.pricedAt, accounts, context.market)
        else {
            return false
        }
        let quote = quote(of: order, context.market)
        let range = pricesSeen(for: order, context)
        if !order.isTriggered, order.terms.trigger != .none {
            return order.meetTrigger(quote.last, range)
        }
        if executionPrice(of: order, at: quote, context.market) != nil { return true }
        // The market reached the limit and left it again: filled at the limit.
        guard case .limit(let limit) = order.terms.price, range.touches(limit, order, quote),
            !context.market.prices.changes.isHalted(order.contract.conID)
        else { return false }
        order.reachedLimit = limit
        return true
    }

    /// The last prices since the previous look.
    private func pricesSeen(for order: Order, _ context: GatewayContext) -> PriceRange {
        let end = order.pricedAt
        let start = max(end - watchStep(context), order.watchedSince)
        return context.market.prices.range(of: order.contract, from: min(start, end), to: end)
    }

    /// Milliseconds between two instants of the grid.
    private func watchStep(_ context: GatewayContext) -> Int64 {
        max(context.settings.orderWatchInterval.nanoseconds / 1_000_000, 1)
    }

    private mutating func goOn(_ order: Order, at now: SimInstant, _ context: inout GatewayContext)
    {
        if order.status == .preSubmitted {
            submit(order, at: now, &context)
        } else {
            planFill(of: order, at: now, &context)
        }
    }

    /// The first instant of the grid at which the order can be reached.
    private func nextLook(
        for order: Order, from moment: Int64, _ now: SimInstant, _ context: GatewayContext
    ) -> SimInstant {
        let opening = waitsForMarket(order, at: now, context)
        let start = opening.map { PriceProcess.milliseconds(of: $0) } ?? moment
        let step = watchStep(context)
        let index = floorDivide(start, step)
        var steps: Int64 = 1
        if let level = order.level, order.conditions.isEmpty, order.contract.legs.isEmpty {
            let margin = 2 * max(order.contract.minTick.micros, 1)
            while steps < 4096 {
                let range = context.market.prices.range(
                    of: order.contract, from: start, to: (index + 2 * steps) * step)
                guard level.micros + margin < range.low || level.micros - margin > range.high
                else { break }
                steps *= 2
            }
        }
        return .start + .milliseconds((index + steps) * step)
    }
}

extension PriceRange {
    /// Whether an order at a limit could have been done, with bid and ask as far beside the last
    /// price as they are now.
    fileprivate func touches(
        _ limit: Amount, _ order: Order, _ quote: PriceProcess.Quote
    ) -> Bool {
        let above = (quote.ask - quote.last).micros
        let below = (quote.last - quote.bid).micros
        return order.isBuy ? low + above <= limit.micros : high - below >= limit.micros
    }
}

extension Order {
    /// The fixed price it waits for; `nil` when it has none, or one that moves.
    fileprivate var level: Amount? {
        if !isTriggered {
            switch terms.trigger {
            case .stop(let level), .touch(let level): return level
            case .trail, .close: return nil
            case .none: break
            }
        }
        return switch terms.price {
        case .limit(let limit), .middle(let limit?): limit
        case .market, .behindStop, .middle(nil), .moving: nil
        }
    }

    /// Whether its trigger is met, judged by last prices; what follows from that is noted in the
    /// order.
    ///
    /// - Parameter seen: Every price since the last comparison. A trailing stop follows `last`
    ///   alone (assumed).
    mutating func meetTrigger(_ last: Amount, _ seen: PriceRange) -> Bool {
        let high = Amount(micros: seen.high)
        let low = Amount(micros: seen.low)
        switch terms.trigger {
        case .none, .close: return true
        case .stop(let stop): isTriggered = isBuy ? high >= stop : low <= stop
        case .touch(let level): isTriggered = isBuy ? low <= level : high >= level
        case .trail(let trail):
            let stop = follow(last, trail)
            trailingStop = stop
            isTriggered = isBuy ? last >= stop : last <= stop
            if isTriggered, case .behindStop(let offset) = terms.price {
                terms.price = .limit(isBuy ? stop + offset : stop - offset)
            }
        }
        return isTriggered
    }

    private func follow(_ last: Amount, _ trail: OrderTerms.Trail) -> Amount {
        let distance: Amount =
            switch trail {
            case .amount(let amount): amount
            case .percent(let percent): last * percent / 100
            }
        let tick = max(contract.minTick.micros, 1)
        let raw = isBuy ? last + distance : last - distance
        let stop = Amount(micros: floorDivide(raw.micros, tick) * tick)
        let first = trailingStop ?? fields["order.trailStopPrice"].flatMap { Amount($0) }
        guard let first, first > 0 else { return stop }
        return isBuy ? min(first, stop) : max(first, stop)
    }
}

import GatewayWire
import Simulation

/// Filling orders: how much at once, what it costs, who is told.
extension Orders {
    /// Fills an order at the market's price, whole or in part, or leaves it when the market has
    /// moved away meanwhile.
    mutating func fillIfPossible(
        _ order: Order, at now: SimInstant, _ accounts: inout some OrderAccounts,
        _ context: inout GatewayContext
    ) {
        let quote = quote(of: order, context.market)
        guard
            let price = executionPrice(of: order, at: quote, context.market) ?? order.reachedLimit,
            !context.market.prices.changes.isHalted(order.contract.conID)
        else {
            leaveUnfilled(order, at: now, &context)
            return
        }
        let part = portion(of: order, quote, context)
        let isDone = execute(part, of: order, price: price, at: now, &accounts, &context)
        if isDone { return }
        if order.timeInForce.isImmediate {
            end(order, as: .bySystem(""), at: now, &context)
        } else if let rest = book.openOrder(permID: order.permID) {
            planFill(of: rest, at: now, &context)
        }
    }

    /// Fills a part of an order at a price, and tells everyone whom it concerns.
    ///
    /// - Returns: Whether that was all of it.
    mutating func execute(
        _ part: Amount, of order: Order, price: Amount, at now: SimInstant,
        _ accounts: inout some OrderAccounts, _ context: inout GatewayContext
    ) -> Bool {
        dropEchoes(of: order.permID, &context)
        var order = order
        order.reachedLimit = nil
        let fills = bookPart(part, of: &order, price: price, at: now, &accounts, context)
        let isDone = order.remaining <= 0
        if isDone {
            finish(&order, as: .filled, "Filled Size: \(order.filled)", at: now, &context)
        } else {
            book.update(order)
        }
        report(fills, of: order, at: now, &context)
        for fill in fills {
            accounts.announceFill(
                account: fill.execution.account, conID: fill.contract.conID, at: now, &context)
        }
        tellGroup(of: order, filled: part, at: now, &context)
        if isDone { releaseChildren(of: order, at: now, &context) }
        return isDone
    }

    /// How much of an order is done at once.
    ///
    /// By default what the quote shows on the other side, and never so little that the order would
    /// take more than `ModelLimits.fillsPerOrder` executions. Fill-or-kill is done whole (assumed).
    private func portion(of order: Order, _ quote: PriceProcess.Quote, _ context: GatewayContext)
        -> Amount
    {
        guard order.timeInForce != .fillOrKill, order.fields["order.allOrNone"] != "1" else {
            return order.remaining
        }
        let wanted: Amount
        switch context.settings.partialFills {
        case .never: return order.remaining
        case .parts(let count):
            wanted = (order.quantity / Amount(whole: Int64(max(count, 1)))).wholePart
        case .byQuotedSize: wanted = Amount(whole: order.isBuy ? quote.askSize : quote.bidSize)
        }
        let least = (order.quantity / Amount(whole: Int64(max(context.limits.fillsPerOrder, 1))))
            .wholePart
        // The last execution takes what division left over.
        let isLast =
            order.fillCount + 1 >= context.limits.fillsPerOrder
            || context.settings.partialFills == .parts(order.fillCount + 1)
        return isLast ? order.remaining : min(max(wanted, least, 1), order.remaining)
    }

    /// What of an order is filled before the order server's answer is seen, which a submitted order
    /// then shows already.
    func foreseenFill(of order: Order, _ context: GatewayContext) -> Amount {
        guard views.way(of: order) == .ownViewUntilFilled, order.type == "MKT",
            context.serverIsConnected
        else { return 0 }
        return portion(of: order, quote(of: order, context.market), context)
    }

    /// Books a part of an order with ledger and order book: one execution for each account of its
    /// allocation, and for a combination one for each leg besides.
    private mutating func bookPart(
        _ part: Amount, of order: inout Order, price: Amount, at now: SimInstant,
        _ accounts: inout some OrderAccounts, _ context: GatewayContext
    ) -> [Fill] {
        let market = context.market
        let before = order.filled
        let after = before + part
        var commission =
            market.commission(of: order.contract, quantity: after)
            - (before > 0 ? market.commission(of: order.contract, quantity: before) : 0)
            + market.fees(on: order.contract, quantity: part, price: price, isBuy: order.isBuy)
        order.averagePrice = (order.averagePrice * before + price * part) / after
        order.lastPrice = price
        order.foreseenFill = 0
        order.filled = after
        order.fillCount += 1
        var fills: [Fill] = []
        var cumulative = before
        let shares = accounts.allocation(
            of: part, order, at: market.priceMoment(at: now), market)
        for (index, share) in shares.enumerated() {
            cumulative += share.quantity
            let isLast = index == shares.count - 1
            let cost =
                isLast ? commission : (commission * share.quantity / part).roundedToCents
            commission -= cost
            order.commission = (order.commission ?? 0) + cost.double
            guard order.contract.legs.isEmpty else {
                fills.append(
                    fill(
                        order, order.contract, share, price: price, cumulative: cumulative,
                        average: order.averagePrice, commission: 0, realized: nil, at: now, context)
                )
                fills += bookLegs(
                    of: order, share, price: price, commission: cost, at: now, &accounts, context)
                continue
            }
            let realized = accounts.book(
                AccountTrade(
                    account: share.account, contract: order.contract,
                    quantity: order.isBuy ? share.quantity : -share.quantity, price: price,
                    commission: cost))
            fills.append(
                fill(
                    order, order.contract, share, price: price, cumulative: cumulative,
                    average: order.averagePrice, commission: cost, realized: realized, at: now,
                    context))
        }
        return fills
    }

    /// What a combination's fill does to its legs, which are what is held afterwards.
    ///
    /// Every leg is done at its last price and the first takes up the difference to the
    /// combination's; each has its part of the commission (assumed).
    private mutating func bookLegs(
        of order: Order, _ share: AllocatedShare, price: Amount, commission: Amount,
        at now: SimInstant, _ accounts: inout some OrderAccounts, _ context: GatewayContext
    ) -> [Fill] {
        let legs = order.contract.legs.compactMap { leg in
            context.market.contracts[leg.conID].map {
                (contract: $0, ratio: Amount(whole: leg.signedRatio))
            }
        }
        var legPrices = legs.map {
            context.market.prices.quote(of: $0.contract, at: order.pricedAt).last
        }
        let sum = zip(legs, legPrices).reduce(Amount.zero) { $0 + $1.0.ratio * $1.1 }
        if let first = legs.first { legPrices[0] += (price - sum) / first.ratio }
        var rest = commission
        var fills: [Fill] = []
        for (index, leg) in legs.enumerated() {
            let isLast = index == legs.count - 1
            let cost =
                isLast ? rest : (commission / Amount(whole: Int64(legs.count))).roundedToCents
            rest -= cost
            let signed = share.quantity * (order.isBuy ? leg.ratio : -leg.ratio)
            let realized = accounts.book(
                AccountTrade(
                    account: share.account, contract: leg.contract, quantity: signed,
                    price: legPrices[index], commission: cost))
            fills.append(
                fill(
                    order, leg.contract,
                    AllocatedShare(account: share.account, quantity: signed.magnitude),
                    isBuy: signed > 0, price: legPrices[index],
                    cumulative: order.filled * leg.ratio.magnitude, average: legPrices[index],
                    commission: cost, realized: realized, at: now, context))
        }
        return fills
    }

    private mutating func fill(
        _ order: Order, _ contract: Contract, _ share: AllocatedShare, isBuy: Bool? = nil,
        price: Amount, cumulative: Amount, average: Amount, commission: Amount, realized: Amount?,
        at now: SimInstant, _ context: GatewayContext
    ) -> Fill {
        let execution = World.Execution(
            execID: book.takeExecID(isBuy: isBuy ?? order.isBuy), clientID: order.clientID,
            orderID: order.orderID,
            permID: order.permID, account: share.account, conID: contract.conID,
            isBuy: isBuy ?? order.isBuy, quantity: share.quantity, price: price,
            cumulativeQuantity: cumulative, averagePrice: average, seconds: 0,
            exchange: venue(of: order, contract), commission: commission,
            currency: contract.currency, realizedProfit: realized,
            orderRef: order.fields["order.orderRef"] ?? "")
        return Fill(
            execution: execution, contract: contract,
            seconds: context.market.clock.seconds(at: now), liquidity: liquidity(of: order))
    }

    /// Where an order is executed: where the client sent it, or one of the venues behind SMART.
    ///
    /// A combination has no venue; its legs have.
    private func venue(of order: Order, _ contract: Contract) -> String {
        guard contract.legs.isEmpty else { return contract.exchange }
        let question = order.permID &+ Int64(order.fillCount)
        return contract.venue(
            routedTo: order.fields["contract.exchange"] ?? "",
            draw: UInt64(views.choice(of: 1 << 30, for: question, .venue)))
    }

    /// Recorded at 200: mostly 2, and 1 now and then in a market order's later executions.
    private func liquidity(of order: Order) -> Int {
        if order.hasRested, order.terms.price != .market { return 1 }
        guard order.fillCount > 1 else { return 2 }
        let question = order.permID &+ Int64(order.fillCount)
        return views.choice(of: 4, for: question, .liquidity) == 0 ? 1 : 2
    }

    /// Ends an order's life in the book.
    mutating func finish(
        _ order: inout Order, as status: OrderStatus, _ words: String, at now: SimInstant,
        _ context: inout GatewayContext
    ) {
        dropEchoes(of: order.permID, &context)
        for ticket in [order.ticket, order.expiry] {
            if let ticket { context.schedule.cancel(ticket) }
        }
        order.ticket = nil
        order.expiry = nil
        order.status = status
        order.completedStatus = words
        order.completedSeconds = context.market.clock.seconds(at: now)
        book.complete(order, keeping: context.limits.completedOrders)
    }

    /// Tells of what was filled, in the order the settings say or the seed draws.
    ///
    /// Recorded at 225: the last two messages of an order, with the commission, may come after the
    /// next request was sent.
    private mutating func report(
        _ fills: [Fill], of order: Order, at now: SimInstant, _ context: inout GatewayContext
    ) {
        let numbers = fills.map { book.record($0, keeping: context.limits.executions) }
        let parts: [FillPart]
        switch context.settings.fillReports {
        case .fixed(let list): parts = Array(list.prefix(context.limits.fillReportParts))
        case .bySeed: parts = FillPart.seen[book.choice(of: FillPart.seen.count)]
        }
        // Recorded: the first echo of a fill does not know its commission, the next one does.
        var order = order
        let delay =
            context.settings.commissionDelay
            ?? (order.remaining > 0 ? .zero : habits(of: order, context).finalDelay)
        // The pair that repeats the status comes with the commission.
        let isRepeated =
            parts.count > 3 && parts.suffix(3) == [.openOrder, .status, .commission]
            && parts.dropLast(3).contains(.status)
        let held = delay > .zero && isRepeated && order.remaining <= 0
        if held {
            _ = context.schedule.add(.showDone(order.key), at: now + delay)
        }
        for (index, part) in parts.enumerated() {
            if held, index >= parts.count - 3, part != .commission { continue }
            switch part {
            case .execution: for fill in fills { tell(fill, &context) }
            case .openOrder:
                tell(openOrder(order), about: order, &context)
                order.shownCommission = order.commission
            case .status:
                let price = fills.first?.execution.price ?? 0
                tell(orderStatus(order, lastPrice: price), about: order, &context)
            case .commission:
                // A combination's own execution costs nothing; its legs' do.
                for (number, fill) in zip(numbers, fills) where fill.contract.legs.isEmpty {
                    planCommission(number, after: delay, at: now, &context)
                }
            }
        }
        guard var open = book.openOrder(permID: order.permID) else { return }
        open.shownCommission = open.commission
        book.update(open)
    }

    private func planCommission(
        _ number: Int, after delay: Duration, at now: SimInstant, _ context: inout GatewayContext
    ) {
        if delay > .zero {
            _ = context.schedule.add(.reportCommission(number), at: now + delay)
        } else {
            reportCommission(number, &context)
        }
    }

    private func tell(_ fill: Fill, _ context: inout GatewayContext) {
        let clock = context.market.clock
        let setting = context.settings.sendInstrumentTimezone
        context.tellAudience(of: fill.execution.clientID) { version in
            execDetails(fill, requestID: -1, version: version, clock, dated: setting)
        }
    }

    /// Shows an order that has ended once more.
    func showDone(_ key: OrderKey, _ context: inout GatewayContext) {
        guard var order = book.completedOrder(key) else { return }
        order.shownCommission = order.commission
        tell(openOrder(order), about: order, &context)
        tell(orderStatus(order, lastPrice: order.lastPrice), about: order, &context)
    }

    func reportCommission(_ number: Int, _ context: inout GatewayContext) {
        guard let fill = book.fills[number] else { return }
        context.tellAudience(of: fill.execution.clientID) { _ in commissionReport(fill) }
    }
}

extension FillPart {
    /// Recorded at 200 and 225: the commission is always last.
    ///
    /// The status came before the execution
    /// once.
    fileprivate static let seen: [[FillPart]] = {
        let plain: [FillPart] = [.execution, .openOrder, .status, .commission]
        let doubled: [FillPart] = [
            .execution, .openOrder, .status, .openOrder, .status, .commission,
        ]
        let early: [FillPart] = [.openOrder, .status, .execution, .commission]
        return [plain, plain, plain, doubled, doubled, doubled, doubled, early]
    }()
}

import GatewayWire
import Simulation

/// What clients are shown of orders and executions.
extension Orders {
    private static let unset = "1.7976931348623157E308"

    /// An order as openOrder shows it; margins stay unset unless `margins` are given.
    func openOrder(_ order: Order, margins: OrderMargins? = nil) -> Message {
        var message = OrderFields.toOpenOrder.message(for: order.fields)
        let isOwnView = views.showsOwnView(of: order)
        describe(order, in: &message, isOwnView: isOwnView)
        message["_sharesAllocation"] = order.sharesAllocation
        // Recorded: the number at the time of sending, which may be ahead of what was reported.
        message["order.filledQuantity"] = max(order.filled, order.foreseenFill).description
        if isOwnView, order.contract.secType == "STK" {
            message.setIfUnset("order.minCompeteSize", "100")
            message.setIfUnset("order.competeAgainstBestOffset", "0.02")
        }
        if order.status == .filled { describeEnd(of: order, in: &message) }
        show(commission: order.shownCommission, of: order, in: &message)
        describe(margins, in: &message)
        return message
    }

    /// What every message about an order says the same way.
    private func describe(_ order: Order, in message: inout Message, isOwnView: Bool) {
        describeContract(of: order, in: &message)
        message["order.orderId"] = String(order.orderID)
        message["order.clientId"] = String(order.clientID)
        message["order.permId"] = String(order.permID)
        message["order.parentId"] = String(order.parentID)
        // Recorded at 200 and 225 for the children of a bracket.
        if order.parentPermID != 0 { message["order.parentPermId"] = String(order.parentPermID) }
        message["order.totalQuantity"] = order.quantity.description
        message["order.account"] = order.account
        message["orderState.status"] = order.status.rawValue
        // Recorded: without a group it is 3.
        if order.group == nil || ["", "0"].contains(order.fields["order.ocaType"] ?? "") {
            message["order.ocaType"] = "3"
        }
        showTimeInForce(of: order, in: &message, isOwnView: isOwnView)
        showPrices(of: order, in: &message, isOwnView: isOwnView)
        let isScaled = nonempty(order.fields["order.scalePriceIncrement"]) != nil
        // Recorded: for algorithms always, for scale orders from the server's answer on.
        if nonempty(order.fields["order.algoStrategy"]) != nil || isScaled && !isOwnView {
            message["order.usePriceMgmtAlgo"] = "1"
        }
        if order.isWhatIf { message["order.whatIfType"] = "1" }
    }

    /// Recorded: no right but an option's, and a combination described by its legs.
    private func describeContract(of order: Order, in message: inout Message) {
        let contract = order.contract
        contract.describe(in: &message, exchange: nonempty(order.fields["contract.exchange"]))
        message.removeIfPresent("contract.primaryExchange")
        if contract.right.isEmpty { message.removeIfPresent("contract.right") }
        guard !contract.legs.isEmpty else { return }
        message["contract.comboLegsDescrip"] =
            contract.legs.map { "\($0.conID)|\($0.signedRatio)" }.joined(separator: ",")
        let usual = ["openClose": "0", "shortSaleSlot": "0", "exemptCode": "-1"]
        message.setItems(
            of: "contract.comboLegs",
            to: message.items(of: "contract.comboLegs").map { leg in
                leg.merging(usual) { sent, usual in sent.isEmpty ? usual : sent }
            })
    }

    private func showTimeInForce(of order: Order, in message: inout Message, isOwnView: Bool) {
        let tif = nonempty(order.fields["order.tif"]) ?? "DAY"
        message["order.tif"] = tif
        if order.includesOvernight {
            // Recorded at 225.
            message["order.tif"] = "OVERNIGHT + \(tif)"
            message["order.outsideRth"] = "1"
        }
        guard !isOwnView else { return }
        // Recorded at 225: an order that must not wait may trade at any hour.
        if order.timeInForce == .immediateOrCancel { message["order.outsideRth"] = "1" }
        if order.timeInForce == .untilCancelled {
            message.setIfPresent("order.autoCancelDate", order.autoCancelDate)
        }
    }

    /// Limit, stop and the present price of a trailing stop, which the text form has twice; official
    /// clients take the second.
    private func showPrices(of order: Order, in message: inout Message, isOwnView: Bool) {
        if case .trail = order.terms.trigger, case .limit(let limit) = order.terms.price {
            message["order.lmtPrice"] = limit.description
        }
        if let price = stopLimit(of: order) { message["order.lmtPrice"] = price.description }
        for name in ["order.lmtPrice", "order.auxPrice"] {
            if let price = message[name].flatMap({ Double($0) }) { message[name] = price.javaText }
        }
        let stop = order.trailingStop ?? order.fields["order.trailStopPrice"].flatMap { Amount($0) }
        guard let stop = stop ?? staleStop(of: order) else { return }
        message["order.trailStopPrice"] = stop.description
        message["_trailStopPrice2"] = stop.description
    }

    /// The limit that a stop order is shown with at first, near its stop; `nil` later, and for other
    /// orders.
    ///
    /// Recorded at 200 and 225: three cents above a sale's stop, gone in the next echo, and still
    /// there when a child of a bracket has ended. For a purchase it is assumed.
    private func stopLimit(of order: Order) -> Amount? {
        guard order.type == "STP", order.echoes == 0 || order.waitsForParent,
            case .stop(let stop) = order.terms.trigger,
            order.fields["order.lmtPrice"].flatMap({ Amount($0) }) ?? 0 == 0
        else { return nil }
        return stop + 3 * order.contract.minTick
    }

    /// What stands in an order's trailing stop although it does not trail; `nil` for nothing.
    ///
    /// Recorded from 204 to 225: one above the limit, whatever the side; a stop order's stop; for
    /// market orders after hours a market price, or nothing. Nothing at 200, and in an order that
    /// was sent a second time to transmit it.
    private func staleStop(of order: Order) -> Amount? {
        guard views.isRecent, !order.wasSentAgain else { return nil }
        switch (order.type, order.terms.price, order.terms.trigger) {
        case ("LMT", .limit(let limit), _): return limit + 1
        case ("STP", _, .stop(let stop)): return stop
        case ("MKT", _, _): return order.staleStop
        default: return nil
        }
    }

    private func nonempty(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// As seen at real gateways: the contract's zone follows at every version.
    private func describeEnd(of order: Order, in message: inout Message) {
        message["orderState.completedTime"] = order.contract.zone.dateTime(order.completedSeconds)
        // Recorded: a reason follows the line break, or nothing.
        message["orderState.completedStatus"] =
            order.completedStatus == "Cancelled by System"
            ? "Cancelled by System:\n" : order.completedStatus
    }

    /// Recorded: the sum of doubles as it comes out, such as 1.0002399999999998.
    private func show(commission: Double?, of order: Order, in message: inout Message) {
        guard let commission else { return }
        message["orderState.commission"] = commission.javaText
        message["orderState.commissionCurrency"] = order.contract.currency
    }

    /// Recorded at 225: before and after are rounded, and the change is the raw difference.
    private func describe(_ margins: OrderMargins?, in message: inout Message) {
        guard let margins else { return }
        for (kind, part) in [
            ("initMargin", \OrderMargins.initial), ("maintMargin", \.maintenance),
            ("equityWithLoan", \.equity),
        ] {
            let before = margins[keyPath: part].before.roundedToCents.double
            let after = margins[keyPath: part].after.roundedToCents.double
            message["orderState.\(kind)Before"] = before.javaText
            message["orderState.\(kind)Change"] = (after - before).javaText
            message["orderState.\(kind)After"] = after.javaText
        }
        message["orderState.commission"] = margins.commission.double.javaText
        message["orderState.commissionCurrency"] = margins.commissionCurrency
        message["orderState.marginCurrency"] = margins.currency
    }

    /// - Parameter lastPrice: The price of the latest execution, when it is not the order's own.
    func orderStatus(_ order: Order, lastPrice: Amount? = nil) -> Message {
        Message(
            "orderStatus",
            [
                "orderId": String(order.orderID), "status": order.status.rawValue,
                "filled": order.filled.description, "remaining": order.remaining.description,
                "avgFillPrice": order.averagePrice.priceText, "permId": String(order.permID),
                "parentId": String(order.parentID),
                "lastFillPrice": (lastPrice ?? order.lastPrice).priceText,
                "clientId": String(order.clientID), "whyHeld": whyHeld(order), "mktCapPrice": "0",
            ])
    }

    /// What holds an order back, in the protocol's words.
    ///
    /// Recorded: nothing once it is being cancelled or has ended. The stop of a bracket is held by
    /// `child,trigger` at 225, by `trigger` at 200.
    private func whyHeld(_ order: Order) -> String {
        guard order.status == .preSubmitted, !order.isUntransmitted || order.waitsForParent else {
            return ""
        }
        var waitsForTrigger = false
        switch order.terms.trigger {
        case .stop, .touch, .trail: waitsForTrigger = !order.isTriggered
        case .none, .close: break
        }
        switch (order.waitsForParent, waitsForTrigger) {
        case (true, true): return views.isRecent ? "child,trigger" : "trigger"
        case (true, false): return "child"
        case (false, true): return "trigger"
        case (false, false): return ""
        }
    }

    /// Recorded at 200, 204 and 225: what was filled is not in the quantity any more, and the
    /// orderer's client and order id are there.
    func completedOrder(_ order: Order) -> Message {
        var message = OrderFields.toCompletedOrder.message(for: order.fields)
        describe(order, in: &message, isOwnView: false)
        if order.status == .filled { message["order.totalQuantity"] = order.remaining.description }
        message["order.filledQuantity"] = order.filled.description
        show(commission: order.commission, of: order, in: &message)
        describeEnd(of: order, in: &message)
        return message
    }

    /// Recorded from 200 to 225: the contract's exchange is the venue of the execution.
    func execDetails(
        _ fill: Fill, requestID: Int, version: Int, _ clock: WallClock,
        dated setting: InstrumentTimezone
    ) -> Message {
        let execution = fill.execution
        var message = Message("execDetails", ["reqId": String(requestID)])
        fill.contract.describe(in: &message, exchange: execution.exchange)
        message.removeIfPresent("contract.primaryExchange")
        message["contract.strike"] = fill.contract.strike.double.javaText
        message["execution.orderId"] = String(execution.orderID)
        message["execution.execId"] = execution.execID
        message["execution.time"] = clock.dateTime(
            fill.seconds, of: fill.contract, by: setting, version: version)
        message["execution.acctNumber"] = execution.account
        message["execution.exchange"] = execution.exchange
        message["execution.side"] = execution.isBuy ? "BOT" : "SLD"
        message["execution.shares"] = execution.quantity.description
        message["execution.price"] = execution.price.priceText
        message["execution.permId"] = String(execution.permID)
        message["execution.clientId"] = String(execution.clientID)
        message["execution.cumQty"] = execution.cumulativeQuantity.description
        message["execution.avgPrice"] = execution.averagePrice.priceText
        message["execution.orderRef"] = execution.orderRef
        message["execution.lastLiquidity"] = String(fill.liquidity)
        message["execution.optExerciseOrLapseType"] = "-1"
        return message
    }

    func commissionReport(_ fill: Fill) -> Message {
        Message(
            "commissionReport",
            [
                "execId": fill.execution.execID,
                "commission": fill.execution.commission.double.javaText,
                "currency": fill.execution.currency,
                "realizedPNL": fill.execution.realizedProfit?.double.javaText ?? Self.unset,
                "yield": Self.unset, "yieldRedemptionDate": "",
            ])
    }
}

extension Message {
    /// Takes away a field the message may not have.
    fileprivate mutating func removeIfPresent(_ name: String) {
        if !schema.indexes(of: name).isEmpty { self[name] = nil }
    }

    fileprivate mutating func setIfUnset(_ name: String, _ text: String) {
        if self[name] ?? "" == "" { self[name] = text }
    }
}

extension Order {
    /// Who gets how much, as text at 200 says it: permanent id, changes, account and quantity.
    ///
    /// Empty for what accounts of a group share.
    fileprivate var sharesAllocation: String {
        account.isEmpty ? "" : "\(permID).\(changes)/\(account)/\(quantity)"
    }
}

import GatewayWire
import Simulation

/// What clients are shown of orders and executions.
extension Orders {
    private static let unset = "1.7976931348623157E308"

    /// An order as openOrder shows it; margins stay unset unless `margins` are given.
    func openOrder(_ order: Order, margins: OrderMargins? = nil) -> Message {
        var message = Message("openOrder")
        OrderFields.toOpenOrder.copy(from: order.fields, to: &message)
        describe(order, in: &message)
        message["order.orderId"] = String(order.orderID)
        message["order.clientId"] = String(order.clientID)
        message["order.parentId"] = String(order.parentID)
        message["orderState.status"] = order.status.rawValue
        for name in [
            "triggerPrice", "lmtPriceOffset", "adjustedStopPrice", "adjustedStopLimitPrice",
        ] {
            keepSet("order.\(name)", in: &message)
        }
        keepSet("order.adjustedTrailingAmount", in: &message)
        showStop(of: order, in: &message)
        message["order.eTradeOnly"] = "0"
        message["order.firmQuoteOnly"] = "0"
        if message["order.adjustedOrderType"] ?? "" == "" {
            message["order.adjustedOrderType"] = "None"
        }
        describe(margins, in: &message)
        return message
    }

    /// What every message about an order says the same way.
    private func describe(_ order: Order, in message: inout Message) {
        let exchange = nonempty(order.fields["contract.exchange"])
        order.contract.describe(in: &message, exchange: exchange)
        message["order.totalQuantity"] = order.quantity.description
        message["order.account"] = order.account
        message["order.permId"] = String(order.permID)
        message["order.tif"] = nonempty(order.fields["order.tif"]) ?? "DAY"
        // Real gateways write "None" here; the fields that depend on it are then present.
        if message["order.deltaNeutralOrderType"] ?? "" == "" {
            message["order.deltaNeutralOrderType"] = "None"
        }
    }

    /// The present price of a trailing stop, in two fields; official clients take the second.
    private func showStop(of order: Order, in message: inout Message) {
        let stop = order.trailingStop?.description ?? nonempty(order.fields["order.trailStopPrice"])
        message["order.trailStopPrice"] = stop
        message["_trailStopPrice2"] = stop ?? Self.unset
        guard case .trail = order.terms.trigger, case .limit(let limit) = order.terms.price else {
            return
        }
        message["order.lmtPrice"] = limit.description
    }

    private func keepSet(_ name: String, in message: inout Message) {
        if message[name] ?? "" == "" { message[name] = Self.unset }
    }

    private func nonempty(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func describe(_ margins: OrderMargins?, in message: inout Message) {
        for (kind, part) in [
            ("initMargin", \OrderMargins.initial), ("maintMargin", \.maintenance),
            ("equityWithLoan", \.equity),
        ] {
            let change = margins?[keyPath: part]
            message["orderState.\(kind)Before"] = change?.before.money ?? Self.unset
            message["orderState.\(kind)Change"] = change?.change.money ?? Self.unset
            message["orderState.\(kind)After"] = change?.after.money ?? Self.unset
        }
        if let margins {
            message["orderState.commission"] = margins.commission.description
            message["orderState.commissionCurrency"] = margins.commissionCurrency
            message["orderState.marginCurrency"] = margins.currency
        }
    }

    func orderStatus(_ order: Order, lastPrice: Amount = 0) -> Message {
        Message(
            "orderStatus",
            [
                "orderId": String(order.orderID), "status": order.status.rawValue,
                "filled": order.filled.description, "remaining": order.remaining.description,
                "avgFillPrice": order.averagePrice.description, "permId": String(order.permID),
                "parentId": String(order.parentID), "lastFillPrice": lastPrice.description,
                "clientId": String(order.clientID), "whyHeld": order.whyHeld, "mktCapPrice": "0",
            ])
    }

    func completedOrder(_ order: Order, _ clock: WallClock) -> Message {
        var message = Message("completedOrder")
        OrderFields.toCompletedOrder.copy(from: order.fields, to: &message)
        describe(order, in: &message)
        showStop(of: order, in: &message)
        keepSet("order.lmtPriceOffset", in: &message)
        message["order.filledQuantity"] = order.filled.description
        message["orderState.status"] = order.status.rawValue
        // As seen at real gateways: the zone follows at every version.
        let seconds = order.completedSeconds
        message["orderState.completedTime"] =
            "\(WallClock.day(of: seconds)) \(WallClock.timeOfDay(of: seconds)) \(clock.zoneName)"
        message["orderState.completedStatus"] = order.completedStatus
        return message
    }

    func execDetails(_ fill: Fill, requestID: Int, version: Int, _ clock: WallClock) -> Message {
        let execution = fill.execution
        var message = Message("execDetails", ["reqId": String(requestID)])
        fill.contract.describe(in: &message)
        message["execution.orderId"] = String(execution.orderID)
        message["execution.execId"] = execution.execID
        message["execution.time"] = clock.dateTime(fill.seconds, version: version)
        message["execution.acctNumber"] = execution.account
        message["execution.exchange"] = execution.exchange
        message["execution.side"] = execution.isBuy ? "BOT" : "SLD"
        message["execution.shares"] = execution.quantity.description
        message["execution.price"] = execution.price.description
        message["execution.permId"] = String(execution.permID)
        message["execution.clientId"] = String(execution.clientID)
        message["execution.cumQty"] = execution.cumulativeQuantity.description
        message["execution.avgPrice"] = execution.averagePrice.description
        message["execution.orderRef"] = execution.orderRef
        message["execution.lastLiquidity"] = "2"
        return message
    }

    func commissionReport(_ fill: Fill) -> Message {
        Message(
            "commissionReport",
            [
                "execId": fill.execution.execID,
                "commission": fill.execution.commission.description,
                "currency": fill.execution.currency,
                "realizedPNL": fill.execution.realizedProfit?.description ?? Self.unset,
                "yield": Self.unset, "yieldRedemptionDate": "",
            ])
    }
}

internal import GatewayModel

extension Reading {
    private static let orderKeys = [
        "perm-id", "client", "id", "account", "contract", "action", "quantity", "type", "limit",
        "stop", "tif", "outside-rth", "parent",
    ]
    private static let requiredKeys = [
        "perm-id", "account", "contract", "action", "quantity", "type",
    ]

    mutating func orders(_ node: YAMLNode?, into draft: inout WorldDraft) {
        var places = Dictionary(
            draft.world.openOrders.enumerated().map { ($1.permID, $0) },
            uniquingKeysWith: { first, _ in first })
        for node in items(node, of: "orders", atMost: draft.limits.orders) {
            guard
                let fields = fields(
                    node, of: "order", keys: Self.orderKeys, required: Self.requiredKeys),
                let order = order(fields, in: &draft)
            else { continue }
            if order.orderID != 0 {
                _ = isFirst(
                    "order \(order.orderID) of client \(order.clientID)",
                    at: fields["id"]?.span ?? node.span, in: &draft)
            }
            if let place = places[order.permID] {
                draft.world.openOrders[place] = order
            } else {
                places[order.permID] = draft.world.openOrders.count
                draft.world.openOrders.append(order)
            }
        }
    }

    mutating func completedOrders(_ node: YAMLNode?, into draft: inout WorldDraft) {
        let keys = Self.orderKeys + ["ago", "filled-at"]
        var places = Dictionary(
            draft.world.completedOrders.enumerated().map { ($1.order.permID, $0) },
            uniquingKeysWith: { first, _ in first })
        for node in items(node, of: "completed-orders", atMost: draft.limits.completedOrders) {
            guard
                let fields = fields(
                    node, of: "completed order", keys: keys,
                    required: Self.requiredKeys + ["ago"]),
                let order = order(fields, in: &draft), let seconds = ago(fields["ago"])
            else { continue }
            let completed = World.CompletedOrder(
                order: order, completedSeconds: seconds, averagePrice: price(fields["filled-at"]))
            if let place = places[order.permID] {
                draft.world.completedOrders[place] = completed
            } else {
                places[order.permID] = draft.world.completedOrders.count
                draft.world.completedOrders.append(completed)
            }
        }
    }

    private mutating func order(
        _ fields: Fields, in draft: inout WorldDraft
    ) -> World.Order? {
        guard let permID = integer(fields["perm-id"], in: 1...(1 << 53)),
            isFirst("the perm id \(permID)", at: fields["perm-id"]?.span ?? fields.span, in: &draft)
        else { return nil }
        let account = knownAccount(fields["account"], in: draft)
        let contract = contract(fields["contract"], among: draft.names)
        let action = word(fields["action"], "action", among: ["BUY", "SELL", "SSHORT"])
        let quantity = amount(fields["quantity"], in: Amount(micros: 1)...10_000_000)
        let limit = fields["limit"].flatMap { amount($0, in: -1_000_000...1_000_000) }
        let stop = fields["stop"].flatMap { amount($0, in: -1_000_000...1_000_000) }
        let clientID = fields["client"].map { integer($0, in: 0...Int(Int32.max)) }
        let orderID = fields["id"].map { integer($0, in: Int(Int32.min)...Int(Int32.max)) }
        let type = worldText(fields["type"], most: draft.limits.textBytes)
        let timeInForce = worldText(fields["tif"], most: draft.limits.textBytes)
        guard let account, let contract, let action, let quantity, let type else { return nil }
        let outsideHours = fields["outside-rth"].flatMap { boolean($0) }
        let parent = fields["parent"].flatMap { integer($0, in: 1...(1 << 53)) }
        var order = World.Order(
            clientID: (clientID ?? 0) ?? 0, orderID: (orderID ?? 0) ?? 0, permID: Int64(permID),
            account: account, conID: contract.conID, action: action, quantity: quantity,
            type: type, limitPrice: limit, stopPrice: stop, timeInForce: timeInForce ?? "DAY")
        order.tradesOutsideHours = outsideHours ?? false
        order.parentPermID = parent.map { Int64($0) } ?? 0
        if let defect = order.defect(on: contract), diagnosticsAreNot(at: fields) {
            report(
                "a gateway would not have taken this order: \(defect)", at: fields.keySpan("type"))
        }
        return order
    }

    /// Whether its prices could be read; a mistake in them is not reported as a second one.
    private func diagnosticsAreNot(at fields: Fields) -> Bool {
        let spans = ["limit", "stop", "tif"].compactMap { fields[$0]?.span }.map(mark)
        return !diagnostics.contains { spans.contains($0.mark) }
    }

    mutating func executions(_ node: YAMLNode?, into draft: inout WorldDraft) {
        let keys = [
            "exec-id", "perm-id", "client", "id", "account", "contract", "side", "quantity",
            "price", "cumulative", "average", "ago", "exchange", "commission", "currency",
            "realized-profit", "order-ref",
        ]
        let orders = Dictionary(
            (draft.world.openOrders + draft.world.completedOrders.map(\.order))
                .map { ($0.permID, $0) }, uniquingKeysWith: { first, _ in first })
        var places = Dictionary(
            draft.world.executions.enumerated().map { ($1.execID, $0) },
            uniquingKeysWith: { first, _ in first })
        for node in items(node, of: "executions", atMost: draft.limits.executions) {
            guard
                let fields = fields(
                    node, of: "execution", keys: keys,
                    required: ["exec-id", "perm-id", "quantity", "price", "ago"]),
                let permID = integer(fields["perm-id"], in: 1...(1 << 53)),
                let execution = execution(
                    fields, permID: Int64(permID), of: orders[Int64(permID)], in: draft),
                isFirst("the execution '\(execution.execID)'", at: node.span, in: &draft)
            else { continue }
            if let place = places[execution.execID] {
                draft.world.executions[place] = execution
            } else {
                places[execution.execID] = draft.world.executions.count
                draft.world.executions.append(execution)
            }
        }
    }

    /// An execution takes missing values from its order.
    private mutating func execution(
        _ fields: Fields, permID: Int64, of order: World.Order?, in draft: WorldDraft
    ) -> World.Execution? {
        if order == nil {
            for key in ["account", "contract", "side"] where fields[key] == nil {
                report(
                    "execution needs the key '\(key)'", at: fields.span,
                    hint: "the world has no order \(permID) to take it from")
            }
        }
        let account =
            fields["account"] == nil
            ? order?.account : knownAccount(fields["account"], in: draft)
        let contract =
            fields["contract"] == nil
            ? order.flatMap { draft.names[$0.conID] }
            : contract(fields["contract"], among: draft.names)
        let side =
            fields["side"] == nil
            ? order?.action : word(fields["side"], "side", among: ["BUY", "SELL"])
        let held = Amount(micros: 1)...10_000_000
        let clientID = integer(fields["client"], in: 0...Int(Int32.max))
        let orderID = integer(fields["id"], in: Int(Int32.min)...Int(Int32.max))
        let commission = amount(fields["commission"], in: -1_000_000...1_000_000)
        let realized = amount(fields["realized-profit"], in: -Self.mostProfit...Self.mostProfit)
        let limit = draft.limits.textBytes
        let execID = worldText(fields["exec-id"], most: limit)
        let quantity = amount(fields["quantity"], in: held)
        let price = price(fields["price"])
        let seconds = ago(fields["ago"])
        guard let execID, let account, let contract, let side, let quantity, let price, let seconds
        else { return nil }
        return World.Execution(
            execID: execID, clientID: clientID ?? order?.clientID ?? 0,
            orderID: orderID ?? order?.orderID ?? 0, permID: permID, account: account,
            conID: contract.conID, isBuy: side == "BUY", quantity: quantity, price: price,
            cumulativeQuantity: amount(fields["cumulative"], in: held) ?? quantity,
            averagePrice: self.price(fields["average"]) ?? price, seconds: seconds,
            exchange: worldText(fields["exchange"], most: limit) ?? contract.exchange,
            commission: commission ?? 0,
            currency: worldText(fields["currency"], most: limit) ?? contract.currency,
            realizedProfit: realized,
            orderRef: worldText(fields["order-ref"], most: limit) ?? "")
    }

    private static let mostProfit: Amount = 1_000_000_000_000

    /// Whole seconds before the gateway's start, as a number below zero.
    private mutating func ago(_ node: YAMLNode?) -> Int64? {
        duration(node).map { -$0.components.seconds }
    }
}

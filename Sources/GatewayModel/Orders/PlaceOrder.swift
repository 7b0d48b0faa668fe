import GatewayWire
import Simulation

/// Taking, checking and changing orders.
extension HealthyGateway {
    mutating func placeOrder(_ request: Request) {
        let key = (request.clientID, request.id)
        if let existing = orders.openOrder(clientID: key.0, orderID: key.1) {
            modify(existing, request)
            return
        }
        // Assumed: an id below the next valid one is taken as long as it was never used.
        guard orders.completedOrder(clientID: key.0, orderID: key.1) == nil else {
            fail(request, 103, "Duplicate order id")
            return
        }
        guard let contract = soleContract(request) else { return }
        guard let draft = draft(request, contract: contract) else { return }
        if request.flag("order.whatIf") {
            send(
                openOrder(draft, margins: margins(of: draft, at: request.now)),
                to: request.connection)
            return
        }
        guard orders.open.count < limits.openOrders else {
            reject(request, "too many open orders, at most \(limits.openOrders)")
            return
        }
        var order = draft
        order.isUntransmitted = message(request, saysNoTo: "order.transmit")
        orders.add(order)
        if !order.isUntransmitted { transmit(order, at: request.now) }
    }

    private func message(_ request: Request, saysNoTo field: String) -> Bool {
        request.text(field) == "0"
    }

    /// Order refusals that have no code of their own.
    private mutating func reject(_ request: Request, _ reason: String) {
        fail(request, 201, "Order rejected - reason:\(reason)")
    }

    /// Checks a placeOrder field by field; answers with an error and `nil` when it cannot stand.
    private mutating func draft(_ request: Request, contract: Contract) -> Order? {
        let action = request.text("order.action").uppercased()
        guard ["BUY", "SELL", "SSHORT"].contains(action) else {
            reject(request, "Invalid action '\(quoted(action))'")
            return nil
        }
        guard let quantity = checkedQuantity(request),
            let pricing = checkedPricing(request, contract)
        else { return nil }
        guard let account = ledger.account(request.text("order.account")) else {
            reject(request, "Invalid account code '\(quoted(request.text("order.account")))'")
            return nil
        }
        let isWhatIf = request.flag("order.whatIf")
        let parentID = request.int("order.parentId") ?? 0
        guard isWhatIf || parentID <= 0 || knowsParent(parentID, of: request) else {
            fail(request, 135, "Can't find order with id =\(parentID)")
            return nil
        }
        var order = Order(
            permID: isWhatIf ? 0 : orders.takePermID(), clientID: request.clientID,
            orderID: request.id, account: account.name, contract: contract,
            isBuy: action == "BUY", fields: request.message, quantity: quantity, pricing: pricing)
        order.parentID = max(parentID, 0)
        order.waitsForParent = parentID > 0
        return order
    }

    /// A parent is an open order of the same client that has no parent itself (assumed).
    private func knowsParent(_ orderID: Int, of request: Request) -> Bool {
        orders.openOrder(clientID: request.clientID, orderID: orderID)?.parentID == 0
    }

    private mutating func checkedQuantity(_ request: Request) -> Amount? {
        guard let quantity = request.amount("order.totalQuantity"), quantity >= 0 else {
            reject(request, "Invalid quantity '\(quoted(request.text("order.totalQuantity")))'")
            return nil
        }
        guard quantity != 0 else {
            fail(request, 434, "The order size cannot be zero.")
            return nil
        }
        guard quantity.isWhole else {
            // Keeps every quantity a whole number, which old versions need (assumed for new ones).
            fail(request, 10243, "Fractional-sized order cannot be placed via API.")
            return nil
        }
        guard quantity <= limits.orderQuantity else {
            reject(request, "the quantity is above \(limits.orderQuantity)")
            return nil
        }
        return quantity
    }

    private mutating func checkedPricing(_ request: Request, _ contract: Contract) -> OrderPricing?
    {
        let type = request.text("order.orderType").uppercased()
        let prices = ["order.lmtPrice", "order.auxPrice"].map { request.amount($0) }
        guard let pricing = OrderPricing(type: type, limitPrice: prices[0]) else {
            if type == "LMT" {
                reject(request, "a limit order needs a limit price")
            } else {
                fail(
                    request, 387,
                    "Unsupported order type for this exchange and security type.")
            }
            return nil
        }
        for case let price? in prices where !price.isMultiple(of: contract.minTick) {
            fail(
                request, 110,
                "The price does not conform to the minimum price variation for this contract.")
            return nil
        }
        if case .limit(let price) = pricing, price <= 0 || price > 1_000_000 {
            reject(request, "the limit price \(price) is outside 0 to 1000000")
            return nil
        }
        return pricing
    }

    /// Changes an open order: quantity, prices, time in force and the like, not what it is.
    private mutating func modify(_ existing: Order, _ request: Request) {
        guard let contract = soleContract(request) else { return }
        let action = request.text("order.action").uppercased()
        guard contract.conID == existing.contract.conID, (action == "BUY") == existing.isBuy else {
            fail(request, 105, "Order being modified does not match original order.")
            return
        }
        let type = request.text("order.orderType").uppercased()
        guard type == existing.type.uppercased() else {
            fail(
                request, 329,
                "Order modify failed. Cannot change to the new order type.")
            return
        }
        guard let quantity = checkedQuantity(request),
            let pricing = checkedPricing(request, contract)
        else { return }
        var order = existing
        order.fields = request.message
        order.quantity = max(quantity, order.filled)
        order.pricing = pricing
        if request.flag("order.whatIf") {
            send(
                openOrder(order, margins: margins(of: order, at: request.now)),
                to: request.connection)
            return
        }
        let waits = order.isUntransmitted && message(request, saysNoTo: "order.transmit")
        order.isUntransmitted = waits
        orders.update(order)
        guard !waits else { return }
        if existing.isUntransmitted {
            transmit(order, at: request.now)
        } else {
            show(order)
            if order.status == .submitted { lookForFill(order, at: request.now) }
        }
    }

    /// What the order would change; shares of the margin rates in `AccountValues`.
    private func margins(of order: Order, at now: SimInstant) -> OrderMargins? {
        guard let account = ledger.account(order.account) else { return nil }
        let before = values(of: account, at: now)
        var after = ledger
        let quote = prices.quote(
            of: order.contract, at: PriceProcess.milliseconds(of: now))
        let price = order.executionPrice(at: quote) ?? quote.last
        let commission = commission(of: order, price: price)
        _ = after.book(
            account: order.account, contract: order.contract, quantity: order.signedQuantity,
            price: price, commission: commission)
        guard let changed = after.account(order.account) else { return nil }
        let then = values(of: changed, at: now)
        return OrderMargins(
            initial: .init(
                before: before.initialMargin, change: then.initialMargin - before.initialMargin),
            maintenance: .init(
                before: before.maintenanceMargin,
                change: then.maintenanceMargin - before.maintenanceMargin),
            equity: .init(
                before: before.netLiquidation,
                change: then.netLiquidation - before.netLiquidation),
            commission: commission)
    }

    /// IB's published fixed US stock rate: half a cent a share, at least a dollar; options 65 cents.
    func commission(of order: Order, price: Amount) -> Amount {
        switch order.contract.secType {
        case "OPT": return max(order.quantity * Amount(cents: 65), 1)
        case "CASH": return 2
        default: return max((order.quantity * Amount(micros: 5_000)).roundedToCents, 1)
        }
    }
}

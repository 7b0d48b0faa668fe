import GatewayWire
import Simulation

/// Checks a placeOrder, and makes the order from it.
extension Orders {
    /// Checks a placeOrder field by field.
    mutating func draft(
        _ request: Request, contract: Contract, _ accounts: some OrderAccounts,
        _ context: GatewayContext
    ) throws(OrderTerms.Defect) -> Order {
        let action = request.text("order.action").uppercased()
        guard ["BUY", "SELL", "SSHORT", "SLONG"].contains(action) else {
            throw .rejected("Invalid action '\(quoted(action))'")
        }
        if let defect = Algorithms.defect(of: request) { throw defect }
        try checkEmptyTimeInForce(request, context)
        let quantity = try quantity(request, contract: contract, context)
        let account = try checkedAccount(request, accounts)
        var order = Order(
            permID: 0, clientID: request.clientID, orderID: request.id, account: account,
            contract: contract, isBuy: action == "BUY", fields: request.message,
            quantity: quantity, terms: OrderTerms())
        try order.take(request, contract: contract)
        order = withReferencePrice(
            order, at: context.market.priceMoment(at: request.now), context.market)
        order.rewriteFields(at: request.now, context)
        // Recorded at 225: what-if orders get one too.
        order.permID = book.takePermID()
        return order
    }

    /// Recorded at 225 (the code and its text).
    func checkEmptyTimeInForce(_ request: Request, _ context: GatewayContext)
        throws(OrderTerms.Defect)
    {
        guard request.text("order.tif").isEmpty else { return }
        let isRefused =
            switch context.settings.emptyTimeInForce {
            case .byVersion: request.version >= 225
            case .refused: true
            case .day, .preset: false
            }
        if isRefused { throw .init(code: 10052, text: "Invalid time in force:Empty") }
    }

    /// The account an order is for; empty for one that a group shares.
    private func checkedAccount(_ request: Request, _ accounts: some OrderAccounts)
        throws(OrderTerms.Defect) -> String
    {
        let group = request.text("order.faGroup")
        if !group.isEmpty {
            guard accounts.hasAdvisor else {
                throw .rejected("this account is not a financial advisor's")
            }
            guard accounts.hasGroup(group) else {
                throw .init(code: 332, text: "The account codes for the order profile are invalid.")
            }
            return ""
        }
        let name = request.text("order.account")
        if name.isEmpty, accounts.count > 1 {
            throw accounts.hasAdvisor
                ? .init(code: 436, text: "You must specify an allocation.")
                : .init(code: 435, text: "You must specify an account.")
        }
        guard let account = accounts.account(name) else {
            throw .rejected("Invalid account code '\(quoted(name))'")
        }
        return account.name
    }

    func checkedQuantity(_ request: Request, _ limits: ModelLimits) throws(OrderTerms.Defect)
        -> Amount
    {
        guard let quantity = request.amount("order.totalQuantity"), quantity >= 0 else {
            throw .rejected("Invalid quantity '\(quoted(request.text("order.totalQuantity")))'")
        }
        guard quantity != 0 else {
            throw .init(code: 434, text: "The order size cannot be zero.")
        }
        guard quantity.isWhole else {
            // Keeps every quantity a whole number, which old versions need (assumed for new ones).
            throw .init(code: 10243, text: "Fractional-sized order cannot be placed via API.")
        }
        guard quantity <= limits.orderQuantity else {
            throw .rejected("the quantity is above \(limits.orderQuantity)")
        }
        return quantity
    }
}

extension Order {
    /// Takes over what a request may set or change.
    mutating func take(_ request: Request, contract: Contract) throws(OrderTerms.Defect) {
        let terms = try OrderTerms(request, contract: contract)
        timeInForce = try TimeInForce(request, terms: terms)
        let after = request.text("order.goodAfterTime")
        guard after.isEmpty || WallClock.seconds(from: after) != nil else {
            throw .init(
                code: 337,
                text: "The date, time, or time-zone entered is invalid. "
                    + "The correct format is yyyymmdd hh:mm:ss xxx")
        }
        let active = request.text("order.activeStartTime")
        guard active.isEmpty || WallClock.seconds(from: active) != nil else {
            // Recorded at 225; the wording is ours.
            throw .init(code: 10315, text: "Invalid active start time.")
        }
        // A stop that was hit stays hit, and a trailing limit keeps the price it found.
        if !isTriggered || self.terms.trigger == .none || terms.trigger != self.terms.trigger {
            self.terms = terms
        } else if case .limit = terms.price {
            self.terms.price = terms.price
        }
        if status == .preSubmitted { isTriggered = terms.trigger == .none }
        trailingStop = nil
        reachedLimit = nil
        // What the gateway added to an order stays when the client does not speak of it.
        let group = (fields["order.ocaGroup"], fields["order.ocaType"])
        fields = request.message
        if fields["order.ocaGroup"] ?? "" == "" {
            (fields["order.ocaGroup"], fields["order.ocaType"]) = group
        }
        conditions = OrderCondition.all(of: fields)
        if permID == 0 {
            parentID = max(request.int("order.parentId") ?? 0, 0)
            waitsForParent = parentID > 0
        }
    }
}

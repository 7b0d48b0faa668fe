/// Cash, positions and profits of every account, kept so that every view agrees.
struct Ledger: Sendable {
    private(set) var accounts: [World.Account]

    init(accounts: [World.Account]) {
        self.accounts = accounts
    }

    /// The account called `name`; the first one for an empty name.
    func account(_ name: String) -> World.Account? {
        name.isEmpty ? accounts.first : accounts.first { $0.name == name }
    }

    /// Books a fill: cash, position, average cost.
    ///
    /// Commissions become part of the average cost of what is opened and of the profit of what is
    /// closed, as IB reports them; a fill through zero closes first and opens the rest.
    ///
    /// - Parameter quantity: Negative for a sale.
    /// - Returns: The profit realized, commission deducted, when anything was closed.
    mutating func book(
        account name: String, contract: Contract, quantity: Amount, price: Amount,
        commission: Amount
    ) -> Amount? {
        guard let index = accounts.firstIndex(where: { $0.name == name }) else { return nil }
        let unitPrice = price * contract.pointValue
        accounts[index].cash -= quantity * unitPrice + commission
        let slot = accounts[index].positions.firstIndex { $0.conID == contract.conID }
        var position =
            slot.map { accounts[index].positions[$0] }
            ?? World.Position(conID: contract.conID, quantity: 0, averageCost: 0)
        let closing = closed(of: position.quantity, by: quantity)
        let opening = quantity - closing
        var realized: Amount?
        if closing != 0 {
            let profit = -closing * (unitPrice - position.averageCost) - commission
            position.realizedProfit += profit
            realized = profit
            position.quantity += closing
            if position.quantity == 0 { position.averageCost = 0 }
        }
        if opening != 0 {
            let paid = closing == 0 ? commission : 0
            let cost = position.quantity * position.averageCost + opening * unitPrice + paid
            position.quantity += opening
            position.averageCost = cost / position.quantity
        }
        if let slot {
            accounts[index].positions[slot] = position
        } else {
            accounts[index].positions.append(position)
        }
        return realized
    }

    /// The part of a fill that reduces a position of the other sign, in the fill's own sign.
    private func closed(of held: Amount, by quantity: Amount) -> Amount {
        guard (held < 0) != (quantity < 0), held != 0 else { return 0 }
        return quantity.magnitude <= held.magnitude ? quantity : -held
    }
}

/// Cash, positions and profits of every account; everything that shows them is computed from here.
struct Ledger: Sendable {
    private(set) var accounts: [World.Account]
    private var indexes: [String: Int] = [:]
    /// Where an account keeps its position in a contract, by account.
    private var slots: [[Int64: Int]]

    init(accounts: [World.Account]) {
        self.accounts = accounts
        slots = accounts.map { account in
            Dictionary(
                account.positions.enumerated().map { ($1.conID, $0) },
                uniquingKeysWith: { first, _ in first })
        }
        for (index, account) in accounts.enumerated().reversed() { indexes[account.name] = index }
    }

    /// The account called `name`; the first one for an empty name.
    func account(_ name: String) -> World.Account? {
        name.isEmpty ? accounts.first : indexes[name].map { accounts[$0] }
    }

    func position(of name: String, in conID: Int64) -> World.Position? {
        guard let index = name.isEmpty && !accounts.isEmpty ? 0 : indexes[name] else { return nil }
        return slots[index][conID].map { accounts[index].positions[$0] }
    }

    /// Books a fill: cash, position, average cost.
    ///
    /// Cash moves in the contract's currency, and for a currency pair in both of its currencies.
    /// Commissions become part of the average cost of what is opened and of the profit of what is
    /// closed, as IB reports them; a fill through zero closes first and opens the rest.
    ///
    /// - Parameter quantity: Negative for a sale.
    /// - Returns: The profit realized, commission deducted, when anything was closed.
    mutating func book(
        account name: String, contract: Contract, quantity: Amount, price: Amount,
        commission: Amount
    ) -> Amount? {
        guard let index = name.isEmpty && !accounts.isEmpty ? 0 : indexes[name] else { return nil }
        let unitPrice = price * contract.pointValue
        let paid = quantity * unitPrice + commission
        let slot = self.slot(of: contract.conID, account: index)
        var position = accounts[index].positions[slot]
        position.paidToday += paid
        let closing = closed(of: position.quantity, by: quantity)
        let opening = quantity - closing
        var realized: Amount?
        if closing != 0 {
            let profit =
                Amount(nearest: closing.double * position.averageCost) - closing * unitPrice
                - commission
            position.realizedProfit += profit
            realized = profit
            position.quantity += closing
            if position.quantity == 0 { position.averageCost = 0 }
        }
        if opening != 0 {
            let cost =
                position.cost + opening * unitPrice
                + (closing == 0 ? commission : 0)
            position.quantity += opening
            position.spread(cost)
        }
        accounts[index].positions[slot] = position
        switch contract.settlement {
        case .paid: accounts[index].receive(-paid, in: contract.currency)
        case .margined: accounts[index].receive(realized ?? 0, in: contract.currency)
        case .exchanged:
            accounts[index].receive(-paid, in: contract.currency)
            accounts[index].receive(quantity, in: contract.symbol)
        }
        return realized
    }

    /// Changes an account, because a command says so.
    mutating func change(_ name: String, _ body: (inout World.Account) -> Void) {
        if let index = indexes[name] { body(&accounts[index]) }
    }

    /// Changes a position as if it had been so since the day began.
    ///
    /// - Parameter averageCost: Of a position that was not there before, or changes its side.
    mutating func drift(
        account name: String, _ conID: Int64, by amount: Amount, averageCost: Amount
    ) {
        guard let index = indexes[name] else { return }
        let slot = self.slot(of: conID, account: index)
        var position = accounts[index].positions[slot]
        let before = position.quantity
        position.quantity += amount
        position.heldAtStart += amount
        if position.quantity == 0 {
            position.averageCost = 0
        } else if before == 0 || (before < 0) != (position.quantity < 0) {
            position.averageCost = averageCost.double
        }
        accounts[index].positions[slot] = position
    }

    /// Begins a new day: profits count from here, and closed positions are forgotten.
    mutating func startDay() {
        for index in accounts.indices {
            accounts[index].positions.removeAll { $0.quantity == 0 }
            slots[index] = [:]
            for slot in accounts[index].positions.indices {
                accounts[index].positions[slot].startDay()
                slots[index][accounts[index].positions[slot].conID] = slot
            }
        }
    }

    /// Works out from an earlier execution of the day what was held when the day began.
    mutating func recall(_ fill: Fill) {
        let execution = fill.execution
        guard let index = indexes[execution.account],
            let slot = slots[index][execution.conID]
        else { return }
        let signed = execution.isBuy ? execution.quantity : -execution.quantity
        accounts[index].positions[slot].heldAtStart -= signed
        accounts[index].positions[slot].paidToday +=
            signed * execution.price * fill.contract.pointValue + execution.commission
    }

    private mutating func slot(of conID: Int64, account index: Int) -> Int {
        if let slot = slots[index][conID] { return slot }
        let slot = accounts[index].positions.count
        slots[index][conID] = slot
        accounts[index].positions.append(
            World.Position(conID: conID, quantity: 0, averageCost: 0))
        return slot
    }

    /// The part of a fill that reduces a position of the other sign, in the fill's own sign.
    private func closed(of held: Amount, by quantity: Amount) -> Amount {
        guard (held < 0) != (quantity < 0), held != 0 else { return 0 }
        return quantity.magnitude <= held.magnitude ? quantity : -held
    }
}

import GatewayWire
import Simulation

/// What commands do to accounts.
extension Accounts {
    /// Changes a position without an execution; cash stays as it is.
    ///
    /// The position counts as held since the day began, so that it brings no profit of today. A new
    /// one costs what the market says.
    mutating func drift(
        _ name: String, _ contract: Contract, by amount: Amount, at now: SimInstant,
        _ context: inout GatewayContext
    ) throws(CommandRefusal) {
        let account = try existing(name)
        let held = ledger.position(of: account.name, in: contract.conID)?.quantity ?? 0
        let bound = context.limits.orderQuantity
        guard amount != 0, (held + amount).magnitude <= bound else {
            throw CommandRefusal(
                .conflict, "a position differs by more than nothing, and is \(bound) at most")
        }
        let price = context.market.prices.last(
            of: contract, at: context.market.priceMoment(at: now))
        ledger.drift(
            account: account.name, contract.conID, by: amount,
            averageCost: price * contract.pointValue)
        announceFill(account: account.name, conID: contract.conID, at: now, &context)
    }

    mutating func setCash(
        of name: String, _ currency: String, _ amount: Amount, at now: SimInstant,
        _ context: inout GatewayContext
    ) throws(CommandRefusal) {
        let account = try existing(name)
        let currency = currency.isEmpty ? account.baseCurrency : currency
        guard context.market.exchangeRates.knows(currency) || currency == account.baseCurrency
        else {
            throw CommandRefusal(
                .unknown, "no currency pair of the world leads to \(quoted(currency))")
        }
        ledger.change(account.name) {
            $0.receive(amount - $0.cash(in: currency), in: currency)
        }
        announceValues(of: account.name, at: now, &context)
    }

    mutating func showValue(
        of name: String, _ key: String, _ value: String?, at now: SimInstant,
        _ context: inout GatewayContext
    ) throws(CommandRefusal) {
        let account = try existing(name)
        guard AccountKeys.sorted.contains(where: { $0.name == key }) else {
            throw CommandRefusal(.unknown, "there is no account value \(quoted(key))")
        }
        guard value?.utf8.count ?? 0 <= context.limits.fieldBytes else {
            throw CommandRefusal(
                .conflict, "a value has \(context.limits.fieldBytes) bytes at most")
        }
        ledger.change(account.name) { $0.shownValues[key] = value }
        announceValues(of: account.name, at: now, &context)
    }

    private func existing(_ name: String) throws(CommandRefusal) -> World.Account {
        guard let account = ledger.account(name) else {
            throw CommandRefusal(.unknown, "there is no account \(quoted(name))")
        }
        return account
    }
}

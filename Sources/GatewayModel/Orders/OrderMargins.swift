import GatewayWire
import Simulation

/// What an order would do to an account's margins.
struct OrderMargins: Sendable {
    struct Change: Sendable {
        let before: Amount
        let change: Amount

        var after: Amount { before + change }
    }

    let initial: Change
    let maintenance: Change
    let equity: Change
    /// Of the account, for the three above.
    let currency: String
    let commission: Amount
    let commissionCurrency: String
}

extension Orders {
    /// What the order would change, by the margin rates in `AccountValues`.
    func margins(
        of order: Order, at now: SimInstant, _ accounts: inout some OrderAccounts, _ market: Market
    ) -> OrderMargins? {
        guard let account = accounts.account(order.account) else { return nil }
        let before = accounts.valuesNow(of: account, at: now, market)
        var after = Ledger(accounts: [account])
        let quote = market.prices.quote(of: order.contract, at: market.priceMoment(at: now))
        let price = executionPrice(of: order, at: quote, market) ?? quote.last
        let commission =
            market.commission(of: order.contract, quantity: order.quantity)
            + market.fees(
                on: order.contract, quantity: order.quantity, price: price, isBuy: order.isBuy)
        let quantity = order.isBuy ? order.remaining : -order.remaining
        if order.contract.legs.isEmpty {
            _ = after.book(
                account: order.account, contract: order.contract, quantity: quantity,
                price: price, commission: commission)
        }
        for leg in order.contract.legs {
            guard let part = market.contracts[leg.conID] else { continue }
            _ = after.book(
                account: order.account, contract: part,
                quantity: quantity * Amount(whole: leg.signedRatio),
                price: market.prices.quote(of: part, at: market.priceMoment(at: now)).last,
                commission: market.commission(of: part, quantity: quantity.magnitude))
        }
        guard let changed = after.account(order.account) else { return nil }
        let then = accounts.valuesNow(of: changed, at: now, market)
        return OrderMargins(
            initial: .init(
                before: before.initialMargin, change: then.initialMargin - before.initialMargin),
            maintenance: .init(
                before: before.maintenanceMargin,
                change: then.maintenanceMargin - before.maintenanceMargin),
            equity: .init(
                before: before.netLiquidation,
                change: then.netLiquidation - before.netLiquidation),
            currency: account.baseCurrency, commission: commission,
            commissionCurrency: order.contract.currency)
    }

    /// Why an account's equity does not carry an order; `nil` when it does, or when the order asks
    /// for no more margin than there was.
    ///
    /// The words are those users report (erdewit/ib_insync issue 704). Children and group orders
    /// are not checked: a child may never become active, a group order is shared (assumed).
    func marginDefect(
        of order: Order, at now: SimInstant, _ accounts: inout some OrderAccounts,
        _ context: GatewayContext
    ) -> OrderTerms.Defect? {
        guard context.settings.checksMargins, order.parentID == 0,
            let margins = margins(of: order, at: now, &accounts, context.market),
            margins.initial.change > 0,
            margins.equity.after < margins.initial.after
        else { return nil }
        return .rejected(
            "In order to obtain the desired position your Equity with Loan Value "
                + "[\(margins.equity.after.money) \(margins.currency)] must exceed the new total Initial "
                + "Margin of [\(margins.initial.after.money) \(margins.currency)]")
    }
}

extension Market {
    /// IB's published fixed US stock rate: half a cent a share, at least a dollar; options 65
    /// cents, futures 85 cents, at least a dollar an order; two dollars for a currency pair; the
    /// sum of its legs' for a combination.
    func commission(of contract: Contract, quantity: Amount) -> Amount {
        guard contract.legs.isEmpty else {
            return contract.legs.reduce(.zero) { sum, leg in
                guard let part = contracts[leg.conID] else { return sum }
                let ratio = Amount(whole: leg.signedRatio).magnitude
                return sum + commission(of: part, quantity: quantity * ratio)
            }
        }
        return switch contract.secType {
        case "OPT", "FOP": max(quantity * Amount(cents: 65), 1)
        case "FUT": quantity * Amount(cents: 85)
        case "CASH": 2
        default: max((quantity * Amount(micros: 5_000)).roundedToCents, 1)
        }
    }

    /// What authorities take of trades in US stocks, which the commission contains.
    ///
    /// Recorded: 0.000003 a share; of sales 0.000195 a share and 20.60 of a million besides.
    func fees(on contract: Contract, quantity: Amount, price: Amount, isBuy: Bool) -> Amount {
        guard contract.secType == "STK", contract.currency == "USD" else { return 0 }
        let shares = quantity.double
        let sale = isBuy ? 0 : 0.000_195 * shares + 0.000_020_6 * shares * price.double
        return Amount(nearest: 0.000_003 * shares + sale)
    }
}

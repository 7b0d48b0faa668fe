/// What can be told to a gateway about its market, its orders, its accounts and its clock.
///
/// Clients hear of it as they hear of the same thing at a real gateway.
package enum WorldCommand: Hashable, Sendable {
    // The market
    /// Prices jump, and the seed's walk goes on from there.
    case setPrice(ContractName, PriceSetting)
    /// Trading stops: tick 49 says 1, prices do not move, nothing is traded or filled.
    case halt(ContractName)
    case resume(ContractName)

    // Orders
    /// Fills what is left of an order, or less, at its limit, the market's price or a given one.
    case fill(OrderName, quantity: Amount?, price: Amount?)
    /// The order server refuses the order: Inactive, error 201.
    case reject(OrderName, reason: String)
    /// The exchange cancels the order: Cancelled, error 202.
    case cancel(OrderName, reason: String)

    // Accounts; an empty name is the first account
    /// Changes a position without an execution.
    case drift(account: String, ContractName, by: Amount)
    /// Sets the cash in one currency; an empty one is the account's own.
    case setCash(account: String, currency: String, Amount)
    /// Shows this for an account value, whatever cash and positions make of it; `nil` ends that.
    case showValue(account: String, key: String, String?)

    // The clock
    /// The gateway's time jumps: what was due meanwhile happens at once.
    case advanceClock(Duration)
    /// The gateway's time stands still: requests are answered, and nothing comes due.
    case stopClock
    case startClock
}

/// How a command names a contract.
package enum ContractName: Hashable, Sendable, CustomStringConvertible {
    case conID(Int64)
    /// A symbol or a local symbol.
    case symbol(String)

    /// A whole number is a con id.
    package init(_ text: String) {
        self = Int64(text).map(ContractName.conID) ?? .symbol(text)
    }

    package var description: String {
        switch self {
        case .conID(let number): String(number)
        case .symbol(let symbol): quoted(symbol)
        }
    }
}

/// How a command names an order.
package enum OrderName: Hashable, Sendable, CustomStringConvertible {
    case permID(Int64)
    /// Without a client id, the only order with this id.
    case id(Int, clientID: Int?)
    /// The text that the client gave the order.
    case reference(String)

    package var description: String {
        switch self {
        case .permID(let number): "with permanent id \(number)"
        case .id(let id, let clientID?): "\(id) of client id \(clientID)"
        case .id(let id, nil): "\(id)"
        case .reference(let text): "with reference \(quoted(text))"
        }
    }
}

/// Prices that a command sets; what is `nil` follows from the others.
///
/// Without bid and ask, they stand a tick below and above the last price. Without a last price, it
/// stays where it is, or goes to the nearer of bid and ask.
package struct PriceSetting: Hashable, Sendable {
    package var last: Amount?
    package var bid: Amount?
    package var ask: Amount?

    package init(last: Amount? = nil, bid: Amount? = nil, ask: Amount? = nil) {
        self.last = last
        self.bid = bid
        self.ask = ask
    }
}

/// Why a command was not obeyed.
package struct CommandRefusal: Error, Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// It names something that is not there.
        case unknown
        /// What it names is not in a state for it, or its values make no sense.
        case conflict
        /// This gateway cannot do it at all.
        case unsupported
    }

    package let kind: Kind
    /// One sentence without a full stop.
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}

extension WorldCommand {
    /// The command in the words of a scenario, for the event log.
    package var text: String {
        switch self {
        case .setPrice(let contract, let prices):
            "set-price \(contract)"
                + [("last", prices.last), ("bid", prices.bid), ("ask", prices.ask)]
                .compactMap { name, price in price.map { ", \(name) \($0)" } }.joined()
        case .halt(let contract): "halt \(contract)"
        case .resume(let contract): "resume-trading \(contract)"
        case .fill(let order, let quantity, let price):
            "fill-order \(order)" + (quantity.map { ", quantity \($0)" } ?? "")
                + (price.map { ", price \($0)" } ?? "")
        case .reject(let order, let reason): "reject-order \(order): \(quoted(reason))"
        case .cancel(let order, let reason): "cancel-order \(order): \(quoted(reason))"
        case .drift(let account, let contract, let amount):
            "drift-position \(contract) by \(amount)\(of(account))"
        case .setCash(let account, let currency, let amount):
            "set-cash \(amount)" + (currency.isEmpty ? "" : " \(quoted(currency))") + of(account)
        case .showValue(let account, let key, let value):
            "set-account-value \(quoted(key)) " + (value.map(quoted) ?? "as it is") + of(account)
        case .advanceClock(let time): "advance-clock by \(time)"
        case .stopClock: "stop-clock"
        case .startClock: "start-clock"
        }
    }

    private func of(_ account: String) -> String { account.isEmpty ? "" : " of \(quoted(account))" }
}

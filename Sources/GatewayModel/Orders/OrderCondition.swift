import GatewayWire
import Simulation

/// One thing an order waits for before it becomes active.
///
/// Looked at whenever prices are compared with resting orders. What each kind is measured by is
/// assumed where its comment says so.
struct OrderCondition: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case price(conID: Int64, Amount)
        /// Seconds since 1970.
        case time(Int64)
        /// The order's account has this cushion, in percent (assumed: excess liquidity as a part of
        /// net liquidation).
        case margin(percent: Amount)
        /// Anything was traded in this instrument since the order was placed, by whichever client;
        /// the exchange `SMART` or none stands for every one (assumed).
        case execution(symbol: String, secType: String, exchange: String)
        /// Units traded since midnight.
        case volume(conID: Int64, Int64)
        /// From the last close, in percent.
        case change(conID: Int64, percent: Amount)
        /// A kind or number nobody can read: it never comes true.
        case unreadable
    }

    let kind: Kind
    /// Above the price or after the time, rather than below or before.
    let isMore: Bool
    /// Joined to the next one by "and" rather than "or".
    let isConjunction: Bool

    /// Reads the conditions of a placeOrder.
    static func all(of message: Message) -> [OrderCondition] {
        guard !message.schema.indexes(of: "order.conditions").isEmpty else { return [] }
        return message.items(of: "order.conditions").map { row in
            OrderCondition(
                kind: kind(row), isMore: row["isMore"] == "1",
                isConjunction: row["conjunction"] != "o")
        }
    }

    private static func kind(_ row: [String: String]) -> Kind {
        let conID = row["conId"].flatMap { Int64($0) } ?? 0
        func amount(_ name: String) -> Amount? { row[name].flatMap { Amount($0) } }
        let kind: Kind? =
            switch row["condType"] {
            case "1": amount("price").map { .price(conID: conID, $0) }
            case "3": row["time"].flatMap { WallClock.seconds(from: $0) }.map(Kind.time)
            case "4": amount("percent").map { .margin(percent: $0) }
            case "5":
                .execution(
                    symbol: row["symbol"] ?? "", secType: row["secType"] ?? "",
                    exchange: row["exchange"] ?? "")
            case "6": row["volume"].flatMap { Int64($0) }.map { .volume(conID: conID, $0) }
            case "7": amount("changePercent").map { .change(conID: conID, percent: $0) }
            default: nil
            }
        return kind ?? .unreadable
    }
}

extension Orders {
    /// Whether an order's conditions hold at a moment, in milliseconds from the start.
    ///
    /// "And" binds closer than "or" (assumed).
    func conditionsHold(
        _ order: Order, at moment: Int64, _ accounts: some OrderAccounts, _ market: Market
    ) -> Bool {
        guard !order.conditions.isEmpty else { return true }
        var holds = true
        for condition in order.conditions {
            holds = holds && isTrue(condition, of: order, at: moment, accounts, market)
            if !condition.isConjunction {
                if holds { return true }
                holds = true
            }
        }
        return order.conditions.last?.isConjunction == true && holds
    }

    private func isTrue(
        _ condition: OrderCondition, of order: Order, at moment: Int64,
        _ accounts: some OrderAccounts, _ market: Market
    ) -> Bool {
        func compare<Number: Comparable>(_ number: Number?, _ level: Number) -> Bool {
            guard let number else { return false }
            return condition.isMore ? number >= level : number <= level
        }
        func state(_ conID: Int64) -> Feed.State? {
            market.contracts[conID].map { market.tickState(of: $0, at: moment) }
        }
        switch condition.kind {
        case .price(let conID, let level):
            return compare(
                market.contracts[conID].map { market.prices.quote(of: $0, at: moment).last }, level)
        case .margin(let percent):
            let account = accounts.account(order.account).map { market.values(of: $0, at: moment) }
            return compare(account.map { $0.cushion * 100 }, percent)
        case .execution(let symbol, let secType, let exchange):
            return book.fills(since: order.fillsBefore).contains { fill in
                fill.contract.symbol == symbol && fill.contract.secType == secType
                    && (["", "SMART", "ANY", fill.execution.exchange].contains(exchange))
            }
        case .volume(let conID, let level): return compare(state(conID)?.volume, level)
        case .change(let conID, let percent):
            return compare(
                state(conID).map { ($0.quote.last - $0.close) * 100 / $0.close }, percent)
        case .time(let second):
            return compare(
                floorDivide(market.clock.milliseconds(at: .start) + moment, 1000), second)
        case .unreadable: return false
        }
    }
}

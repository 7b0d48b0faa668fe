import GatewayWire
import Simulation

/// One thing an order waits for before it becomes active.
///
/// Time and price conditions are watched; margin, execution, volume and percentage conditions are
/// kept and shown, and never come true (assumed).
struct OrderCondition: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case price(conID: Int64, Amount)
        /// Seconds since 1970.
        case time(Int64)
        case other
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
        switch row["condType"] {
        case "1":
            guard let conID = row["conId"].flatMap({ Int64($0) }),
                let price = row["price"].flatMap({ Amount($0) })
            else { return .other }
            return .price(conID: conID, price)
        case "3":
            return row["time"].flatMap { WallClock.seconds(from: $0) }.map(Kind.time) ?? .other
        default: return .other
        }
    }
}

extension HealthyGateway {
    /// Whether an order's conditions hold at a moment, in milliseconds from the start.
    ///
    /// "And" binds closer than "or" (assumed).
    func conditionsHold(_ order: Order, at moment: Int64) -> Bool {
        guard !order.conditions.isEmpty else { return true }
        var holds = true
        for condition in order.conditions {
            holds = holds && isTrue(condition, at: moment)
            if !condition.isConjunction {
                if holds { return true }
                holds = true
            }
        }
        return order.conditions.last?.isConjunction == true && holds
    }

    private func isTrue(_ condition: OrderCondition, at moment: Int64) -> Bool {
        switch condition.kind {
        case .price(let conID, let level):
            guard let contract = contracts[conID] else { return false }
            let last = prices.quote(of: contract, at: moment).last
            return condition.isMore ? last >= level : last <= level
        case .time(let second):
            let seconds = floorDivide(clock.milliseconds(at: .start) + moment, 1000)
            return condition.isMore ? seconds >= second : seconds <= second
        case .other: return false
        }
    }
}

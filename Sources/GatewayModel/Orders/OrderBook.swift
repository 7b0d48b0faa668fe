import GatewayWire
import Simulation

/// All orders and executions the gateway remembers, and the ids it gives out.
///
/// Every lookup is by key; nothing here walks all orders except listing them.
struct OrderBook: Sendable {
    /// Open orders in the order they came, with gaps where they ended.
    private var slots: [Order?] = []
    private var slotOf: [Int64: Int] = [:]
    private var permIDs: [OrderKey: Int64] = [:]
    private var families: [OrderKey: [Int64]] = [:]
    private var groups: [OrderGroup: [Int64]] = [:]
    /// Completed orders, oldest first, and the latest of each key.
    private(set) var completed = BoundedLog<Order>()
    private var completedOf: [OrderKey: Int] = [:]
    private(set) var fills = BoundedLog<Fill>()
    private var orderIDs = OrderIDs()
    private let knownClients: Int
    private var lastNegativeID = 0
    private var nextPermID: Int64 = 1_000_000_001
    private var nextExecution: Int64 = 0x6A00_0000
    /// Draws delays and orders of messages; one stream for all orders, in the order of events.
    private var random: SeededRandom

    /// - Parameter knownClients: The number of clients whose highest order id is remembered.
    init(random: SeededRandom, knownClients: Int) {
        self.random = random
        self.knownClients = knownClients
    }

    var openCount: Int { slotOf.count }

    /// Open orders in the order they came.
    var open: [Order] { slots.compactMap { $0 } }

    /// The lowest order id a client has not used yet; 1 for a client never seen.
    func nextOrderID(for clientID: Int) -> Int { orderIDs.next(for: clientID) }

    func openOrder(_ key: OrderKey) -> Order? {
        permIDs[key].flatMap { openOrder(permID: $0) }
    }

    func openOrder(permID: Int64) -> Order? { slotOf[permID].flatMap { slots[$0] } }

    func completedOrder(_ key: OrderKey) -> Order? {
        completedOf[key].flatMap { completed[$0] }
    }

    /// Open orders whose parent is the order with this key, in the order they came.
    func children(of key: OrderKey) -> [Order] {
        (families[key] ?? []).compactMap { openOrder(permID: $0) }
    }

    /// Open orders of a group, in the order they came.
    func members(of group: OrderGroup) -> [Order] {
        (groups[group] ?? []).compactMap { openOrder(permID: $0) }
    }

    /// Executions from the one with this number on.
    func fills(since number: Int) -> ArraySlice<Fill> { fills.entries(since: number) }

    mutating func add(_ order: Order) {
        var order = order
        order.fillsBefore = fills.nextNumber
        remember(order.key)
        nextPermID = max(nextPermID, order.permID + 1)
        slotOf[order.permID] = slots.count
        permIDs[order.key] = order.permID
        slots.append(order)
        if order.parentID > 0 { families[order.parentKey, default: []].append(order.permID) }
        if let group = order.group { groups[group, default: []].append(order.permID) }
    }

    /// Puts a changed open order back in its place.
    mutating func update(_ order: Order) {
        guard let slot = slotOf[order.permID], let old = slots[slot] else { return }
        var order = order
        // A copy made before an echo knows nothing of it.
        order.echoes = max(order.echoes, old.echoes)
        if old.group != order.group {
            if let group = old.group { drop(order.permID, from: &groups[group]) }
            if let group = order.group { groups[group, default: []].append(order.permID) }
        }
        if old.key != order.key {
            permIDs[old.key] = nil
            permIDs[order.key] = order.permID
            remember(order.key)
        }
        slots[slot] = order
    }

    /// Counts that an order's state was shown.
    mutating func noteEcho(of order: Order) {
        if let slot = slotOf[order.permID] { slots[slot]?.echoes += 1 }
    }

    /// Takes an order out that was never transmitted or has ended.
    private mutating func remove(_ order: Order) {
        guard let slot = slotOf.removeValue(forKey: order.permID) else { return }
        slots[slot] = nil
        permIDs[order.key] = nil
        if order.parentID > 0 { drop(order.permID, from: &families[order.parentKey]) }
        if let group = order.group { drop(order.permID, from: &groups[group]) }
        guard slots.count > 64, slots.count > 2 * slotOf.count else { return }
        slots.removeAll { $0 == nil }
        for (index, order) in slots.enumerated() {
            if let order { slotOf[order.permID] = index }
        }
    }

    private func drop(_ permID: Int64, from list: inout [Int64]?) {
        list?.removeAll { $0 == permID }
        if list?.isEmpty == true { list = nil }
    }

    /// Moves an order from open to completed.
    mutating func complete(_ order: Order, keeping limit: Int) {
        remove(order)
        completedOf[order.key] = completed.append(order)
        for (number, forgotten) in completed.trim(to: limit)
        where completedOf[forgotten.key] == number {
            completedOf[forgotten.key] = nil
        }
    }

    /// - Returns: The execution's running number.
    @discardableResult
    mutating func record(_ fill: Fill, keeping limit: Int) -> Int {
        defer { _ = fills.trim(to: limit) }
        return fills.append(fill)
    }

    /// An order id for an order made by hand; negative ids count down from -1.
    mutating func takeBoundID(isNegative: Bool) -> Int {
        guard isNegative else { return nextOrderID(for: 0) }
        lastNegativeID -= 1
        return lastNegativeID
    }

    mutating func takePermID() -> Int64 {
        defer { nextPermID += 1 }
        return nextPermID
    }

    /// An execution id in the usual shape: four parts, the last two a revision.
    ///
    /// Recorded at 200: the first part is one for all purchases and another for all sales.
    mutating func takeExecID(isBuy: Bool) -> String {
        defer { nextExecution += 1 }
        let number = String(nextExecution, radix: 16)
        return (isBuy ? "0000e0d5." : "0000dc8f.")
            + String(repeating: "0", count: max(0, 8 - number.utf8.count)) + number + ".01.01"
    }

    /// A seeded delay between two bounds.
    mutating func delay(milliseconds bounds: ClosedRange<Int64>) -> Duration {
        .milliseconds(Int64.random(in: bounds, using: &random))
    }

    /// One of several ways, by seed.
    mutating func choice(of count: Int) -> Int { Int.random(in: 0..<max(count, 1), using: &random) }

    /// Entries of every container.
    var footprint: [(name: String, count: Int)] {
        [
            ("order slots", slots.count), ("open orders", slotOf.count),
            ("order keys", permIDs.count),
            ("families", families.values.reduce(families.count) { $0 + $1.count }),
            ("groups", groups.values.reduce(groups.count) { $0 + $1.count }),
            ("completed orders", completed.storedCount), ("completed keys", completedOf.count),
            ("executions", fills.storedCount), ("clients' order ids", orderIDs.count),
        ]
    }

    private mutating func remember(_ key: OrderKey) {
        orderIDs.note(key.orderID, of: key.clientID, knowing: knownClients)
    }
}

extension Order {
    fileprivate var parentKey: OrderKey { OrderKey(clientID: clientID, orderID: parentID) }
}

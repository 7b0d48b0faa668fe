import GatewayWire
import Simulation

/// All orders and executions the gateway remembers, and the ids it gives out.
struct OrderBook: Sendable {
    /// Open orders in the order they came.
    private(set) var open: [Order] = []
    /// Completed orders, oldest first.
    private(set) var completed: [Order] = []
    private(set) var fills: [Fill] = []
    private var highestOrderIDs: [Int: Int] = [:]
    private var nextPermID: Int64
    private var nextExecution: Int64
    /// Draws delays; one stream for all orders, in the order they are placed.
    private var random: SeededRandom

    init(world: World, contracts: ContractBook, random: SeededRandom) {
        self.random = random
        let highest =
            (world.openOrders + world.completedOrders.map(\.order)).map(\.permID).max() ?? 0
        // Below version 191 a permanent id has to fit 32 bits.
        nextPermID = max(highest, 1_000_000_000) + 1
        nextExecution = 0x1_0000
        for order in world.openOrders {
            if let order = Order(order, contracts: contracts) { add(order) }
        }
        for done in world.completedOrders {
            guard var order = Order(done.order, contracts: contracts) else { continue }
            order.status = done.averagePrice == nil ? .cancelled : .filled
            order.filled = done.averagePrice == nil ? 0 : order.quantity
            order.averagePrice = done.averagePrice ?? 0
            order.completedSeconds = done.completedSeconds
            remember(order.clientID, order.orderID)
            completed.append(order)
        }
        fills = world.executions.compactMap { execution in
            contracts[execution.conID].map {
                Fill(execution: execution, contract: $0, seconds: execution.seconds)
            }
        }
    }

    /// Turns the world's times, which count from the gateway's start, into seconds since 1970.
    mutating func anchor(epochSeconds: Int64) {
        for index in completed.indices { completed[index].completedSeconds += epochSeconds }
        fills = fills.map {
            Fill(
                execution: $0.execution, contract: $0.contract, seconds: $0.seconds + epochSeconds)
        }
    }

    /// The lowest order id a client has not used yet; 1 for a client never seen.
    func nextOrderID(for clientID: Int) -> Int {
        min((highestOrderIDs[clientID] ?? 0) + 1, Int(Int32.max) - 1)
    }

    func openOrder(clientID: Int, orderID: Int) -> Order? {
        open.first { $0.orderID == orderID && $0.clientID == clientID }
    }

    func completedOrder(clientID: Int, orderID: Int) -> Order? {
        completed.last { $0.orderID == orderID && $0.clientID == clientID }
    }

    func openOrder(permID: Int64) -> Order? { open.first { $0.permID == permID } }

    mutating func add(_ order: Order) {
        remember(order.clientID, order.orderID)
        open.append(order)
    }

    /// Puts a changed open order back in its place.
    mutating func update(_ order: Order) {
        if let index = open.firstIndex(where: { $0.permID == order.permID }) { open[index] = order }
    }

    /// Moves an order from open to completed.
    mutating func complete(_ order: Order, keeping limit: Int) {
        open.removeAll { $0.permID == order.permID }
        completed.append(order)
        if completed.count > limit { completed.removeFirst(completed.count - limit) }
    }

    mutating func record(_ fill: Fill, keeping limit: Int) {
        fills.append(fill)
        if fills.count > limit { fills.removeFirst(fills.count - limit) }
    }

    mutating func takePermID() -> Int64 {
        defer { nextPermID += 1 }
        return nextPermID
    }

    /// An execution id in the usual shape: four parts, the last two a revision.
    mutating func takeExecID() -> String {
        defer { nextExecution += 1 }
        let number = String(nextExecution, radix: 16)
        return "0000e0d5." + String(repeating: "0", count: max(0, 8 - number.utf8.count)) + number
            + ".01.01"
    }

    /// A seeded delay between two bounds.
    mutating func delay(milliseconds bounds: ClosedRange<Int64>) -> Duration {
        .milliseconds(Int64.random(in: bounds, using: &random))
    }

    private mutating func remember(_ clientID: Int, _ orderID: Int) {
        highestOrderIDs[clientID] = max(highestOrderIDs[clientID] ?? 0, orderID)
    }
}

extension Order {
    /// An order of the world, as if its client had placed it; `nil` when its contract is missing.
    fileprivate init?(_ order: World.Order, contracts: ContractBook) {
        guard let contract = contracts[order.conID] else { return nil }
        var fields = Message("placeOrder", direction: .toGateway)
        contract.describe(in: &fields)
        fields["order.action"] = order.action
        fields["order.totalQuantity"] = order.quantity.description
        fields["order.orderType"] = order.type
        fields["order.lmtPrice"] = order.limitPrice?.description
        fields["order.auxPrice"] = order.stopPrice?.description
        fields["order.tif"] = order.timeInForce
        fields["order.account"] = order.account
        fields["order.transmit"] = "1"
        self.init(
            permID: order.permID, clientID: order.clientID, orderID: order.orderID,
            account: order.account, contract: contract, isBuy: order.action == "BUY",
            fields: fields, quantity: order.quantity,
            pricing: OrderPricing(type: order.type, limitPrice: order.limitPrice) ?? .held)
        status = order.type == "LMT" ? .submitted : .preSubmitted
    }
}

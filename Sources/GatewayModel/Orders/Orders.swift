import GatewayWire
import Simulation

/// All orders, open and done, and everything that happens to them.
///
/// What orders need of the accounts is `OrderAccounts`; prices, clients and the link to the broker
/// are in the context.
struct Orders: Sendable {
    var book: OrderBook
    let views: OrderViews
    /// Resting orders by con id.
    var watches: [Int64: PriceWatch] = [:]
    /// Orders and cancellations that came due while the broker was out of reach.
    var stalledOrders: [Int64] = []
    var stalledCancels: Set<Int64> = []

    /// What is still to be repeated, by permanent id.
    var echoes: [Int64: OrderEcho] = [:]
    /// Draws what one order is told, each order from a stream of its own.
    let habits: SeededRandom
    /// Draws the order of lists.
    var lists: SeededRandom

    /// Takes over a world's orders, which go on where they stood.
    init(_ world: World, seed: UInt64, _ context: inout GatewayContext) {
        let random = SeededRandom(seed: seed)
        habits = random.stream("order habits")
        lists = random.stream("order lists")
        book = OrderBook(
            random: random.stream("orders"),
            knownClients: context.limits.knownClients)
        views = OrderViews(seed: seed, newestVersion: context.settings.newestVersion)
        book.load(world, market: context.market)
        for order in book.open {
            planExpiry(of: order, at: .start, &context)
            resume(order, &context)
        }
    }

    private mutating func resume(_ order: Order, _ context: inout GatewayContext) {
        if order.terms.trigger == .close {
            planAcknowledgement(of: order, pricedAt: 0, at: .start, &context)
        } else if let order = book.openOrder(permID: order.permID) {
            watch(order, at: .start, &context)
        }
    }

    /// The broker is back: orders that came due meanwhile go on, and every resting one is looked
    /// at.
    mutating func resumeTrading(
        at now: SimInstant, _ accounts: inout some OrderAccounts, _ context: inout GatewayContext
    ) {
        resumeStalledOrders(at: now, &context)
        lookAtAllPrices(at: now, &accounts, &context)
    }

    /// Entries of every container but those of the order book.
    var footprint: [(name: String, count: Int)] {
        [
            ("watched contracts", watches.count),
            ("watched orders", watches.values.reduce(0) { $0 + $1.orders.count }),
            ("order echoes", echoes.count),
            ("stalled orders", stalledOrders.count + stalledCancels.count),
        ]
    }
}

import GatewayWire
import Simulation

/// Where an order stands, in the protocol's words.
enum OrderStatus: String, Hashable, Sendable {
    case preSubmitted = "PreSubmitted"
    case submitted = "Submitted"
    case pendingCancel = "PendingCancel"
    case filled = "Filled"
    case cancelled = "Cancelled"
    /// Refused by the order server. Only shown; such an order is kept as cancelled.
    case inactive = "Inactive"
}

/// One order, open or done.
struct Order: Sendable {
    /// 0 until the order is taken.
    var permID: Int64
    var clientID: Int
    var orderID: Int
    let account: String
    let contract: Contract
    let isBuy: Bool
    /// The request that placed or last changed it; its fields come back in openOrder.
    var fields: Message
    var quantity: Amount
    var terms: OrderTerms
    var timeInForce = TimeInForce.day
    var conditions: [OrderCondition] = []
    /// Executions there were before it was placed.
    var fillsBefore = 0
    var status = OrderStatus.preSubmitted
    /// The parent's order id, or 0, and its permanent id.
    var parentID = 0
    var parentPermID: Int64 = 0
    /// The parent is not filled yet.
    var waitsForParent = false
    /// Placed with transmit off; only its own client is told of it.
    var isUntransmitted = false
    /// It was sent once with transmit off and then again to transmit it.
    var wasSentAgain = false
    /// How often it was changed after it was transmitted.
    var changes = 0
    /// How often its state was shown unasked; see `OrderViews`.
    var echoes = 0
    /// An instruction to exercise an option, or to let it lapse, shown as an order.
    var isExercise = false
    /// It was taken to the market.
    ///
    /// It can be shown as Submitted before, and be PendingCancel before and after.
    var isWorking = false
    /// Refused by the order server, and shown as Inactive.
    var isDeactivated = false
    /// Its trigger has been met, or it has none.
    var isTriggered = false
    /// Where a trailing stop stands now.
    var trailingStop: Amount?
    /// It is in the contract's `PriceWatch`.
    var isWatched = false
    /// Since when, in milliseconds from the gateway's start.
    var watchedSince: Int64 = 0
    /// The moment whose prices it gets, in milliseconds from the start.
    ///
    /// It is the moment at which the order was placed or released, on the price grid, plus every
    /// delay since.
    var pricedAt: Int64 = 0
    /// The limit, when the market reached it between two looks and has left it again.
    var reachedLimit: Amount?
    var filled: Amount = 0
    var averagePrice: Amount = 0
    /// The price of its last execution.
    var lastPrice: Amount = 0
    /// Executions so far.
    var fillCount = 0
    /// What is filled while the order is shown as submitted, before its execution is reported.
    var foreseenFill: Amount = 0
    /// The commission of its executions, and what of it openOrder shows already; `nil` for none.
    var commission: Double?
    var shownCommission: Double?
    /// Placed while it may not reach the market yet.
    var waitsForOpening = false
    /// It has waited in the book for its price.
    var hasRested = false
    /// A price of the market in which it was placed, shown where nothing belongs.
    var staleStop: Amount?
    /// When the broker takes it back, as messages write it; good-till-cancelled orders only.
    var autoCancelDate = ""
    /// When it ended, in seconds since 1970, and how, in words.
    var completedSeconds: Int64 = 0
    var completedStatus = ""
    /// Its next step.
    var ticket: Schedule.Ticket?
    /// Its expiry.
    var expiry: Schedule.Ticket?

    init(
        permID: Int64, clientID: Int, orderID: Int, account: String, contract: Contract,
        isBuy: Bool, fields: Message, quantity: Amount, terms: OrderTerms
    ) {
        self.permID = permID
        self.clientID = clientID
        self.orderID = orderID
        self.account = account
        self.contract = contract
        self.isBuy = isBuy
        self.fields = fields
        self.quantity = quantity
        self.terms = terms
    }

    var key: OrderKey { OrderKey(clientID: clientID, orderID: orderID) }
    var type: String { fields["order.orderType"] ?? "" }
    var remaining: Amount { quantity - filled }
    var isWhatIf: Bool { fields["order.whatIf"] == "1" }
    /// It may trade over night as well, which the time in force then says.
    var includesOvernight: Bool { fields["order.includeOvernight"] == "1" }
    var mayTradeOutsideHours: Bool { fields["order.outsideRth"] == "1" || includesOvernight }

    /// The group whose other orders end or shrink when this one is filled; `nil` when alone.
    var group: OrderGroup? {
        guard let name = fields["order.ocaGroup"], !name.isEmpty else { return nil }
        return OrderGroup(account: account, name: name)
    }

    /// The price at which it would be done against a quote, or `nil`.
    ///
    /// - Parameter moving: The limit at this moment, of an order whose limit moves.
    func executionPrice(at quote: PriceProcess.Quote, moving: Amount? = nil) -> Amount? {
        let side = isBuy ? quote.ask : quote.bid
        switch terms.price {
        case .market, .behindStop: return side
        case .limit(let limit): return meets(side, limit) ? side : nil
        case .moving: return moving.flatMap { meets(side, $0) ? side : nil }
        case .middle(let limit):
            return limit.map { meets(quote.middle, $0) } ?? true ? quote.middle : nil
        }
    }

    private func meets(_ price: Amount, _ limit: Amount) -> Bool {
        isBuy ? price <= limit : price >= limit
    }
}

/// A client's name for an order.
struct OrderKey: Hashable, Sendable {
    let clientID: Int
    let orderID: Int
}

/// A one-cancels-all group; groups of different accounts have nothing to do with each other.
struct OrderGroup: Hashable, Sendable {
    let account: String
    let name: String
}

/// One execution and its commission.
struct Fill: Sendable {
    let execution: World.Execution
    let contract: Contract
    /// Seconds since 1970.
    let seconds: Int64
    /// 1 when the order had waited in the book, 2 when it took what was there.
    var liquidity = 2
}

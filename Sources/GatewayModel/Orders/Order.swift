import GatewayWire
import Simulation

/// Where an order stands, in the protocol's words.
enum OrderStatus: String, Hashable, Sendable {
    case preSubmitted = "PreSubmitted"
    case submitted = "Submitted"
    case filled = "Filled"
    case cancelled = "Cancelled"

    var isOpen: Bool {
        switch self {
        case .preSubmitted, .submitted: true
        case .filled, .cancelled: false
        }
    }
}

/// How an order type finds its price.
enum OrderPricing: Hashable, Sendable {
    case market
    case limit(Amount)
    /// Held back until something happens that this model does not watch for.
    case held

    /// `nil` for a type nobody knows or a limit without its price.
    init?(type: String, limitPrice: Amount?) {
        switch type {
        case "MKT": self = .market
        case "LMT":
            guard let limitPrice else { return nil }
            self = .limit(limitPrice)
        case "STP", "STP LMT", "TRAIL", "TRAIL LIMIT", "MIT", "LIT", "MOC", "LOC", "MTL", "REL",
            "MIDPRICE", "PEG MID", "PEG BEST", "PEG BENCH", "STP PRT", "MKT PRT":
            self = .held
        default: return nil
        }
    }
}

/// One order, open or done.
struct Order: Sendable {
    let permID: Int64
    let clientID: Int
    let orderID: Int
    let account: String
    let contract: Contract
    let isBuy: Bool
    /// The request that placed or last changed it; its fields come back in openOrder.
    var fields: Message
    var quantity: Amount
    var pricing: OrderPricing
    var status = OrderStatus.preSubmitted
    /// The parent's order id, or 0.
    var parentID = 0
    /// The parent is not filled yet.
    var waitsForParent = false
    /// Handed in with transmit off: nobody else knows it yet.
    var isUntransmitted = false
    var filled: Amount = 0
    var averagePrice: Amount = 0
    /// When it ended, in seconds since 1970.
    var completedSeconds: Int64 = 0
    var ticket: Schedule.Ticket?

    var type: String { fields["order.orderType"] ?? "" }
    var remaining: Amount { quantity - filled }
    var signedQuantity: Amount { isBuy ? quantity : -quantity }

    /// What holds it back, in the protocol's words.
    var whyHeld: String {
        waitsForParent ? "child" : ""
    }

    /// The price at which it would be done against a quote, or `nil`.
    func executionPrice(at quote: PriceProcess.Quote) -> Amount? {
        switch pricing {
        case .market: isBuy ? quote.ask : quote.bid
        case .limit(let limit):
            if isBuy {
                quote.ask <= limit ? quote.ask : nil
            } else {
                quote.bid >= limit ? quote.bid : nil
            }
        case .held: nil
        }
    }
}

/// One execution and its commission.
struct Fill: Sendable {
    let execution: World.Execution
    let contract: Contract
    /// Seconds since 1970.
    let seconds: Int64
}

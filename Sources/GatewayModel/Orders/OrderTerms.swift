import GatewayWire

/// What an order waits for, and what price it then takes: the meaning of its type.
struct OrderTerms: Hashable, Sendable {
    enum Trigger: Hashable, Sendable {
        case none
        /// The market moves against the order as far as this price.
        case stop(Amount)
        /// The market moves in favour of the order as far as this price.
        case touch(Amount)
        /// A stop that follows the market at a distance, and never back.
        case trail(Trail)
        /// The end of the regular session.
        case close
    }

    enum Trail: Hashable, Sendable {
        case amount(Amount)
        /// Part of the price, in percent.
        case percent(Amount)
    }

    enum Price: Hashable, Sendable {
        case market
        case limit(Amount)
        /// This far behind the trailing stop; becomes a limit when the stop is hit.
        case behindStop(Amount)
        /// Between bid and ask, up to a limit if there is one.
        case middle(Amount?)
        /// A limit that follows another price.
        case moving(MovingPrice)
    }

    var trigger = Trigger.none
    var price = Price.market

    init(trigger: Trigger = .none, price: Price = .market) {
        self.trigger = trigger
        self.price = price
    }

    /// A reason why an order is not taken.
    struct Defect: Error, Hashable {
        let code: Int
        let text: String

        static func rejected(_ reason: String) -> Defect {
            Defect(code: 201, text: "Order rejected - reason:\(reason)")
        }

        static let offTick = Defect(
            code: 110,
            text: "The price does not conform to the minimum price variation for this contract.")
        /// Code 321; the gateway frames the cause.
        static func invalid(_ cause: String) -> Defect { Defect(code: 321, text: cause) }

        /// Recorded at 200.
        static let unknownType = Defect.invalid("Invalid order type was entered")
        static let unsupportedType = Defect(
            code: 387, text: "Unsupported order type for this exchange and security type.")
    }

    private static let immediate: Set = ["MKT", "MTL", "MKT PRT", "SNAP MKT", "RPI"]
    /// Types whose price the exchange or IB finds: taken between bid and ask (assumed).
    private static let middle: Set = [
        "MIDPRICE", "MIDPX", "PEG MID", "PEGMID", "SNAP MID", "REL", "PEG BEST", "PEGBEST",
        "PEG MKT", "PEG STK", "PEG PRIM", "SNAP PRIM", "BOX TOP", "PASSV REL", "RETAIL PRICE",
        "REL + LMT", "REL + MKT", "LMT + MKT",
    ]
    /// Types that not every kind of contract has: `OPT` or `BAG`.
    private static let kinds = [
        "PEG STK": "OPT", "BOX TOP": "OPT", "REL + LMT": "BAG", "REL + MKT": "BAG",
        "LMT + MKT": "BAG",
    ]

    /// Reads type and prices of a placeOrder.
    ///
    /// - Throws: Codes 110, 201, 321 for a type that is none, and 387 for one that the contract does
    ///   not have.
    init(_ request: Request, contract: Contract) throws(Defect) {
        let type = request.text("order.orderType").uppercased()
        let limit = request.amount("order.lmtPrice")
        let stop = request.amount("order.auxPrice")
        switch type {
        case "LMT": price = .limit(try Self.required(limit, "a limit order needs a limit price"))
        case "STP", "STP PRT": trigger = .stop(try Self.requiredStop(stop))
        case "STP LMT", "STPLMT":
            trigger = .stop(try Self.requiredStop(stop))
            price = .limit(try Self.required(limit, "a stop limit order needs a limit price"))
        case "MIT": trigger = .touch(try Self.requiredStop(stop))
        case "LIT":
            trigger = .touch(try Self.requiredStop(stop))
            price = .limit(try Self.required(limit, "a limit order needs a limit price"))
        case "TRAIL", "TRAIL LIMIT", "TRAIL LMT", "TRAIL MIT", "TRAIL LIT":
            trigger = .trail(try Self.trail(request))
            if type != "TRAIL" { price = .behindStop(Self.offset(request)) }
        case "MOC": trigger = .close
        case "LOC":
            trigger = .close
            price = .limit(try Self.required(limit, "a limit order needs a limit price"))
        case "VOL": price = .moving(try MovingPrice.volatility(request, contract))
        case "PEG BENCH", "PEGBENCH": price = .moving(try MovingPrice.benchmark(request))
        default:
            if Self.immediate.contains(type) {
                price = .market
            } else if Self.middle.contains(type) {
                if let kind = Self.kinds[type], kind != contract.secType { throw .unsupportedType }
                price = .middle(limit.flatMap { $0 > 0 ? $0 : nil })
            } else {
                throw .unknownType
            }
        }
        try check(contract)
    }

    private func check(_ contract: Contract) throws(Defect) {
        var prices: [Amount] = []
        switch trigger {
        case .stop(let stop), .touch(let stop): prices.append(stop)
        case .none, .trail, .close: break
        }
        switch price {
        case .limit(let limit), .middle(let limit?): prices.append(limit)
        case .market, .behindStop, .middle(nil), .moving: break
        }
        for price in prices {
            guard price.isMultiple(of: contract.minTick) else { throw .offTick }
            // A combination may cost less than nothing.
            let least: Amount = contract.legs.isEmpty ? 0 : -1_000_000
            guard price > least, price <= 1_000_000 else {
                throw .rejected("the price \(price) is outside \(least) to 1000000")
            }
        }
    }

    private static func required(_ price: Amount?, _ defect: String) throws(Defect) -> Amount {
        guard let price else { throw .rejected(defect) }
        return price
    }

    private static func requiredStop(_ price: Amount?) throws(Defect) -> Amount {
        guard let price, price != 0 else { throw .rejected("a stop order needs a stop price") }
        return price
    }

    private static func trail(_ request: Request) throws(Defect) -> Trail {
        if let percent = request.amount("order.trailingPercent"), percent > 0, percent < 100 {
            return .percent(percent)
        }
        guard let amount = request.amount("order.auxPrice"), amount > 0, amount <= 1_000_000 else {
            throw .rejected("a trailing order needs a trailing amount or percentage")
        }
        return .amount(amount)
    }

    /// Given as such, or as the distance between limit and first stop; none is taken for zero.
    private static func offset(_ request: Request) -> Amount {
        if let offset = request.amount("order.lmtPriceOffset") { return offset.magnitude }
        guard let stop = request.amount("order.trailStopPrice"),
            let limit = request.amount("order.lmtPrice"), limit > 0
        else { return 0 }
        return (stop - limit).magnitude
    }
}

/// How long an order stays.
enum TimeInForce: Hashable, Sendable {
    case day
    case untilCancelled
    case immediateOrCancel
    case fillOrKill
    /// Until this second since 1970.
    case untilDate(Int64)

    /// Reads it from a placeOrder; `OPG`, `DTC`, `AUC` and `GTX` count as a day (assumed).
    ///
    /// - Throws: Code 111 for what its order type cannot have, 334 for a bad date.
    init(_ request: Request, terms: OrderTerms) throws(OrderTerms.Defect) {
        switch request.text("order.tif").uppercased() {
        case "", "DAY", "OPG", "DTC", "AUC", "GTX", "MINUTES": self = .day
        case "GTC": self = .untilCancelled
        case "IOC": self = .immediateOrCancel
        case "FOK": self = .fillOrKill
        case "GTD":
            guard let date = WallClock.seconds(from: request.text("order.goodTillDate")) else {
                throw .init(code: 334, text: "Invalid Good Till Date order")
            }
            self = .untilDate(date)
        default:
            throw .rejected("Invalid time in force '\(quoted(request.text("order.tif")))'")
        }
        if terms.trigger == .close, self != .day {
            throw .init(
                code: 111,
                text: "The TIF (Time in Force) and the order type are incompatible.")
        }
    }

    var isImmediate: Bool { self == .immediateOrCancel || self == .fillOrKill }
}

import GatewayWire

/// One tradable instrument of the world.
package struct Contract: Hashable, Sendable {
    package let conID: Int64
    package var symbol: String
    /// `STK`, `OPT`, `FUT`, `IND`, `CASH`, `BOND`, `CRYPTO`, `CFD`, `NEWS`, or `BAG` for a
    /// combination.
    package var secType: String
    package var longName: String
    /// Price at the gateway's start, from which the price process moves.
    package var referencePrice: Amount
    package var lastTradeDate = ""
    package var strike: Amount = 0
    package var right = ""
    package var multiplier = ""
    package var exchange = "SMART"
    package var primaryExchange = "NASDAQ"
    /// Where it is listed; what has no primary exchange is where it trades (recorded at 225 of a
    /// future).
    var listingExchange: String { primaryExchange.isEmpty ? exchange : primaryExchange }
    package var validExchanges = Contract.shareExchanges
    package var currency = "USD"
    package var localSymbol: String
    package var tradingClass: String
    package var stockType = ""
    package var industry = ""
    package var minTick = Amount(cents: 1)
    /// The con id is made up for this world rather than the one IB uses.
    package var conIDIsInvented = false
    /// The contract an option, future or CFD is about; 0 for none.
    package var underlyingConID: Int64 = 0
    /// Yearly, as a part of the price; 0 on an option lets its reference price decide.
    package var volatility = 0.0
    /// Scales every movement of the price: 0 fixes it, 1 suits a stock; `nil` for the kind's own.
    package var liveliness: Double?
    /// The world's calendar it keeps; empty for its exchange's, or the usual hours.
    package var calendar = ""
    /// That calendar, looked up.
    var sessions: TradingCalendar?
    /// Which table of price increments holds.
    package var marketRule = Contract.shareRule
    /// In percent, and the day of issue; bonds only.
    package var coupon = 0
    package var issueDate = ""
    /// By which requests and symbol samples name a bond's issuer, such as `e1432232`; empty for none.
    package var issuer = ""
    /// Why positions cannot be opened, by IB's own codes.
    package var restrictions: [Restriction] = []
    /// The parts of a combination.
    package var legs: [Leg] = []

    /// One reason for which IB takes no opening orders, as contract details tell it.
    package struct Restriction: Hashable, Sendable {
        /// Such as `i156`.
        package let code: String
        package let reason: String

        package init(code: String, reason: String) {
            self.code = code
            self.reason = reason
        }
    }

    package struct Leg: Hashable, Sendable {
        package let conID: Int64
        /// Negative for a leg that is sold.
        package let signedRatio: Int64

        package init(conID: Int64, signedRatio: Int64) {
            self.conID = conID
            self.signedRatio = signedRatio
        }
    }

    package init(
        conID: Int64, symbol: String, secType: String, longName: String, referencePrice: Amount
    ) {
        self.conID = conID
        self.symbol = symbol
        self.secType = secType
        self.longName = longName
        self.referencePrice = referencePrice
        localSymbol = symbol
        tradingClass = symbol
    }

    /// Its price follows from its underlying's.
    var isDerivedFromUnderlying: Bool { secType == "OPT" && underlyingConID != 0 }
    /// It cannot be traded: it has a last price, but no bid, ask or size.
    var isIndex: Bool { secType == "IND" }
    /// Quoted, but no trades are reported.
    var hasNoTrades: Bool { secType == "CASH" || secType == "CFD" }

    /// What is paid when it is traded.
    enum Settlement: Sendable {
        /// The whole price; the position's value is part of the account's worth.
        case paid
        /// Only profits and losses, when positions are closed.
        case margined
        /// One currency is exchanged for another; the position only records the trade.
        case exchanged
    }

    var settlement: Settlement {
        switch secType {
        case "FUT", "CFD": .margined
        case "CASH": .exchanged
        default: .paid
        }
    }

    /// What one unit of price is worth per contract.
    package var pointValue: Amount { Amount(multiplier) ?? 1 }

    /// Fills the contract fields a message has.
    ///
    /// - Parameter exchange: What the message says for the exchange; the routing exchange by
    ///   default.
    func describe(in message: inout Message, exchange: String? = nil) {
        message.setIfPresent("contract.conId", String(conID))
        message.setIfPresent("contract.symbol", symbol)
        message.setIfPresent("contract.secType", secType)
        message.setIfPresent("contract.lastTradeDateOrContractMonth", lastTradeDate)
        message.setIfPresent("contract.strike", strike.description)
        message.setIfPresent("contract.right", right)
        message.setIfPresent("contract.multiplier", multiplier)
        message.setIfPresent("contract.exchange", exchange ?? self.exchange)
        message.setIfPresent("contract.primaryExchange", primaryExchange)
        message.setIfPresent("contract.currency", currency)
        message.setIfPresent("contract.localSymbol", localSymbol)
        message.setIfPresent("contract.tradingClass", tradingClass)
    }
}

extension Message {
    /// Sets a field when the message has it at all.
    mutating func setIfPresent(_ name: String, _ text: String) {
        if !schema.indexes(of: name).isEmpty { self[name] = text }
    }
}

import GatewayWire

/// One tradable instrument of the world.
package struct Contract: Hashable, Sendable {
    package let conID: Int64
    package let symbol: String
    /// Stock `STK`, option `OPT`, currency pair `CASH`.
    package let secType: String
    package let longName: String
    /// Price at the gateway's start, from which the price process moves.
    package let referencePrice: Amount
    package var lastTradeDate = ""
    package var strike: Amount = 0
    package var right = ""
    package var multiplier = ""
    package var exchange = "SMART"
    package var primaryExchange = "NASDAQ"
    package var validExchanges = "SMART,NYSE,NASDAQ,ARCA,ISLAND,IBKRATS"
    package var currency = "USD"
    package var localSymbol: String
    package var tradingClass: String
    package var stockType = ""
    package var industry = ""
    package var minTick = Amount(cents: 1)
    /// The con id is made up for this world rather than the one IB uses.
    package var conIDIsInvented = false

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

    /// What one unit of price is worth per contract.
    package var pointValue: Amount { Amount(multiplier) ?? 1 }

    /// Fills the contract fields a message has.
    ///
    /// - Parameter exchange: What the message says for the exchange; the routing exchange by default.
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

extension Contract {
    /// The kinds a world may hold.
    package static let kinds = [
        "STK", "OPT", "FUT", "IND", "CASH", "BOND", "CRYPTO", "CFD", "NEWS", "BAG",
    ]

    /// A contract as its kind usually is, where nothing else is said.
    ///
    /// - Parameters:
    ///   - exchange: `nil` for the one such contracts are usually routed to.
    ///   - primaryExchange: `nil` for none, NASDAQ for stocks.
    package static func usual(
        conID: Int64, symbol: String, kind: String, currency: String = "USD",
        exchange: String? = nil, primaryExchange: String? = nil
    ) -> Contract {
        var contract = Contract(
            conID: conID, symbol: symbol, secType: kind, longName: symbol, referencePrice: 0)
        contract.currency = currency
        contract.exchange = exchange ?? usualExchanges[kind] ?? "SMART"
        contract.primaryExchange = primaryExchange ?? (kind == "STK" ? "NASDAQ" : "")
        contract.validExchanges = contract.exchange
        switch kind {
        case "STK":
            contract.stockType = "COMMON"
            if exchange == nil || exchange == "SMART" {
                let isListedThere = shareExchanges.split(separator: ",")
                    .contains { $0 == contract.primaryExchange }
                contract.validExchanges =
                    isListedThere ? shareExchanges : "SMART,\(contract.primaryExchange)"
            }
        case "OPT":
            contract.multiplier = "100"
            contract.marketRule = 32
            if exchange == nil { contract.validExchanges = optionExchanges }
        case "FUT": contract.validExchanges = futureExchanges(of: contract.exchange)
        case "CASH":
            contract.localSymbol = "\(symbol).\(currency)"
            contract.tradingClass = contract.localSymbol
            contract.minTick = Amount(micros: currency == "JPY" ? 5_000 : 50)
            contract.marketRule = currency == "JPY" ? 59 : currencyRule
        case "BOND":
            contract.minTick = Amount(micros: 100)
            contract.marketRule = bondRule
        case "CRYPTO": contract.localSymbol = "\(symbol).\(currency)"
        default: break
        }
        return contract
    }

    private static let usualExchanges = [
        "FUT": "CME", "IND": "CBOE", "CASH": "IDEALPRO", "CRYPTO": "PAXOS",
    ]
}

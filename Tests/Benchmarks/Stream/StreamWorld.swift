import GatewayModel

/// A hundred invented stocks.
enum StreamWorld {
    static let symbols = (0..<100).map { "S\($0 + 100)" }

    /// What the default world has a stock of under the same conditions.
    static let defaultSymbols = [
        "AAPL", "MSFT", "AMZN", "GOOG", "META", "TSLA", "NVDA", "IBM", "INTC", "AMD", "SPY", "QQQ",
        "KO", "JPM", "DIS", "NFLX", "CSCO", "GLD", "IWM", "XOM", "WMT", "PFE", "BA", "GOOGL", "V",
        "F", "C", "T", "BAC", "PG", "JNJ", "ORCL", "ADBE", "CRM",
    ]

    static func conID(of index: Int) -> Int64 { 990_100_000 + Int64(index) }

    static var world: World {
        World(
            accounts: [World.Account(name: "DU0000001", cash: 1_000_000_000)],
            contracts: symbols.enumerated().map { index, symbol in
                var contract = Contract(
                    conID: conID(of: index), symbol: symbol, secType: "STK",
                    longName: "INVENTED \(index)",
                    referencePrice: Amount(cents: 2_000 + 331 * Int64(index)))
                contract.conIDIsInvented = true
                return contract
            })
    }
}

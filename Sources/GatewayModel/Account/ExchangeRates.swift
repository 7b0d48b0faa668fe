import Simulation

/// What money of one currency is worth in another, by the world's currency pairs.
struct ExchangeRates: Sendable {
    /// By `EUR.USD`.
    private let pairs: [String: Contract]

    init(_ contracts: [Contract]) {
        pairs = Dictionary(
            contracts.filter { $0.secType == "CASH" }.map { ("\($0.symbol).\($0.currency)", $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The price of one unit, at the middle of bid and ask: the pair itself, its inverse, or both
    /// currencies by way of the dollar.
    ///
    /// A currency without a pair counts one to one (assumed).
    func rate(
        from currency: String, to base: String, at moment: Int64, _ prices: PriceProcess
    ) -> Amount {
        if currency == base { return 1 }
        if let rate = direct(currency, base, moment, prices) { return rate }
        guard let out = direct(currency, "USD", moment, prices),
            let back = direct("USD", base, moment, prices)
        else { return 1 }
        return out * back
    }

    /// Whether a pair has the currency.
    func knows(_ currency: String) -> Bool {
        pairs.values.contains { $0.symbol == currency || $0.currency == currency }
    }

    private func direct(
        _ currency: String, _ base: String, _ moment: Int64, _ prices: PriceProcess
    ) -> Amount? {
        if let pair = pairs["\(currency).\(base)"] {
            return prices.quote(of: pair, at: moment).middle
        }
        guard let pair = pairs["\(base).\(currency)"] else { return nil }
        return 1 / prices.quote(of: pair, at: moment).middle
    }
}

/// Black and Scholes, without interest and dividends (assumed: a model of its own, not IB's).
struct OptionFormula: Hashable, Sendable {
    let strike: Double
    let isCall: Bool
    /// Years to expiry.
    let years: Double

    struct Greeks: Hashable, Sendable {
        let price: Double
        let delta: Double
        let gamma: Double
        /// For one percentage point of volatility.
        let vega: Double
        /// For one day; an option cannot lose more than its price (recorded on the day of expiry).
        let theta: Double
    }

    func price(underlying: Double, volatility: Double) -> Double {
        let (first, second) = points(underlying, volatility)
        let call =
            underlying * Mathematics.normalDistribution(first)
            - strike * Mathematics.normalDistribution(second)
        return max(isCall ? call : call - underlying + strike, 0)
    }

    func greeks(underlying: Double, volatility: Double) -> Greeks {
        let (first, _) = points(underlying, volatility)
        let root = Mathematics.root(years)
        let density = Mathematics.normalDensity(first)
        let share = Mathematics.normalDistribution(first)
        let price = price(underlying: underlying, volatility: volatility)
        return Greeks(
            price: price,
            delta: isCall ? share : share - 1,
            gamma: density / (underlying * volatility * root),
            vega: underlying * density * root / 100,
            theta: max(-underlying * density * volatility / (2 * root) / 365, -price))
    }

    /// The volatility that gives a price, found by halving; `nil` when none between 0.1 % and 500 %
    /// does.
    func volatility(price wanted: Double, underlying: Double) -> Double? {
        var low = 0.001
        var high = 5.0
        guard price(underlying: underlying, volatility: low) <= wanted + 1e-6,
            price(underlying: underlying, volatility: high) >= wanted - 1e-6
        else { return nil }
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if price(underlying: underlying, volatility: middle) < wanted {
                low = middle
            } else {
                high = middle
            }
        }
        return (low + high) / 2
    }

    private func points(_ underlying: Double, _ volatility: Double) -> (Double, Double) {
        let width = max(volatility, 1e-4) * Mathematics.root(years)
        let first =
            Mathematics.logarithm(max(underlying, 1e-9) / max(strike, 1e-9)) / width + width / 2
        return (first, first - width)
    }
}

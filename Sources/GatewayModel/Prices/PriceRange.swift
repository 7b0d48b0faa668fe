/// First, highest, lowest and last price of a stretch of time, in ticks of the contract.
struct PriceRange: Hashable, Sendable {
    var open: Int64
    var high: Int64
    var low: Int64
    var close: Int64

    init(open: Int64, high: Int64, low: Int64, close: Int64) {
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }

    init(_ price: Int64) {
        self.init(open: price, high: price, low: price, close: price)
    }

    /// Adds what follows in time.
    mutating func append(_ later: PriceRange) {
        high = max(high, later.high)
        low = min(low, later.low)
        close = later.close
    }

    /// Applies a function to all four prices; a decreasing function swaps high and low.
    func mapped(_ price: (Int64) -> Int64) -> PriceRange {
        let one = price(high)
        let other = price(low)
        return PriceRange(
            open: price(open), high: max(one, other), low: min(one, other), close: price(close))
    }
}

extension Optional where Wrapped == PriceRange {
    /// Adds what follows in time, or starts with it.
    mutating func append(_ later: PriceRange) {
        if self == nil { self = later } else { self?.append(later) }
    }
}

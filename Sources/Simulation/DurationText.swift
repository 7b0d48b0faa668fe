extension Duration {
    private static let units: [(suffix: String, nanoseconds: Int64)] = [
        ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ]

    /// Reads `500us`, `250ms`, `1.5s`, `2m`, `1h`; `nil` without a unit or above ten thousand hours.
    package init?(scenarioText text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = Self.units.first(where: { $0.suffix == text.dropFirst(digits.count) })
        else { return nil }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]) else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...9).contains(fraction.count), let numerator = Int64(fraction) else { return nil }
        let denominator = (0..<fraction.count).reduce(Int64(1)) { power, _ in power * 10 }
        let most = 10_000 * 3_600_000_000_000 / unit.nanoseconds
        guard whole < most else { return nil }
        // Both factors are below 10^13, so the product is taken apart to stay inside 64 bits.
        let part =
            unit.nanoseconds / denominator * numerator
            + unit.nanoseconds % denominator * numerator / denominator
        self = .nanoseconds(whole * unit.nanoseconds + part)
    }

    /// The same duration as a scenario spells it, in the largest unit that needs no fraction if there is one.
    package var scenarioText: String {
        let nanoseconds = nanoseconds
        if nanoseconds == 0 { return "0s" }
        for unit in Self.units.reversed() where nanoseconds % unit.nanoseconds == 0 {
            return "\(nanoseconds / unit.nanoseconds)\(unit.suffix)"
        }
        let fraction = String(1_000 + nanoseconds % 1_000).dropFirst()
        return "\(nanoseconds / 1_000).\(fraction)us"
    }
}

extension Duration {
    /// `200ms`, `2s`, `1.250s`: whole milliseconds, as reports say it.
    package var reportText: String {
        let milliseconds = nanoseconds / 1_000_000
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        return milliseconds < 1000
            ? "\(milliseconds)ms"
            : "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())s"
    }
}

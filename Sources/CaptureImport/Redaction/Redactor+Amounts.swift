import GatewayWire

/// Balances and quantities.
extension Redactor {
    mutating func amount(
        _ value: FieldValue, _ text: String, _ message: Message
    ) -> FieldValue? {
        guard let number = text.utf8.span.shortDecimal ?? Double(text), Self.isAmount(number),
            !isRatio(message)
        else { return rewritten(value) }
        guard let factor = options.amountFactor else {
            if !isLearning { report.keep("balances and quantities") }
            return nil
        }
        guard let scaled = Self.scaled(text, by: factor) else {
            if !isLearning { report.cannotJudge("\(message.name), an amount") }
            return nil
        }
        if !isLearning { report.replace(.amount, isNew: true) }
        return .text(scaled)
    }

    private func isRatio(_ message: Message) -> Bool {
        for item in RedactionPlan.of(message.schema).amountItems {
            guard let word = message.values[item].string else { continue }
            return Self.isRatio(word)
        }
        return false
    }

    /// Whether a number is one, and not how the wire says that there is none.
    static func isAmount(_ number: Double) -> Bool {
        number != 0 && abs(number) < 1e300 && number != 2_147_483_647
    }

    /// - Parameter key: Tells what an account's value is.
    static func isRatio(_ key: String) -> Bool { ratios.contains { key.holds(part: $0) } }

    /// Account values that are no amounts.
    private static let ratios = [
        "Leverage", "Cushion", "ExchangeRate", "DayTrades", "Time", "Segment", "Ready", "Type",
        "WhatIf",
    ]

    /// A decimal number times a whole one, with as many decimals.
    private static func scaled(_ text: String, by factor: Int) -> String? {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, digits.utf8.count <= 18,
            parts.allSatisfy({ $0.utf8.allSatisfy(AccountShape.isDigit) }),
            let number = Int64(parts.joined())
        else {
            // Unrounded doubles and exponents have no exact decimals to keep.
            return Double(text).map { "\($0 * Double(factor))" }
        }
        let (product, overflows) = number.multipliedReportingOverflow(by: Int64(factor))
        guard !overflows else { return nil }
        guard parts.count == 2 else { return (isNegative ? "-" : "") + "\(product)" }
        let decimals = parts[1].utf8.count
        var all = "\(product)"
        if all.utf8.count <= decimals {
            all = String(repeating: "0", count: decimals + 1 - all.utf8.count) + all
        }
        return (isNegative ? "-" : "") + all.dropLast(decimals) + "." + all.suffix(decimals)
    }
}

extension Double {
    /// Without a point when whole: `1405.66333665`, `187.25`, `187`.
    package var plainText: String {
        let amount = Amount(nearest: self)
        return amount.double == self ? amount.description : javaText
    }

    /// Half away from zero; what is too large for that stays as it is.
    ///
    /// Written without `rounded()`, which would need the C mathematics library.
    var roundedToEightDecimals: Double {
        let scaled = self * 1e8 + (self < 0 ? -0.5 : 0.5)
        return scaled.magnitude < 9e18 ? Double(Int64(scaled)) / 1e8 : self
    }

    /// As Java writes a double: `14.61`, `500.0`, `1.2E-4`.
    ///
    /// A gateway writes most numbers of orders, commissions and margins so. Recorded at 200.
    package var javaText: String {
        guard isFinite, self != 0 else { return self == 0 ? "0.0" : description }
        // Swift finds the same digits, but writes them with an exponent elsewhere.
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0]
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let whole = mantissa.prefix { $0 != "." }
        var digits = mantissa.filter { $0 != "." }[...]
        /// How many digits stand in front of the point.
        var point = whole.utf8.count + exponent
        while digits.count > 1, digits.first == "0" {
            digits.removeFirst()
            point -= 1
        }
        while digits.count > 1, digits.last == "0" { digits.removeLast() }
        let sign = self < 0 ? "-" : ""
        // Plain from a thousandth up to ten million.
        guard (-2...7).contains(point) else {
            let rest = digits.dropFirst()
            return "\(sign)\(digits.prefix(1)).\(rest.isEmpty ? "0" : String(rest))E\(point - 1)"
        }
        if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
        let front = digits.prefix(point)
        let zeros = String(repeating: "0", count: point - front.count)
        let back = digits.dropFirst(point)
        return "\(sign)\(front)\(zeros).\(back.isEmpty ? "0" : String(back))"
    }
}

extension Amount {
    /// A price as executions, order statuses and conditions show it: two decimals or more, and `0`
    /// for none.
    ///
    /// Recorded at 200: `292.20`, `292.194`, `0`.
    package var priceText: String {
        if self == 0 { return "0" }
        return self == roundedToCents ? money : description
    }
}

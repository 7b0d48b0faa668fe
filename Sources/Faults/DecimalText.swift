/// A decimal number as it stands in a field: `-12.50` is the digits -1250 with 2 of them behind the point.
///
/// Sums and products are exact. What does not fit is `nil`, as is a text in another notation.
struct DecimalText {
    private let digits: Int128
    private let scale: Int

    /// More digits behind the point than any field has.
    private static let maxScale = 20

    init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count <= 2, fraction.utf8.count <= Self.maxScale,
            fraction.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let digits = Int128(parts[0] + fraction)
        else { return nil }
        self.digits = digits
        scale = fraction.utf8.count
    }

    private init(_ digits: Int128, scale: Int) {
        self.digits = digits
        self.scale = scale
    }

    static func + (one: DecimalText, other: DecimalText) -> DecimalText? {
        let scale = max(one.scale, other.scale)
        guard let first = one.scaled(to: scale), let second = other.scaled(to: scale) else {
            return nil
        }
        let (sum, overflows) = first.addingReportingOverflow(second)
        return overflows ? nil : DecimalText(sum, scale: scale)
    }

    static func * (one: DecimalText, other: DecimalText) -> DecimalText? {
        let (product, overflows) = one.digits.multipliedReportingOverflow(by: other.digits)
        return overflows ? nil : DecimalText(product, scale: one.scale + other.scale)
    }

    private func scaled(to scale: Int) -> Int128? {
        var digits = digits
        for _ in self.scale..<scale {
            let (next, overflows) = digits.multipliedReportingOverflow(by: 10)
            if overflows { return nil }
            digits = next
        }
        return digits
    }

    /// Without zeros at the end behind the point: `-12.5`, `300`.
    var text: String {
        var digits = digits
        var scale = scale
        while scale > 0, digits.isMultiple(of: 10) {
            digits /= 10
            scale -= 1
        }
        let all = String(digits.magnitude)
        let sign = digits < 0 ? "-" : ""
        guard scale > 0 else { return sign + all }
        let padded = String(repeating: "0", count: max(0, scale + 1 - all.utf8.count)) + all
        return "\(sign)\(padded.dropLast(scale)).\(padded.suffix(scale))"
    }
}

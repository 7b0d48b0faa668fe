import GatewayWire
import Simulation

/// Money, prices and quantities that add up: a fixed-point number with six decimals.
///
/// Sums and products that leave the range stay at its end (about ±9 trillion); nothing a client
/// sends can trap here.
package struct Amount: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
    package let micros: Int64

    package static let zero = Amount(micros: 0)
    private static let scale: Int64 = 1_000_000

    package init(micros: Int64) {
        self.micros = micros
    }

    package init(integerLiteral value: Int64) {
        self.init(whole: value)
    }

    package init(whole: Int64) {
        self.init(clamping: Int128(whole) * Int128(Self.scale))
    }

    package init(cents: Int64) {
        self.init(clamping: Int128(cents) * Int128(Self.scale / 100))
    }

    /// The nearest amount; zero for what is no number, the range's end for what is too large.
    ///
    /// Written without `rounded()`, which would need the C mathematics library.
    package init(nearest value: Double) {
        let scaled = value * Double(Self.scale) + (value < 0 ? -0.5 : 0.5)
        if scaled.isNaN {
            self.init(micros: 0)
        } else if scaled.magnitude < 9e18 {
            self.init(micros: Int64(scaled))
        } else {
            self.init(micros: scaled < 0 ? .min : .max)
        }
    }

    /// Reads a field; `nil` for empty text, for the unset sentinels and for what is no finite
    /// number.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 32, let value = Double(text), value.isFinite,
            value.magnitude < 9e12
        else { return nil }
        self.init(nearest: value)
    }

    private init(clamping value: Int128) {
        self.init(micros: Int64(clamping: value))
    }

    package var isWhole: Bool { micros % Self.scale == 0 }
    /// Without what is behind the point.
    package var wholePart: Amount { Amount(micros: micros / Self.scale * Self.scale) }
    package var magnitude: Amount { micros < 0 ? -self : self }
    package var double: Double { Double(micros) / Double(Self.scale) }

    /// Rounded to cents, half away from zero.
    package var roundedToCents: Amount {
        Amount(clamping: Self.divide(Int128(micros), by: 10_000) * 10_000)
    }

    package static func < (one: Amount, other: Amount) -> Bool { one.micros < other.micros }

    package static func + (one: Amount, other: Amount) -> Amount {
        Amount(clamping: Int128(one.micros) + Int128(other.micros))
    }

    package static func - (one: Amount, other: Amount) -> Amount {
        Amount(clamping: Int128(one.micros) - Int128(other.micros))
    }

    package static prefix func - (one: Amount) -> Amount { .zero - one }

    package static func += (one: inout Amount, other: Amount) { one = one + other }
    package static func -= (one: inout Amount, other: Amount) { one = one - other }

    /// The product, rounded half away from zero.
    package static func * (one: Amount, other: Amount) -> Amount {
        let (product, overflow) = one.micros.multipliedReportingOverflow(by: other.micros)
        if !overflow, product.magnitude < UInt64(Int64.max) - 500_000 {
            // Nearly always: 64 bits hold it.
            let half = product < 0 ? -scale / 2 : scale / 2
            return Amount(micros: (product + half) / scale)
        }
        return Amount(
            clamping: divide(Int128(one.micros) * Int128(other.micros), by: Int128(scale)))
    }

    /// The quotient, rounded half away from zero; zero when the divisor is zero.
    package static func / (one: Amount, other: Amount) -> Amount {
        guard other.micros != 0 else { return .zero }
        return Amount(
            clamping: divide(Int128(one.micros) * Int128(scale), by: Int128(other.micros)))
    }

    /// Whether this is a whole multiple of `step`.
    package func isMultiple(of step: Amount) -> Bool {
        step.micros == 0 || micros % step.micros == 0
    }

    private static func divide(_ dividend: Int128, by divisor: Int128) -> Int128 {
        let half = divisor.magnitude / 2
        let quotient = (dividend.magnitude + half) / divisor.magnitude
        return (dividend < 0) == (divisor < 0) ? Int128(quotient) : -Int128(quotient)
    }
}

extension Amount: CustomStringConvertible {
    /// Plain decimal text without trailing zeros: `187.25`, `100`, `-0.5`.
    package var description: String {
        String(unsafeUninitializedCapacity: NumberText.maxBytes) { buffer in
            buffer.baseAddress.map { NumberText.write(millionths: micros, to: $0) } ?? 0
        }
    }

    /// With exactly two decimals, as account values are written: `125000.00`.
    package var money: String {
        let cents = roundedToCents.micros / 10_000
        let sign = cents < 0 ? "-" : ""
        return "\(sign)\(cents.magnitude / 100).\(padded(Int64(cents.magnitude % 100), to: 2))"
    }
}

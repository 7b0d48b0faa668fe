/// A moment of civil time in UTC, worked out without any library.
package struct UTCTime: Hashable, Sendable {
    package let year: Int64
    package let month: Int64
    package let day: Int64
    package let hour: Int
    package let minute: Int
    package let second: Int
    package let nanosecond: Int

    /// Proleptic Gregorian calendar; any 64-bit count is a valid moment.
    package init(nanosecondsSince1970 nanoseconds: Int64) {
        let seconds = floorDivide(nanoseconds, 1_000_000_000)
        let days = floorDivide(seconds, 86_400)
        let rest = seconds - days * 86_400
        let fraction = nanoseconds % 1_000_000_000
        nanosecond = Int(fraction < 0 ? fraction + 1_000_000_000 : fraction)
        hour = Int(rest) / 3600
        minute = Int(rest) / 60 % 60
        second = Int(rest) % 60
        (year, month, day) = Self.civil(days: days)
    }

    /// `2026-01-15T14:31:07.123456Z`, microseconds cut off.
    package var isoText: String {
        "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T\(clockText)"
            + ".\(Self.padded(nanosecond / 1000, 6))Z"
    }

    /// `20260115`.
    package var compactDate: String {
        Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2)
    }

    /// `14:31:07`.
    package var clockText: String {
        "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
    }

    /// The Gregorian date of a count of days since 1970, before it too.
    package static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Counted from 1 March of year 0, in eras of 400 years.
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Division that rounds towards minus infinity, for times before their origin.
@inlinable
package func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

/// A point in real time as a capture recorded it.
///
/// Nanoseconds since 1970-01-01 UTC, without leap seconds. Unlike `SimInstant` it says when
/// something happened in the world, on the clock of the machine that recorded it; that clock may
/// have been set back in between, so later packets can carry earlier instants.
package struct CaptureInstant: Hashable, Comparable, Sendable {
    package let nanosecondsSinceEpoch: Int64

    package init(nanosecondsSinceEpoch: Int64) {
        self.nanosecondsSinceEpoch = nanosecondsSinceEpoch
    }

    /// Combines the two numbers of a capture record, clamped to what 64 bits hold.
    package init(seconds: Int64, nanoseconds: Int64) {
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, sumOverflow) = whole.addingReportingOverflow(nanoseconds)
        self.init(
            nanosecondsSinceEpoch: overflow || sumOverflow ? (seconds < 0 ? .min : .max) : sum)
    }

    package static func < (earlier: CaptureInstant, later: CaptureInstant) -> Bool {
        earlier.nanosecondsSinceEpoch < later.nanosecondsSinceEpoch
    }

    /// The time between two instants, clamped to 292 years.
    package static func - (later: CaptureInstant, earlier: CaptureInstant) -> Duration {
        let (span, overflow) = later.nanosecondsSinceEpoch
            .subtractingReportingOverflow(earlier.nanosecondsSinceEpoch)
        return .nanoseconds(overflow ? (later < earlier ? .min : .max) : span)
    }
}

extension CaptureInstant: CustomStringConvertible {
    /// UTC with microseconds, `2026-01-15T14:31:07.123456Z`; smaller parts are cut off.
    package var description: String {
        let (days, nanoseconds) = nanosecondsSinceEpoch.flooredDivision(by: 86_400_000_000_000)
        let (year, month, day) = Self.civilDate(daysSinceEpoch: days)
        let microseconds = nanoseconds / 1000
        let seconds = microseconds / 1_000_000
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        let time = clock.joined(separator: ":")
        return "\(date)T\(time).\(padded(microseconds % 1_000_000, 6))Z"
    }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Gregorian date of a day number; the year starts in March so that the leap day comes last.
    private static func civilDate(daysSinceEpoch: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = (daysSinceEpoch + 719_468).flooredDivision(by: 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension Int64 {
    /// Quotient towards negative infinity and the remainder, never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

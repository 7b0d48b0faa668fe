import Simulation

/// A point in real time as a capture recorded it.
///
/// Nanoseconds since 1970-01-01 UTC, without leap seconds. Unlike `SimInstant` it is real time, on
/// the clock of the machine that recorded it. That clock may have been set back meanwhile, so later
/// packets can have earlier instants.
package struct CaptureInstant: Hashable, Comparable, BitwiseCopyable, Sendable {
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

    /// A time as listings show it, in UTC: `2026-01-15T14:31:07.5Z`, or with less behind the date.
    package init?(isoText: String) {
        let text = isoText.hasSuffix("Z") ? String(isoText.dropLast()) : isoText
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        let date = parts[0].split(separator: "-").map { Int($0) ?? -1 }
        let clock = parts.count > 1 ? parts[1] : "00:00:00"
        let times = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, date.count == 3, (1970...2200).contains(date[0]),
            (1...12).contains(date[1]), (1...31).contains(date[2]), (2...3).contains(times.count),
            let hour = Int(times[0]), (0..<24).contains(hour),
            let minute = Int(times[1]), (0..<60).contains(minute),
            let (seconds, nanoseconds) = Self.seconds(times.count > 2 ? times[2] : "0")
        else { return nil }
        let wholeSeconds = (Self.days(date[0], date[1], date[2]) * 24 + hour) * 3600 + minute * 60
        self.init(
            nanosecondsSinceEpoch: Int64(wholeSeconds + seconds) * 1_000_000_000 + nanoseconds)
    }

    /// Seconds and nanoseconds of `07.5`; smaller parts are cut off.
    private static func seconds(_ text: Substring) -> (Int, Int64)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let seconds = Int(parts[0]), (0..<61).contains(seconds) else {
            return nil
        }
        guard parts.count == 2 else { return (seconds, 0) }
        var nanoseconds: Int64 = 0
        var unit: Int64 = 100_000_000
        for digit in parts[1].utf8 {
            guard (48...57).contains(digit) else { return nil }
            nanoseconds += Int64(digit - 48) * unit
            unit /= 10
        }
        return (seconds, nanoseconds)
    }

    /// Days from 1970-01-01 to a date of the Gregorian calendar.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        // Years that begin in March, so that a leap day is a year's last.
        let shifted = month > 2 ? year : year - 1
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
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
        UTCTime(nanosecondsSince1970: nanosecondsSinceEpoch).isoText
    }
}

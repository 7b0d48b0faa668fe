import Simulation

/// A point in real time as a capture recorded it.
///
/// Nanoseconds since 1970-01-01 UTC, without leap seconds. Unlike `SimInstant` it is real time, on
/// the clock of the machine that recorded it. That clock may have been set back meanwhile, so later
/// packets can have earlier instants.
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
        UTCTime(nanosecondsSince1970: nanosecondsSinceEpoch).isoText
    }
}

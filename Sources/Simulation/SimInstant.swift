/// A point in gateway time: nanoseconds since the gateway's clock started.
///
/// Scenarios use gateway time. A driver maps it to the real clock: at `speed` 60, one real second
/// is sixty seconds of gateway time. A simulation sets it directly.
package struct SimInstant: Hashable, Comparable, Sendable {
    package let nanoseconds: Int64

    package static let start = SimInstant(nanoseconds: 0)

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (earlier: SimInstant, later: SimInstant) -> Bool {
        earlier.nanoseconds < later.nanoseconds
    }

    /// The instant `duration` later; stays at the largest instant instead of overflowing.
    package static func + (instant: SimInstant, duration: Duration) -> SimInstant {
        let (sum, overflow) = instant.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return SimInstant(nanoseconds: overflow ? .max : sum)
    }

    /// The instant `duration` earlier; stays at the smallest instant instead of overflowing.
    package static func - (instant: SimInstant, duration: Duration) -> SimInstant {
        let (difference, overflow) = instant.nanoseconds
            .subtractingReportingOverflow(duration.nanoseconds)
        return SimInstant(nanoseconds: overflow ? .min : difference)
    }

    package static func - (later: SimInstant, earlier: SimInstant) -> Duration {
        .nanoseconds(later.nanoseconds - earlier.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, clamped to what 64 bits hold (292 years).
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, sumOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return sumOverflow ? (seconds < 0 ? .min : .max) : sum
    }
}

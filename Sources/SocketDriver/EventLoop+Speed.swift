internal import Simulation

/// The map between real time and the gateway's.
extension EventLoop {
    func instant(atReal nanoseconds: Int64) -> SimInstant {
        guard speed != 1 else { return SimInstant(nanoseconds: nanoseconds) }
        return SimInstant(nanoseconds: Self.clamped(Double(nanoseconds) * speed))
    }

    /// The first real nanosecond at which `now` is at or past `instant`.
    func realDeadline(of instant: SimInstant) -> Int64 {
        guard speed != 1 else { return instant.nanoseconds }
        let real = Self.clamped((Double(instant.nanoseconds) / speed).rounded(.up))
        // Rounding can leave the product one short.
        return real < .max && self.instant(atReal: real) < instant ? real + 1 : real
    }

    private static func clamped(_ value: Double) -> Int64 {
        Int64(exactly: value.rounded(.down)) ?? (value < 0 ? .min : .max)
    }
}

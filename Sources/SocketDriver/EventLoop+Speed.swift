internal import Simulation

/// How gateway time runs from one moment on.
package struct Pace: Hashable, Sendable {
    /// One gateway second in one real second.
    package static let one: Int64 = 1_000_000_000

    /// Real nanoseconds since the loop was made.
    package var since: Int64 = 0
    /// Gateway time at that moment, in nanoseconds.
    package var elapsed: Int64 = 0
    /// Billionths of a gateway second in one real second.
    package var rate: Int64
    /// From this real time on the clock runs as the real one does.
    package var until: Int64 = .max

    package static func rate(of speed: Double) -> Int64 {
        max(1, Int64((speed * Double(one)).rounded()))
    }

    /// The gateway time at a real one, rounded down.
    func elapsed(atReal real: Int64) -> Int64 {
        guard real <= until else {
            let (passed, overflow) = elapsed(atReal: until).addingReportingOverflow(real - until)
            return overflow ? .max : passed
        }
        guard rate != Self.one else { return real - since + elapsed }
        let (passed, overflow) = Self.scaled(real - since, by: rate, over: Self.one)
            .addingReportingOverflow(elapsed)
        return overflow ? .max : passed
    }

    /// The first real nanosecond at which that much gateway time has passed.
    func real(atElapsed wanted: Int64) -> Int64 {
        guard wanted != .max else { return .max }
        let wanted = max(0, wanted)
        if until != .max, case let reached = elapsed(atReal: until), wanted > reached {
            return wanted - reached + until
        }
        guard rate != Self.one else { return wanted - elapsed + since }
        // Rounded up: the negative of what is rounded down.
        let wait = Self.scaled(elapsed - wanted, by: Self.one, over: rate)
        let (real, overflow) = since.subtractingReportingOverflow(wait)
        return overflow || wait == .min ? .max : real
    }

    /// `value * factor / divisor`, rounded down and clamped, exact in between.
    private static func scaled(_ value: Int64, by factor: Int64, over divisor: Int64) -> Int64 {
        let product = value.magnitude.multipliedFullWidth(by: factor.magnitude)
        guard product.high < divisor.magnitude else { return value < 0 ? .min : .max }
        let (quotient, rest) = divisor.magnitude.dividingFullWidth(product)
        guard value < 0 else { return Int64(clamping: quotient) }
        let up = quotient + (rest == 0 ? 0 : 1)
        return up > UInt64(Int64.max) ? .min : -Int64(up)
    }
}

/// The map between real time and the gateway's.
extension EventLoop {
    /// Holds the gateway's clock back: it runs as slowly as the real one, or at its own speed where
    /// that is slower.
    ///
    /// Client programs compute in real time, whatever the speed. While one starts, a clock at full
    /// speed would charge it for every second as for a minute.
    package var isHeldBack: Bool {
        get { pace.rate != Pace.rate(of: speed) }
        set {
            let full = Pace.rate(of: speed)
            setRate(newValue ? min(Pace.one, full) : full, until: .max)
        }
    }

    /// Lets the clock run at its speed for so much real time; then it is held back by itself.
    package func runAtSpeed(for lease: Duration) {
        let full = Pace.rate(of: speed)
        setRate(full, until: full > Pace.one ? realNow + lease.nanoseconds : .max)
    }

    private func setRate(_ rate: Int64, until: Int64) {
        wantedPace = (rate, until)
        takePace()
    }

    func takePace() {
        let rate = kernelWaits > 0 ? min(Pace.one, wantedPace.rate) : wantedPace.rate
        let until = rate == wantedPace.rate ? wantedPace.until : .max
        guard rate != pace.rate || until != pace.until else { return }
        let real = realNow
        pace = Pace(since: real, elapsed: pace.elapsed(atReal: real), rate: rate, until: until)
        armedDeadline = .max
        onPace?()
    }

    func instant(atReal nanoseconds: Int64) -> SimInstant {
        SimInstant(nanoseconds: pace.elapsed(atReal: nanoseconds))
    }

    /// The first real nanosecond at which `now` is at or past `instant`.
    func realDeadline(of instant: SimInstant) -> Int64 {
        pace.real(atElapsed: instant.nanoseconds)
    }
}

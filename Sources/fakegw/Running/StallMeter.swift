/// Measures whether this machine lets fakegw run in time.
///
/// It is asked at intervals. When it is asked much later than wanted, fakegw could not run: it was
/// stopped, others had the processors, or the disk did not answer. Time that fakegw itself computed
/// is its own work, and no stall.
struct StallMeter {
    private let interval: Double
    private var last: (real: Double, processor: Double)

    /// A stall of more seconds than this is logged.
    private static let long = 0.5

    /// - Parameters:
    ///   - interval: Real seconds between two questions.
    ///   - real: Seconds of a clock that never goes back.
    ///   - processor: Seconds that this process has computed.
    init(every interval: Double, real: Double, processor: Double) {
        self.interval = interval
        last = (real, processor)
    }

    /// Milliseconds of a stall since the last question; `nil` when there was none to speak of.
    mutating func look(real: Double, processor: Double) -> Int? {
        let late = real - last.real - interval
        let worked = processor - last.processor
        last = (real, processor)
        let stall = late - max(0, worked)
        return stall > Self.long ? Int((stall * 1000).rounded()) : nil
    }
}

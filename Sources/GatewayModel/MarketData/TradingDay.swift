import Simulation

/// One day of a contract's trading; moments are in milliseconds from the gateway's start.
///
/// ```
/// closed           begins        opens            (until)
/// previous close   early hours   regular hours    the next day's early hours
/// close tick       volume        high, low, open
/// ```
///
/// A historical bar of the day's regular hours has the same open, high and low, one of all its
/// hours the same volume. The bar of the day before ends with the close tick. Before regular hours
/// the day's prices are those of the early hours (assumed).
struct TradingDay: Hashable, Sendable {
    var closed: Int64 = 0
    var begins: Int64 = 0
    var opens: Int64 = 0
    /// When another day, or regular hours, begin; not before `opens`.
    var until = Int64.min

    func holds(_ moment: Int64) -> Bool { moment >= opens && moment < until }
}

/// Finds a contract's trading days.
struct DayHours: Sendable {
    private let regular: TradingHours
    private let extended: TradingHours
    private let epoch: Int64

    /// - Parameter epoch: Milliseconds from 1970 to the gateway's start.
    init(of contract: Contract, epoch: Int64) {
        regular = .regular(contract)
        extended = .extended(contract)
        self.epoch = epoch
    }

    /// The day that a moment belongs to: the newest one whose trading has begun.
    func day(at moment: Int64) -> TradingDay {
        let seconds = floorDivide(moment + epoch, 1000)
        guard let number = extended.newestDay(at: seconds),
            let session = extended.session(day: number)
        else { return civilDay(at: seconds) }
        let begins = session.lowerBound
        let opens = max(regular.session(day: number)?.lowerBound ?? begins, begins)
        let next = extended.nextDay(after: number).flatMap { extended.session(day: $0) }
        let ends = next?.lowerBound ?? session.upperBound + WallClock.secondsPerDay
        let closed = (1...15).lazy.compactMap { regular.session(day: number - Int64($0)) }.first
        var day = TradingDay(
            closed: milliseconds(closed?.upperBound ?? begins), begins: milliseconds(begins),
            opens: milliseconds(opens), until: milliseconds(max(ends, opens + 1)))
        if seconds < opens {
            day.until = day.opens
            day.opens = day.begins
        }
        return day
    }

    /// A day of UTC, for a calendar without any session.
    private func civilDay(at seconds: Int64) -> TradingDay {
        let midnight =
            floorDivide(seconds, WallClock.secondsPerDay) * WallClock.secondsPerDay
        let start = milliseconds(midnight)
        return TradingDay(
            closed: start, begins: start, opens: start,
            until: milliseconds(midnight + WallClock.secondsPerDay))
    }

    private func milliseconds(_ seconds: Int64) -> Int64 { seconds * 1000 - epoch }
}

import Simulation

/// The units of a contract traded so far: a count that only grows.
///
/// There is a trade every 50 milliseconds, day and night, of one unit at least. In regular hours
/// trades are larger, most of all in their first and last half hour. Recorded for a large US share:
/// 140 to 200 units a trade, and in the first half hour as many units as in the next two hours.
struct Trading: Sendable {
    /// What one contract trades, as a rule of thumb.
    struct Habit: Sendable {
        fileprivate let key: UInt64
        /// Units in a quiet minute of regular hours, beyond one a trade.
        fileprivate let rate: Int64
        /// Whose clocks the hours are on.
        fileprivate let zone: LocalZone
        /// Regular hours, in minutes of the zone's day.
        fileprivate let opens: Int64
        fileprivate let closes: Int64
        /// The length of the busy time after the open and before the close, in minutes.
        fileprivate let busy: Int64

        init(of contract: Contract, key: UInt64) {
            self.key = key
            let perTrade: Int64 =
                switch contract.secType {
                case "OPT", "CRYPTO", "BOND": Int64(key % 2)
                case "FUT": Int64(key % 4)
                default: 20 + Int64(key % 100)
                }
            rate = perTrade * Trading.tradesPerMinute
            let hours = TradingHours.regular(contract)
            // Around the clock no clocks need be changed.
            zone = hours.opens == 0 && hours.closes == WallClock.secondsPerDay ? .utc : hours.zone
            opens = min(max(hours.opens / 60, 0), 1440)
            closes = min(max(hours.closes / 60, opens), 1440)
            busy = min(30, (closes - opens) / 4)
        }
    }

    private static let tradesPerMinute = 60_000 / PricePath.tradeMilliseconds

    private let habit: Habit
    /// The last minute asked for, what was traded before it, and what in it.
    private var minute = Int64.min
    private var before: Int64 = 0
    private var within: Int64 = 0
    private var origin: (moment: Int64, total: Int64)?

    init(_ habit: Habit) {
        self.habit = habit
    }

    /// Parts add up to the whole; moments are in milliseconds since 1970, at least 50 apart.
    mutating func volume(from start: Int64, to end: Int64) -> Int64 {
        max(0, traded(before: end) - traded(before: start))
    }

    /// As `volume`, for a start that stays the same.
    mutating func volume(since start: Int64, to end: Int64) -> Int64 {
        if origin?.moment != start { origin = (start, traded(before: start)) }
        return max(0, traded(before: end) - (origin?.total ?? 0))
    }

    /// The units of all trades before a moment.
    private mutating func traded(before milliseconds: Int64) -> Int64 {
        let step = PricePath.tradeMilliseconds
        let trade = floorDivide(milliseconds &+ step - 1, step)
        let minute = floorDivide(trade, Self.tradesPerMinute)
        if minute != self.minute {
            self.minute = minute
            before = habit.total(minute)
            within = habit.total(minute &+ 1) &- before
        }
        let even = within &* (trade &- minute &* Self.tradesPerMinute) / Self.tradesPerMinute
        return trade &+ before &+ even &+ habit.spread(of: trade, within / Self.tradesPerMinute)
    }
}

extension Trading.Habit {
    /// The units, beyond one a trade, of all minutes since 1970 before another.
    fileprivate func total(_ minute: Int64) -> Int64 {
        let seconds = minute &* 60
        let local = minute &+ zone.offset(at: seconds) / 60
        let day = floorDivide(local, 1440)
        let into = local &- day &* 1440
        let minutes = day &* weight(until: 1440) &+ weight(until: into)
        // Not more than half of what the lesser of the two minutes beside has.
        let least = min(
            weight(until: into + 1) - weight(until: into),
            into > 0 ? weight(until: into) - weight(until: into - 1) : 0)
        return minutes &* rate &+ draw(key, minute, upTo: rate * least / 2)
    }

    /// How many quiet minutes a day up to one of its minutes is worth.
    private func weight(until minute: Int64) -> Int64 {
        let open = min(max(minute - opens, 0), closes - opens)
        return open + 2 * min(open, busy) + max(0, open - (closes - opens - busy))
    }

    /// Makes trades of a minute differ, and sums of them as good as not.
    fileprivate func spread(of trade: Int64, _ most: Int64) -> Int64 {
        most > 0 ? draw(key &+ 1, trade, upTo: most) : 0
    }

    /// Evenly from 0 to a number within 32 bits.
    private func draw(_ key: UInt64, _ number: Int64, upTo most: Int64) -> Int64 {
        let part = mixed(key, UInt64(bitPattern: number)) >> 32
        return Int64(bitPattern: (part &* UInt64(bitPattern: most &+ 1)) >> 32)
    }
}

import Simulation

/// When bars exist: by the world's calendar for the contract, or the usual hours of its kind and
/// zone.
///
/// A session belongs to a day of the zone's calendar. Sessions of futures and currencies begin on
/// the evening before. Live prices ignore all this; they move all the time.
///
/// Recorded: shares on NASDAQ and ARCA 04:00 to 20:00, currencies 17:15 to 17:00, futures of CME
/// 17:00 to 16:00, bonds 20:00 to 17:00. The hours of other zones are those that their exchanges publish.
struct TradingHours: Sendable {
    /// Seconds into the day; negative for a session that begins on the day before.
    let opens: Int64
    let closes: Int64
    /// Whose clocks show these times.
    let zone: LocalZone
    /// 0 Sunday to 6 Saturday.
    private(set) var weekdays = Self.workdays
    /// Days since 1970.
    private(set) var holidays: Set<Int64> = []
    private var publicHolidays = PublicHolidays.none

    private static let workdays: Set<Int64> = [1, 2, 3, 4, 5]
    private static let allDay: Range<Int64> = 0..<WallClock.secondsPerDay

    static func regular(_ contract: Contract) -> TradingHours {
        if let calendar = contract.sessions { return TradingHours(calendar, calendar.regular) }
        let zone = contract.zone
        return switch contract.secType {
        case "CRYPTO", "NEWS": TradingHours(allDay, contract, zone)
        case "CASH": TradingHours(-24_300..<61_200, contract, zone)
        case "FUT" where zone.name == "US/Central": TradingHours(30_600..<57_600, contract, zone)
        default: TradingHours(usual(in: zone), contract, zone)
        }
    }

    static func extended(_ contract: Contract) -> TradingHours {
        if let calendar = contract.sessions { return TradingHours(calendar, calendar.extended) }
        let zone = contract.zone
        switch (contract.secType, zone.name) {
        case ("FUT", "US/Central"): return TradingHours(-25_200..<57_600, contract, zone)
        case ("FUT", "US/Eastern"), ("CFD", _):
            return TradingHours(-21_600..<61_200, contract, zone)
        case ("BOND", "US/Eastern"): return TradingHours(-14_400..<61_200, contract, zone)
        case ("STK", "US/Eastern"): return TradingHours(14_400..<72_000, contract, zone)
        case ("STK", "US/Central"): return TradingHours(10_800..<68_400, contract, zone)
        default: return regular(contract)
        }
    }

    /// What an exchange of a zone trades on an ordinary day.
    private static func usual(in zone: LocalZone) -> Range<Int64> {
        switch zone.name {
        case "US/Central": 30_600..<54_000
        case "MET": 32_400..<63_000
        case "GB-Eire": 28_800..<59_400
        case "Japan": 32_400..<55_800
        case "Singapore": 32_400..<61_200
        case "Australia/NSW": 36_000..<57_600
        case "Asia/Calcutta": 33_300..<55_800
        default: 34_200..<57_600
        }
    }

    private init(_ hours: Range<Int64>, _ contract: Contract, _ zone: LocalZone) {
        opens = hours.lowerBound
        closes = hours.upperBound
        self.zone = zone
        publicHolidays = PublicHolidays(of: contract, in: zone)
        if contract.secType == "CRYPTO" { weekdays.formUnion([0, 6]) }
    }

    private init(_ calendar: TradingCalendar, _ hours: Range<Int64>) {
        opens = hours.lowerBound
        closes = hours.upperBound
        zone = .utc
        weekdays = calendar.weekdays
        holidays = calendar.holidays
    }

    /// The day of the zone's calendar, since 1970, that a second since 1970 falls on.
    func day(of seconds: Int64) -> Int64 {
        floorDivide(zone.local(seconds), WallClock.secondsPerDay)
    }

    /// The session of a day since 1970, in seconds since 1970; `nil` when there is none.
    func session(day: Int64) -> Range<Int64>? {
        guard weekdays.contains(UTCTime.weekday(days: day)), !holidays.contains(day),
            !publicHolidays.contains(day: day)
        else { return nil }
        let midnight = day * WallClock.secondsPerDay
        let start = zone.seconds(ofLocal: midnight + opens)
        return start..<max(start, zone.seconds(ofLocal: midnight + closes))
    }

    /// - Parameter seconds: Since 1970.
    func isOpen(at seconds: Int64) -> Bool {
        let today = day(of: seconds)
        if session(day: today)?.contains(seconds) ?? false { return true }
        return opens < 0 && session(day: today + 1)?.contains(seconds) ?? false
    }

    /// The newest day whose session has begun; `nil` when there was none for two weeks.
    func newestDay(at seconds: Int64) -> Int64? {
        let last = day(of: seconds) + (opens < 0 ? 1 : 0)
        return (0..<15).lazy.map { last - Int64($0) }
            .first { session(day: $0).map { $0.lowerBound <= seconds } ?? false }
    }

    /// The first day after another with a session.
    func nextDay(after day: Int64) -> Int64? {
        (1...15).lazy.map { day + Int64($0) }.first { session(day: $0) != nil }
    }
}

import Simulation

/// When bars exist, in UTC: by the world's calendar for the contract, or the usual hours.
///
/// Usual is Monday to Friday, without holidays or daylight saving (assumed). Cryptocurrencies trade
/// every day around the clock, currencies and futures around the clock from Monday to Friday. Live
/// prices ignore this; they move all the time.
struct TradingHours: Sendable {
    /// Seconds into the day.
    let opens: Int64
    let closes: Int64
    /// 0 Sunday to 6 Saturday.
    private(set) var weekdays = Self.workdays
    /// Days since 1970.
    private(set) var holidays: Set<Int64> = []

    private static let workdays: Set<Int64> = [1, 2, 3, 4, 5]

    static func regular(_ contract: Contract) -> TradingHours {
        if let calendar = contract.sessions { return TradingHours(calendar, calendar.regular) }
        return switch contract.secType {
        case "CASH", "CRYPTO", "NEWS": allDay(contract)
        default: TradingHours(opens: 52_200, closes: 75_600)
        }
    }

    static func extended(_ contract: Contract) -> TradingHours {
        if let calendar = contract.sessions { return TradingHours(calendar, calendar.extended) }
        return switch contract.secType {
        case "CASH", "CRYPTO", "NEWS", "FUT", "CFD": allDay(contract)
        case "IND", "OPT", "BOND": regular(contract)
        default: TradingHours(opens: 32_400, closes: WallClock.secondsPerDay)
        }
    }

    private static func allDay(_ contract: Contract) -> TradingHours {
        TradingHours(
            opens: 0, closes: WallClock.secondsPerDay,
            weekdays: contract.secType == "CRYPTO" ? workdays.union([0, 6]) : workdays)
    }

    init(opens: Int64, closes: Int64, weekdays: Set<Int64> = Self.workdays) {
        self.opens = opens
        self.closes = closes
        self.weekdays = weekdays
    }

    private init(_ calendar: TradingCalendar, _ hours: Range<Int64>) {
        opens = hours.lowerBound
        closes = hours.upperBound
        weekdays = calendar.weekdays
        holidays = calendar.holidays
    }

    /// The session that starts on a day since 1970, in seconds since 1970; `nil` when there is
    /// none.
    func session(day: Int64) -> Range<Int64>? {
        guard weekdays.contains(UTCTime.weekday(days: day)), !holidays.contains(day) else {
            return nil
        }
        let midnight = day * WallClock.secondsPerDay
        return (midnight + opens)..<(midnight + closes)
    }

    /// - Parameter seconds: Since 1970.
    func isOpen(at seconds: Int64) -> Bool {
        session(day: floorDivide(seconds, WallClock.secondsPerDay))?.contains(seconds) ?? false
    }
}

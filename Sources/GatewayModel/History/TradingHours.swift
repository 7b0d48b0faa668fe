import Simulation

/// When bars exist, in UTC: Monday to Friday, without holidays or daylight saving (assumed).
///
/// Cryptocurrencies trade every day around the clock, currencies and futures around the clock from
/// Monday to Friday. Live prices ignore this; they move all the time.
struct TradingHours: Sendable {
    /// Seconds into the day.
    let opens: Int64
    let closes: Int64
    var everyDay = false

    static func regular(_ contract: Contract) -> TradingHours {
        switch contract.secType {
        case "CASH", "CRYPTO", "NEWS": allDay(contract)
        default: TradingHours(opens: 52_200, closes: 75_600)
        }
    }

    static func extended(_ contract: Contract) -> TradingHours {
        switch contract.secType {
        case "CASH", "CRYPTO", "NEWS", "FUT", "CFD": allDay(contract)
        case "IND", "OPT", "BOND": regular(contract)
        default: TradingHours(opens: 32_400, closes: WallClock.secondsPerDay)
        }
    }

    private static func allDay(_ contract: Contract) -> TradingHours {
        TradingHours(
            opens: 0, closes: WallClock.secondsPerDay, everyDay: contract.secType == "CRYPTO")
    }

    /// The session that starts on a day since 1970, in seconds since 1970; `nil` at weekends.
    func session(day: Int64) -> Range<Int64>? {
        guard everyDay || (1...5).contains(WallClock.weekday(days: day)) else { return nil }
        let midnight = day * WallClock.secondsPerDay
        return (midnight + opens)..<(midnight + closes)
    }

    /// - Parameter seconds: Since 1970.
    func isOpen(at seconds: Int64) -> Bool {
        session(day: floorDivide(seconds, WallClock.secondsPerDay))?.contains(seconds) ?? false
    }
}

/// When bars exist, in UTC: Monday to Friday, without holidays or daylight saving (assumed).
///
/// Live prices ignore this; they move around the clock.
struct TradingHours: Sendable {
    /// Seconds into the day.
    let opens: Int64
    let closes: Int64

    static func regular(_ contract: Contract) -> TradingHours {
        contract.secType == "CASH"
            ? TradingHours(opens: 0, closes: WallClock.secondsPerDay)
            : TradingHours(opens: 52_200, closes: 75_600)
    }

    static func extended(_ contract: Contract) -> TradingHours {
        contract.secType == "CASH"
            ? regular(contract) : TradingHours(opens: 32_400, closes: WallClock.secondsPerDay)
    }

    /// The session that starts on a day since 1970, in seconds since 1970; `nil` at weekends.
    func session(day: Int64) -> Range<Int64>? {
        guard (1...5).contains(WallClock.weekday(days: day)) else { return nil }
        let midnight = day * WallClock.secondsPerDay
        return (midnight + opens)..<(midnight + closes)
    }
}

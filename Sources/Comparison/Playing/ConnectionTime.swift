internal import Simulation

/// The gateway's own time at the handshake: `20260824 22:50:10 CET`.
///
/// A gateway writes its machine's local time and the zone's name. Only zones of machines on which
/// recordings were made are known here.
struct ConnectionTime {
    let zoneName: String
    /// Nanoseconds since 1970; `nil` when the text is no time or the zone is unknown.
    let nanoseconds: Int64?

    init(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 2).map(String.init)
        zoneName = words.count == 3 ? words[2] : ""
        guard let zone = Self.zones[zoneName], let local = Self.seconds(words) else {
            nanoseconds = nil
            return
        }
        let standard = local - zone.standard
        let seconds = Self.isSummer(local, zone.rule) ? standard - 3600 : standard
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self.nanoseconds = overflow ? nil : nanoseconds
    }

    private enum Rule { case none, europe, america }

    private static let zones: [String: (standard: Int64, rule: Rule)] = [
        "UTC": (0, .none), "GMT": (0, .none), "Etc/UTC": (0, .none), "": (0, .none),
        "Europe/London": (0, .europe), "GMT Standard Time": (0, .europe),
        "CET": (3600, .europe), "Central European Standard Time": (3600, .europe),
        "Central Europe Standard Time": (3600, .europe),
        "W. Europe Standard Time": (3600, .europe), "Europe/Berlin": (3600, .europe),
        "Europe/Amsterdam": (3600, .europe), "EET": (7200, .europe),
        "US/Eastern": (-18_000, .america), "America/New_York": (-18_000, .america),
        "EST": (-18_000, .america), "Eastern Standard Time": (-18_000, .america),
        "US/Central": (-21_600, .america), "America/Chicago": (-21_600, .america),
        "Central Standard Time": (-21_600, .america),
        "US/Pacific": (-28_800, .america), "Pacific Standard Time": (-28_800, .america),
    ]

    /// Local seconds since 1970.
    private static func seconds(_ words: [String]) -> Int64? {
        guard words.count >= 2, words[0].utf8.count == 8, let date = Int64(words[0]) else {
            return nil
        }
        let clock = words[1].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, clock.allSatisfy({ (0...60).contains($0) }) else { return nil }
        let days = UTCTime.days(year: date / 10_000, month: date / 100 % 100, day: date % 100)
        return days * UTCTime.secondsPerDay + clock[0] * 3600 + clock[1] * 60 + clock[2]
    }

    /// Whether summer time is in force, to the day.
    ///
    /// In Europe from the last Sunday of March to the last Sunday of October, in America from the
    /// second Sunday of March to the first Sunday of November.
    private static func isSummer(_ local: Int64, _ rule: Rule) -> Bool {
        let day = floorDivide(local, UTCTime.secondsPerDay)
        let year = UTCTime.civil(days: day).year
        func sunday(_ month: Int64, from date: Int64) -> Int64 {
            let start = UTCTime.days(year: year, month: month, day: date)
            return start + (7 - UTCTime.weekday(days: start)) % 7
        }
        switch rule {
        case .none: return false
        case .europe: return (sunday(3, from: 25)..<sunday(10, from: 25)).contains(day)
        case .america: return (sunday(3, from: 8)..<sunday(11, from: 1)).contains(day)
        }
    }
}

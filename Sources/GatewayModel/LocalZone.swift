internal import Simulation

/// A time zone by its name: how far its clocks are from UTC, summer time included.
///
/// Rules are today's, and hold for every year. Names are those that gateways and clients write:
/// IANA's, and the short and old ones of Java.
package struct LocalZone: Hashable, Sendable {
    /// As messages write it.
    package let name: String
    /// Seconds east of UTC in winter.
    private let standardOffset: Int64
    private let summer: Summer

    /// When clocks are one hour ahead.
    private enum Summer {
        case never
        /// Second Sunday of March to first Sunday of November, at two o'clock local time.
        case american
        /// Last Sunday of March to last Sunday of October, at one o'clock UTC.
        case european
        /// First Sunday of October to first Sunday of April, at two o'clock standard time.
        case australian
    }

    package static let utc = LocalZone(name: "UTC", standardOffset: 0, summer: .never)
    /// New York's, and the zone of most contracts.
    package static let eastern = LocalZone(
        name: "US/Eastern", standardOffset: -18_000, summer: .american)

    private init(name: String, standardOffset: Int64, summer: Summer) {
        self.name = name
        self.standardOffset = standardOffset
        self.summer = summer
    }

    /// `nil` for a name that is not known here.
    package init?(named name: String) {
        guard let rule = Self.rules[name] else { return nil }
        self.init(name: name, standardOffset: rule.minutes * 60, summer: rule.summer)
    }

    /// Seconds east of UTC.
    ///
    /// - Parameter seconds: Since 1970, in UTC.
    package func offset(at seconds: Int64) -> Int64 {
        standardOffset + (isSummer(at: seconds) ? 3600 : 0)
    }

    /// What the zone's clocks show, counted as seconds since 1970.
    package func local(_ seconds: Int64) -> Int64 { seconds &+ offset(at: seconds) }

    /// The moment at which the zone's clocks show something.
    ///
    /// Of an hour that comes twice the first is meant. An hour that is left out counts on from the
    /// last moment of winter.
    package func seconds(ofLocal local: Int64) -> Int64 {
        let early = local &- standardOffset &- 3600
        return isSummer(at: early) ? early : local &- standardOffset
    }

    /// `20260825 14:11:30 US/Eastern`, the form of executions, orders and contract details.
    ///
    /// - Parameter seconds: Since 1970, in UTC.
    package func dateTime(_ seconds: Int64) -> String {
        let time = UTCTime(secondsSince1970: local(seconds))
        return "\(time.compactDate) \(time.clockText) \(name)"
    }

    private func isSummer(at seconds: Int64) -> Bool {
        if summer == .never { return false }
        let standard = seconds &+ standardOffset
        let year = UTCTime.civil(days: floorDivide(standard, UTCTime.secondsPerDay)).year
        func moment(_ day: Int64, hour: Int64) -> Int64 {
            day * UTCTime.secondsPerDay + hour * 3600
        }
        switch summer {
        case .never: return false
        case .american:
            // The end is given in summer time, an hour ahead of standard time.
            let starts = moment(Self.firstSunday(year, month: 3) + 7, hour: 2)
            let ends = moment(Self.firstSunday(year, month: 11), hour: 1)
            return (starts..<ends).contains(standard)
        case .european:
            let starts = moment(Self.firstSunday(year, month: 4) - 7, hour: 1)
            let ends = moment(Self.firstSunday(year, month: 11) - 7, hour: 1)
            return (starts..<ends).contains(seconds)
        case .australian:
            let ends = moment(Self.firstSunday(year, month: 4), hour: 2)
            let starts = moment(Self.firstSunday(year, month: 10), hour: 2)
            return !(ends..<starts).contains(standard)
        }
    }

    /// Days since 1970.
    private static func firstSunday(_ year: Int64, month: Int64) -> Int64 {
        let first = UTCTime.days(year: year, month: month, day: 1)
        return first + (7 - UTCTime.weekday(days: first)) % 7
    }

    private static let rules: [String: (minutes: Int64, summer: Summer)] = {
        let groups: [(names: String, minutes: Int64, summer: Summer)] = [
            ("UTC GMT Etc/UTC Etc/GMT Z Zulu Africa/Abidjan", 0, .never),
            ("GB GB-Eire WET Europe/London Europe/Dublin Europe/Lisbon", 0, .european),
            (
                "CET MET Europe/Amsterdam Europe/Berlin Europe/Brussels Europe/Budapest "
                    + "Europe/Copenhagen Europe/Luxembourg Europe/Madrid Europe/Oslo Europe/Paris "
                    + "Europe/Prague Europe/Rome Europe/Stockholm Europe/Vienna Europe/Warsaw "
                    + "Europe/Zurich", 60, .european
            ),
            ("EET Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Kiev", 120, .european),
            ("Africa/Johannesburg", 120, .never),
            ("Europe/Istanbul Europe/Moscow", 180, .never),
            ("Asia/Dubai", 240, .never),
            ("Asia/Calcutta Asia/Kolkata", 330, .never),
            (
                "Asia/Hong_Kong Asia/Shanghai Asia/Singapore Asia/Taipei Australia/Perth Hongkong "
                    + "PRC Singapore", 480, .never
            ),
            ("Asia/Seoul Asia/Tokyo JST Japan ROK", 540, .never),
            ("Australia/Melbourne Australia/NSW Australia/Sydney", 600, .australian),
            (
                "America/New_York America/Toronto Canada/Eastern EST EST5EDT US/Eastern", -300,
                .american
            ),
            ("America/Chicago CST CST6CDT US/Central", -360, .american),
            ("America/Mexico_City", -360, .never),
            ("America/Denver MST7MDT US/Mountain", -420, .american),
            ("America/Phoenix MST", -420, .never),
            ("America/Los_Angeles PST PST8PDT US/Pacific", -480, .american),
            ("America/Sao_Paulo", -180, .never),
        ]
        let pairs = groups.flatMap { group in
            group.names.split(separator: " ").map { (String($0), (group.minutes, group.summer)) }
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }()
}

import Simulation

/// What a historical data request asks for, read from its texts.
struct BarRequest: Sendable {
    /// How far back from the end.
    enum Duration: Hashable, Sendable {
        /// Seconds of trading.
        case seconds(Int64)
        /// Days with trading.
        case days(Int64)
        case weeks(Int64)
        case months(Int64)
        case years(Int64)
    }

    /// How long each bar is.
    ///
    /// Bars lie on a grid from midnight on the exchange's clocks. The first and the last of a
    /// session may be shorter. Recorded: hours of a session that opens at 09:30 begin at 09:30,
    /// 10:00, 11:00 … 15:00; that other sizes do alike is inferred.
    enum Size: Hashable, Sendable {
        case seconds(Int64)
        case day, week, month
    }

    let duration: Duration
    let size: Size

    private static let secondsOfUnit: [String: Int64] = [
        "sec": 1, "secs": 1, "min": 60, "mins": 60, "hour": 3600, "hours": 3600,
    ]
    /// The bar sizes a gateway takes, in seconds.
    private static let sizes: [Int64] = [
        1, 5, 10, 15, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 14_400,
        28_800,
    ]

    static func duration(_ text: String) -> Duration? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let number = Int64(parts[0]), (1...100_000).contains(number) else {
            return nil
        }
        switch parts[1].uppercased() {
        case "S": return .seconds(number)
        case "D": return .days(number)
        case "W": return .weeks(number)
        case "M": return .months(number)
        case "Y": return .years(number)
        default: return nil
        }
    }

    static func size(_ text: String) -> Size? {
        let words = text.lowercased().split(separator: " ")
        switch words.joined(separator: " ") {
        case "1 day", "1d": return .day
        case "1 week", "1w": return .week
        case "1 month", "1m": return .month
        default: break
        }
        guard words.count == 2, let number = Int64(words[0]), (1...60).contains(number),
            let unit = secondsOfUnit[String(words[1])], sizes.contains(number * unit)
        else { return nil }
        return .seconds(number * unit)
    }

    /// Where one bar lies: from its first session's start to its last one's end.
    struct Span: Hashable, Sendable {
        /// Oldest first, at least one; nothing between them belongs to the bar.
        var sessions: [Range<Int64>]
        /// The day since 1970 that the last session belongs to.
        let day: Int64

        var lowerBound: Int64 { sessions.first?.lowerBound ?? 0 }
        var upperBound: Int64 { sessions.last?.upperBound ?? 0 }
    }

    /// Where the bars lie, in seconds since 1970, oldest first; `nil` when there would be too many.
    ///
    /// Walks back day by day from the end, and not beyond the earliest moment there is data for.
    func spans(
        until end: Int64, since earliest: Int64, hours: TradingHours, limit: Int
    ) -> [Span]? {
        var spans: [Span] = []
        let start = start(before: end, in: hours.zone)
        var day = hours.day(of: end - 1) + (hours.opens < 0 ? 1 : 0)
        let firstDay = hours.day(of: max(earliest, start)) + (start > earliest ? 1 : 0)
        var tradingDays: Int64 = 0
        let enough = min(wantedCount, limit + 1)
        while spans.count < enough, isWanted(day, tradingDays, firstDay, hours.day(of: earliest)) {
            if let session = hours.session(day: day), session.lowerBound < end {
                tradingDays += 1
                let session = session.lowerBound..<min(session.upperBound, end)
                append(session, of: day, hours.zone, to: &spans, enough)
            }
            day -= 1
        }
        return spans.count > limit ? nil : spans.reversed()
    }

    /// A duration before a moment, to the second, on a zone's clocks.
    ///
    /// Recorded: a day before 11:53:51 on 13 July is 11:53:51 on 12 July. Weeks, months and years
    /// are those of the calendar (inferred: a month of sessions asked for on 11 April begins after
    /// 11 March).
    func start(before end: Int64, in zone: LocalZone) -> Int64 {
        let local = zone.local(end)
        let day = floorDivide(local, WallClock.secondsPerDay)
        let rest = local - day * WallClock.secondsPerDay
        func back(_ day: Int64) -> Int64 {
            zone.seconds(ofLocal: day * WallClock.secondsPerDay + rest)
        }
        switch duration {
        case .seconds(let seconds): return end - seconds
        case .days(let days): return back(day - days)
        case .weeks(let weeks): return back(day - 7 * weeks)
        case .months(let months): return back(Self.day(day, monthsBack: months))
        case .years(let years): return back(Self.day(day, monthsBack: 12 * years))
        }
    }

    /// The same day of an earlier month, or that month's last day.
    private static func day(_ day: Int64, monthsBack: Int64) -> Int64 {
        let date = UTCTime.civil(days: day)
        let month = date.year * 12 + date.month - 1 - monthsBack
        func first(_ month: Int64) -> Int64 {
            let year = floorDivide(month, 12)
            return UTCTime.days(year: year, month: month - year * 12 + 1, day: 1)
        }
        return min(first(month) + date.day - 1, first(month + 1) - 1)
    }

    /// How many bars the duration names by itself.
    private var wantedCount: Int {
        guard case (.seconds(let seconds), .seconds(let size)) = (duration, size) else {
            return .max
        }
        return Int((seconds + size - 1) / size)
    }

    /// Whether a day that comes next, walking back, may still belong to the answer.
    private func isWanted(
        _ day: Int64, _ tradingDays: Int64, _ firstDay: Int64, _ earliestDay: Int64
    ) -> Bool {
        guard day >= earliestDay else { return false }
        switch duration {
        case .seconds(let seconds):
            if case .seconds = size { return true }
            return tradingDays < max(1, seconds / WallClock.secondsPerDay)
        case .days(let wanted): return tradingDays < wanted
        case .weeks, .months, .years: return day >= firstDay
        }
    }

    /// Adds a session's bars, newest first; days of one week or month grow into one bar.
    private func append(
        _ session: Range<Int64>, of day: Int64, _ zone: LocalZone, to spans: inout [Span],
        _ enough: Int
    ) {
        switch size {
        case .seconds(let seconds):
            let offset = zone.offset(at: session.lowerBound)
            var end = session.upperBound
            while end > session.lowerBound, spans.count < enough {
                let grid = floorDivide(end - 1 + offset, seconds) * seconds - offset
                let start = max(session.lowerBound, grid)
                spans.append(Span(sessions: [start..<end], day: day))
                end = start
            }
        case .day: spans.append(Span(sessions: [session], day: day))
        case .week, .month:
            if let last = spans.last, period(of: last.day) == period(of: day) {
                spans[spans.count - 1].sessions.insert(session, at: 0)
            } else {
                spans.append(Span(sessions: [session], day: day))
            }
        }
    }

    /// The week or month of a day since 1970.
    private func period(of day: Int64) -> Int64 {
        guard size == .month else { return floorDivide(day + 3, 7) }
        let date = UTCTime.civil(days: day)
        return date.year * 12 + date.month
    }
}

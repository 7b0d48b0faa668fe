import Simulation

/// What a historical data request asks for, read from its texts.
struct BarRequest: Sendable {
    /// How far back from the end.
    enum Duration: Hashable, Sendable {
        /// Seconds of trading.
        case seconds(Int64)
        /// Days with trading.
        case days(Int64)
        case calendarDays(Int64)
    }

    /// How long each bar is.
    ///
    /// Bars start with their session; the last of one may be shorter.
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
        case "W": return .calendarDays(7 * number)
        case "M": return .calendarDays(30 * number)
        case "Y": return .calendarDays(365 * number)
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
        let lastDay = floorDivide(end - 1, WallClock.secondsPerDay)
        let firstDay = floorDivide(earliest, WallClock.secondsPerDay)
        var day = lastDay
        var tradingDays: Int64 = 0
        let enough = min(wantedCount, limit + 1)
        while day >= firstDay, spans.count < enough {
            if isComplete(tradingDays, daysBack: lastDay - day) { break }
            if let session = hours.session(day: day), session.lowerBound < end {
                tradingDays += 1
                append(session.lowerBound..<min(session.upperBound, end), to: &spans, enough)
            }
            day -= 1
        }
        return spans.count > limit ? nil : spans.reversed()
    }

    /// How many bars the duration names by itself.
    private var wantedCount: Int {
        guard case (.seconds(let seconds), .seconds(let size)) = (duration, size) else {
            return .max
        }
        return Int((seconds + size - 1) / size)
    }

    private func isComplete(_ days: Int64, daysBack: Int64) -> Bool {
        switch duration {
        case .seconds(let seconds):
            if case .seconds = size { return false }
            return days >= max(1, seconds / WallClock.secondsPerDay)
        case .days(let wanted): return days >= wanted
        case .calendarDays(let wanted): return daysBack >= wanted
        }
    }

    /// Adds a session's bars, newest first; days of one week or month grow into one bar.
    private func append(_ session: Range<Int64>, to spans: inout [Span], _ enough: Int) {
        switch size {
        case .seconds(let seconds):
            for start in stride(from: session.lowerBound, to: session.upperBound, by: Int(seconds))
                .reversed() where spans.count < enough
            {
                spans.append(Span(sessions: [start..<min(start + seconds, session.upperBound)]))
            }
        case .day: spans.append(Span(sessions: [session]))
        case .week, .month:
            if let last = spans.last, period(of: last.lowerBound) == period(of: session.lowerBound)
            {
                spans[spans.count - 1].sessions.insert(session, at: 0)
            } else {
                spans.append(Span(sessions: [session]))
            }
        }
    }

    private func period(of seconds: Int64) -> Int64 {
        let days = floorDivide(seconds, WallClock.secondsPerDay)
        guard size == .month else { return floorDivide(days + 3, 7) }
        let date = UTCTime.civil(days: days)
        return date.year * 12 + date.month
    }
}

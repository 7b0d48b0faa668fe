internal import GatewayModel

extension Reading {
    mutating func calendars(_ node: YAMLNode?, into draft: inout WorldDraft) {
        for node in items(node, of: "calendars", atMost: draft.limits.calendars) {
            guard
                let fields = fields(
                    node, of: "calendar",
                    keys: ["name", "exchanges", "regular", "extended", "days", "holidays"],
                    required: ["name", "regular"]),
                let name = worldText(fields["name"], most: draft.limits.textBytes),
                isFirst("calendar '\(name)'", at: fields["name"]?.span ?? node.span, in: &draft)
            else { continue }
            var calendar = TradingCalendar(name: name)
            for item in items(fields["exchanges"]) {
                guard let exchange = worldText(item, most: draft.limits.textBytes),
                    isFirst("the exchange '\(exchange)'", at: item.span, in: &draft)
                else { continue }
                calendar.exchanges.append(exchange)
            }
            if let hours = hours(fields["regular"]) { calendar.regular = hours }
            calendar.extended = hours(fields["extended"]) ?? calendar.regular
            if let days = fields["days"] {
                let words = items(days).compactMap {
                    word($0, "day of the week", among: Times.weekdays)
                }
                calendar.weekdays = Set(
                    words.compactMap { Times.weekdays.firstIndex(of: $0).map(Int64.init) })
                if items(days).isEmpty { report("the calendar has no day", at: days.span) }
            }
            let holidays = items(
                fields["holidays"], of: "holidays", atMost: draft.limits.holidays)
            calendar.holidays = Set(holidays.compactMap { holiday($0) })
            draft.world.calendars.append(calendar)
        }
    }

    /// `14:30-21:00`, in UTC, within one day.
    private mutating func hours(_ node: YAMLNode?) -> Range<Int64>? {
        guard let scalar = scalar(node, "hours such as 14:30-21:00") else { return nil }
        let seconds = scalar.text.split(separator: "-", omittingEmptySubsequences: false)
            .map { Self.secondOfDay(String($0)) }
        guard seconds.count == 2, let opens = seconds[0], let closes = seconds[1], opens < closes
        else {
            report(
                "'\(scalar.text)' are no hours of one day", at: scalar.span,
                hint: "write 14:30-21:00, in UTC; a day ends at 24:00")
            return nil
        }
        return opens..<closes
    }

    private mutating func holiday(_ node: YAMLNode) -> Int64? {
        guard let scalar = scalar(node, "a date such as 2026-01-19") else { return nil }
        guard let day = Self.day(scalar.text) else {
            report(
                "'\(scalar.text)' is no date", at: scalar.span,
                hint: "holidays look like 2026-01-19")
            return nil
        }
        return day
    }

    static func hoursText(_ hours: Range<Int64>) -> String {
        "\(timeText(hours.lowerBound))-\(timeText(hours.upperBound))"
    }

    /// The days' words from Monday to Sunday.
    static func weekdayTexts(_ days: Set<Int64>) -> [String] {
        [1, 2, 3, 4, 5, 6, 0].filter { days.contains(Int64($0)) }.map { Times.weekdays[$0] }
    }
}

internal import GatewayModel
internal import Simulation

extension Amount {
    /// Reads plain decimal text of at most six decimals exactly; `nil` for anything else.
    init?(decimal text: String) {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...13).contains(parts[0].utf8.count), (1...6).contains(fraction.utf8.count),
            (parts[0] + fraction).utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let whole = Int64(parts[0]), let part = Int64(fraction), whole < 9_000_000_000_000
        else { return nil }
        let scale = (fraction.utf8.count..<6).reduce(Int64(1)) { scale, _ in scale * 10 }
        let micros = whole * 1_000_000 + part * scale
        self.init(micros: isNegative ? -micros : micros)
    }
}

extension GatewayStart {
    /// Reads `now` or a moment such as `2026-01-15T14:30:00Z`, from 1971 to 2199.
    package init?(text: String) {
        if text == "now" {
            self = .now
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            let day = Reading.day(String(text.prefix(10))),
            let second = Reading.secondOfDay(String(text.dropFirst(11).dropLast())),
            (365..<84_000).contains(day), second < UTCTime.secondsPerDay
        else { return nil }
        self = .at((day * UTCTime.secondsPerDay + second) * 1_000_000_000)
    }

    package var text: String {
        switch self {
        case .now: "now"
        case .at(let nanoseconds):
            UTCTime(nanosecondsSince1970: nanoseconds).isoText.prefix(19) + "Z"
        }
    }
}

extension Reading {
    mutating func amount(_ node: YAMLNode?, in range: ClosedRange<Amount>) -> Amount? {
        guard let scalar = scalar(node, "a number") else { return nil }
        guard scalar.isPlain, let amount = Amount(decimal: scalar.text) else {
            report(
                "'\(scalar.text)' is no number with at most six decimals", at: scalar.span,
                hint: scalar.isPlain || Amount(decimal: scalar.text) == nil
                    ? nil : "leave the quotes away")
            return nil
        }
        guard range.contains(amount) else {
            report(
                "\(amount) is outside \(range.lowerBound)...\(range.upperBound)", at: scalar.span)
            return nil
        }
        return amount
    }

    /// A number above zero.
    mutating func price(_ node: YAMLNode?) -> Amount? {
        amount(node, in: Amount(micros: 1)...1_000_000_000)
    }

    mutating func conID(_ node: YAMLNode?) -> Int64? {
        integer(node, in: 1...Int(Int32.max)).map(Int64.init)
    }

    /// A text that fits into a message: no control characters, and not too long.
    mutating func worldText(_ node: YAMLNode?, most bytes: Int) -> String? {
        guard let scalar = scalar(node, "a text") else { return nil }
        guard scalar.text.utf8.count <= bytes else {
            report("a text of more than \(bytes) bytes", at: scalar.span)
            return nil
        }
        guard scalar.text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            report("a control character in the text", at: scalar.span)
            return nil
        }
        return scalar.text
    }

    /// A date as IB writes it, `20260320`.
    mutating func compactDate(_ node: YAMLNode?) -> String? {
        guard let scalar = scalar(node, "a date such as 20260320") else { return nil }
        let text = scalar.text
        let dashed = "\(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.dropFirst(6))"
        guard text.utf8.count == 8, Self.day(dashed) != nil else {
            report("'\(text)' is no date", at: scalar.span, hint: "dates look like 20260320")
            return nil
        }
        return text
    }

    mutating func start(_ node: YAMLNode?) -> GatewayStart? {
        guard let scalar = scalar(node, "a moment or 'now'") else { return nil }
        guard let start = GatewayStart(text: scalar.text) else {
            report(
                "'\(scalar.text)' is no moment a gateway can start at", at: scalar.span,
                hint: "write 2026-01-15T14:30:00Z, or now for the real time")
            return nil
        }
        return start
    }

    /// At most so many items of a list; more are reported and left out.
    mutating func items(
        _ node: YAMLNode?, of what: String, atMost most: Int
    ) -> [YAMLNode] {
        let items = sequence(node, of: what)
        guard items.count > most else { return items }
        report("\(items.count) \(what); the most is \(most)", at: items[most].span)
        return Array(items.prefix(most))
    }

    /// Days since 1970 of `2026-01-15`; `nil` for what is in no calendar.
    static func day(_ text: String) -> Int64? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2],
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = UTCTime.days(year: year, month: month, day: day)
        let date = UTCTime.civil(days: days)
        return date.month == month && date.day == day ? days : nil
    }

    /// A day of the years 0 to 9999 as `day` reads it.
    static func dayText(_ day: Int64) -> String {
        UTCTime(secondsSince1970: day * UTCTime.secondsPerDay).isoDate
    }

    /// Seconds into the day of `14:30` or `14:30:05`, up to `24:00`.
    static func secondOfDay(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ $0.utf8.count == 2 }),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        let numbers = parts.compactMap { Int64($0) }
        guard numbers.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        let seconds =
            numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
        return seconds <= UTCTime.secondsPerDay ? seconds : nil
    }

    static func timeText(_ second: Int64) -> String {
        let minutes = "\(padded(second / 3600, to: 2)):\(padded(second / 60 % 60, to: 2))"
        return second % 60 == 0 ? minutes : "\(minutes):\(padded(second % 60, to: 2))"
    }
}

/// A moment of civil time in UTC, worked out without any library.
package struct UTCTime: Hashable, Sendable {
    package let year: Int64
    package let month: Int64
    package let day: Int64
    package let hour: Int64
    package let minute: Int64
    package let second: Int64
    package let nanosecond: Int64

    @inlinable
    package static var secondsPerDay: Int64 { 86_400 }

    /// Proleptic Gregorian calendar; any 64-bit count is a valid moment.
    package init(nanosecondsSince1970 nanoseconds: Int64) {
        let seconds = floorDivide(nanoseconds, 1_000_000_000)
        let fraction = nanoseconds % 1_000_000_000
        self.init(
            secondsSince1970: seconds,
            nanosecond: fraction < 0 ? fraction + 1_000_000_000 : fraction)
    }

    /// A whole second, before 1970 too.
    package init(secondsSince1970 seconds: Int64) {
        self.init(secondsSince1970: seconds, nanosecond: 0)
    }

    private init(secondsSince1970 seconds: Int64, nanosecond: Int64) {
        let days = floorDivide(seconds, Self.secondsPerDay)
        let rest = seconds - days * Self.secondsPerDay
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        self.nanosecond = nanosecond
        (year, month, day) = Self.civil(days: days)
    }

    /// `2026-01-15T14:31:07.123456Z`, microseconds cut off.
    package var isoText: String {
        "\(isoDate)T\(clockText).\(padded(nanosecond / 1000, to: 6))Z"
    }

    /// `2026-01-15`.
    package var isoDate: String {
        "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))"
    }

    /// As `isoText`, and with nine digits where microseconds do not say it all.
    package var exactText: String {
        var text: [UInt8] = []
        appendExactText(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends `exactText`.
    package func appendExactText(to text: inout [UInt8]) {
        if (0...9999).contains(year) {
            Self.append(year, digits: 4, to: &text)
        } else {
            text += Array(padded(year, to: 4).utf8)
        }
        Self.append(month, behind: "-", to: &text)
        Self.append(day, behind: "-", to: &text)
        Self.append(hour, behind: "T", to: &text)
        Self.append(minute, behind: ":", to: &text)
        Self.append(second, behind: ":", to: &text)
        text.append(UInt8(ascii: "."))
        let isExact = nanosecond % 1000 == 0
        Self.append(isExact ? nanosecond / 1000 : nanosecond, digits: isExact ? 6 : 9, to: &text)
        text.append(UInt8(ascii: "Z"))
    }

    private static func append(
        _ number: Int64, behind separator: Unicode.Scalar, to text: inout [UInt8]
    ) {
        text.append(UInt8(ascii: separator))
        text.append(UInt8(truncatingIfNeeded: 48 + number / 10))
        text.append(UInt8(truncatingIfNeeded: 48 + number % 10))
    }

    private static func append(_ number: Int64, digits: Int, to text: inout [UInt8]) {
        var unit: Int64 = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            text.append(UInt8(truncatingIfNeeded: 48 + number / unit % 10))
            unit /= 10
        }
    }

    /// Nanoseconds since 1970 that `isoText` or `exactText` was made from; `nil` for other texts
    /// and for moments outside 64 bits.
    package static func nanosecondsSince1970(exactText text: String) -> Int64? {
        let bytes = Array(text.utf8)
        let separators: [(Int, Character)] = [
            (4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."),
        ]
        guard (22...30).contains(bytes.count), bytes.last == UInt8(ascii: "Z"),
            separators.allSatisfy({ bytes[$0.0] == $0.1.asciiValue })
        else { return nil }
        func number(_ range: Range<Int>, in allowed: ClosedRange<Int64>) -> Int64? {
            var number: Int64 = 0
            for byte in bytes[range] {
                guard (48...57).contains(byte) else { return nil }
                number = number * 10 + Int64(byte - 48)
            }
            return allowed.contains(number) ? number : nil
        }
        let fractionEnd = bytes.count - 1
        guard let year = number(0..<4, in: 0...9999), let month = number(5..<7, in: 1...12),
            let day = number(8..<10, in: 1...31), let hour = number(11..<13, in: 0...23),
            let minute = number(14..<16, in: 0...59), let second = number(17..<19, in: 0...59),
            var fraction = number(20..<fractionEnd, in: 0...999_999_999)
        else { return nil }
        for _ in fractionEnd..<29 { fraction *= 10 }
        let days = days(year: year, month: month, day: day)
        guard civil(days: days) == (year, month, day) else { return nil }
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return Int64(exactly: Int128(seconds) * 1_000_000_000 + Int128(fraction))
    }

    /// `20260115`.
    package var compactDate: String {
        padded(year, to: 4) + padded(month, to: 2) + padded(day, to: 2)
    }

    /// `14:31:07`.
    package var clockText: String {
        "\(padded(hour, to: 2)):\(padded(minute, to: 2)):\(padded(second, to: 2))"
    }

    /// The Gregorian date of a count of days since 1970, before it too.
    package static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Counted from 1 March of year 0, in eras of 400 years.
        let shifted = days + 719_468
        let era = floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Days since 1970 of a Gregorian date (the era arithmetic of Howard Hinnant's `days_from_civil`).
    package static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }

    /// 0 Sunday to 6 Saturday.
    package static func weekday(days: Int64) -> Int64 {
        days + 4 - floorDivide(days + 4, 7) * 7
    }
}

/// Decimal digits with leading zeros up to `width`.
package func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Division that rounds towards minus infinity, for times before their origin.
@inlinable
package func floorDivide(_ dividend: Int64, _ divisor: Int64) -> Int64 {
    let quotient = dividend / divisor
    return dividend % divisor < 0 ? quotient - 1 : quotient
}

import GatewayWire
import Simulation

/// The time in a version reply.
enum ConnectionTime {
    /// `usual`, `none`, `bytes`, `name` or `fold`, as the vocabulary explains them.
    static func word(_ text: String) -> String {
        guard text.utf8.allSatisfy({ $0 < 128 }) else { return "bytes" }
        guard text.contains(":") else { return "none" }
        if isFold(text) { return "fold" }
        return text.split(separator: " ").count > 3 ? "name" : "usual"
    }

    /// Whether it is in an hour that New York's clocks show twice, or never.
    static func isFold(_ text: String) -> Bool {
        let monthDigits = text.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }
            .dropFirst(4).prefix(2)
        guard monthDigits.elementsEqual("03".utf8) || monthDigits.elementsEqual("11".utf8) else {
            return false
        }
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "-" })
        guard parts.count >= 2, parts[0].count == 8, let date = Int(parts[0]),
            ["US/Eastern", "EST", "EDT"].contains(where: { text.holds(part: $0) })
        else { return false }
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        let hour = parts[1].prefix(2)
        // The second Sunday of March, and the first of November.
        if month == 3, hour == "02" { return day == firstSunday(year, 3) + 7 }
        if month == 11, hour == "01" { return day == firstSunday(year, 11) }
        return false
    }

    private static func firstSunday(_ year: Int, _ month: Int) -> Int {
        let first = UTCTime.days(year: Int64(year), month: Int64(month), day: 1)
        return Int(7 - UTCTime.weekday(days: first)) % 7 + 1
    }
}

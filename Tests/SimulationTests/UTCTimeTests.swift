import Simulation
import Testing

@Suite struct `A moment of civil time` {
    @Test(arguments: [
        (Int64(0), "1970-01-01T00:00:00.000000Z"),
        (1_768_487_467_123_456_789, "2026-01-15T14:31:07.123456Z"),
        (951_782_399_999_999_999, "2000-02-28T23:59:59.999999Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00.000000Z"),
        (-1, "1969-12-31T23:59:59.999999Z"),
        (.min, "1677-09-21T00:12:43.145224Z"), (.max, "2262-04-11T23:47:16.854775Z"),
    ])
    func `reads as people write it`(nanoseconds: Int64, text: String) {
        #expect(UTCTime(nanosecondsSince1970: nanoseconds).isoText == text)
    }

    @Test func `finds every date again`() {
        for days: Int64 in stride(from: -800_000, to: 800_000, by: 97) {
            let date = UTCTime.civil(days: days)
            #expect(UTCTime.days(year: date.year, month: date.month, day: date.day) == days)
        }
        #expect(UTCTime.weekday(days: 20_468) == 4, "2026-01-15 is a Thursday")
    }

    @Test(
        arguments: [
            0, 1, 999, 1000, -1, -1000, 1_768_487_467_123_456_789, 951_782_400_000_000_000, .max,
            .min,
            .min + 1,
        ] as [Int64])
    func `reads back from its exact text`(nanoseconds: Int64) {
        let text = UTCTime(nanosecondsSince1970: nanoseconds).exactText
        #expect(UTCTime.nanosecondsSince1970(exactText: text) == nanoseconds)
        #expect(text.count == (nanoseconds % 1000 == 0 ? 27 : 30))
    }

    @Test(arguments: [
        "", "2026-01-15", "2026-01-15T14:31:07Z", "2026-01-15T14:31:07.123456", "x",
        "2026-02-29T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z",
        "2026-01-15T24:00:00.000000Z", "2026-01-15T14:31:60.000000Z",
        "2026-01-15T14:31:07.1234567890Z", "2026-01-15 14:31:07.123456Z",
        "9999-01-15T14:31:07.123456Z", "0001-01-15T14:31:07.123456Z",
        "2026-01-15T14:31:07.+23456Z",
    ])
    func `is not read from other texts`(text: String) {
        #expect(UTCTime.nanosecondsSince1970(exactText: text) == nil)
    }
}

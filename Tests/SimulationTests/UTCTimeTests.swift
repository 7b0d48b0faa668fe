import Testing

import Simulation

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
}

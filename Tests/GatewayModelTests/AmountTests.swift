import GatewayModel
import Simulation
import Testing

@Suite struct `An amount` {
    @Test func `is written without noise`() {
        let texts = ["0", "100", "187.25", "-0.5", "0.000001", "-12.340001"]
        #expect(texts.map { Amount($0)?.description } == texts)
        #expect(Amount(cents: -1_205).money == "-12.05")
        #expect(Amount(micros: 5_000).money == "0.01", "half a cent, away from zero")
        #expect(Amount(micros: -4_999).money == "0.00")
    }

    @Test(arguments: ["", "nan", "inf", "-inf", "1e400", "1.7976931348623157E308", "abc", "1,5"])
    func `is not read from what is no finite number`(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test func `multiplies and divides to the nearest millionth`() {
        #expect(Amount(micros: 1) * Amount(micros: 500_000) == Amount(micros: 1))
        #expect(Amount(whole: 2) / 3 == Amount(micros: 666_667))
        #expect(Amount(whole: -2) / 3 == Amount(micros: -666_667))
        #expect(Amount(whole: 5) / 0 == 0)
    }

    @Test func `stays at the end of its range`() {
        let most = Amount(micros: .max)
        let least = Amount(micros: .min)
        #expect(most + 1 == most)
        #expect(most * most == most)
        #expect(most * least == least)
        #expect(-least == most)
        #expect(least / Amount(micros: -1) == most)
        #expect(Amount(nearest: .nan) == 0)
        #expect(Amount(nearest: .infinity) == most)
        #expect(least.description == "-9223372036854.775808")
    }
}

@Suite struct `The wall clock` {
    private let clock = WallClock(epoch: 1_768_487_400_000_000_000, zoneName: "UTC")

    @Test func `writes times as each version reads them`() {
        #expect(clock.connectionTime(at: .start) == "20260115 14:30:00 UTC")
        #expect(clock.dateTime(1_768_487_400, version: 173) == "20260115  14:30:00")
        #expect(clock.dateTime(1_768_487_400, version: 174) == "20260115 14:30:00 UTC")
        #expect(WallClock.day(of: -1) == "19691231")
        #expect(WallClock.timeOfDay(of: -1) == "23:59:59")
        #expect(clock.milliseconds(at: SimInstant(nanoseconds: .max)) > 0)
    }

    @Test func `reads what it writes, and New York`() {
        #expect(WallClock.seconds(from: "20260115 14:30:00 UTC") == 1_768_487_400)
        #expect(WallClock.seconds(from: "20260115-14:30:00") == 1_768_487_400)
        #expect(WallClock.seconds(from: "20260115 09:30:00 US/Eastern") == 1_768_487_400)
        #expect(
            WallClock.seconds(from: "20260715 09:30:00 America/New_York")
                == WallClock.seconds(from: "20260715-13:30:00"))
        #expect(WallClock.seconds(from: "20260115") == 1_768_435_200)
        for text in ["", "2026", "20261332", "20260115 25:00:00", "20260115 x", "2026-01-15"] {
            #expect(WallClock.seconds(from: text) == nil)
        }
    }
}

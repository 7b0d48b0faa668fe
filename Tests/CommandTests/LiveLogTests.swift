import EventLog
import GatewayWire
import Glibc
import Simulation
import Testing

@testable import fakegw

@Suite struct `The live log` {
    /// 2026-01-15 14:30:00 UTC.
    private static let epoch: Int64 = 1_768_487_400_000_000_000

    private func event(
        _ milliseconds: Int64, _ kind: LogEvent.Kind, connection: Int? = 1
    ) -> LogEvent {
        LogEvent(
            at: SimInstant(nanoseconds: milliseconds * 1_000_000), gateway: "g",
            connection: connection.map { ConnectionID($0) }, kind: kind)
    }

    private func lines(
        _ events: [LogEvent], _ filter: String = "", clock: LiveLog.Clock? = nil
    ) throws -> [String] {
        var lines: [String] = []
        let log = LiveLog(
            showsGateway: false, filter: try LogFilter([filter]), clock: clock,
            write: { lines.append($0) })
        for event in events { log.show(event) }
        log.finish()
        return lines
    }

    private var session: [LogEvent] {
        [
            event(0, .listening, connection: nil),
            event(1, .opened(client: nil, gateway: nil, isMidStream: false)),
            event(2, .message(Message("nextValidId"))),
            event(3, .message(Message("tickPrice"))), event(4, .message(Message("tickSize"))),
            event(5, .message(Message("tickPrice"))),
            event(6, .message(Message("nextValidId")), connection: 2),
            event(7, .message(Message("tickPrice")), connection: 2),
            event(900, .fault(rule: "r", action: "drop", change: "")),
        ]
    }

    private func words(_ filter: String) throws -> [String] {
        try lines(session, filter).map { String($0.dropFirst(12)) }
    }

    @Test func `folds ticks, and counts them before the next thing that is no message`() throws {
        let words = try words("")
        #expect(
            words.dropFirst(2) == [
                "#1 ← nextValidId", "#2 ← nextValidId",
                "#1 ← 3 ticks: tickPrice 2, tickSize 1", "#2 ← 1 tick: tickPrice 1",
                "#1 fault r: drop",
            ])
    }

    @Test func `counts ticks once a second, and those that came last at its end`() throws {
        let ticks = (0...25).map { event(Int64($0) * 100, .message(Message("tickPrice"))) }
        #expect(
            try lines(ticks) == [
                "1.000 s     #1 ← 10 ticks: tickPrice 10",
                "2.000 s     #1 ← 10 ticks: tickPrice 10",
                "2.500 s     #1 ← 6 ticks: tickPrice 6",
            ])
    }

    @Test func `shows a level, a connection, or messages`() throws {
        #expect(try words("faults") == ["#1 fault r: drop"])
        #expect(try words("life").count == 3)
        #expect(try words("ticks").count == 9)
        #expect(try words("#2") == ["#2 ← nextValidId", "#2 ← 1 tick: tickPrice 1"])
        #expect(try words("tickSize") == ["#1 ← tickSize"])
        #expect(try words("nextValidId,2") == ["#2 ← nextValidId"])
    }

    @Test(arguments: [
        ("tickprice", "did you mean 'tickPrice'?"), ("fault", "did you mean 'faults'?"),
        ("#0", "it takes faults, life, messages, ticks"),
    ])
    func `refuses other words`(word: String, hint: String) {
        let failure = #expect(throws: CommandFailure.self) { try LogFilter([word]) }
        #expect(failure?.hint?.contains(hint) ?? false, "\(failure?.hint ?? "")")
    }

    @Test func `has the time on the wall, and the day when it changes`() throws {
        let clock = LiveLog.Clock(epoch: Self.epoch, speed: 20)
        let day = WallClock.day(Self.epoch)
        let first = lines(at: [0, 20_000], clock)
        #expect(first.count == 3 && first[0].hasPrefix("\(day): "))
        let time = WallClock.time(Self.epoch + 1_000_000_000)
        #expect(time.hasSuffix(":01.000"))
        #expect(first[2].hasPrefix("\(time)  20.000 s"))
        let nextDay = lines(at: [0, 20 * 86_400_000], clock)
        #expect(nextDay.count == 4)
    }

    private func lines(at milliseconds: [Int64], _ clock: LiveLog.Clock) -> [String] {
        (try? lines(milliseconds.map { event($0, .note("x")) }, clock: clock)) ?? []
    }
}

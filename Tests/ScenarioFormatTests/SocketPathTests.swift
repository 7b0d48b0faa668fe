import EventLog
import ScenarioFormat
import Simulation
import Testing

/// A log of looks at the socket table, judged by one expectation.
private struct Looks {
    private var tally = LogTally()

    init(speed: Double = 1) {
        take(.run(RunHeader(scenario: "s.yaml", title: "n", seed: 1, speed: speed)), at: 0)
        take(.sockets([]), at: 0, of: "gateway")
    }

    private mutating func take(
        _ kind: LogEvent.Kind, at milliseconds: Int, of gateway: String? = nil
    ) {
        tally.take(
            LogEvent(
                at: .start + .milliseconds(milliseconds), gateway: gateway,
                connection: gateway == nil ? nil : ConnectionID(1), kind: kind))
    }

    /// The states of one connection's ends; `nil` is no row.
    mutating func see(_ gateway: String?, _ client: String? = nil, at milliseconds: Int) {
        var rows: [SocketRow] = []
        for (state, isGatewaySide) in [(gateway, true), (client, false)] {
            guard let state else { continue }
            rows.append(
                SocketRow(
                    isGatewaySide: isGatewaySide, state: state, owner: nil, client: "127.0.0.1:7"))
        }
        take(.sockets(rows), at: milliseconds, of: "gateway")
    }

    mutating func log(_ kind: LogEvent.Kind, at milliseconds: Int) {
        take(kind, at: milliseconds, of: "gateway")
    }

    mutating func program(_ kind: LogEvent.Kind, at milliseconds: Int) {
        take(kind, at: milliseconds)
    }

    mutating func missLooks(_ length: Int, until end: Int) {
        take(.runner(.unwatched(milliseconds: length)), at: end)
    }

    /// What becomes of the expectation at that time.
    func judged(_ claim: String, at milliseconds: Int) throws -> SocketPathExpectation.Judgement {
        let text = """
            version: 1
            name: n
            gateway:
            clients: {bot: {run: [a]}}
            steps: [{run: bot}]
            expect: [{sockets: gateway, \(claim)}]
            """
        let scenario = try #require(
            try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped).first)
        guard case .socketPaths(let expectation)? = scenario.expectations.first else {
            throw ScenarioError([])
        }
        let now = SimInstant.start + .milliseconds(milliseconds)
        let again = try loadScenarios(text: scenario.explained, file: "s.yaml", catalogue: .empty)
        #expect(again.first?.explained == scenario.explained)
        #expect(
            again.first?.expectations.first.map { $0.holds(in: tally, at: now) }
                == expectation.judgement(in: tally, at: now).holds)
        return expectation.judgement(in: tally, at: now)
    }
}

@Suite struct `A claim of sockets over time` {
    /// A connection that is established, then leaked: CLOSE_WAIT from 200 ms on.
    private var leak: Looks {
        var looks = Looks()
        looks.see("ESTABLISHED", "ESTABLISHED", at: 100)
        looks.log(.opened(client: "127.0.0.1:7", gateway: nil, isMidStream: false), at: 100)
        looks.see("CLOSE_WAIT", "FIN_WAIT1", at: 200)
        looks.log(.ended(.fin), at: 200)
        looks.see("CLOSE_WAIT", "FIN_WAIT2", at: 220)
        return looks
    }

    @Test(arguments: [
        ("passes: [ESTABLISHED, CLOSE_WAIT]", 200, true),
        ("passes: [CLOSE_WAIT, ESTABLISHED]", 900, false),
        ("passes: [ESTABLISHED, FIN_WAIT2], side: client", 269, false),
        ("passes: [ESTABLISHED, FIN_WAIT2], side: client", 270, true),
        // It was seen for 20 ms, which is chance.
        ("passes: [FIN_WAIT1], side: client", 900, false),
        ("passes: [ESTABLISHED], count: 2", 900, false),
        ("passes: [ESTABLISHED], connection: 1", 900, true),
        ("passes: [ESTABLISHED], connection: 2", 900, false),
        ("never: CLOSE_WAIT, longer-than: 100ms", 300, true),
        ("never: CLOSE_WAIT, longer-than: 100ms", 301, false),
        ("never: CLOSE_WAIT, side: client", 9000, true),
        ("never: [TIME_WAIT, CLOSE_WAIT]", 9000, false),
        ("stays: CLOSE_WAIT, at-least: 1s", 1199, false),
        ("stays: CLOSE_WAIT, at-least: 1s", 1200, true),
        ("ended-first: client-fin", 900, true),
        ("ended-first: [gateway-fin, client-fin]", 900, true),
        ("ended-first: client-rst", 900, false),
    ])
    func `is judged by the states that were seen`(claim: String, at: Int, holds: Bool) throws {
        let judgement = try leak.judged(claim, at: at)
        #expect(judgement.holds == holds, "\(judgement.seen)")
        #expect(!judgement.isUndecided)
    }

    @Test func `counts its time from the end of a program`() throws {
        var looks = leak
        looks.program(.clientStarted(run: "bot#1", client: "bot", command: "a"), at: 50)
        #expect(
            try looks.judged("stays: CLOSE_WAIT, at-least: 1s, after: {exited: bot}", at: 9000).seen
                == "the end of bot has not happened")
        looks.program(.clientEnded(run: "bot#1", .exited(0)), at: 500)
        let stays = "stays: CLOSE_WAIT, at-least: 1s, after: {exited: bot}"
        #expect(try !looks.judged(stays, at: 1499).holds)
        #expect(try looks.judged(stays, at: 1499).next == .start + .milliseconds(1500))
        #expect(try looks.judged(stays, at: 1500).holds)
        let zero = "zero-within: 300ms, after: {exited: bot}"
        #expect(try !looks.judged(zero, at: 600).holds)
        #expect(try looks.judged(zero, at: 600).next == .start + .milliseconds(800))
        #expect(try looks.judged(zero, at: 800).next == nil)
        var closed = looks
        closed.see(nil, "TIME_WAIT", at: 799)
        #expect(try closed.judged(zero, at: 800).holds)
        #expect(try closed.judged(zero + ", side: client", at: 800).holds)
        // Too late.
        var late = looks
        late.see(nil, nil, at: 801)
        #expect(try !late.judged(zero, at: 900).holds)
    }

    @Test func `leaves out sockets of an earlier run, and tells a port that is used again`() throws
    {
        var looks = Looks()
        looks.see("ESTABLISHED", at: 100)
        looks.see("TIME_WAIT", at: 200)
        looks.see("ESTABLISHED", at: 300)
        looks.see("CLOSE_WAIT", at: 400)
        #expect(try looks.judged("passes: [ESTABLISHED, TIME_WAIT], count: 1", at: 900).holds)
        #expect(try looks.judged("passes: [ESTABLISHED, CLOSE_WAIT], count: 1", at: 900).holds)
        #expect(try !looks.judged("passes: [TIME_WAIT, CLOSE_WAIT]", at: 900).holds)

        var tally = SocketHistoryProbe()
        tally.see(["TIME_WAIT"], at: 0)
        tally.see(["TIME_WAIT"], at: 10)
        #expect(tally.lives.isEmpty)
        tally.see([], at: 20)
        tally.see(["SYN_RECV"], at: 30)
        #expect(tally.lives.map { $0.stays.map(\.state) } == [["SYN_RECV"]])
    }

    @Test func `cannot be told when nobody looked for so long`() throws {
        var looks = leak
        // The gateway's socket has left ESTABLISHED meanwhile.
        looks.missLooks(150, until: 210)
        // What was seen counts all the same.
        #expect(try looks.judged("passes: [ESTABLISHED, CLOSE_WAIT]", at: 900).holds)
        let missing = try looks.judged("passes: [TIME_WAIT]", at: 900)
        #expect(!missing.holds && missing.isUndecided)
        #expect(missing.seen.hasSuffix("it cannot be told: the table was not looked at for 150ms"))
        let never = try looks.judged("never: TIME_WAIT, longer-than: 150ms", at: 900)
        #expect(!never.holds && never.isUndecided)
        #expect(try looks.judged("never: TIME_WAIT, longer-than: 151ms", at: 900).holds)
    }

    @Test func `can be told when no state has changed while nobody looked`() throws {
        var looks = leak
        looks.missLooks(90, until: 199)
        looks.missLooks(9000, until: 9300)
        #expect(try looks.judged("never: TIME_WAIT, longer-than: 60ms", at: 9500).holds)
        let passes = try looks.judged("passes: [TIME_WAIT]", at: 9500)
        #expect(!passes.holds && !passes.isUndecided)
        // A client that waits to be accepted would not have been seen.
        #expect(try looks.judged("passes: [SYN_RECV]", at: 9500).isUndecided)
    }

    @Test func `needs a longer time at a higher speed`() throws {
        var looks = Looks(speed: 20)
        looks.see("ESTABLISHED", at: 100)
        #expect(try looks.judged("never: CLOSE_WAIT, longer-than: 1s", at: 9000).holds)
        let short = try looks.judged("never: CLOSE_WAIT, longer-than: 999ms", at: 9000)
        #expect(!short.holds && short.isUndecided)
        #expect(short.seen.hasSuffix("at this speed looks tell only times of 1s and more"))
    }
}

private struct SocketHistoryProbe {
    private var tally = LogTally()
    var lives: [SocketLife] { tally.gateway("gateway")?.socketHistory.lives ?? [] }

    mutating func see(_ states: [String], at milliseconds: Int) {
        let rows = states.map {
            SocketRow(isGatewaySide: true, state: $0, owner: nil, client: "127.0.0.1:9")
        }
        tally.take(
            LogEvent(
                at: .start + .milliseconds(milliseconds), gateway: "gateway", kind: .sockets(rows)))
    }
}

@Suite struct `A claim of sockets over time with a mistake` {
    private func diagnosis(of claim: String) -> String {
        ScenarioFormatTests.diagnosis(scenario("expect: [{sockets: gateway, \(claim)}]"))
    }

    @Test(arguments: [
        ("never: CLOSE_WAIT, longer-than: 49ms", "49ms is too short to be told"),
        ("stays: CLOSE_WAIT", "needs the key 'at-least'"),
        ("stays: CLOSE_WAIT, at-least: 1s, within: 2s", "no key 'within'"),
        ("passes: [LISTEN]", "'LISTEN' is no kernel socket state"),
        ("passes: [ESTABLISHED], never: CLOSE_WAIT", "'passes' and 'never' are two expectations"),
        ("ended-first: fin", "'fin' is no first end"),
        ("zero-within: 1s, after: {exited: bot}", "no client 'bot'"),
        ("zero-within: 1s, after: {}", "after what?"),
        ("passes: [ESTABLISHED], connection: 0", "connections are counted from 1"),
    ])
    func `is refused with its reason`(claim: String, reason: String) {
        let diagnosis = diagnosis(of: claim)
        #expect(diagnosis.contains(reason), "\(diagnosis)")
    }
}

import ScenarioFormat
import ScenarioRun
import Testing

@testable import fakegw

@Suite struct `The queue of plays` {
    private func scenarios(_ listens: [(name: String, listen: String)]) throws -> [Scenario] {
        try listens.flatMap { name, listen in
            try Workshop.scenarios(
                "name: \(name)\ngateway: {listen: \"\(listen)\"}", file: "\(name).yaml")
        }
    }

    private func result(_ play: Play, _ verdict: Verdict) -> ScenarioResult {
        ScenarioResult(
            title: play.scenario.title, file: play.scenario.file, variables: [], verdict: verdict,
            seconds: 1, report: verdict == .passed ? "" : "the report")
    }

    /// Plays one scenario with these outcomes in turn.
    private func outcome(_ verdicts: [Verdict], retries: Int) throws -> ScenarioResult? {
        var queue = PlayQueue(try scenarios([("a", "127.0.0.1:0")]), retries: retries)
        var last: ScenarioResult?
        for verdict in verdicts {
            let next = queue.begin()
            let play = try #require(next)
            last = queue.end(play, result(play, verdict))
        }
        #expect(queue.isOver && queue.finished.count == 1 && queue.unplayed.isEmpty)
        return last
    }

    @Test(
        arguments: [
            ([.passed], .passed), ([.expectationFailed, .passed], .flaky),
            ([.expectationFailed, .deadlinePassed, .deadlinePassed], .deadlinePassed),
            ([.machineUnfit, .passed], .passed), ([.machineUnfit, .leaked, .passed], .flaky),
            ([.leaked, .machineUnfit, .machineUnfit], .machineUnfit),
        ] as [([Verdict], Verdict)])
    func `plays again what did not pass, and calls it flaky when it then does`(
        verdicts: [Verdict], outcome: Verdict
    ) throws {
        let result = try self.outcome(verdicts, retries: 2)
        #expect(result?.verdict == outcome)
        #expect(result?.earlier.map(\.verdict) == Array(verdicts.dropLast()))
        #expect(result?.allSeconds == Double(verdicts.count))
    }

    @Test func `begins with what took longest, and with what is unknown before that`() throws {
        let names = ["a", "b", "c", "d"]
        var queue = PlayQueue(
            try scenarios(names.map { ($0, "127.0.0.1:0") }),
            durations: ["a": 1, "b": 3, "c": 2])
        var begun: [String] = []
        while let play = queue.begin() {
            begun.append(play.scenario.title)
            _ = queue.end(play, result(play, .passed))
        }
        #expect(begun == ["d", "b", "c", "a"])
        // Results keep the order of the files.
        #expect(queue.finished.map(\.title) == names)
    }

    @Test func `plays nothing again that was not the same twice`() throws {
        #expect(try outcome([.notDeterministic], retries: 2)?.verdict == .notDeterministic)
    }

    @Test func `begins no more plays after a failure, when it is told so`() throws {
        var queue = PlayQueue(
            try scenarios([("a", "127.0.0.1:0"), ("b", "127.0.0.1:0"), ("c", "127.0.0.1:0")]),
            failsFast: true)
        let (one, other) = (queue.begin(), queue.begin())
        let (first, second) = (try #require(one), try #require(other))
        _ = queue.end(second, result(second, .expectationFailed))
        let third = queue.begin()
        #expect(third?.slot == nil && !queue.isOver)
        _ = queue.end(first, result(first, .passed))
        #expect(queue.isOver)
        #expect(queue.unplayed.map(\.title) == ["c"])
        #expect(queue.unplayed.first?.reason == "not played: --fail-fast, after 'b'")
    }

    @Test func `lets plays with the same port wait for each other`() throws {
        let all = try scenarios([
            ("a", "127.0.0.1:4002"), ("b", "127.0.0.1:4002"), ("c", "[::1]:4002"),
            ("d", "127.0.0.1:4001"), ("e", "127.0.0.1:0"),
        ])
        var queue = PlayQueue(all)
        var begun: [Play] = []
        while let play = queue.begin() { begun.append(play) }
        #expect(begun.map(\.scenario.name) == ["a", "d", "e"])
        _ = queue.end(begun[0], result(begun[0], .passed))
        let (next, none) = (queue.begin(), queue.begin())
        #expect(next?.scenario.name == "b")
        #expect(none?.slot == nil)
        var separate = PlayQueue(all, hasOwnNetworks: true)
        var count = 0
        while separate.begin() != nil { count += 1 }
        #expect(count == 5)
    }

    @Test func `knows the ports that steps move to`() throws {
        let scenario = try Workshop.scenarios(
            "name: a\ngateway: {}\nsteps: [{change-port: gateway, port: 4001}]")[0]
        #expect(scenario.fixedPorts == [4001])
    }

    @Test func `gives every play a file of its own`() throws {
        let long = String(repeating: "x", count: 400)
        var all = try scenarios([("a", "127.0.0.1:0"), ("b", "127.0.0.1:0"), (long, "127.0.0.1:0")])
        all += try Workshop.scenarios("name: a\ngateway: {}", file: "other/second.yaml")
        all += try Workshop.scenarios("name: A\ngateway: {}", file: "third/second.yaml")
        all += try Workshop.scenarios("name: \(long)y\ngateway: {}", file: "l.yaml")
        var queue = PlayQueue(all, repeats: 3, retries: 1)
        var names: [String] = []
        while let play = queue.begin() {
            names.append(play.eventsName)
            _ = queue.end(play, result(play, .leaked))
        }
        #expect(names.count == 6 * 3 * 2)
        #expect(Set(names.map { $0.lowercased() }).count == names.count)
        #expect(names.allSatisfy { $0.utf8.count < 200 && !$0.contains("/") })
        #expect(
            names.prefix(4) == [
                "a.a.jsonl", "a.a.retry-1.jsonl", "b.jsonl", "b.retry-1.jsonl",
            ])
        #expect(names.contains("second.a.play-2.jsonl"))
    }

    @Test func `says what a signal left unplayed`() throws {
        var queue = PlayQueue(try scenarios([("a", "127.0.0.1:0"), ("b", "127.0.0.1:0")]))
        let next = queue.begin()
        let play = try #require(next)
        queue.stop(by: 2)
        #expect(!queue.isOver)
        _ = queue.end(play, nil)
        #expect(queue.isOver && queue.finished.isEmpty)
        let reasons = queue.unplayed.map(\.reason)
        #expect(reasons == Array(repeating: "not played: stopped by SIGINT", count: 2))
    }
}

@Suite struct `The meter of stalls` {
    private func look(late: Double, worked: Double) -> Int? {
        var meter = StallMeter(every: 0.005, real: 100, processor: 7)
        return meter.look(real: 100.005 + late, processor: 7 + worked)
    }

    @Test func `tells when this process could not run`() {
        #expect(look(late: 3, worked: 0) == 3000)
        #expect(look(late: 0.4, worked: 0) == nil)
        #expect(look(late: 0, worked: 0) == nil)
    }

    @Test func `takes its own work for no stall`() {
        #expect(look(late: 3, worked: 3) == nil)
        #expect(look(late: 3, worked: 1) == 2000)
        // Several processors can work more than the time that passes.
        #expect(look(late: 3, worked: 9) == nil)
    }

    @Test func `measures from one look to the next`() {
        var meter = StallMeter(every: 0.005, real: 0, processor: 0)
        for beat in 1...1000 { #expect(meter.look(real: Double(beat) * 0.2, processor: 0) == nil) }
        #expect(meter.look(real: 202, processor: 0) == 1995)
    }
}

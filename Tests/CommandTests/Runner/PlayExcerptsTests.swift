import EventLog
import RunReport
import ScenarioRun
import Simulation
import Testing

@testable import fakegw

@Suite struct `What a run's page keeps of its plays` {
    /// A log of some lines.
    private var log: String {
        let header = RunHeader(scenario: "s.yaml", title: "n", seed: 1, speed: 1)
        let notes = (0..<12).map { number in
            LogEvent(at: .start + .milliseconds(Int64(number)), kind: .note("something happened"))
        }
        return ([LogEvent(at: .start, kind: .run(header))] + notes)
            .map { $0.jsonLine(epoch: 0) + "\n" }.joined()
    }

    private func result(_ name: String, _ verdict: Verdict) -> ScenarioResult {
        var result = ScenarioResult(
            title: name, file: "s.yaml", variables: [], verdict: verdict, seconds: 1, report: "")
        result.eventsName = "\(name).jsonl"
        return result
    }

    @Test func `is bounded, and plays that passed make room for one that did not`() throws {
        let shop = try Workshop(["log.jsonl": log])
        let scenario = try #require(try Workshop.scenarios("name: n\ngateway: {}").first)
        let path = "\(shop.folder.path)/log.jsonl"
        let passed = ["a", "b", "c", "d"].map { result($0, .passed) }
        let scout = PlayExcerpts(ReportLimits())
        scout.take(passed[0], of: scenario, log: path)
        let size = try #require(scout.reported(passed[0]).excerpt?.size)
        // Each may have twice what it needs, so that two find room.
        var limits = ReportLimits()
        limits.maxTotalBytes = 3 * size + size / 2
        limits.maxPassedBytes = 2 * size
        limits.maxFailedBytes = 2 * size
        let plays = PlayExcerpts(limits)
        for one in passed { plays.take(one, of: scenario, log: path) }
        let kept = passed.map(plays.reported)
        #expect(kept[0].excerpt != nil && kept[1].excerpt != nil)
        #expect(kept[3].excerpt == nil && kept[3].notes.first?.contains("too large") == true)
        #expect(kept[0].command.hasPrefix("fakegw run s.yaml --title 'n'"))
        let red = result("red", .expectationFailed)
        plays.take(red, of: scenario, log: path)
        #expect(plays.reported(red).excerpt != nil)
        let left = passed.map(plays.reported)
        #expect(left[0].excerpt != nil)
        #expect(left.count { $0.excerpt != nil } < kept.count { $0.excerpt != nil })
        #expect(left.allSatisfy { ($0.excerpt == nil) == !$0.notes.isEmpty })
    }

    @Test func `is taken when a play ends, whose log then goes`() throws {
        let script = "ls $TMPDIR/fakegw-home-*/*.jsonl | wc -l"
        let more = "steps: [{run: c, expect: {exit: 0, stdout: '1'}}]"
        let shop = try Workshop(["s.yaml": Workshop.scenario("s", script, more: more)])
        let answer = shop.shell("fakegw run s.yaml --repeat 4 --jobs 1 --html page.html")
        #expect(answer.exitCode == 0, "\(answer.output)")
    }
}

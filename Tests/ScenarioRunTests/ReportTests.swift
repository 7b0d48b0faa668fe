import EventLog
import ScenarioFormat
import ScenarioRun
import Testing

@Suite struct `The reports of a run` {
    private func known(_ result: ScenarioResult, _ standing: BaselineStanding) -> ScenarioResult {
        var result = result
        result.standing = standing
        return result
    }

    private var failed: ScenarioResult {
        Results.failed("it's 100% # red, now: [a]", line: 7, expected: "a\nb, c: 5%", seen: "<|>")
    }

    // MARK: The verdict

    @Test func `give one verdict, for which known failures count for nothing`() {
        let passed = Results.passed("t")
        let red = Results.failed("t", line: 1, expected: "a", seen: "b")
        #expect(RunOutcome([known(red, .known)]).verdict == .passed)
        #expect(RunOutcome([known(red, .changed)]).verdict == .expectationFailed)
        #expect(RunOutcome([known(red, .known), red]).verdict == .expectationFailed)
        #expect(RunOutcome([red, passed]).verdict == .flaky)
        #expect(RunOutcome([known(passed, .fixed)]).verdict == .passed)
        let counts = RunOutcome([known(red, .known), known(passed, .fixed), red, passed]).counts
        #expect(counts == "2 passed, 1 failed, 1 known to fail")
    }

    @Test func `call a scenario fixed only when every play of it has passed`() {
        let passed = known(Results.passed("t"), .fixed)
        let red = known(Results.failed("t", line: 1, expected: "a", seen: "b"), .known)
        #expect(RunOutcome([passed, passed]).fixed.count == 1)
        #expect(RunOutcome([passed, red]).fixed.isEmpty)
    }

    // MARK: GitHub

    @Test func `escape what GitHub would read as its own`() {
        let lines = GitHub.annotations(RunOutcome([failed])) { "top/\($0)" }
        #expect(
            lines == [
                "::error file=top/s.yaml,line=7,col=3,title=FAILED%3A it's 100%25 # red%2C now%3A [a]"
                    + "::s.yaml:7:3%0Aexpected: a\\nb, c: 5%25%0Aseen: <|>"
            ])
    }

    @Test func `warn of the flaky, note the fixed, and leave the known alone`() {
        let red = Results.failed("r", line: 1, expected: "a", seen: "b")
        let lines = GitHub.annotations(
            RunOutcome([
                known(Results.failed("k", line: 1, expected: "a", seen: "b"), .known),
                known(Results.passed("p"), .fixed), Results.passed("f").after([red]),
            ]))
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("::warning file=s.yaml,line=1,col=3,title=FLAKY%3A f::"))
        #expect(lines[1].hasPrefix("::notice file=s.yaml,line=1,col=1,title=now passes%3A p::"))
    }

    @Test func `give GitHub no more annotations than it shows`() {
        let results = (0..<50).map { Results.failed("\($0)", line: 1, expected: "a", seen: "b") }
        #expect(GitHub.annotations(RunOutcome(results)).count == 10)
    }

    @Test func `are a table on GitHub that no title can break`() {
        var red = failed
        red.title = "a | <b> `c` [d](e) & @f"
        red.report = "x </pre> y\n\n| z"
        let text = GitHub.summary(RunOutcome([red, Results.passed("p")], seconds: 1.5))
        #expect(text.hasPrefix("### fakegw: 1 passed, 1 failed, in 1.500 s\n"))
        #expect(
            text.contains(
                "| a &#124; &lt;b&gt; &#96;c&#96; &#91;d&#93;(e) &amp; &#64;f | FAILED | s.yaml:7 | "
                    + "0.250 |"))
        #expect(text.contains("<pre>x &lt;/pre&gt; y\n\n| z</pre>"))
        #expect(!text.contains("| p |"))
    }

    // MARK: TAP

    @Test func `are TAP`() {
        let outcome = RunOutcome(
            [
                Results.passed("good"), failed,
                known(Results.failed("k", line: 1, expected: "a", seen: "b"), .known),
                known(Results.passed("p"), .fixed),
            ], unplayed: [UnplayedScenario(title: "u", file: "f", reason: "stopped by SIGINT")])
        let lines = tapText(outcome).split(separator: "\n").map(String.init)
        #expect(lines[0] == "TAP version 13" && lines[1] == "1..5")
        #expect(
            lines.filter { $0.hasPrefix("ok") || $0.hasPrefix("not ok") } == [
                "ok 1 - good", "not ok 2 - it's 100% \\# red, now: [a]",
                "not ok 3 - k # TODO known to fail",
                "ok 4 - p # TODO known to fail, and passes now",
                "ok 5 - u # SKIP stopped by SIGINT",
            ])
        #expect(lines.contains("  message: 'FAILED: expected a\\nb, c: 5%; seen: <|>'"))
        // Everything between the results belongs to a block.
        for line in lines.dropFirst(2) {
            #expect(line.hasPrefix("ok") || line.hasPrefix("not ok") || line.hasPrefix("  "))
        }
    }

    // MARK: JSON lines

    @Test func `are JSON that gives the same result again`() throws {
        var result = failed
        result.trouble = "a full\ndisk"
        result.attempt = 3
        result.seed = .max
        result.speed = 0.5
        result.standing = .changed
        result.report = "é\u{0}\u{1B}\"\\\n\t東京"
        let again = try #require(ScenarioResult(jsonLine: result.jsonLine()))
        #expect(again.jsonLine() == result.jsonLine())
        #expect(again.report == result.report && again.failures == result.failures)
        #expect(again.seed == .max && again.speed == 0.5 && again.gatewaySeconds == 5)
        #expect(again.trouble == result.trouble && again.output == result.output)
        for text in ["", "{}", "{\"result\":\"run\"}", "[1]", "{\"result\":\"play\"}"] {
            #expect(ScenarioResult(jsonLine: text) == nil)
        }
    }

    @Test func `have a line for every play, the first of a flaky one too`() {
        let red = Results.failed("f", line: 1, expected: "a", seen: "b")
        let text = resultLines(
            RunOutcome(
                [Results.passed("f").after([red])],
                unplayed: [UnplayedScenario(title: "u", file: "f", reason: "r")]))
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4)
        let first = "\"verdict\":\"expectation-failed\",\"exit\":1,\"attempt\":1,\"flaky\":true"
        #expect(lines[0].contains(first))
        #expect(lines[1].contains("\"verdict\":\"passed\",\"exit\":0,\"attempt\":2,\"flaky\":true"))
        #expect(!lines[1].contains("failures"))
        #expect(
            lines[2] == "{\"result\":\"unplayed\",\"title\":\"u\",\"file\":\"f\",\"reason\":\"r\"}")
        #expect(
            lines[3].hasPrefix("{\"result\":\"run\",\"verdict\":\"flaky\",\"exit\":9,\"passed\":0"))
    }
}

@Suite struct `A baseline` {
    private let red = Results.failed("t", line: 1, expected: "a is 1", seen: "2")

    private func standing(_ result: ScenarioResult, _ exit: Int, _ says: [String])
        -> BaselineStanding?
    {
        result.compared(with: MustFail(exit: exit, says: says)).standing
    }

    @Test func `knows a failure by its exit code and by what did not hold`() {
        #expect(standing(red, 1, ["a is 1"]) == .known)
        #expect(standing(red, 1, ["a is 1", "b is 2"]) == .known)
        #expect(standing(red, 1, ["is 1"]) == .known)
        #expect(standing(red, 1, []) == .known)
        #expect(standing(red, 4, ["a is 1"]) == .changed)
        #expect(standing(red, 1, ["b is 2"]) == .changed)
        #expect(standing(Results.passed("t"), 1, ["a"]) == .fixed)
        #expect(red.compared(with: nil).standing == nil)
    }

    @Test func `has nothing new to say of a flaky scenario, or of a machine that failed`() {
        #expect(standing(red, 9, ["a is 1"]) == .known)
        #expect(standing(Results.passed("t"), 9, ["a"]) == nil)
        #expect(standing(red, 9, ["b"]) == .changed)
        var unfit = red
        unfit.verdict = .machineUnfit
        #expect(standing(unfit, 6, []) == nil)
    }

    private func entry(_ title: String, _ exit: Int = 1, file: String = "s.yaml") -> Baseline.Entry
    {
        Baseline.Entry(file: file, title: title, failure: MustFail(exit: exit, says: ["a is 1"]))
    }

    private func updated(
        _ baseline: Baseline, _ results: [ScenarioResult], found: [String]
    ) -> [Baseline.Entry] {
        baseline.updated(
            by: RunOutcome(results), scenarios: found.map { ("s.yaml", $0) }, name: { $0 }
        ).entries
    }

    @Test func `is written anew from what was played, and keeps the rest`() {
        let old = Baseline([
            entry("t"), entry("fixed"), entry("unplayed"), entry("gone"), entry("f", 9),
            entry("x", file: "other.yaml"), entry("unfit"),
        ])
        var unfit = red
        unfit.title = "unfit"
        unfit.verdict = .machineUnfit
        var new = red
        new.title = "new"
        let entries = updated(
            old, [red, Results.passed("fixed"), Results.passed("f"), unfit, new],
            found: ["t", "fixed", "unplayed", "f", "new", "unfit"])
        #expect(
            entries == [
                entry("x", file: "other.yaml"), entry("f", 9), entry("new"), entry("t"),
                entry("unfit"), entry("unplayed"),
            ])
    }

    @Test func `lists what fails now and then as flaky`() {
        let entries = updated(Baseline(), [red, Results.passed("t")], found: ["t"])
        #expect(entries == [entry("t", 9)])
        let retried = Results.passed("t").after([red])
        #expect(updated(Baseline(), [retried], found: ["t"]) == [entry("t", 9)])
    }

    @Test func `is the same text whatever the order, and read as it was written`() throws {
        let entries = [
            Baseline.Entry(
                file: "b/s.yaml", title: "one [a: b] #x \"q\" ${v}",
                failure: MustFail(exit: 4, says: ["é \u{1B} $$", "- c: d"])),
            entry("t", file: "a.yaml"),
            Baseline.Entry(file: "b/s.yaml", title: "on", failure: MustFail(exit: 9, says: [])),
        ]
        let text = Baseline(entries).text
        #expect(Baseline(entries.reversed()).text == text)
        let again = try loadBaseline(text: text, file: "b.yaml")
        #expect(again.entries == Baseline(entries).entries && again.text == text)
        #expect(try loadBaseline(text: Baseline().text, file: "b.yaml").entries.isEmpty)
    }

    @Test func `is refused with the place of the mistake`() {
        let mistakes = [
            "version: 1\nknown-failures: [{file: a, title: t}]",
            "version: 1\nknown-failures: [{file: a, title: t, exit: 10}]",
            "version: 1\nknown-failures:\n- {file: a, title: t, exit: 1}\n"
                + "- {file: a, title: t, exit: 4}",
            "version: 1\nknown-failure: []", "version: 2\nknown-failures: []",
        ]
        for text in mistakes {
            #expect(throws: ScenarioError.self) { try loadBaseline(text: text, file: "b.yaml") }
        }
    }
}

import ScenarioRun
import Testing

@Suite struct `The JUnit file` {
    private func result(_ verdict: Verdict, _ report: String = "r") -> ScenarioResult {
        ScenarioResult(
            title: "t", file: "f", variables: [], verdict: verdict, seconds: 0.5,
            report: verdict == .passed ? "" : report)
    }

    private func body(_ result: ScenarioResult) -> String {
        let lines = junitXML([result]).split(separator: "\n")
        return String(lines[2]).replacing(#"<testcase classname="f" name="t" "#, with: "")
    }

    @Test func `counts failures, errors and what was not played`() {
        let text = junitXML(
            [result(.passed), result(.leaked), result(.machineUnfit)],
            unplayed: [UnplayedScenario(title: "u", file: "f", reason: "not played: <x>")])
        #expect(
            text.contains(#"tests="4" failures="1" errors="1" skipped="1" time="1.5""#), "\(text)")
        #expect(text.contains(#"<skipped message="not played: &lt;x&gt;"/>"#))
        #expect(text.contains("<error message=") && text.contains("<failure message=\"LEAKED\""))
    }

    @Test func `has the plays before the last one`() {
        let failed = result(.expectationFailed, "first")
        #expect(body(result(.passed)) == #"time="0.5"/>"#)
        let flaky = body(result(.passed).after([failed]))
        #expect(
            flaky.hasPrefix(
                #"time="1.0"><flakyFailure message="FAILED" type="expectation-failed">"#))
        #expect(flaky.contains("<stackTrace>first</stackTrace>") && !flaky.contains("<failure"))
        let again = body(result(.deadlinePassed, "second").after([failed]))
        #expect(again.contains(">first</failure><rerunFailure message=\"DEADLINE PASSED\""))
        #expect(again.contains("<stackTrace>second</stackTrace></rerunFailure></testcase>"))
    }

    @Test func `counts a play that the machine spoiled for nothing`() {
        let late = result(.passed).after([result(.machineUnfit)])
        #expect(late.verdict == .passed && late.report.isEmpty && late.seconds == 1)
        #expect(junitXML([late]).contains(#"failures="0" errors="0""#))
    }
}

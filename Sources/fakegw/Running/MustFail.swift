import EventLog
import ScenarioFormat
import ScenarioRun

extension ScenarioResult {
    /// A scenario that must fail passes when it failed in the way it says.
    func asItMust(_ scenario: Scenario) -> ScenarioResult {
        guard let mustFail = scenario.mustFail else { return self }
        // What this machine could not play has not failed in any way.
        if verdict == .machineUnfit, mustFail.exit != verdict.rawValue { return self }
        var complaints: [Finding] = []
        func complain(_ expected: String, _ seen: String) {
            complaints.append(
                Finding(mark: scenario.start, expected: expected, seen: seen, holds: false))
        }
        if verdict.rawValue != mustFail.exit {
            complain(
                "it fails with exit \(mustFail.exit)",
                "\(verdict.words) (exit \(verdict.rawValue))")
        }
        for text in mustFail.says where !report.contains(text) {
            complain("its report says \"\(text)\"", "it does not")
        }
        var judged = self
        judged.failures = complaints
        guard !complaints.isEmpty else {
            judged.verdict = .passed
            judged.report = ""
            judged.output = ""
            return judged
        }
        judged.verdict = .expectationFailed
        judged.report =
            (["\(scenario.start)"]
            + complaints.map { "  expected: \($0.expected)\n  seen:     \($0.seen)" }
            + (report.isEmpty ? [] : ["its report:", report]))
            .joined(separator: "\n")
        return judged
    }
}

import ScenarioFormat
import ScenarioRun

extension ScenarioResult {
    /// A scenario that must fail passes when it failed in the way it says.
    func asItMust(_ scenario: Scenario) -> ScenarioResult {
        guard let mustFail = scenario.mustFail else { return self }
        // What this machine could not play has not failed in any way.
        if verdict == .machineUnfit, mustFail.exit != verdict.rawValue { return self }
        var judged = self
        var complaints: [String] = []
        if verdict.rawValue != mustFail.exit {
            complaints.append(
                "  expected: it fails with exit \(mustFail.exit)\n"
                    + "  seen:     \(verdict.words) (exit \(verdict.rawValue))")
        }
        for text in mustFail.says where !report.contains(text) {
            complaints.append("  expected: its report says \"\(text)\"\n  seen:     it does not")
        }
        judged.verdict = complaints.isEmpty ? .passed : .expectationFailed
        judged.report =
            complaints.isEmpty
            ? ""
            : (["\(scenario.start)"] + complaints
                + (report.isEmpty ? [] : ["its report:", report]))
                .joined(separator: "\n")
        return judged
    }
}

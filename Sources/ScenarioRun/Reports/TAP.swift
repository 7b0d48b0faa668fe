internal import EventLog

/// The Test Anything Protocol, version 13.
///
/// A failure that the baseline knows is a `TODO`, and so is a scenario that it lists and that passes.
/// What was not played is a `SKIP`.
package func tapText(_ outcome: RunOutcome) -> String {
    var lines = ["TAP version 13", "1..\(outcome.results.count + outcome.unplayed.count)"]
    for (index, result) in outcome.results.enumerated() {
        let isOkay = result.verdict == .passed || result.verdict == .flaky
        var line = "\(isOkay ? "ok" : "not ok") \(index + 1) - \(described(result.title))"
        switch result.standing {
        case .known: line += " # TODO known to fail"
        case .fixed: line += " # TODO known to fail, and passes now"
        case .changed, nil: break
        }
        lines.append(line)
        lines += diagnosis(of: result)
    }
    for (index, scenario) in outcome.unplayed.enumerated() {
        lines.append(
            "ok \(outcome.results.count + index + 1) - \(described(scenario.title)) "
                + "# SKIP \(described(scenario.reason))")
    }
    return lines.joined(separator: "\n") + "\n"
}

/// `#` begins a directive.
private func described(_ text: String) -> String {
    text.printable.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\\#")
}

/// A block of YAML below the line.
private func diagnosis(of result: ScenarioResult) -> [String] {
    var lines = ["  ---", "  file: \(quoted(result.file))", "  line: \(result.mark.line)"]
    lines.append("  duration_ms: \(exactMilliseconds(result.allSeconds))")
    if result.verdict != .passed {
        lines.append("  verdict: \(result.verdict.word)")
        lines.append("  message: \(quoted(result.message))")
        lines.append("  report: |")
        lines += front(of: result.report, bytes: 64 << 10)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { "    " + String($0).printable }
    }
    return lines + ["  ..."]
}

private func exactMilliseconds(_ seconds: Double) -> Int {
    Int((max(0, seconds.isFinite ? seconds : 0) * 1000).rounded())
}

/// A scalar of YAML.
private func quoted(_ text: String) -> String {
    let inner = text.printable.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + inner.joined(separator: "''") + "'"
}

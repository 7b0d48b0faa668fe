import ScenarioFormat
import ScenarioRun

/// Prints the progress and the results of a run.
final class RunProgress {
    private let count: Int
    private var doneCount = 0

    init(count: Int) {
        self.count = count
    }

    func begin(_ scenario: Scenario) {
        guard Terminal.errorIsTerminal else { return }
        Terminal.errorPart("\r\u{1B}[K[\(doneCount)/\(count)] \(scenario.title)")
    }

    func end(_ result: ScenarioResult) {
        doneCount += 1
        if Terminal.errorIsTerminal { Terminal.errorPart("\r\u{1B}[K") }
        let passed = result.verdict == .passed
        let mark = Terminal.coloured(
            passed ? "✔" : "✘", passed ? .green : .red, when: Terminal.outIsTerminal)
        let tenths = Int((result.seconds * 10).rounded())
        Terminal.out(
            "\(mark) \(Text.column(result.title, width: 66)) \(tenths / 10).\(tenths % 10) s"
                + (passed ? "" : "  \(result.verdict.words)"))
        if !passed {
            Terminal.out(
                result.report.split(separator: "\n", omittingEmptySubsequences: false)
                    .map { "    " + $0 }.joined(separator: "\n"))
        }
    }

    func summarize(_ results: [ScenarioResult]) {
        let failed = results.count { $0.verdict != .passed }
        Terminal.out("\(results.count - failed) passed, \(failed) failed")
    }

    /// One verdict for all; the same scenario with mixed outcomes is flaky.
    static func overall(_ results: [ScenarioResult]) -> Verdict {
        let passed = Set(results.filter { $0.verdict == .passed }.map { $0.file + $0.title })
        return Verdict.gravest(
            results.map { result in
                result.verdict != .passed && passed.contains(result.file + result.title)
                    ? .flaky : result.verdict
            })
    }
}

import ScenarioFormat
import ScenarioRun

/// Prints the progress and the results of a run.
final class RunProgress {
    private let count: Int
    private var doneCount = 0
    private let startedAt = RealClock.monotonicSeconds

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
        if !passed || !result.report.isEmpty {
            Terminal.out(
                result.report.split(separator: "\n", omittingEmptySubsequences: false)
                    .map { "    " + $0 }.joined(separator: "\n"))
        } else if !result.earlier.isEmpty {
            Terminal.out(
                "    this machine could not play it before: \(result.earlier.count) plays meant "
                    + "nothing")
        }
        if let trouble = result.trouble { Terminal.error("error: \(trouble)") }
    }

    /// - Parameter isTimed: Whether the time since the beginning means something.
    func summarize(
        _ results: [ScenarioResult], unplayed: [UnplayedScenario] = [], isTimed: Bool = true
    ) {
        let passed = results.count { $0.verdict == .passed }
        let flaky = results.count { $0.verdict == .flaky }
        let unknown = results.count { $0.verdict == .machineUnfit }
        var text = "\(passed) passed, \(results.count - passed - flaky - unknown) failed"
        if flaky > 0 { text += ", \(flaky) flaky" }
        if unknown > 0 { text += ", \(unknown) unknown" }
        if isTimed {
            let tenths = Int(((RealClock.monotonicSeconds - startedAt) * 10).rounded())
            text += ", in \(tenths / 10).\(tenths % 10) s"
        }
        Terminal.out(text)
        if let reason = unplayed.first?.reason {
            Terminal.out("\(unplayed.count) \(reason)")
        }
    }

    /// One verdict for all; the same scenario with mixed outcomes is flaky.
    static func overall(_ results: [ScenarioResult]) -> Verdict {
        let passed = Set(results.filter { $0.verdict == .passed }.map { $0.file + $0.title })
        return Verdict.gravest(
            results.map { result in
                result.verdict.isMixable && passed.contains(result.file + result.title)
                    ? .flaky : result.verdict
            })
    }
}

extension Verdict {
    /// With a pass of the same scenario it makes that flaky; what this machine could not play does
    /// not, and that two plays differed is a finding of its own.
    fileprivate var isMixable: Bool {
        self != .passed && self != .machineUnfit && self != .notDeterministic
    }
}

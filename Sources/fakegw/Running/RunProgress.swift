import EventLog
import Glibc
import ScenarioFormat
import ScenarioRun

/// Prints the progress and the results of a run.
///
/// Results are plain lines on standard output. Where standard error is a terminal, one line below them
/// tells how far the run is; it is overwritten and leaves nothing behind.
final class RunProgress {
    private let count: Int
    private var doneCount = 0
    private var failedCount = 0
    private var left: TimeLeft
    /// What is being played, in the order of the beginnings.
    private var running: [String] = []
    /// What explains the recordings that are replayed, by the plays' titles.
    private var causes: [String: [RecordedCause]] = [:]
    private let startedAt = RealClock.monotonicSeconds

    /// GitHub reads the output.
    private let isOnGitHub: Bool

    /// - Parameters:
    ///   - titles: One for each play.
    ///   - durations: Seconds by title, of an earlier run.
    init(
        _ titles: [String] = [], jobs: Int = 1, durations: [String: Double] = [:],
        isOnGitHub: Bool = false
    ) {
        self.isOnGitHub = isOnGitHub
        count = titles.count
        left = TimeLeft(titles, jobs: jobs, durations: durations)
    }

    /// Real time since the run began.
    var seconds: Double { RealClock.monotonicSeconds - startedAt }

    func begin(_ scenario: Scenario) {
        running.append(scenario.title)
        if !scenario.explainedBy.isEmpty { causes[scenario.title] = scenario.explainedBy }
        showStatus()
    }

    func end(_ result: ScenarioResult) {
        doneCount += 1
        if result.countsAsFailure { failedCount += 1 }
        left.end(result.title, seconds: result.allSeconds)
        if let index = running.firstIndex(of: result.title) { running.remove(at: index) }
        hideStatus()
        let passes = result.verdict == .passed || result.standing == .known
        let mark = Terminal.coloured(
            passes ? "✔" : "✘", passes ? .green : .red, when: Terminal.outIsTerminal)
        var words = result.verdict == .passed ? "" : "  \(result.verdict.words)"
        switch result.standing {
        case .known: words += ", as the baseline says"
        case .changed: words += ", otherwise than the baseline says"
        case .fixed: words = "  passes now; the baseline says that it fails"
        case nil: break
        }
        Terminal.out(
            "\(mark) \(Text.column(result.title, width: 66)) \(Self.tenths(result.allSeconds)) s"
                + words)
        for cause in causes.removeValue(forKey: result.title) ?? [] {
            Terminal.out("    the recording shows \(cause.sentence)".printable)
        }
        if result.standing == .known {
            // Nobody has to look at it.
        } else if result.verdict != .passed || !result.report.isEmpty {
            Terminal.out(
                shown(result.report).split(separator: "\n", omittingEmptySubsequences: false)
                    .map { Self.indent + $0 }.joined(separator: "\n"))
        } else if !result.earlier.isEmpty {
            Terminal.out(
                "    this machine could not play it before: \(result.earlier.count) plays meant "
                    + "nothing")
        }
        if let trouble = result.trouble { Terminal.error("error: \(trouble)") }
        showStatus()
    }

    /// What was expected stands beside what was seen, where a line is wide enough.
    ///
    /// Where nobody tells its width, a program may read it, and texts are not cut up.
    ///
    /// GitHub takes `##[` for a command wherever it stands, and a program may say it.
    private func shown(_ report: String) -> String {
        let width = (Terminal.columns ?? FindingColumns.usualWidth) - Self.indent.count
        let report = FindingColumns.laidOut(
            report, width: width, mostLines: Terminal.columns == nil ? 1 : 4)
        return isOnGitHub ? report.replacing("##[", with: "# #[") : report
    }

    private static let indent = "    "

    /// Prints the counts, and what a reader has to look at when the reports have scrolled away.
    func summarize(_ outcome: RunOutcome) {
        hideStatus()
        if outcome.results.count > 1 {
            for result in outcome.notable {
                Terminal.out("  \(result.verdict.words): \(result.title), \(result.mark)")
            }
            for result in outcome.fixed { Terminal.out("  passes now: \(result.title)") }
        }
        Terminal.out(
            outcome.counts + (outcome.seconds.map { ", in \(Self.tenths($0)) s" } ?? ""))
        if let reason = outcome.unplayed.first?.reason {
            Terminal.out("\(outcome.unplayed.count) \(reason)")
        }
    }

    private static func tenths(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    // MARK: The line on a terminal

    private func showStatus() {
        guard Terminal.errorIsTerminal, doneCount < count else { return }
        Terminal.errorPart("\r\u{1B}[K" + String(status.prefix(Terminal.errorWidth - 1)))
    }

    private func hideStatus() {
        if Terminal.errorIsTerminal { Terminal.errorPart("\r\u{1B}[K") }
    }

    /// It is like `[12/340] 2 failed, about 3 min left · order is rejected [ib_async]`.
    private var status: String {
        var words: [String] = []
        if failedCount > 0 { words.append("\(failedCount) failed") }
        if let left = left.words { words.append(left) }
        let facts = words.isEmpty ? [] : [words.joined(separator: ", ")]
        return "[\(doneCount)/\(count)] \((facts + running).joined(separator: " · "))".printable
    }
}

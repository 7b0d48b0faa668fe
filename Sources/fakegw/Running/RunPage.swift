import EventLog
import RunReport
import ScenarioFormat
import ScenarioRun
import Simulation

/// The page that `--html` writes: what it is made from, and where it goes.
struct RunPage {
    static let options = [
        Option("html", "FILE", "write the verdicts and a timeline of every play as one HTML file"),
        Option("history", "FILE", "an earlier --html FILE, for the verdicts before; repeatable"),
    ]

    private let path: String
    private var history = RunHistory()
    private let startedAt = RealClock.nanosecondsSince1970
    private let limits: ReportLimits
    private let plays: PlayExcerpts

    /// - Returns: `nil` when no page is wanted.
    init?(_ arguments: ParsedArguments) throws(CommandFailure) {
        limits = ReportLimits()
        plays = PlayExcerpts(limits)
        guard let path = arguments.last("html") else {
            guard arguments.last("history") == nil else {
                throw CommandFailure(
                    text: "--history is shown on the page of --html, and there is none",
                    hint: "--html FILE --history FILE")
            }
            return nil
        }
        self.path = path
        try Files.prepare(path)
        for file in arguments.all("history") { try add(earlier: file) }
    }

    /// The first run of a pipeline has no earlier page.
    private mutating func add(earlier file: String) throws(CommandFailure) {
        guard Files.exists(file) else {
            Terminal.error("note: there is no earlier page \(file)")
            return
        }
        let page = try Files.read(file, maxBytes: 2 * limits.maxTotalBytes)
        do throws(HistoryError) {
            history.add(try RunHistory(page: page))
        } catch {
            throw CommandFailure(
                text: "\(file) tells nothing of earlier runs: \(error.reason)",
                hint: "--history takes a file that --html wrote")
        }
    }

    /// Takes what the page needs of a play that has just ended.
    ///
    /// - Parameter log: Its event log.
    func take(_ result: ScenarioResult, of scenario: Scenario, log: String) {
        plays.take(result, of: scenario, log: log)
    }

    // MARK: Writing

    func write(_ outcome: RunOutcome) throws(CommandFailure) {
        let rows = outcome.results.map { result in
            ReportedScenario(result, plays: (result.earlier + [result]).map(plays.reported))
        }
        var report = RunReport(
            at: UTCTime(nanosecondsSince1970: startedAt).isoText, version: BuildVersion.number,
            seconds: outcome.seconds, scenarios: rows)
        report.unplayed = outcome.unplayed
        report.history = history
        try Files.write(
            ReportPage(report, nonce: Nonce.drawn(), limits: limits).html, to: path)
    }
}

import EventLog
import ProcessDriver
import RunReport
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// The page that `--html` writes: what it is made from, and where it goes.
struct RunPage {
    static let options = [
        Option("html", "FILE", "write the verdicts and a timeline of every play as one HTML file"),
        Option("history", "FILE", "an earlier --html FILE, for the verdicts before; repeatable"),
    ]

    private let path: String
    private var history = RunHistory()
    private let startedAt = RealClock.nanosecondsSince1970
    private let limits = ReportLimits()

    /// - Returns: `nil` when no page is wanted.
    init?(_ arguments: ParsedArguments) throws(CommandFailure) {
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

    // MARK: Writing

    /// - Parameters:
    ///   - scenarios: What was played.
    ///   - logs: The folder of the event logs, which the results name.
    func write(
        _ outcome: RunOutcome, of scenarios: [Scenario], logs: String?
    ) throws(CommandFailure) {
        let scenarios = Dictionary(
            scenarios.map { ($0.file + $0.title, $0) }, uniquingKeysWith: { first, _ in first })
        var rows = outcome.results.map { result in
            ReportedScenario(result, plays: (result.earlier + [result]).map { ReportedPlay($0) })
        }
        var bytesLeft = limits.maxTotalBytes
        // What did not pass comes first, so that it has its events.
        for passed in [false, true] {
            for row in rows.indices {
                let scenario = scenarios[rows[row].result.file + rows[row].result.title]
                for number in rows[row].plays.indices
                where (rows[row].plays[number].result.verdict == .passed) == passed {
                    addEvents(to: &rows[row].plays[number], scenario, logs, &bytesLeft)
                }
            }
        }
        var report = RunReport(
            at: UTCTime(nanosecondsSince1970: startedAt).isoText, version: Tool.version,
            seconds: outcome.seconds, scenarios: rows)
        report.unplayed = outcome.unplayed
        report.history = history
        try Files.write(
            ReportPage(report, nonce: Nonce.drawn(), limits: limits).html, to: path)
    }

    private func addEvents(
        to play: inout ReportedPlay, _ scenario: Scenario?, _ logs: String?, _ bytesLeft: inout Int
    ) {
        guard let logs, let name = play.result.eventsName else { return }
        let wanted = play.result.verdict == .passed ? limits.maxPassedBytes : limits.maxFailedBytes
        guard wanted <= bytesLeft else {
            play.notes.append("No events are shown: this page would become too large.")
            return
        }
        do throws(CommandFailure) {
            var log = EventLogReader(
                try Files.read("\(logs)/\(name)", maxBytes: Files.maxLogBytes))
            var first: LogEvent? = try log.next("\(logs)/\(name)")
            var maker = ExcerptMaker(epoch: log.epoch ?? 0, maxBytes: wanted, limits: limits)
            while let event = first {
                maker.take(event)
                first = try log.next("\(logs)/\(name)")
            }
            let excerpt = maker.excerpt
            bytesLeft -= excerpt.size
            play.excerpt = excerpt
            play.notes += log.notes
            if let header = log.header, let scenario {
                play.command = scenario.command(for: header)
            }
        } catch {
            play.notes.append("No events are shown: \(error.text).")
        }
    }
}

extension EventLogReader {
    mutating func next(_ path: String) throws(CommandFailure) -> LogEvent? {
        do throws(EventLogError) {
            return try next()
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
    }
}

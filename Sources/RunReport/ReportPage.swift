internal import EventLog
internal import GatewayWire
internal import Pages
internal import ScenarioRun
internal import Simulation

/// One HTML file that shows a run.
package struct ReportPage: Sendable {
    /// Raised when an older reader of earlier pages would misunderstand the data.
    static let format = 1

    static let dataStart = PageData.dataStart("report")
    static let dataEnd = PageData.dataEnd

    private let report: RunReport
    private let limits: ReportLimits
    private let nonce: String

    /// - Parameter nonce: Letters and digits that nobody could know during the run.
    package init(_ report: RunReport, nonce: String, limits: ReportLimits = ReportLimits()) {
        self.report = report
        self.nonce = nonce
        self.limits = limits
    }

    package var html: String { Page.report.html(nonce: nonce, data: data) }

    // MARK: Data

    private var data: [String] {
        var elements = [PageData.element("report", json: overview)]
        for (row, scenario) in report.scenarios.enumerated() {
            for (number, play) in scenario.plays.enumerated() {
                guard let excerpt = play.excerpt else { continue }
                elements.append(PageData.element("events-\(row)-\(number)", excerpt))
            }
        }
        return elements
    }

    private var overview: String {
        var line = JSONLine()
        line.add("format", Self.format)
        line.add("at", report.at)
        line.add("version", report.version)
        if let seconds = report.seconds { line.addRaw("seconds", Self.number(seconds)) }
        line.addRaw("scenarios", JSONLine.array(report.scenarios.map(json)))
        line.addRaw("unplayed", JSONLine.array(report.unplayed.map(json)))
        var history = report.history
        history.add(RunHistory.Run(at: report.at, report.scenarios.map(\.result)), limits)
        line.addRaw("runs", history.json)
        return line.finished
    }

    private func json(_ scenario: ReportedScenario) -> String {
        let result = scenario.result
        var line = JSONLine()
        line.add("title", result.title)
        line.add("file", result.file)
        var variables = JSONLine()
        for (name, value) in result.variables { variables.add(name, value) }
        line.addRaw("variables", variables.finished)
        line.add("verdict", result.verdict.word)
        line.addRaw("seconds", Self.number(result.seconds))
        line.addRaw("plays", JSONLine.array(scenario.plays.map(json)))
        return line.finished
    }

    private func json(_ play: ReportedPlay) -> String {
        var line = JSONLine()
        line.add("verdict", play.result.verdict.word)
        line.addRaw("seconds", Self.number(play.result.seconds))
        line.add("report", play.result.report.cut(toBytes: limits.maxReportBytes))
        line.add("command", play.command)
        if let excerpt = play.excerpt {
            line.addRaw("gatewaySeconds", Self.number(excerpt.duration / .seconds(1)))
            line.add("omitted", excerpt.omittedCount)
        }
        let failures = (play.excerpt?.failures ?? []).map { finding in
            var line = JSONLine()
            line.add("expected", finding.expected.cut(toBytes: limits.maxLineBytes))
            line.add("seen", finding.seen.cut(toBytes: limits.maxLineBytes))
            return line.finished
        }
        line.addRaw("failures", JSONLine.array(failures))
        line.addRaw("notes", JSONLine.array(play.notes.map(JSONLine.quoted)))
        return line.finished
    }

    private func json(_ scenario: UnplayedScenario) -> String {
        var line = JSONLine()
        line.add("title", scenario.title)
        line.add("file", scenario.file)
        line.add("reason", scenario.reason)
        return line.finished
    }

    private static func number(_ value: Double) -> String {
        value.isFinite ? "\((value * 1000).rounded() / 1000)" : "0"
    }
}

internal import EventLog

/// What GitHub shows beside the code and on the page of a run.
package enum GitHub {
    /// GitHub shows this many annotations of a kind for each step.
    private static let mostAnnotations = 10
    private static let mostFindings = 5

    /// Workflow commands, one a line: errors for what failed, warnings for what is flaky, notices for
    /// what the baseline lists and passes now.
    ///
    /// - Parameter place: The path of a file from the top of the repository.
    package static func annotations(
        _ outcome: RunOutcome, place: (String) -> String = { $0 }
    ) -> [String] {
        let errors = outcome.notable.filter { $0.verdict != .flaky }
        let warnings = outcome.notable.filter { $0.verdict == .flaky }
        return [("error", errors), ("warning", warnings), ("notice", outcome.fixed)]
            .flatMap { kind, results in
                results.prefix(mostAnnotations).map { annotation(kind, $0, place) }
            }
    }

    private static func annotation(
        _ kind: String, _ result: ScenarioResult, _ place: (String) -> String
    ) -> String {
        let mark = result.mark
        let properties = [
            ("file", place(mark.file)), ("line", String(mark.line)), ("col", String(mark.column)),
            ("title", "\(kind == "notice" ? "now passes" : result.verdict.words): \(result.title)"),
        ]
        .map { "\($0)=\(escapedProperty($1))" }
        .joined(separator: ",")
        return "::\(kind) \(properties)::\(escapedData(message(of: result)))"
    }

    private static func message(of result: ScenarioResult) -> String {
        guard result.standing != .fixed else {
            return "The baseline says that it fails. --update takes it out."
        }
        var lines = result.failures.prefix(mostFindings).flatMap { finding in
            [
                "\(finding.mark)", "expected: \(shortened(finding.expected))",
                "seen: \(shortened(finding.seen))",
            ]
        }
        if lines.isEmpty {
            lines = result.report.split(separator: "\n").prefix(mostFindings).map {
                shortened(String($0))
            }
        }
        if result.failures.count > mostFindings {
            lines.append("and \(result.failures.count - mostFindings) more")
        }
        return lines.joined(separator: "\n")
    }

    private static func shortened(_ text: String) -> String {
        let text = text.printable
        return text.count > 500 ? text.prefix(500) + "…" : text
    }

    private static func escapedData(_ text: String) -> String {
        text.map { character in
            switch character {
            case "%": "%25"
            case "\r": "%0D"
            case "\n": "%0A"
            case "\r\n": "%0D%0A"
            default: String(character)
            }
        }.joined()
    }

    private static func escapedProperty(_ text: String) -> String {
        escapedData(text.printable).map { character in
            switch character {
            case ":": "%3A"
            case ",": "%2C"
            default: String(character)
            }
        }.joined()
    }

    // MARK: The summary of a job

    private static let mostRows = 100
    /// GitHub refuses more than 1 MiB for a step.
    private static let mostReportBytes = 16 << 10

    /// A table of what a reader has to look at, with the reports folded, in GitHub's Markdown.
    package static func summary(_ outcome: RunOutcome) -> String {
        let time = outcome.seconds.map { ", in \(exactSeconds($0)) s" } ?? ""
        var lines = ["### fakegw: \(outcome.counts)\(time)", ""]
        if let reason = outcome.unplayed.first?.reason {
            lines += ["\(outcome.unplayed.count) \(cell(reason))", ""]
        }
        let rows = outcome.notable + outcome.results.filter { $0.standing == .known }
        guard !rows.isEmpty else { return lines.joined(separator: "\n") + "\n" }
        lines += ["| scenario | verdict | where | seconds |", "|---|---|---|---:|"]
        for result in rows.prefix(mostRows) {
            let verdict = result.standing == .known ? "known to fail" : result.verdict.words
            lines.append(
                "| \(cell(result.title)) | \(cell(verdict)) | "
                    + "\(cell("\(result.mark.file):\(result.mark.line)")) | "
                    + "\(exactSeconds(result.allSeconds)) |")
        }
        if rows.count > mostRows { lines += ["", "and \(rows.count - mostRows) more"] }
        for result in outcome.notable.prefix(mostAnnotations) where !result.report.isEmpty {
            lines += [
                "", "<details><summary>\(markup(result.title.printable))</summary>", "",
                "<pre>\(markup(front(of: result.report, bytes: mostReportBytes)))</pre>", "",
                "</details>",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Inside a table: no mark of Markdown is left that could be one.
    private static func cell(_ text: String) -> String {
        markup(text.printable).unicodeScalars.map { scalar in
            "|*_`[]\\~#@".unicodeScalars.contains(scalar)
                ? "&#\(scalar.value);" : String(scalar)
        }.joined()
    }

    private static func markup(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}

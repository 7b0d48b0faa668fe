internal import EventLog

/// JUnit's XML, as CI systems read it.
///
/// - A scenario that this machine could not play is an error and no failure.
/// - What was not played is skipped, and so is a failure that the baseline knows.
/// - Plays before the last one are written as Maven Surefire does it: `flakyFailure` when the last one
///   passed, `rerunFailure` when it failed too.
/// - `file` and `line` of a test case are for GitLab and for what shows annotations on GitHub. Jenkins
///   reads over them.
///
/// - Parameter timestamp: When the run began, `2026-01-15T14:31:07`.
package func junitXML(_ outcome: RunOutcome, timestamp: String? = nil) -> String {
    let (results, unplayed) = (outcome.results, outcome.unplayed)
    let errors = results.count { $0.verdict == .machineUnfit }
    let failures = results.count { $0.countsAsFailure }
    let skipped = unplayed.count + results.count { $0.standing == .known }
    let time = exactSeconds(results.reduce(0) { $0 + $1.allSeconds })
    let counts =
        #"tests="\#(results.count + unplayed.count)" failures="\#(failures)" errors="\#(errors)""#
    let when = timestamp.map { #" timestamp="\#(escaped($0))""# } ?? ""
    var lines = [
        #"<?xml version="1.0" encoding="UTF-8"?>"#,
        #"<testsuites name="fakegw" \#(counts) time="\#(time)">"#,
        #"<testsuite name="fakegw" \#(counts) skipped="\#(skipped)" time="\#(time)"\#(when)>"#,
    ]
    lines += results.map(testCase)
    for scenario in unplayed {
        lines.append(
            head(scenario.title, scenario.file, line: 1, seconds: 0)
                + #"><skipped message="\#(escaped(scenario.reason))"/></testcase>"#)
    }
    return (lines + ["</testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
}

private func head(_ title: String, _ file: String, line: Int, seconds: Double) -> String {
    #"<testcase classname="\#(escaped(file))" name="\#(escaped(title))" "#
        + #"file="\#(escaped(file))" line="\#(line)" time="\#(exactSeconds(seconds))""#
}

private func testCase(_ result: ScenarioResult) -> String {
    let head = head(
        result.title, result.file, line: result.mark.line, seconds: result.allSeconds)
    var inner = ""
    var plays = result.earlier
    if result.standing == .known {
        inner += #"<skipped message="known to fail: \#(escaped(result.message))"/>"#
    } else if result.verdict.isFailure || result.verdict == .machineUnfit {
        // The first play is the failure, those after it are its reruns.
        plays = Array(result.earlier.dropFirst()) + (result.earlier.isEmpty ? [] : [result])
        let first = result.earlier.first ?? result
        let element = result.verdict == .machineUnfit ? "error" : "failure"
        inner += "<\(element) \(typed(first))>\(escaped(bounded(first.report)))</\(element)>"
    }
    let element =
        result.verdict == .passed || result.verdict == .flaky ? "flakyFailure" : "rerunFailure"
    for play in plays {
        inner +=
            "<\(element) \(typed(play))><stackTrace>\(escaped(bounded(play.report)))</stackTrace>"
            + "</\(element)>"
    }
    if !result.output.isEmpty {
        inner += "<system-out>\(escaped(bounded(result.output)))</system-out>"
    }
    return inner.isEmpty ? head + "/>" : head + ">" + inner + "</testcase>"
}

/// CI systems refuse files that are too large.
private func bounded(_ text: String) -> String { front(of: text, bytes: 64 << 10) }

private func typed(_ result: ScenarioResult) -> String {
    #"message="\#(escaped(result.message))" type="\#(result.verdict.word)""#
}

extension ScenarioResult {
    /// One line: the verdict, and the first thing that did not hold.
    package var message: String {
        guard let first = failures.first else { return verdict.words }
        let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
        let text = "\(verdict.words): expected \(first.expected); seen: \(first.seen)".printable
        return (text.count > 500 ? text.prefix(500) + "…" : text) + more
    }
}

/// Text inside XML; control characters that XML 1.0 forbids become `?`.
private func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "\n", "\t", "\r": escaped.unicodeScalars.append(scalar)
        case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": escaped += "?"
        default: escaped.unicodeScalars.append(scalar)
        }
    }
    return escaped
}

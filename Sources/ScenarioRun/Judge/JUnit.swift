/// A scenario that was chosen and not played.
package struct UnplayedScenario: Sendable {
    package var title: String
    package var file: String
    package var reason: String

    package init(title: String, file: String, reason: String) {
        self.title = title
        self.file = file
        self.reason = reason
    }
}

/// JUnit's XML, as CI systems read it.
///
/// A scenario that this machine could not play is an error and no failure. Plays before the last one
/// are written as Maven Surefire does it: `flakyFailure` when the last one passed, `rerunFailure` when
/// it failed too.
package func junitXML(_ results: [ScenarioResult], unplayed: [UnplayedScenario] = []) -> String {
    let errors = results.count { $0.verdict == .machineUnfit }
    let failures = results.count { $0.verdict.isFailure }
    let seconds = results.reduce(0) { $0 + $1.seconds }
    var lines = [
        #"<?xml version="1.0" encoding="UTF-8"?>"#,
        #"<testsuites><testsuite name="fakegw" tests="\#(results.count + unplayed.count)" "#
            + #"failures="\#(failures)" errors="\#(errors)" skipped="\#(unplayed.count)" "#
            + #"time="\#(seconds)">"#,
    ]
    lines += results.map(testCase)
    for scenario in unplayed {
        lines.append(
            #"<testcase classname="\#(escaped(scenario.file))" name="\#(escaped(scenario.title))" "#
                + #"time="0"><skipped message="\#(escaped(scenario.reason))"/></testcase>"#)
    }
    return (lines + ["</testsuite></testsuites>"]).joined(separator: "\n") + "\n"
}

private func testCase(_ result: ScenarioResult) -> String {
    let head =
        #"<testcase classname="\#(escaped(result.file))" name="\#(escaped(result.title))" "#
        + #"time="\#(result.seconds)""#
    var inner = ""
    let plays: [ScenarioResult]
    if result.verdict.isFailure || result.verdict == .machineUnfit {
        // The first play is the failure, those after it are its reruns.
        plays = Array(result.earlier.dropFirst()) + (result.earlier.isEmpty ? [] : [result])
        let first = result.earlier.first ?? result
        let element = result.verdict == .machineUnfit ? "error" : "failure"
        inner += "<\(element) \(typed(first))>\(escaped(first.report))</\(element)>"
    } else {
        plays = result.earlier
    }
    let element =
        result.verdict == .passed || result.verdict == .flaky ? "flakyFailure" : "rerunFailure"
    for play in plays {
        inner +=
            "<\(element) \(typed(play))><stackTrace>\(escaped(play.report))</stackTrace></\(element)>"
    }
    return inner.isEmpty ? head + "/>" : head + ">" + inner + "</testcase>"
}

private func typed(_ result: ScenarioResult) -> String {
    #"message="\#(escaped(result.verdict.words))" type="\#(result.verdict.word)""#
}

extension Verdict {
    /// It tells against the program.
    fileprivate var isFailure: Bool {
        switch self {
        case .passed, .flaky, .machineUnfit: false
        case .expectationFailed, .clientNotStarted, .deadlinePassed, .faultNeverFired, .leaked,
            .notDeterministic:
            true
        }
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

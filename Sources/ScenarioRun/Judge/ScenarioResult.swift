/// How a scenario ended.
///
/// `run` exits with the code of the gravest verdict.
package enum Verdict: Int, Hashable, Sendable, CaseIterable {
    case passed = 0
    case expectationFailed = 1
    case clientNotStarted = 3
    case deadlinePassed = 4
    case faultNeverFired = 5
    case machineUnfit = 6
    case leaked = 7
    case flaky = 9

    package var words: String {
        switch self {
        case .passed: "passed"
        case .expectationFailed: "FAILED"
        case .clientNotStarted: "CLIENT NOT STARTED"
        case .deadlinePassed: "DEADLINE PASSED"
        case .faultNeverFired: "FAULT NEVER FIRED"
        case .machineUnfit: "UNKNOWN, this machine stalled"
        case .leaked: "LEAKED"
        case .flaky: "FLAKY"
        }
    }

    /// The word of the `verdict` event.
    package var word: String {
        switch self {
        case .passed: "passed"
        case .expectationFailed: "expectation-failed"
        case .clientNotStarted: "client-not-started"
        case .deadlinePassed: "deadline-passed"
        case .faultNeverFired: "fault-never-fired"
        case .machineUnfit: "machine-unfit"
        case .leaked: "leaked"
        case .flaky: "flaky"
        }
    }

    /// The one code for many scenarios.
    ///
    /// A verdict that makes the other results meaningless comes first. `flaky` comes last.
    package static func gravest(_ verdicts: [Verdict]) -> Verdict {
        let order: [Verdict] = [
            .machineUnfit, .clientNotStarted, .expectationFailed, .deadlinePassed,
            .faultNeverFired, .leaked, .flaky,
        ]
        return order.first(where: verdicts.contains) ?? .passed
    }
}

/// One scenario's outcome.
package struct ScenarioResult: Sendable {
    package var title: String
    package var file: String
    package var variables: [(name: String, value: String)]
    package var verdict: Verdict
    /// In real seconds.
    package var seconds: Double
    /// For people: what failed, in which line, and what the log shows; empty when passed.
    package var report: String

    package init(
        title: String, file: String, variables: [(name: String, value: String)], verdict: Verdict,
        seconds: Double, report: String
    ) {
        self.title = title
        self.file = file
        self.variables = variables
        self.verdict = verdict
        self.seconds = seconds
        self.report = report
    }
}

/// JUnit's XML, as CI systems read it.
package func junitXML(_ results: [ScenarioResult]) -> String {
    let failures = results.count { $0.verdict != .passed }
    var lines = [
        #"<?xml version="1.0" encoding="UTF-8"?>"#,
        #"<testsuites><testsuite name="fakegw" tests="\#(results.count)" failures="\#(failures)">"#,
    ]
    for result in results {
        let head =
            #"<testcase classname="\#(escaped(result.file))" name="\#(escaped(result.title))" "#
            + #"time="\#(result.seconds)""#
        if result.verdict == .passed {
            lines.append(head + "/>")
        } else {
            lines.append(head + ">")
            lines.append(
                #"<failure message="\#(escaped(result.verdict.words))">\#(escaped(result.report))"#
                    + "</failure></testcase>")
        }
    }
    return (lines + ["</testsuite></testsuites>"]).joined(separator: "\n") + "\n"
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

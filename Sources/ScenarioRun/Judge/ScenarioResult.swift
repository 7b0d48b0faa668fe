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
        case .machineUnfit: "UNKNOWN, this machine could not play it"
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
    /// Plays before this one that did not pass, when it was played again (`--retry`).
    package var earlier: [ScenarioResult] = []
    /// The name of its event log, without the folder; `nil` when there is none.
    package var eventsName: String?
    /// What could not be written, or be done, beside the play.
    package var trouble: String?

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

    /// The outcome of a play that others preceded.
    ///
    /// A play that passes after one that failed is flaky. A play that this machine could not play says
    /// nothing, so one that passes after it has passed.
    package func after(_ earlier: [ScenarioResult]) -> ScenarioResult {
        guard !earlier.isEmpty else { return self }
        var result = self
        result.earlier = earlier
        result.seconds += earlier.reduce(0) { $0 + $1.seconds }
        let failures = earlier.filter { $0.verdict != .machineUnfit }
        if verdict == .passed, let first = failures.first {
            result.verdict = .flaky
            result.report =
                "failed in \(failures.count) of \(earlier.count + 1) plays, and passed in the last; "
                + "the first failed so: \(first.verdict.words)\n\(first.report)"
        }
        return result
    }
}

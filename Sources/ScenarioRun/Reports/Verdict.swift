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
    /// Two plays with one seed differed in what hangs on cause and effect.
    case notDeterministic = 8
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
        case .notDeterministic: "NOT DETERMINISTIC"
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
        case .notDeterministic: "not-deterministic"
        case .flaky: "flaky"
        }
    }

    /// It tells against the program.
    package var isFailure: Bool {
        switch self {
        case .passed, .flaky, .machineUnfit: false
        case .expectationFailed, .clientNotStarted, .deadlinePassed, .faultNeverFired, .leaked,
            .notDeterministic:
            true
        }
    }

    /// The one code for many scenarios.
    ///
    /// A verdict that makes the other results meaningless comes first. `flaky` comes last.
    package static func gravest(_ verdicts: [Verdict]) -> Verdict {
        let order: [Verdict] = [
            .machineUnfit, .clientNotStarted, .expectationFailed, .deadlinePassed,
            .faultNeverFired, .leaked, .notDeterministic, .flaky,
        ]
        return order.first(where: verdicts.contains) ?? .passed
    }
}

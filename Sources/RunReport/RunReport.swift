package import ScenarioRun

/// What the page of a run shows.
package struct RunReport: Sendable {
    /// When the run began, in UTC: `2026-01-15T14:30:00.000000Z`.
    package var at: String
    /// The version of fakegw.
    package var version: String
    /// How long the run took in real seconds; `nil` when nobody knows.
    package var seconds: Double?
    /// In the order in which they are shown within a verdict.
    package var scenarios: [ReportedScenario]
    package var unplayed: [UnplayedScenario] = []
    /// Of earlier runs.
    package var history = RunHistory()

    package init(at: String, version: String, seconds: Double?, scenarios: [ReportedScenario]) {
        self.at = at
        self.version = version
        self.seconds = seconds
        self.scenarios = scenarios
    }
}

/// One row of the overview.
package struct ReportedScenario: Sendable {
    package var result: ScenarioResult
    /// The plays that it took, the last one last.
    package var plays: [ReportedPlay]

    package init(_ result: ScenarioResult, plays: [ReportedPlay]) {
        self.result = result
        self.plays = plays
    }
}

/// One play of a scenario: its result, and what its log shows.
package struct ReportedPlay: Sendable {
    package var result: ScenarioResult
    /// The command that repeats it; empty when nobody knows.
    package var command = ""
    /// The events that are shown.
    package var excerpt: LogExcerpt?
    /// What a reader should know about the events, such as why there are none.
    package var notes: [String] = []

    package init(_ result: ScenarioResult) {
        self.result = result
    }
}

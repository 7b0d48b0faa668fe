package import EventLog
import ScenarioFormat
import Simulation

/// One scenario's outcome.
package struct ScenarioResult: Sendable {
    package var title: String
    package var file: String
    /// The programs: the matrix variable `client`, or the names of all.
    package var client = ""
    package var variables: [(name: String, value: String)]
    package var verdict: Verdict
    /// In real seconds.
    package var seconds: Double
    /// From the start of the gateways' clock to the end; `nil` when nothing was played.
    package var gatewaySeconds: Double?
    package var seed: UInt64 = 1
    package var speed = 1.0
    /// What did not hold, in the order in which it was judged.
    package var failures: [Finding] = []
    /// For people: what failed, in which line, and what the log shows; empty when passed.
    package var report: String
    /// The last output of the programs, within a bound; empty when passed.
    package var output = ""
    /// Which play of the scenario it is, from 1; above 1 with `--retry`.
    package var attempt = 1
    /// Plays before this one that did not pass, when it was played again (`--retry`).
    package var earlier: [ScenarioResult] = []
    /// The name of its event log, without the folder; `nil` when there is none.
    package var eventsName: String?
    /// What could not be written, or be done, beside the play.
    package var trouble: String?
    /// What a baseline says of it; `nil` when none was given, or when it says nothing.
    package var standing: BaselineStanding?

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

    /// The place that a reader should look at first.
    package var mark: SourceMark {
        failures.first?.mark ?? SourceMark(file: file, line: 1, column: 1)
    }

    /// It fails the run.
    package var countsAsFailure: Bool { verdict.isFailure && standing != .known }

    /// The outcome of a play that others preceded.
    ///
    /// A play that passes after one that failed is flaky. A play that this machine could not play says
    /// nothing, so one that passes after it has passed.
    package func after(_ earlier: [ScenarioResult]) -> ScenarioResult {
        guard !earlier.isEmpty else { return self }
        var result = self
        result.earlier = earlier
        result.attempt = earlier.count + 1
        let failures = earlier.filter { $0.verdict != .machineUnfit }
        if verdict == .passed, let first = failures.first {
            result.verdict = .flaky
            result.failures = first.failures
            result.output = first.output
            result.report =
                "failed in \(failures.count) of \(earlier.count + 1) plays, and passed in the last; "
                + "the first failed so: \(first.verdict.words)\n\(first.report)"
        }
        return result
    }

    /// Of this play and those before it.
    package var allSeconds: Double { earlier.reduce(seconds) { $0 + $1.seconds } }
}

/// What a baseline says of a result.
package enum BaselineStanding: String, Hashable, Sendable, CaseIterable {
    /// It fails as the baseline says.
    case known
    /// The baseline has another failure for it.
    case changed
    /// The baseline has a failure for it, and it passes.
    case fixed
}

extension ScenarioResult {
    /// The outcome of a story that is over.
    package init(_ story: Story) {
        let scenario = story.scenario
        let gateway = (story.now - .start) / .seconds(1)
        self.init(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: story.verdict,
            // A log of an older version does not tell the real time.
            seconds: story.realMilliseconds.map { Double($0) / 1000 }
                ?? gateway / story.header.speed,
            report: story.report)
        gatewaySeconds = gateway
        seed = story.header.seed
        speed = story.header.speed
        client = scenario.programs
        if verdict != .passed {
            failures = story.complaints
            output = story.output
        }
    }
}

extension Scenario {
    /// The matrix variable `client`, or the names of all client programs.
    package var programs: String {
        variables.first { $0.name == "client" }?.value
            ?? clients.map(\.name).joined(separator: ", ")
    }
}

extension Story {
    private static let mostOutputLines = 100
    private static let mostOutputCharacters = 16_384

    /// What the programs said last, program by program.
    fileprivate var output: String {
        var lines: [String] = []
        for run in tally.runs {
            lines.append("\(run.name) \(run.endingWords)".printable)
            for (stream, said) in [("stdout", run.stdout), ("stderr", run.stderr)] {
                let omitted = said.count - Self.mostOutputLines
                if omitted > 0 { lines.append("\(stream)| … \(omitted) lines …") }
                lines += said.suffix(Self.mostOutputLines).map { "\(stream)| \($0)".printable }
            }
        }
        let text = lines.joined(separator: "\n")
        return text.count <= Self.mostOutputCharacters
            ? text : "…" + text.suffix(Self.mostOutputCharacters)
    }
}

import EventLog
import ScenarioFormat
import ScenarioRun
import Simulation

/// What a failed scenario has to say: where, what was expected, what was seen, what led to it.
struct FailureReport {
    let scenario: Scenario
    let complaints: [Complaint]
    let events: [LogEvent]
    let runs: [ClientRun]
    let seed: UInt64

    private static let eventCount = 12
    private static let lineCount = 5
    private static let lineWidth = 160

    private static func shortened(_ line: String) -> String {
        line.count > lineWidth ? line.prefix(lineWidth) + "…" : line
    }

    var text: String {
        var lines: [String] = []
        for complaint in complaints {
            lines.append("\(complaint.mark)")
            lines.append("  expected: \(complaint.expected)")
            lines.append("  seen:     \(complaint.seen)")
        }
        if let run = runs.last {
            let said = run.stdout.suffix(Self.lineCount) + run.stderr.suffix(Self.lineCount)
            if !said.isEmpty {
                lines.append(
                    "  \(run.name) \(run.ending?.description ?? "is still running") and last said:")
                lines += said.map { "    \(Self.shortened($0))" }
            }
        }
        let wire = events.filter { event in
            if case .clientLine = event.kind { false } else { true }
        }
        lines.append("  last events:")
        lines += wire.suffix(Self.eventCount).map { event in
            "    " + Text.column(Text.seconds(event.at - .start), width: 11)
                + event.textLine(showsGateway: scenario.gateways.count > 1)
        }
        lines.append(
            "  again: fakegw run \(scenario.file) --filter '\(scenario.title)' --seed \(seed)")
        return lines.joined(separator: "\n")
    }
}

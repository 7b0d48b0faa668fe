import EventLog
import ScenarioFormat
import Simulation

/// The report of a failed scenario: the place in the file, what was expected, what was seen, and
/// the events before it.
struct FailureReport {
    let scenario: Scenario
    let complaints: [Finding]
    /// The last events of the gateways and the programs.
    let events: [LogEvent]
    /// The run that was started last.
    let run: RunTally?
    let header: RunHeader

    private static let lineCount = 5
    private static let lineWidth = 160

    private static func shortened(_ line: String) -> String {
        line.count > lineWidth ? line.prefix(lineWidth) + "…" : line
    }

    var text: String {
        var lines: [String] = []
        for complaint in complaints {
            lines.append("\(complaint.mark)")
            lines.append("  expected: \(complaint.expected.printable)")
            lines.append("  seen:     \(complaint.seen.printable)")
        }
        if header.speed != 1 {
            lines.append(
                "  all times are gateway time; at speed \(header.speedText) up to "
                    + "\(header.speedText) s of it pass in one real second")
        }
        if let run {
            let said = run.stdout.suffix(Self.lineCount) + run.stderr.suffix(Self.lineCount)
            if !said.isEmpty {
                lines.append("  \(run.name) \(run.endingWords) and last said:")
                lines += said.map { "    \(Self.shortened($0).printable)" }
                if run.omittedLineCount > 0 {
                    lines.append("    (\(run.omittedLineCount) lines of output were not kept)")
                }
            }
        }
        lines.append("  last events:")
        lines += events.map { event in
            "    " + Self.time(of: event)
                + event.textLine(showsGateway: scenario.gateways.count > 1)
        }
        lines.append("  again: \(header.repeatingCommand(ownSpeed: scenario.speed))")
        return lines.joined(separator: "\n")
    }

    /// Gateway seconds, in a column of eleven.
    private static func time(of event: LogEvent) -> String {
        let milliseconds = (event.at - .start).nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        let text = "\(milliseconds / 1000).\(fraction) s"
        return text + String(repeating: " ", count: max(1, 11 - text.count))
    }
}

/// The last events that a report shows.
struct RecentEvents {
    private(set) var events: [LogEvent] = []
    private static let mostCount = 12

    mutating func take(_ event: LogEvent) {
        guard event.isShownInReport else { return }
        if events.count == Self.mostCount { events.removeFirst() }
        events.append(event)
    }
}

extension LogEvent {
    /// Output of programs has its own place in the report, and the story's own events would repeat
    /// it.
    fileprivate var isShownInReport: Bool {
        switch kind {
        case .run, .step, .expectation, .verdict, .clientLine, .clientFed, .commanded, .sockets,
            .runner:
            false
        case .omitted, .listening, .listenerClosed, .light, .lifecycle, .attempted, .opened, .hello,
            .legacyHello, .version, .message, .unknown, .malformed, .raw, .gap, .phase, .ended,
            .closed, .finAcknowledged, .stalled, .resumed, .over, .fault, .faultIdle, .faultFailed,
            .note,
            .transport, .clientStarted, .clientEnded, .clientSignaled:
            true
        }
    }
}

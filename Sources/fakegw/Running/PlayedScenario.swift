import EventLog
import ScenarioFormat
import ScenarioRun
import Simulation

/// Plays a scenario once, or twice where it is to be deterministic.
struct PlayedScenario {
    private let scenario: Scenario
    private let options: SessionOptions
    private let checksDeterminism: Bool

    /// - Parameter checksDeterminism: Also a scenario that must fail as not deterministic is played
    ///   twice.
    init(_ scenario: Scenario, options: SessionOptions, checksDeterminism: Bool) {
        self.scenario = scenario
        self.options = options
        self.checksDeterminism = checksDeterminism || Self.mustDiffer(scenario)
    }

    // Swift 6.3.1 crashes where it optimizes this inside its callers.
    @inline(never)
    private static func mustDiffer(_ scenario: Scenario) -> Bool {
        scenario.mustFail?.exit == Verdict.notDeterministic.rawValue
    }

    struct Outcome {
        /// `nil` when a signal broke the play off.
        var result: ScenarioResult?
        /// The signal.
        var interruption: CInt?
    }

    func play() throws(CommandFailure) -> Outcome {
        let first = try playOnce(options)
        // What fails is told first.
        guard checksDeterminism, let result = first.outcome.result, result.verdict == .passed,
            first.outcome.interruption == nil
        else { return first.outcome }
        var again = options
        again.eventsFile = options.eventsFile.map(Self.secondName)
        let second = try playOnce(again)
        guard let other = second.outcome.result, other.verdict != .machineUnfit else {
            return second.outcome
        }
        var outcome = second.outcome
        outcome.result = compared(result, first.log, other, second.log)
        return outcome
    }

    private func playOnce(
        _ options: SessionOptions
    ) throws(CommandFailure) -> (outcome: Outcome, log: CausalLog) {
        var options = options
        let record = Record()
        if checksDeterminism {
            let show = options.show
            options.show = { event in
                record.log.take(event)
                show(event)
            }
        }
        let session = try ScenarioSession(scenario, options: options)
        let outcome = Outcome(result: session.play(), interruption: session.interruption)
        for gateway in session.gateways {
            for port in gateway.ports { record.log.ignore(port: Int(port)) }
        }
        return (outcome, record.log)
    }

    private final class Record {
        var log = CausalLog()
    }

    static func secondName(_ name: String) -> String {
        name.hasSuffix(".jsonl") ? "\(name.dropLast(6)).again.jsonl" : "\(name).again"
    }

    // MARK: The report

    private func compared(
        _ first: ScenarioResult, _ firstLog: CausalLog, _ second: ScenarioResult,
        _ secondLog: CausalLog
    ) -> ScenarioResult {
        var result = first
        result.seconds += second.seconds
        result.trouble = first.trouble ?? second.trouble
        guard let difference = firstLog.firstDifference(from: secondLog) else { return result }
        let seed = options.seed ?? scenario.seed
        result.verdict = .notDeterministic
        let finding = Finding(
            mark: scenario.start, expected: "two plays with seed \(seed) have the same causal log",
            seen: "they part at entry \(difference.number) of \(difference.lane)", holds: false)
        result.failures = [finding]
        var lines = [
            "\(finding.mark)",
            "  expected: \(finding.expected)",
            "  seen:     \(finding.seen)",
            "",
            "  " + Text.column("  time", width: Self.timeWidth)
                + Text.column("first play", width: Self.width) + "  second play",
        ]
        lines += difference.context.map { line(" ", $0, $0) }
        for index in 0..<max(difference.first.count, difference.second.count) {
            let one = index < difference.first.count ? difference.first[index] : nil
            let other = index < difference.second.count ? difference.second[index] : nil
            lines.append(line(one?.text == other?.text ? " " : ">", one, other))
        }
        if difference.first.isEmpty || difference.second.isEmpty {
            lines.append("  (nothing more came there in the other play)")
        }
        lines += ["", "  likely source: \(difference.source)"]
        if second.verdict != first.verdict {
            lines.append("  verdict of the second play: \(second.verdict.words)")
        }
        if firstLog.isCut || secondLog.isCut {
            lines.append("  only the first \(CausalLog.mostEntries) entries were compared")
        }
        let header = RunHeader(
            scenario: scenario.file, title: scenario.title, seed: seed, speed: result.speed,
            options: options.commandOptions, program: options.program)
        let command = scenario.command(for: header, adding: ["--check-determinism"])
        lines.append("  again: \(command)")
        result.report = lines.joined(separator: "\n")
        return result
    }

    private static let width = 60
    private static let timeWidth = 14

    /// One line of the two plays, side by side; where both are too long, the parts that differ.
    private func line(
        _ mark: String, _ first: CausalLog.Entry?, _ second: CausalLog.Entry?
    ) -> String {
        let (one, other) = Self.cut(first?.text ?? "", second?.text ?? "")
        let at = ((first ?? second)?.at ?? .start) - .start
        let milliseconds = at.nanoseconds / 1_000_000
        let time = "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst()) s"
        return "  " + Text.column("\(mark) \(time)", width: Self.timeWidth)
            + Text.column(one, width: Self.width) + "  " + other
    }

    private static func cut(_ one: String, _ other: String) -> (String, String) {
        let same = zip(one, other).prefix { $0 == $1 }.count
        let start = max(one.count, other.count) > width ? max(0, same - width / 3) : 0
        func part(_ text: String) -> String {
            let rest = (start > 0 ? "…" : "") + text.dropFirst(start)
            return rest.count > width ? rest.prefix(width - 1) + "…" : rest
        }
        return (part(one), part(other))
    }
}

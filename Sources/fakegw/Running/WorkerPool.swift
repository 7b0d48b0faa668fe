import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import SocketDriver

/// Plays one scenario in a process of its own, for a pool.
enum RunWorker {
    /// The first line of what a worker prints; the report follows.
    static let header = "fakegw-worker"

    static func work(_ title: String, _ selection: RunSelection) throws(CommandFailure) -> ExitCode
    {
        guard let scenario = try selection.scenarios().first(where: { $0.title == title }) else {
            throw CommandFailure(text: "no scenario '\(title)'")
        }
        let result = try ScenarioSession(scenario, options: selection.options(for: scenario)).play()
            .asItMust(scenario)
        Terminal.out("\(header) \(result.verdict.rawValue) \(result.seconds)")
        if !result.report.isEmpty { Terminal.out(result.report) }
        return .success
    }
}

/// Plays scenarios in several processes at once, each with an event loop of its own.
///
/// Separate processes keep descriptors, signals and crashes of scenarios apart.
final class WorkerPool {
    private let selection: RunSelection
    private let progress: RunProgress
    private let loop: EventLoop
    private var waiting: [(index: Int, scenario: Scenario)] = []
    private var running: [Int: ClientProcess] = [:]
    private var results: [ScenarioResult?] = []
    private var failure: CommandFailure?

    init(selection: RunSelection, progress: RunProgress) throws(CommandFailure) {
        self.selection = selection
        self.progress = progress
        loop = try CommandFailure.ofMachine { () throws(OSFailure) in try EventLoop() }
    }

    func play(_ scenarios: [Scenario]) throws(CommandFailure) -> [ScenarioResult] {
        let all = (0..<selection.repeats).flatMap { _ in scenarios }
        waiting = Array(all.enumerated().map { (index: $0.offset, scenario: $0.element) })
        results = Array(repeating: nil, count: all.count)
        try CommandFailure.ofMachine { () throws(OSFailure) in
            try loop.watchSignals([SIGINT, SIGTERM]) { [unowned self] number in
                failure = CommandFailure(
                    text: "stopped by SIG\(SignalNames.name(of: number))", code: .machineUnfit)
            }
        }
        loop.run(until: { [unowned self] in
            startWaiting()
            return failure != nil || (waiting.isEmpty && running.isEmpty)
        })
        if let failure {
            for worker in running.values { worker.signal(SIGKILL, to: .group) }
            _ = loop.run(
                until: { running.values.allSatisfy { $0.ending != nil } }, forReal: .seconds(2))
            throw failure
        }
        return results.compactMap { $0 }
    }

    private func startWaiting() {
        while running.count < selection.jobs, failure == nil, let next = waiting.first {
            waiting.removeFirst()
            progress.begin(next.scenario)
            var launch = Launch(
                ClientLauncher.ownExecutable,
                ["run", next.scenario.file, "--worker", next.scenario.title]
                    + selection.workerArguments)
            launch.takesInput = false
            do {
                let worker = try ClientProcess(launch, on: loop)
                running[next.index] = worker
                worker.onEnd = { [unowned self] _ in finish(next.index, next.scenario) }
            } catch {
                failure = CommandFailure(text: error.description, code: .machineUnfit)
            }
        }
    }

    private func finish(_ index: Int, _ scenario: Scenario) {
        guard let worker = running.removeValue(forKey: index), failure == nil else { return }
        let lines = worker.output.lines.map(\.text)
        let result = Self.result(of: scenario, saying: lines)
        results[index] = result
        progress.end(result)
    }

    private static func result(of scenario: Scenario, saying lines: [String]) -> ScenarioResult {
        var result = ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: .machineUnfit, seconds: 0,
            report: "the process that played it ended without a verdict\n"
                + lines.suffix(20).joined(separator: "\n"))
        guard let start = lines.firstIndex(where: { $0.hasPrefix(RunWorker.header + " ") }) else {
            return result
        }
        let words = lines[start].split(separator: " ")
        guard words.count == 3, let code = Int(words[1]), let verdict = Verdict(rawValue: code),
            let seconds = Double(words[2])
        else { return result }
        result.verdict = verdict
        result.seconds = seconds
        result.report = lines[(start + 1)...].joined(separator: "\n")
        return result
    }
}

import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import SocketDriver

/// Plays one scenario in a process of its own, for a pool.
enum RunWorker {
    /// The first line of what a worker prints; the report follows.
    static let header = "fakegw-worker"
    /// Before it, when something beside the play went wrong.
    static let troubleHeader = "fakegw-worker-trouble"

    static func work(
        _ title: String, eventsFile: String?, captureFile: String?, _ selection: RunSelection
    ) throws(CommandFailure) -> ExitCode {
        if selection.hasOwnNetworks { try enterOwnNetwork() }
        let scenario = try selection.scenario(titled: title)
        let session = try ScenarioSession(
            scenario,
            options: selection.workerOptions(eventsFile: eventsFile, captureFile: captureFile))
        guard let result = session.play()?.asItMust(scenario) else {
            return ExitCode(rawValue: 128 + (session.interruption ?? SIGTERM)) ?? .terminated
        }
        if let trouble = result.trouble { Terminal.out("\(troubleHeader) \(trouble)") }
        Terminal.out("\(header) \(result.verdict.rawValue) \(result.seconds)")
        if !result.report.isEmpty { Terminal.out(result.report) }
        return .success
    }

    /// From here on this process and its programs have a loopback of their own.
    static func enterOwnNetwork() throws(CommandFailure) {
        do {
            try OwnNetwork.enter()
        } catch {
            throw CommandFailure(
                text: error.description,
                hint:
                    "the kernel or the container forbids namespaces; without --own-network, plays "
                    + "with the same fixed port wait for each other",
                code: .machineUnfit)
        }
    }
}

/// Plays scenarios in several processes at once, each with an event loop of its own.
///
/// Separate processes keep descriptors, signals and crashes of scenarios apart.
final class WorkerPool {
    private let selection: RunSelection
    private let progress: RunProgress
    private let loop: EventLoop
    private var queue: PlayQueue
    private var running: [Int: ClientProcess] = [:]

    /// Real time that workers have to end their programs after a signal.
    private static let patience = Duration.seconds(10)

    init(
        _ queue: PlayQueue, selection: RunSelection, progress: RunProgress
    ) throws(CommandFailure) {
        self.queue = queue
        self.selection = selection
        self.progress = progress
        loop = try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in try EventLoop()
        }
    }

    /// - Returns: The queue with the results.
    func play() throws(CommandFailure) -> PlayQueue {
        try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
            try loop.watchSignals(ScenarioSession.endingSignals) { [unowned self] number in
                breakOff(number)
            }
        }
        loop.run(until: { [unowned self] in
            startWaiting()
            return queue.isOver
        })
        if case .signaled? = queue.stop { clearUp() }
        return queue
    }

    private func startWaiting() {
        while running.count < selection.jobs, let play = queue.begin() {
            if play.attempt == 1 { progress.begin(play.scenario) }
            var launch = Launch(ClientLauncher.ownExecutable, selection.workerArguments(for: play))
            launch.takesInput = false
            do {
                let worker = try ClientProcess(launch, on: loop)
                running[play.slot] = worker
                worker.onEnd = { [unowned self] ending in finish(play, ending) }
            } catch {
                let hint = error.hint.map { "; \($0)" } ?? ""
                let reason = "no process can be started to play it: \(error)\(hint)"
                take(Self.unknown(play.scenario, reason), of: play)
            }
        }
    }

    private func finish(_ play: Play, _ ending: ClientProcess.Ending) {
        guard let worker = running.removeValue(forKey: play.slot) else { return }
        let lines = worker.output.lines.map(\.text)
        if case .signaled = ending { endStrays(rounds: Self.strayRounds) }
        if case .signaled? = queue.stop, !lines.contains(where: Self.isVerdict) {
            _ = queue.end(play, nil)
            return
        }
        take(Self.result(of: play.scenario, saying: lines, ending), of: play)
    }

    private func take(_ result: ScenarioResult, of play: Play) {
        if let outcome = queue.end(play, result) { progress.end(outcome) }
    }

    // MARK: The end

    /// Lets the workers end their programs; a second signal, or ten seconds later, kills them.
    private func breakOff(_ number: CInt) {
        if case .signaled? = queue.stop {
            for worker in running.values { worker.signal(SIGKILL, to: .group) }
            return
        }
        queue.stop(by: number)
        for worker in running.values { worker.signal(SIGTERM) }
        _ = loop.schedule(afterReal: Self.patience) { [weak self] in
            for worker in self?.running.values ?? [:].values {
                worker.signal(SIGKILL, to: .group)
            }
        }
    }

    private static let strayRounds = 100

    /// What a killed worker left behind has become ours.
    ///
    /// Its guardian takes a moment, and what that kills becomes ours too.
    private func endStrays(rounds: Int) {
        let known = Set(running.values.map(\.processID))
        for stray in StrayProcess.all(besides: known) { stray.end() }
        StrayProcess.reap(besides: known)
        guard rounds > 1 else { return }
        _ = loop.schedule(afterReal: .milliseconds(20)) { [weak self] in
            self?.endStrays(rounds: rounds - 1)
        }
    }

    /// Waits for the guardians of workers that were killed.
    private func clearUp() {
        endStrays(rounds: Self.strayRounds)
        _ = loop.run(until: { !StrayProcess.reap(besides: []) }, forReal: .seconds(5))
    }

    // MARK: Results

    private static func isVerdict(_ line: String) -> Bool { line.hasPrefix(RunWorker.header + " ") }

    private static func result(
        of scenario: Scenario, saying lines: [String], _ ending: ClientProcess.Ending
    ) -> ScenarioResult {
        guard let start = lines.firstIndex(where: isVerdict) else {
            let words =
                switch ending {
                case .exited(let code): "ended with \(code)"
                case .signaled(let number): "was ended by SIG\(SignalNames.name(of: number))"
                }
            return unknown(
                scenario, "the process that played it \(words), without a verdict", lines)
        }
        let words = lines[start].split(separator: " ")
        guard words.count == 3, let code = Int(words[1]), let verdict = Verdict(rawValue: code),
            let seconds = Double(words[2])
        else { return unknown(scenario, "the process that played it wrote nonsense", lines) }
        var result = ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: verdict, seconds: seconds,
            report: lines[(start + 1)...].joined(separator: "\n"))
        result.trouble = lines[..<start].last { $0.hasPrefix(RunWorker.troubleHeader) }
            .map { String($0.dropFirst(RunWorker.troubleHeader.count + 1)) }
        return result
    }

    private static func unknown(
        _ scenario: Scenario, _ reason: String, _ lines: [String] = []
    ) -> ScenarioResult {
        ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: .machineUnfit, seconds: 0,
            report: ([reason] + lines.suffix(20)).joined(separator: "\n"))
    }
}

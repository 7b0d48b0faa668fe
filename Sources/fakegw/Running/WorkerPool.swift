import GatewayModel
import GatewayWire
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import SocketDriver

/// Plays scenarios one after the other in a process of its own, forked from the pool's.
///
/// It has the scenarios already, and everything that was read for them.
enum RunWorker {
    /// A result, with its report and the last output of the programs, is one line of this length at
    /// most.
    static let maxLineBytes = 4 << 20

    /// Plays what its standard input names, a play a line, until that ends.
    ///
    /// A line that begins with a brace is the result of a play, as JSON.
    ///
    /// - Returns: The status that the process ends with.
    static func work(_ plays: [Play], _ selection: RunSelection) -> ExitCode {
        Tool.reportingErrors { () throws(CommandFailure) in
            StrayProcess.adoptAll()
            while let line = readLine(), let play = play(line, of: plays) {
                if selection.hasOwnNetworks { try enterOwnNetwork() }
                let outcome = try selection.outcome(of: play, selection.options(for: play))
                guard let result = outcome.result else {
                    return ExitCode(rawValue: 128 + (outcome.interruption ?? SIGTERM))
                        ?? .terminated
                }
                Terminal.out(result.jsonLine())
            }
            return .success
        }
    }

    /// The line that names a play: its slot and its attempt.
    static func line(_ play: Play) -> String { "\(play.slot) \(play.attempt)" }

    private static func play(_ line: String, of plays: [Play]) -> Play? {
        let numbers = line.split(separator: " ").compactMap { Int($0) }
        guard numbers.count == 2, plays.indices.contains(numbers[0]) else { return nil }
        var play = plays[numbers[0]]
        play.attempt = numbers[1]
        return play
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
/// Separate processes keep descriptors, signals and crashes of scenarios that run at the same time
/// apart. Being forked, they have read nothing again. A process plays several scenarios one after the
/// other, because to fork takes longer than to play a short one. It is replaced after so many plays, and
/// after one that left something behind or that the machine could not play.
final class WorkerPool {
    private final class Worker {
        let process: ClientProcess
        /// What it plays now.
        var play: Play?
        var playCount = 0
        /// What it said besides results, for the case that it crashes.
        var lines: [String] = []
        /// It ends as soon as it has played what it plays.
        var isRetired = false

        init(_ process: ClientProcess) { self.process = process }
    }

    private let selection: RunSelection
    private let progress: RunProgress
    private let loop: EventLoop
    private var queue: PlayQueue
    /// By process.
    private var workers: [Int32: Worker] = [:]

    /// Real time that workers have to end their programs after a signal.
    private static let patience = Duration.seconds(10)
    /// Plays of one worker.
    private static let mostPlays = 50
    /// Lines kept of what a worker says besides results.
    private static let mostLines = 20

    init(
        _ queue: PlayQueue, selection: RunSelection, progress: RunProgress
    ) throws(CommandFailure) {
        self.queue = queue
        self.selection = selection
        self.progress = progress
        loop = try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in try EventLoop()
        }
    }

    /// Makes once what every worker needs, so that they are forked with it.
    private func prepare() {
        World.prepareDefault()
        _ = ProtocolSchema.messages
    }

    /// - Returns: The queue with the results.
    func play() throws(CommandFailure) -> PlayQueue {
        try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
            try loop.watchSignals(ScenarioSession.endingSignals) { [unowned self] number in
                breakOff(number)
            }
        }
        prepare()
        loop.run(until: { [unowned self] in
            startWaiting()
            if queue.isOver { for worker in workers.values { retire(worker) } }
            return queue.isOver && workers.isEmpty
        })
        if case .signaled? = queue.stop { clearUp() }
        return queue
    }

    private func startWaiting() {
        while workers.values.count(where: { $0.play != nil }) < selection.jobs,
            let play = queue.begin()
        {
            if play.attempt == 1 { progress.begin(play.scenario) }
            do throws(OSFailure) {
                give(play, to: try freeWorker())
            } catch {
                let hint = error.hint.map { "; \($0)" } ?? ""
                let reason = "no process can be started to play it: \(error)\(hint)"
                take(Self.unknown(play.scenario, reason), of: play)
            }
        }
    }

    /// One that waits for its next play, or a new one.
    private func freeWorker() throws(OSFailure) -> Worker {
        if let idle = workers.values.first(where: { $0.play == nil && !$0.isRetired }) {
            return idle
        }
        let (plays, selection) = (queue.plays, selection)
        var limits = OutputLimits()
        limits.maxLineBytes = RunWorker.maxLineBytes
        // The pool takes each line as it comes.
        limits.maxKeptBytes = 0
        let worker = Worker(
            try ClientProcess(
                forking: { RunWorker.work(plays, selection).rawValue }, limits: limits, on: loop))
        workers[worker.process.processID] = worker
        worker.process.onLine = { [unowned self, unowned worker] in hear($0, from: worker) }
        worker.process.onEnd = { [unowned self, unowned worker] in finish(worker, $0) }
        return worker
    }

    private func give(_ play: Play, to worker: Worker) {
        worker.play = play
        worker.playCount += 1
        worker.lines = []
        worker.process.feed(line: RunWorker.line(play))
    }

    private func hear(_ line: OutputLine, from worker: Worker) {
        guard let play = worker.play, line.source == .standardOutput, line.text.hasPrefix("{")
        else {
            if worker.lines.count < Self.mostLines { worker.lines.append(line.text) }
            return
        }
        worker.play = nil
        let result =
            ScenarioResult(jsonLine: line.text)
            ?? Self.unknown(play.scenario, "its result cannot be read", worker.lines)
        let isSound = ![.leaked, .machineUnfit].contains(result.verdict) && result.trouble == nil
        if !isSound || worker.playCount == Self.mostPlays { retire(worker) }
        take(result, of: play)
    }

    private func retire(_ worker: Worker) {
        guard worker.play == nil, !worker.isRetired else { return }
        worker.isRetired = true
        worker.process.closeInput()
    }

    private func finish(_ worker: Worker, _ ending: ClientProcess.Ending) {
        workers[worker.process.processID] = nil
        if case .signaled = ending { endStrays(rounds: Self.strayRounds) }
        guard let play = worker.play else { return }
        if case .signaled? = queue.stop {
            _ = queue.end(play, nil)
            return
        }
        let words =
            switch ending {
            case .exited(let code): "ended with \(code)"
            case .signaled(let number): "was ended by SIG\(SignalNames.name(of: number))"
            }
        take(
            Self.unknown(
                play.scenario, "the process that played it \(words), without a verdict",
                worker.lines), of: play)
    }

    private func take(_ result: ScenarioResult, of play: Play) {
        if let outcome = queue.end(play, result) { progress.end(outcome) }
    }

    // MARK: The end

    /// Lets the workers end their programs; a second signal, or ten seconds later, kills them.
    private func breakOff(_ number: CInt) {
        if case .signaled? = queue.stop { return killAll() }
        queue.stop(by: number)
        for worker in workers.values { worker.process.signal(SIGTERM) }
        _ = loop.schedule(afterReal: Self.patience) { [weak self] in self?.killAll() }
    }

    private func killAll() {
        for worker in workers.values { worker.process.signal(SIGKILL, to: .group) }
    }

    private static let strayRounds = 100

    /// What a killed worker left behind has become ours.
    ///
    /// Its guardian takes a moment, and what that kills becomes ours too.
    private func endStrays(rounds: Int) {
        let known = Set(workers.keys)
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

    private static func unknown(
        _ scenario: Scenario, _ reason: String, _ lines: [String] = []
    ) -> ScenarioResult {
        var result = ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: .machineUnfit, seconds: 0,
            report: ([reason] + lines).joined(separator: "\n"))
        result.client = scenario.programs
        return result
    }
}

import EventLog
import GatewayMachine
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// Plays one scenario: opens its gateways, takes its steps, judges what came of it, cleans up.
///
/// Everything happens on one event loop; a step that waits runs the loop until its condition
/// holds, the step's bound is over, or the scenario's deadline has passed.
final class ScenarioSession {
    let scenario: Scenario
    let options: SessionOptions
    let loop: EventLoop
    let sink: EventSink
    var gateways: [HostedGateway] = []
    var runs: [RunningClient] = []
    var launcher = ClientLauncher(gateways: [])
    var complaints: [Complaint] = []
    var verdict = Verdict.passed
    var deadline = SimInstant.start
    private var lastBeat = 0.0
    private var worstStall = 0.0
    private let startedAt = RealClock.monotonicSeconds

    init(_ scenario: Scenario, options: SessionOptions) throws(CommandFailure) {
        self.scenario = scenario
        self.options = options
        let speed = options.speed ?? scenario.speed
        loop = try CommandFailure.ofMachine { () throws(OSFailure) in try EventLoop(speed: speed) }
        var file: LineFile?
        if let path = options.eventsFile { file = try LineFile(path: path) }
        let show = options.show
        sink = EventSink(
            epoch: RealClock.nanosecondsSince1970,
            header: RunHeader(
                scenario: scenario.file, title: scenario.title,
                seed: options.seed ?? scenario.seed, speed: speed),
            keeps: true, file: file, show: show)
    }

    func play() -> ScenarioResult {
        lastBeat = RealClock.monotonicSeconds
        beat()
        do throws(StoryEnd) {
            try openGateways()
            for step in scenario.steps { try take(step) }
            try judge(scenario.expectations, settle: true)
        } catch {
            verdict = error.verdict
            if let complaint = error.complaint { complaints.append(complaint) }
        }
        if verdict == .passed { checkFaultsFired() }
        let leaks = cleanUp()
        if verdict == .passed, !leaks.isEmpty {
            verdict = .leaked
            complaints += leaks
        }
        if verdict != .passed, worstStall > Self.unfitStall { verdict = .machineUnfit }
        return result()
    }

    // MARK: Gateways

    private func openGateways() throws(StoryEnd) {
        let seed = options.seed ?? scenario.seed
        do {
            for spec in scenario.gateways {
                let gateway = try HostedGateway(
                    spec, seed: seed, directory: ScenarioFiles.directory(of: scenario.file),
                    loop: loop, sink: sink)
                gateways.append(gateway)
                try gateway.start()
            }
        } catch {
            throw StoryEnd(.machineUnfit, at: scenario.start, "the gateways open", error.text)
        }
        refreshLauncher()
        deadline = loop.now + scenario.deadline
    }

    /// Clients started from here on are told where the gateways listen now.
    func refreshLauncher() {
        launcher = ClientLauncher(
            gateways: gateways.map { ($0.name, $0.host.localEndpoint) })
    }

    func gateway(_ name: String) -> HostedGateway? {
        gateways.first { $0.name == name }
    }

    private func checkFaultsFired() {
        let unfired = gateways.flatMap { gateway in gateway.host.handler.machine.unfired }
        guard !unfired.isEmpty else { return }
        verdict = .faultNeverFired
        for fault in unfired {
            complaints.append(
                Complaint(
                    mark: scenario.start, expected: "fault \(fault) fires at least once",
                    seen: "it never did; mark it 'optional: true' if it need not"))
        }
    }

    // MARK: Waiting

    /// Runs the loop until the condition holds.
    ///
    /// - Parameter bound: In gateway time; never beyond the scenario's deadline.
    /// - Returns: Whether it came to hold.
    func wait(upTo bound: Duration? = nil, until condition: () -> Bool) -> Bool {
        let now = loop.now
        let end = bound.map { min(now + $0, deadline) } ?? deadline
        let left = (end - now).nanoseconds
        return loop.run(
            until: condition, forReal: .nanoseconds(Int64(Double(max(0, left)) / loop.speed)))
    }

    /// Lets what is already on its way arrive: nothing new for 20 ms of real time.
    func settle() {
        var seen = -1
        for _ in 0..<50 where seen != sink.count {
            seen = sink.count
            _ = loop.run(until: { false }, forReal: .milliseconds(20))
        }
    }

    /// Wakes the loop now and then, so that conditions on kernel states are looked at, and
    /// measures how late that comes: a machine that stalls makes results meaningless.
    private func beat() {
        let now = RealClock.monotonicSeconds
        worstStall = max(worstStall, now - lastBeat - Self.beatSeconds)
        lastBeat = now
        _ = loop.schedule(afterReal: .milliseconds(5)) { [weak self] in self?.beat() }
    }

    private static let beatSeconds = 0.005
    private static let unfitStall = 2.0

    // MARK: The end

    /// Ends every program and closes every socket.
    ///
    /// - Returns: What could not be ended.
    private func cleanUp() -> [Complaint] {
        for run in runs { run.process?.signal(SIGKILL, to: .group) }
        let ended = loop.run(
            until: { runs.allSatisfy { $0.process?.ending != nil || $0.process == nil } },
            forReal: .seconds(5))
        for gateway in gateways { gateway.host.shutDown() }
        var leaks: [Complaint] = []
        func leak(_ text: String) {
            leaks.append(
                Complaint(mark: scenario.start, expected: "nothing is left behind", seen: text))
        }
        if !ended { leak("a client program could not be ended") }
        for run in runs where run.process?.hasSurvivors ?? false {
            leak("processes that \(run.facts.name) started are still alive")
        }
        for stray in endStrays() { leak("process \(stray.processID), \(stray.command), ran on") }
        for gateway in gateways {
            let rows = gateway.ports.flatMap { (try? KernelSockets.rows(localPort: $0)) ?? [] }
            for row in rows where row.inode != 0 {
                leak("\(gateway.name)'s socket \(row.local) \(row.state) is still open")
            }
        }
        return leaks
    }

    /// Programs that left their client's process group; what they started in turn becomes ours.
    private func endStrays() -> [StrayProcess] {
        guard !runs.isEmpty else { return [] }
        var ended: [StrayProcess] = []
        for _ in 0..<Self.mostGenerations {
            let strays = StrayProcess.all()
            guard !strays.isEmpty else { break }
            for stray in strays { stray.end() }
            ended += strays
        }
        return ended
    }

    private static let mostGenerations = 16

    private func result() -> ScenarioResult {
        let report =
            verdict == .passed
            ? ""
            : FailureReport(
                scenario: scenario, complaints: complaints, events: sink.events,
                runs: runs.map(\.facts),
                seed: options.seed ?? scenario.seed
            ).text
        return ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: verdict, seconds: RealClock.monotonicSeconds - startedAt, report: report)
    }
}

/// How one session is played.
struct SessionOptions {
    var seed: UInt64?
    var speed: Double?
    var eventsFile: String?
    var show: (LogEvent) -> Void = { _ in }
}

/// The story cannot go on.
struct StoryEnd: Error {
    let verdict: Verdict
    var complaint: Complaint?

    init(_ verdict: Verdict) {
        self.verdict = verdict
    }

    init(_ verdict: Verdict, at mark: SourceMark, _ expected: String, _ seen: String) {
        self.verdict = verdict
        complaint = Complaint(mark: mark, expected: expected, seen: seen)
    }
}

/// A client program that was started, and what is known of it.
final class RunningClient {
    var facts: ClientRun
    var process: ClientProcess?

    init(_ facts: ClientRun) {
        self.facts = facts
    }
}

extension Scenario {
    var start: SourceMark { SourceMark(file: file, line: 1, column: 1) }
}

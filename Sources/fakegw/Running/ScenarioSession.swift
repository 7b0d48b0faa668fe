import EventLog
import Faults
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// Plays one scenario on real sockets and with real programs.
///
/// The story decides. This class carries out its tasks, keeps its watches and its clock, and gives
/// it every event of the log in order. Everything happens on one event loop. Between two turns of
/// the loop the story gets the new events, and its effects are carried out.
final class ScenarioSession {
    let scenario: Scenario
    let loop: EventLoop
    let sink: EventSink
    var gateways: [HostedGateway] = []
    let capture: WireCapture?
    var runs: [RunningClient] = []
    var launcher: ClientLauncher
    var watch: KernelWatch?
    /// Set once the gateways are open, when the scenario claims something over time.
    var follower: KernelFollower?
    /// Carries the gateway's clock to the client programs; `nil` at speed 1, which needs none.
    let clientClock: ClientClock?
    let clientPace: ClientPace
    /// Programs that can follow the clock, and why others cannot.
    var objections: [String: String?] = [:]
    /// Set while programs are being ended.
    ///
    /// `until` is their deadline, in real time.
    var cleaning: (task: StoryTask, until: Double)?
    let options: SessionOptions
    /// The signal that broke the play off.
    private(set) var interruption: CInt?
    /// Everything is ended after it.
    private var isBrokenOff = false
    /// In real seconds.
    private var breakingOffUntil = 0.0
    private let home: TemporaryHome
    private let header: RunHeader
    private let inputs: StoryInputs
    private var story: Story
    private var alarm: TimerID?
    private var stalls: StallMeter
    private var beats = 0
    private let startedAt = RealClock.monotonicSeconds

    /// The seed that the scenario is played with.
    var seed: UInt64 { header.seed }

    init(_ scenario: Scenario, options: SessionOptions) throws(CommandFailure) {
        self.scenario = scenario
        self.options = options
        home = try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
            try TemporaryHome()
        }
        launcher = ClientLauncher(gateways: [], home: home.path)
        stalls = StallMeter(
            every: Self.beatSeconds, real: RealClock.monotonicSeconds,
            processor: RealClock.processorSeconds)
        header = RunHeader(
            scenario: scenario.file, title: scenario.title, seed: options.seed ?? scenario.seed,
            speed: options.speed ?? scenario.speed, options: options.commandOptions,
            program: options.program)
        story = Story(scenario, header: header)
        let speed = header.speed
        loop = try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
            try EventLoop(speed: speed)
        }
        clientPace = ClientPace(loop)
        // Until the gateways are open.
        clientPace.isHolding = true
        let loop = self.loop
        clientClock =
            speed == 1
            ? nil
            : try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
                try ClientClock(loop)
            }
        var file: LineFile?
        if let path = options.eventsFile { file = try LineFile(path: path) }
        capture = try options.captureFile.map { path throws(CommandFailure) in
            try WireCapture(path: path)
        }
        let inputs = StoryInputs()
        let show = options.show
        self.inputs = inputs
        sink = EventSink(
            epoch: RealClock.nanosecondsSince1970, header: header, keeps: false, file: file
        ) { event in
            inputs.add(event)
            show(event)
        }
    }

    /// - Returns: `nil` when a signal broke it off; then nothing is left either.
    func play() -> ScenarioResult? {
        defer { home.remove() }
        // The log has it already: it is the first line.
        inputs.add(LogEvent(at: .start, kind: .run(header)))
        var trouble: String?
        do throws(OSFailure) {
            try loop.watchSignals(Self.endingSignals) { [unowned self] in breakOff($0) }
        } catch {
            trouble = error.description
        }
        beat()
        loop.run(until: {
            if interruption == nil { turn() } else { finishBreakingOff() }
            return story.isOver || isBrokenOff
        })
        let missing = sink.finish()
        guard !isBrokenOff else { return nil }
        var result = ScenarioResult(story)
        result.trouble = missing ?? trouble
        return result
    }

    // MARK: Signals

    /// What ends a run; SIGHUP only where the one who started it has not turned it off, as nohup does.
    static var endingSignals: [CInt] {
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored =
            unsafeBitCast(hangUp.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
        return [SIGINT, SIGTERM] + (isIgnored ? [] : [SIGHUP])
    }

    /// Gives the story up.
    ///
    /// A second signal ends this process at once, and its guardian does the rest.
    private func breakOff(_ number: CInt) {
        guard interruption == nil else {
            home.remove()
            _exit(128 + number)
        }
        interruption = number
        note(.note("stopped by SIG\(SignalNames.name(of: number))"))
        for run in runs { run.process.signal(SIGKILL, to: .group) }
        breakingOffUntil = RealClock.monotonicSeconds + Self.patienceWithPrograms
    }

    private func finishBreakingOff() {
        guard isEverythingEnded || RealClock.monotonicSeconds >= breakingOffUntil else { return }
        for gateway in gateways { gateway.host.shutDown() }
        _ = endStrays()
        isBrokenOff = true
    }

    // MARK: The story

    /// Tells the story what has come, and carries out what it wants.
    private func turn() {
        repeat {
            finishCleaningUp()
            while let (input, at) = inputs.next(at: loop.now) {
                for effect in story.handle(input, at: at) { carryOut(effect) }
            }
        } while cleaning != nil && isEverythingEnded
    }

    /// Every program that was started has ended.
    var isEverythingEnded: Bool { runs.allSatisfy { $0.process.ending != nil } }

    private func carryOut(_ effect: Story.Effect) {
        switch effect {
        case .log(let event): sink.take([event])
        case .perform(let task): perform(task)
        case .tell(let name, let command): gateway(name)?.command(command)
        case .watch(let wanted):
            watch = KernelWatch(wanted, gateways: gateways, runs: runs)
            look()
        case .stopWatching: watch = nil
        case .wake(let instant):
            if let alarm { loop.cancel(alarm) }
            alarm = loop.schedule(at: instant) { [unowned self] in
                alarm = nil
                inputs.addTime()
            }
        case .finish: if let alarm { loop.cancel(alarm) }
        }
    }

    func answer(_ task: StoryTask, failure reason: String? = nil) {
        note(.runner(reason.map { .failed(task.name, reason: $0) } ?? .done(task.name)))
    }

    func note(_ kind: LogEvent.Kind, at instant: SimInstant? = nil) {
        sink.take([LogEvent(at: instant ?? loop.now, kind: kind)])
    }

    func noteRealTime() {
        let seconds = RealClock.monotonicSeconds - startedAt
        note(.runner(.realTime(milliseconds: Int((seconds * 1000).rounded()))))
    }

    func gateway(_ name: String) -> HostedGateway? {
        gateways.first { $0.name == name }
    }

    // MARK: The kernel and the clock

    /// Reads the kernel's tables at intervals, and measures how late it runs.
    ///
    /// When the machine stalls, results are meaningless.
    private func beat() {
        if let milliseconds = stalls.look(
            real: RealClock.monotonicSeconds, processor: RealClock.processorSeconds)
        {
            note(.runner(.stalled(milliseconds: milliseconds)))
        }
        beats += 1
        if beats % Self.beatsPerHoldLook == 0 {
            for run in runs { lookForHold(of: run) }
        }
        look()
        _ = loop.schedule(afterReal: .milliseconds(5)) { [weak self] in self?.beat() }
    }

    private func lookForHold(of run: RunningClient) {
        guard run.process.ending == nil else { return }
        let thread = ProgramThread.first(of: run.process.processID)
        if let thread, let milliseconds = run.hold.look(thread, real: RealClock.monotonicSeconds) {
            note(.runner(.held(run: run.name, ThreadState(thread), milliseconds: milliseconds)))
        }
    }

    func look() {
        if let events = follower?.look(at: loop.now, real: RealClock.monotonicSeconds) {
            sink.take(events)
        }
        for run in runs { countDescriptors(of: run) }
        guard let event = watch?.change(at: loop.now) else { return }
        sink.take([event])
    }

    func countDescriptors(of run: RunningClient) {
        let report = run.descriptors?.look(
            openInodes: follower?.openClientInodes ?? [], real: RealClock.monotonicSeconds)
        if let report { note(.runner(report)) }
    }

    private static let beatSeconds = 0.005
    /// Every quarter of a second.
    private static let beatsPerHoldLook = 50
}

/// How one session is played.
struct SessionOptions {
    var seed: UInt64?
    var speed: Double?
    var eventsFile: String?
    /// A capture of the clients' connections.
    var captureFile: String?
    /// What else of the command line the play hangs on, for the command that repeats it.
    var commandOptions: [String] = []
    /// The program that plays the scenario's client; empty for its own.
    var program: [String] = []
    var show: (LogEvent) -> Void = { _ in }
}

/// What the story has not been told yet, in order.
final class StoryInputs {
    private var events: [LogEvent] = []
    private var nextIndex = 0
    private var isTimeUp = false

    func add(_ event: LogEvent) { events.append(event) }
    func addTime() { isTimeUp = true }

    /// - Parameter now: The instant of what is no event.
    func next(at now: SimInstant) -> (Story.Input, SimInstant)? {
        if nextIndex < events.count {
            defer { nextIndex += 1 }
            return (.event(events[nextIndex]), events[nextIndex].at)
        }
        events.removeAll(keepingCapacity: true)
        nextIndex = 0
        guard isTimeUp else { return nil }
        isTimeUp = false
        return (.time, now)
    }
}

/// A client program that was started.
final class RunningClient {
    /// What the story calls it.
    let name: String
    let process: ClientProcess
    /// Set when the scenario claims something of its descriptors.
    var descriptors: DescriptorCount?
    var hold = HoldMeter()

    init(_ name: String, _ process: ClientProcess) {
        self.name = name
        self.process = process
    }
}

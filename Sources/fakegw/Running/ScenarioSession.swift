import EventLog
import Faults
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
    var runs: [RunningClient] = []
    var launcher = ClientLauncher(gateways: [])
    var watch: KernelWatch?
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
    private let header: RunHeader
    private let inputs: StoryInputs
    private var story: Story
    private var alarm: TimerID?
    private var lastBeat = 0.0
    private let startedAt = RealClock.monotonicSeconds

    /// The seed that the scenario is played with.
    var seed: UInt64 { header.seed }

    init(_ scenario: Scenario, options: SessionOptions) throws(CommandFailure) {
        self.scenario = scenario
        self.options = options
        header = RunHeader(
            scenario: scenario.file, title: scenario.title, seed: options.seed ?? scenario.seed,
            speed: options.speed ?? scenario.speed)
        story = Story(scenario, header: header)
        let speed = header.speed
        loop = try CommandFailure.ofMachine { () throws(OSFailure) in try EventLoop(speed: speed) }
        clientPace = ClientPace(loop)
        // Until the gateways are open.
        clientPace.isHolding = true
        let loop = self.loop
        clientClock =
            speed == 1
            ? nil : try CommandFailure.ofMachine { () throws(OSFailure) in try ClientClock(loop) }
        var file: LineFile?
        if let path = options.eventsFile { file = try LineFile(path: path) }
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

    func play() -> ScenarioResult {
        // The log has it already: it is the first line.
        inputs.add(LogEvent(at: .start, kind: .run(header)))
        lastBeat = RealClock.monotonicSeconds
        beat()
        loop.run(until: {
            turn()
            return story.isOver
        })
        return ScenarioResult(
            title: scenario.title, file: scenario.file, variables: scenario.variables,
            verdict: story.verdict, seconds: RealClock.monotonicSeconds - startedAt,
            report: story.report)
    }

    // MARK: The story

    /// Tells the story what has come, and carries out what it wants.
    private func turn() {
        finishCleaningUp()
        while let (input, at) = inputs.next(at: loop.now) {
            for effect in story.handle(input, at: at) { carryOut(effect) }
        }
    }

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

    func gateway(_ name: String) -> HostedGateway? {
        gateways.first { $0.name == name }
    }

    // MARK: The kernel and the clock

    /// Reads the kernel's tables at intervals, and measures how late it runs.
    ///
    /// When the machine stalls, results are meaningless.
    private func beat() {
        let now = RealClock.monotonicSeconds
        let stall = now - lastBeat - Self.beatSeconds
        lastBeat = now
        if stall > Self.longStall { note(.runner(.stalled(milliseconds: Int(stall * 1000)))) }
        look()
        _ = loop.schedule(afterReal: .milliseconds(5)) { [weak self] in self?.beat() }
    }

    private func look() {
        guard let event = watch?.change(at: loop.now) else { return }
        sink.take([event])
    }

    private static let beatSeconds = 0.005
    /// A stall of more seconds than this is logged.
    private static let longStall = 0.5
}

/// How one session is played.
struct SessionOptions {
    var seed: UInt64?
    var speed: Double?
    var eventsFile: String?
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

    init(_ name: String, _ process: ClientProcess) {
        self.name = name
        self.process = process
    }
}

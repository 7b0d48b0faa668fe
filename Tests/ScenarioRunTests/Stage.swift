import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import ScenarioRun
import Simulation
import TestSupport
import Testing

/// What a client program does in memory, and how long after its start.
struct Script {
    enum Act {
        case say(String)
        case complain(String)
        /// Connects to the gateway, greets and starts; reads everything until it is stopped.
        case connect
        case hangUp
        case exit(Int)
        /// What the driver has seen, with the gateway that it is about.
        case log(LogEvent.Kind, of: String? = nil)
    }

    var acts: [(after: Duration, act: Act)] = []
    /// What it answers when its input ends.
    var exitsAtEndOfInput = false
    var takesInput = true

    static func doing(_ acts: (after: Duration, act: Act)...) -> Script { Script(acts: acts) }
}

/// A driver of a story without sockets, processes or a clock.
///
/// Gateways are hosted in memory, programs follow scripts, and time jumps to the next thing that
/// happens. The kernel's socket table is made up from the gateways' connections.
struct Stage {
    private(set) var story: Story
    private(set) var log: [LogEvent] = []
    private var hosts: [(name: String, host: VirtualHost)] = []
    private var programs: [Program] = []
    private var now = SimInstant.start
    /// How much of the log the story has been told.
    private var toldCount = 0
    private var wake: SimInstant?
    /// The instant asked for has come; the story is told after the events of that instant.
    private var isTimeUp = false
    private var settled: (task: StoryTask, at: SimInstant)?
    private var watch: StoryWatch?
    private var lastSeen: LogEvent.Kind?
    private let scenario: Scenario
    private let scripts: [String: Script]
    private let header: RunHeader

    /// What the driver reports at the end.
    var leaks: [String] = []
    /// What the driver tells of each program that still runs.
    var threads: [ThreadState] = []
    var stallMilliseconds = 0

    private struct Program {
        let run: String
        var script: Script
        let startedAt: SimInstant
        var client: ScriptedClient?
        var isStopped = false
        var hasEnded = false
    }

    init(_ text: String, _ scripts: [String: Script] = [:]) throws {
        let scenario = try #require(
            try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped).first)
        self.scenario = scenario
        self.scripts = scripts
        header = RunHeader(
            scenario: scenario.file, title: scenario.title, seed: scenario.seed,
            speed: scenario.speed)
        story = Story(scenario, header: header)
    }

    /// Plays the story to its end.
    mutating func play() throws {
        log.append(LogEvent(at: now, kind: .run(header)))
        for _ in 0..<100_000 where !story.isOver {
            if toldCount < log.count {
                let event = log[toldCount]
                toldCount += 1
                tell(.event(event))
            } else if isTimeUp {
                isTimeUp = false
                tell(.time)
            } else {
                try jump()
            }
        }
        try #require(story.isOver)
    }

    /// The verdict and report that the log gives when a new story is told it.
    func judgedAgain() -> (verdict: Verdict, report: String) {
        var story = Story(scenario, header: header)
        for event in log { _ = story.handle(.event(event), at: event.at) }
        return (story.verdict, story.report)
    }

    /// The log as a file.
    var lines: String { log.map { $0.jsonLine(epoch: 0) + "\n" }.joined() }

    // MARK: Time

    private mutating func tell(_ input: Story.Input) {
        let at: SimInstant =
            switch input {
            case .event(let event): event.at
            case .time: now
            }
        for effect in story.handle(input, at: at) { carryOut(effect) }
        look()
    }

    /// Moves the clock to the next thing that happens.
    private mutating func jump() throws {
        let acts = programs.flatMap { program in
            program.hasEnded || program.isStopped
                ? [] : program.script.acts.map { program.startedAt + $0.after }
        }
        let due =
            ([wake, settled?.at] + hosts.map(\.host.nextDeadline)).compactMap { $0 } + acts
        now = max(now, try #require(due.min(), "nothing will ever happen: \(story.standing)"))
        for index in hosts.indices { hosts[index].host.advance(to: now) }
        collect()
        for index in programs.indices { act(index) }
        if let (task, at) = settled, at <= now {
            settled = nil
            answer(task)
        }
        look()
        if let at = wake, at <= now {
            wake = nil
            isTimeUp = true
        }
    }

    // MARK: Effects

    private mutating func carryOut(_ effect: Story.Effect) {
        switch effect {
        case .log(let event): log.append(event)
        case .perform(let task): perform(task)
        case .tell(let gateway, let command): withHost(gateway) { $0.command(command) }
        case .watch(let wanted):
            watch = wanted
            lastSeen = nil
            look()
        case .stopWatching: watch = nil
        case .wake(let at): wake = at
        case .finish: wake = nil
        }
    }

    private mutating func perform(_ task: StoryTask) {
        switch task {
        case .openGateways:
            for spec in scenario.gateways {
                let model = HealthyGateway(world: .default, settings: spec.settings, seed: 1)
                let machine = FaultedGateway(
                    name: spec.name, origin: ModelOrigin(model), rules: spec.rules, seed: 1)
                hosts.append((spec.name, VirtualHost(machine)))
            }
        case .start(let client, let arguments, let run):
            guard let script = scripts[client] else {
                note(.runner(.failed(task.name, reason: "there is no program '\(client)'")))
                return
            }
            note(
                .clientStarted(
                    run: run, client: client, command: arguments.joined(separator: " ")))
            programs.append(Program(run: run, script: script, startedAt: now))
        case .signal(let run, let signal):
            note(.clientSignaled(run: run, signal: signal))
            for index in programs.indices where programs[index].run == run {
                if signal == "STOP" { programs[index].isStopped = true } else { die(index, signal) }
            }
        case .feed(let run, let line):
            guard programs.contains(where: { $0.run == run && $0.script.takesInput }) else {
                note(.runner(.failed(task.name, reason: "it does not read")))
                return
            }
            note(.clientFed(run: run, line: line))
        case .closeInput(let run):
            note(.clientFed(run: run, line: nil))
            for index in programs.indices
            where programs[index].run == run && programs[index].script.exitsAtEndOfInput {
                end(index, .exited(0))
            }
        case .command(let gateway, let command):
            withHost(gateway) { $0.command(command) }
        case .movePort(let gateway, let port):
            withHost(gateway) { $0.command(.changePort(port)) }
        case .settle:
            settled = (task, now + .milliseconds(20))
            return
        case .listUnfired:
            note(.runner(.unfired(hosts.flatMap(\.host.machine.unfired))))
        case .listSockets:
            for (name, _) in hosts { note(.sockets(rows(of: name)), of: name) }
            for program in programs where !program.hasEnded && !threads.isEmpty {
                note(.runner(.threads(run: program.run, threads, omitted: 2)))
            }
            note(.runner(.realTime(milliseconds: 1250)))
        case .cleanUp:
            for index in programs.indices { die(index, "KILL") }
            if stallMilliseconds > 0 { note(.runner(.stalled(milliseconds: stallMilliseconds))) }
            for leak in leaks { note(.runner(.leaked(leak))) }
            note(.runner(.realTime(milliseconds: 1500)))
        }
        collect()
        answer(task)
    }

    private mutating func answer(_ task: StoryTask) { note(.runner(.done(task.name))) }

    private mutating func note(_ kind: LogEvent.Kind, of gateway: String? = nil) {
        log.append(LogEvent(at: now, gateway: gateway, kind: kind))
    }

    // MARK: Programs

    private mutating func act(_ index: Int) {
        while !programs[index].hasEnded, !programs[index].isStopped,
            let next = programs[index].script.acts.first,
            programs[index].startedAt + next.after <= now
        {
            programs[index].script.acts.removeFirst()
            switch next.act {
            case .say(let text):
                note(.clientLine(run: programs[index].run, stream: .stdout, text: text))
            case .complain(let text):
                note(.clientLine(run: programs[index].run, stream: .stderr, text: text))
            case .connect: connect(index)
            case .hangUp: hangUp(index, .fin)
            case .exit(let code): end(index, .exited(code))
            case .log(let kind, let gateway): note(kind, of: gateway)
            }
        }
        if !programs[index].isStopped { read(index) }
    }

    private mutating func connect(_ index: Int) {
        var client = ScriptedClient(&hosts[0].host)
        client.greet(&hosts[0].host)
        client.start(&hosts[0].host)
        programs[index].client = client
        collect()
    }

    private mutating func read(_ index: Int) {
        _ = programs[index].client?.messages(&hosts[0].host)
    }

    private mutating func hangUp(_ index: Int, _ ending: PeerEnding) {
        if let client = programs[index].client { hosts[0].host.end(client.connection, ending) }
        programs[index].client = nil
        collect()
    }

    private mutating func die(_ index: Int, _ signal: String) {
        end(index, .signaled(signal))
    }

    private mutating func end(_ index: Int, _ ending: ProgramEnding) {
        guard !programs[index].hasEnded else { return }
        programs[index].hasEnded = true
        note(.clientEnded(run: programs[index].run, ending))
        hangUp(index, unreadCount(index) > 0 ? .reset : .fin)
    }

    private func unreadCount(_ index: Int) -> Int {
        programs[index].client.flatMap { hosts[0].host.received[$0.connection]?.count } ?? 0
    }

    // MARK: Gateways

    private mutating func withHost(
        _ name: String, _ body: (inout VirtualHost) -> Void
    ) {
        guard let index = hosts.firstIndex(where: { $0.name == name }) else { return }
        hosts[index].host.advance(to: now)
        body(&hosts[index].host)
        collect()
    }

    /// Takes over what the gateways have logged.
    private mutating func collect() {
        for index in hosts.indices { log += hosts[index].host.takeEvents() }
    }

    private mutating func look() {
        let kind: LogEvent.Kind
        var gateway: String?
        switch watch {
        case nil: return
        case .sockets(let name):
            gateway = name
            kind = .sockets(rows(of: name))
        case .connections(let run):
            let held = programs.indices.filter { programs[$0].run == run }.compactMap { index in
                programs[index].client.map {
                    HeldConnection(
                        gateway: hosts[0].name, connection: $0.connection,
                        unreadBytes: unreadCount(index))
                }
            }
            kind = .runner(.holds(run: run, held))
        }
        guard kind != lastSeen else { return }
        lastSeen = kind
        note(kind, of: gateway)
    }

    private func rows(of gateway: String) -> [SocketRow] {
        var tally = GatewayTally(name: gateway)
        for event in log where event.gateway == gateway { tally.take(event) }
        func rows(_ count: Int, _ state: String) -> [SocketRow] {
            Array(
                repeating: SocketRow(isGatewaySide: true, state: state, owner: "a process"),
                count: count)
        }
        return rows(tally.isListening ? 1 : 0, "LISTEN") + rows(tally.openCount, "ESTABLISHED")
            + rows(tally.heldCount, "CLOSE_WAIT")
    }
}

package import EventLog
package import Faults
package import ScenarioFormat
package import Simulation

/// Plays a scenario's story: its steps, waits, deadlines and expectations, and the verdict.
///
/// It decides over events and time, and knows no socket, no process and no clock. A driver feeds it
/// every event of the log, in order, and carries out its effects. The log of a run, fed to a new story
/// with the effects thrown away, gives the same verdict and the same report.
///
/// - The first event is the `run` header. The story answers with its first task.
/// - The story's own events (`step`, `expectation`, `verdict`) come back to it like all others. It
///   takes only the time from them: in a log they mark the moments at which it decided.
/// - A wait fails once `time` or such an event comes late enough. Events that came before are
///   handled first, so that an event at the last moment counts.
/// - Instants never go backwards; an earlier one counts as the latest so far.
package struct Story {
    package enum Input: Hashable, Sendable {
        /// The log has grown by this event.
        case event(LogEvent)
        /// The instant asked for with `wake` has come.
        case time
    }

    package enum Effect: Hashable, Sendable {
        /// Add an event of the story's own to the log.
        case log(LogEvent)
        case perform(StoryTask)
        /// Tell a gateway what a client program did. There is no answer.
        case tell(gateway: String, GatewayCommand)
        /// Replaces the watch before it.
        case watch(StoryWatch)
        case stopWatching
        /// Asks for `time` at that instant; replaces the instant asked for before.
        case wake(at: SimInstant)
        /// The story is over, and there will be no more effects.
        case finish(Verdict)
    }

    enum State {
        case ready
        case performing(StoryTask, orElse: Refusal)
        case waiting(Wait)
        case over
    }

    package let scenario: Scenario
    let header: RunHeader
    package internal(set) var verdict = Verdict.passed
    var state = State.ready
    /// What is still to be done, in order.
    var acts: [Act]
    var tally: LogTally
    /// What came nearest to the rules that have not fired.
    var nearMisses: NearMisses
    var now = SimInstant.start
    /// Counted from the opening of the gateways.
    var deadline = SimInstant(nanoseconds: .max)
    var complaints: [Finding] = []
    var recent = RecentEvents()
    /// An expectation of the current step does not hold.
    var hasFailedJudgement = false
    /// An expectation of the current step does not hold, and nothing was leaked.
    var hasFailedOtherwise = false
    /// The run that was started last, or that failed to start.
    var lastRun: String?
    var isWatching = false
    /// The watch has answered.
    var hasLooked = false
    /// The time of the current wait is over.
    var isTimeUp = false
    var held: [HeldConnection] = []
    var unfired: [String] = []
    var leaks: [String] = []
    /// What programs that still ran at the failure were doing, by run.
    private var threads: [(run: String, threads: [ThreadState], omitted: Int)] = []
    /// Real time as last reported.
    private(set) var realMilliseconds: Int?
    /// When the story ended early: the gateway's time, and real time where the log has it.
    private var failedAt: FailureMoment?
    /// Rules that had not to fire and have fired, as far as the story has not ended for them.
    private var failures: [Finding] = []
    /// The longest stall, and what it was.
    private var worstStall = Stall()
    /// The longest time that the kernel took to end a program, which does a play that passed no harm.
    private var slowestEnd = Stall()
    private var armed: SimInstant?
    private var effects: [Effect] = []
    /// Triggers about client programs, by gateway.
    private let awaited: [(gateway: String, happening: Happening)]

    /// When the machine stalls for longer, neither a failure nor a pass means anything.
    private static let unfitStallMilliseconds = 2000
    /// How long an expectation about a gateway or the kernel may take to become true, in real time.
    static let patience = Duration.milliseconds(500)

    package init(_ scenario: Scenario, header: RunHeader) {
        self.scenario = scenario
        self.header = header
        awaited = scenario.awaitedPrograms
        tally = LogTally(sought: scenario.sought)
        nearMisses = NearMisses(scenario)
        for expectation in scenario.everyExpectation {
            guard case .gateway(let wanted) = expectation else { continue }
            for direction in wanted.neededMessages { tally.keep(direction, of: wanted.gateway) }
        }
        acts = [
            .perform(
                .openGateways, orElse: Refusal(.machineUnfit, scenario.start, "the gateways open")),
            .startClock,
        ]
        acts += scenario.steps.indices.map(Act.step)
        if !scenario.expectations.isEmpty {
            acts += [.settle] + Self.judging(scenario.expectations)
        }
        acts += [
            .perform(
                .listUnfired,
                orElse: Refusal(.machineUnfit, scenario.start, "faults tell whether they fired")),
            .checkFaults, .cleanUp, .conclude,
        ]
    }

    package mutating func handle(_ input: Input, at instant: SimInstant) -> [Effect] {
        now = max(now, instant)
        let event: LogEvent? =
            switch input {
            case .event(let event): event
            case .time: nil
            }
        if let event { take(event) }
        if case .waiting(let wait) = state, now >= wait.end, event?.isOfStory ?? true {
            isTimeUp = true
        }
        attend(to: event)
        arm()
        defer { effects = [] }
        return effects
    }

    /// The report of a failed scenario.
    ///
    /// It is empty when the scenario passed.
    package var report: String {
        verdict == .passed
            ? ""
            : FailureReport(
                scenario: scenario, header: header, complaints: complaints, events: recent,
                run: lastRun.map {
                    tally.run($0) ?? RunTally(name: $0, client: $0, startedAt: now)
                },
                failedAt: failedAt, threads: threads,
                unfired: nearMisses.unfired.map { ($0.rule.name, $0.words) },
                sockets: tally.gateways.map { ($0.name, $0.sockets) }
            ).text
    }

    package var isOver: Bool {
        if case .over = state { true } else { false }
    }

    /// The task that the driver has not answered yet.
    package var task: StoryTask? {
        if case .performing(let task, _) = state { task } else { nil }
    }

    /// The end of the current wait.
    package var waitsUntil: SimInstant? {
        if case .waiting(let wait) = state { wait.end } else { nil }
    }

    /// What the story is doing, for an incomplete log: "still waits at 4s".
    package var standing: String {
        switch state {
        case .ready: "has not begun"
        case .performing(let task, _): "still has to \(task.name)"
        case .waiting: "still waits at \((now - .start).reportText)"
        case .over: "is over"
        }
    }

    // MARK: Events

    private mutating func take(_ event: LogEvent) {
        tally.take(event)
        if failedAt == nil { recent.take(event) }
        nearMisses.take(event, of: client(of: event))
        switch event.kind {
        case .sockets: hasLooked = true
        case .runner(.holds(_, let connections)):
            held = connections
            hasLooked = true
        case .runner(.unfired(let rules)): unfired = rules
        case .runner(.leaked(let what)): leaks.append(what)
        case .faultFailed(let rule, let reason): failures.append(failure(of: rule, event, reason))
        case .clientLine(let run, _, let text): tell(of: run, .said(text))
        case .clientEnded(let run, .exited(let code)): tell(of: run, .exited(code))
        case .clientEnded(let run, .signaled): tell(of: run, .exited(nil))
        case .runner(.realTime(let milliseconds)):
            realMilliseconds = milliseconds
            if failedAt?.realMilliseconds == nil { failedAt?.realMilliseconds = milliseconds }
        case .runner(.threads(let run, let threads, let omitted)):
            self.threads.append((run, threads, omitted))
        case .runner(.stalled(let milliseconds)):
            worstStall.extend(
                milliseconds, "it stalled for \(milliseconds) ms: fakegw itself could not run")
        case .runner(.held(_, let thread, let milliseconds)):
            if thread.isEnding {
                slowestEnd.extend(milliseconds, event.kind.text)
            } else {
                worstStall.extend(milliseconds, event.kind.text)
            }
        case .runner(.done), .runner(.failed), .runner(.unwatched), .runner(.descriptors),
            .runner(.outlived), .run, .step, .expectation, .verdict, .omitted,
            .listening, .listenerClosed, .light, .lifecycle, .commanded, .attempted, .opened,
            .hello, .legacyHello, .version, .message, .unknown, .malformed, .raw, .gap, .phase,
            .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over, .fault,
            .faultIdle,
            .note, .transport, .clientStarted, .clientSignaled, .clientFed:
            break
        }
    }

    /// The client program that an event is about.
    private func client(of event: LogEvent) -> String? {
        switch event.kind {
        case .clientLine(let run, _, _), .clientEnded(let run, _): tally.run(run)?.client
        default: nil
        }
    }

    /// Tells the gateways whose rules wait for it.
    private mutating func tell(of run: String, _ moment: ProgramMoment) {
        guard !awaited.isEmpty, let client = tally.run(run)?.client else { return }
        let occasion = Occasion.programDid(client: client, moment)
        var told: Set<String> = []
        for (gateway, happening) in awaited
        where happening.matches(occasion, in: Surroundings()) && told.insert(gateway).inserted {
            effects.append(.tell(gateway: gateway, .programDid(client: client, moment)))
        }
    }

    /// Ends the current act when the event completes it, and begins the next ones.
    private mutating func attend(to event: LogEvent?) {
        switch state {
        case .ready, .over: break
        case .performing(let task, let refusal): answer(event, to: task, refusal)
        case .waiting(let wait):
            // What becomes true by itself is looked at when its time comes, and in a recorded log when
            // the decision comes.
            if isTimeUp || event.map({ $0.isOfStory || wait.condition.isTouched(by: $0) }) ?? true {
                look(wait)
            }
            beginActs()
            // In a recorded log the answer to the next task may be all that tells of the wait's end.
            if case .performing(let task, let refusal) = state { answer(event, to: task, refusal) }
        }
        beginActs()
    }

    private mutating func beginActs() {
        if case .waiting = state, !failures.isEmpty {
            stopWatching()
            state = .ready
        }
        while case .ready = state, !acts.isEmpty {
            noteFailures()
            let act = acts.removeFirst()
            do throws(StoryEnd) {
                try begin(act)
            } catch {
                end(error)
            }
        }
    }

    private func failure(of rule: String, _ event: LogEvent, _ reason: String) -> Finding {
        let spec = scenario.gateways.first { $0.name == event.gateway }
        return Finding(
            mark: spec?.ruleMarks[rule] ?? scenario.start, expected: "fault \(rule) never fires",
            seen: reason, holds: false)
    }

    /// Ends the story because of rules that had not to fire.
    ///
    /// The rest of a story that ends already goes on.
    private mutating func noteFailures() {
        guard !failures.isEmpty else { return }
        let findings = failures
        failures = []
        for finding in findings { record(finding) }
        if verdict == .passed { end(StoryEnd(.expectationFailed)) }
    }

    private mutating func answer(_ event: LogEvent?, to task: StoryTask, _ refusal: Refusal) {
        guard case .runner(let report)? = event?.kind else { return }
        switch report {
        case .done(task.name): state = .ready
        case .failed(task.name, let reason): end(refusal.end(reason))
        case .done, .failed, .unfired, .holds, .leaked, .stalled, .held, .realTime, .unwatched,
            .descriptors, .outlived, .threads:
            break
        }
    }

    /// Looks whether a wait is over.
    private mutating func look(_ wait: Wait) {
        let holds = condition(wait.condition)
        // A watch answers at once, so that its first answer is judged even when the time is up.
        guard holds || isTimeUp && (hasLooked || !wait.condition.needsLook) else { return }
        if case .holds = wait.condition { stopWatching() }
        state = .ready
        do throws(StoryEnd) {
            try decide(wait, holds: holds)
        } catch {
            end(error)
        }
    }

    private mutating func arm() {
        guard case .waiting(let wait) = state else { return }
        var instant = wait.end
        if case .holds(let expectation) = wait.condition,
            let next = expectation.nextChange(in: tally, at: now), next > now
        {
            instant = min(instant, next)
        }
        guard armed != instant else { return }
        armed = instant
        effects.append(.wake(at: instant))
    }

    // MARK: Doing

    mutating func perform(_ task: StoryTask, orElse refusal: Refusal) {
        if case .start(_, _, let run) = task { lastRun = run }
        state = .performing(task, orElse: refusal)
        effects.append(.perform(task))
    }

    mutating func watch(_ watch: StoryWatch) {
        isWatching = true
        hasLooked = false
        effects.append(.watch(watch))
    }

    mutating func stopWatching() {
        if isWatching { effects.append(.stopWatching) }
        isWatching = false
    }

    /// Waits until the condition holds.
    ///
    /// - Parameter bound: Counted from now, and cut at the scenario's deadline.
    mutating func wait(_ condition: Wait.Condition, upTo bound: Duration?, late: Wait.Late) {
        let wait = Wait(
            condition: condition, end: bound.map { min(now + $0, deadline) } ?? deadline,
            late: late)
        state = .waiting(wait)
        isTimeUp = now >= wait.end
        look(wait)
    }

    mutating func log(_ kind: LogEvent.Kind) {
        effects.append(.log(LogEvent(at: now, kind: kind)))
    }

    mutating func record(_ finding: Finding) {
        log(.expectation(finding))
        if !finding.holds { complaints.append(finding) }
    }

    // MARK: The end

    /// Gives up the rest of the story.
    private mutating func end(_ end: StoryEnd) {
        verdict = end.verdict
        if let finding = end.finding { record(finding) }
        stopWatching()
        acts = failedAt == nil ? [.listSockets, .cleanUp, .conclude] : [.cleanUp, .conclude]
        failedAt =
            failedAt
            ?? FailureMoment(
                instant: now,
                isRunning: lastRun.flatMap { tally.run($0) }.map { $0.ending == nil } ?? false)
        state = .ready
    }

    mutating func conclude() {
        if verdict == .passed, !leaks.isEmpty {
            verdict = .leaked
            for leak in leaks {
                record(
                    Finding(
                        mark: scenario.start, expected: "nothing is left behind", seen: leak,
                        holds: false))
            }
        }
        let stalls = verdict == .passed ? [worstStall] : [worstStall, slowestEnd]
        if let stall = stalls.first(where: { $0.milliseconds > Self.unfitStallMilliseconds }) {
            verdict = .machineUnfit
            record(
                Finding(
                    mark: scenario.start, expected: "this machine keeps time",
                    seen: stall.what + "; what happened then means nothing", holds: false))
        }
        log(.verdict(verdict.word))
        effects.append(.finish(verdict))
        state = .over
    }
}

/// The longest of several times in which this machine did not do its part, and what it was.
private struct Stall {
    var milliseconds = 0
    var what = ""

    mutating func extend(_ milliseconds: Int, _ what: @autoclosure () -> String) {
        guard milliseconds > self.milliseconds else { return }
        self.milliseconds = milliseconds
        self.what = what()
    }
}

extension Scenario {
    /// The place that stands for the scenario as a whole.
    package var start: SourceMark { SourceMark(file: file, line: 1, column: 1) }
}

extension Scenario {
    /// What rules of the gateways wait for from client programs, rules that steps add included.
    fileprivate var awaitedPrograms: [(gateway: String, happening: Happening)] {
        var rules = gateways.flatMap { gateway in gateway.rules.map { (gateway.name, $0) } }
        for case .command(let gateway, .addRule(let rule)) in steps.map(\.action) {
            rules.append((gateway, rule))
        }
        var awaited: [(gateway: String, happening: Happening)] = []
        for (gateway, rule) in rules {
            for happening in rule.everyTrigger.flatMap(\.happenings) {
                if case .client = happening { awaited.append((gateway, happening)) }
            }
        }
        return awaited
    }
}

import EventLog
import ScenarioFormat
import Simulation

/// A condition that the story waits for, and what happens when it does not become true in time.
struct Wait {
    enum Condition {
        case never
        case ended(run: String)
        /// The program has printed the text, or has ended.
        case said(run: String, text: String)
        case listens(gateway: String)
        case holds(Expectation)
        /// The watch on a program's connections has answered.
        case knowsConnections
        /// Every connection that is watched has unread bytes, or none has.
        case unread(Bool)
    }

    enum Late {
        case goOn(deadline: Finding)
        /// One finding for the scenario's deadline, one for the step's own bound.
        case fail(deadline: Finding, bound: Finding)
        /// What does not hold is reported, and the story ends.
        case end
        /// What does not hold is reported once all expectations have been judged.
        case judge
    }

    let condition: Condition
    let end: SimInstant
    let late: Late
}

extension Wait.Condition {
    /// Whether the event can have changed it.
    func isTouched(by event: LogEvent) -> Bool {
        switch self {
        case .never: false
        case .ended, .said: event.isOfProgram
        case .listens(let gateway): event.gateway == gateway
        case .holds(.client): event.isOfProgram
        case .holds(.gateway(let expectation)):
            event.gateway == expectation.gateway
                || expectation.needsSilence && event.isOfProgram
        case .holds(.socketPaths(let expectation)):
            event.gateway == expectation.gateway || event.isOfProgram
        case .holds(.sockets(let expectation)): event.gateway == expectation.gateway
        case .knowsConnections, .unread:
            if case .runner(.holds) = event.kind { true } else { false }
        }
    }

    /// The kernel has to be looked at.
    var needsLook: Bool {
        switch self {
        case .holds(.sockets), .knowsConnections, .unread: true
        case .never, .ended, .said, .listens, .holds(.client), .holds(.gateway),
            .holds(.socketPaths):
            false
        }
    }
}

extension LogEvent {
    fileprivate var isOfProgram: Bool {
        switch kind {
        case .clientStarted, .clientLine, .clientEnded, .runner(.descriptors), .runner(.outlived):
            true
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .message,
            .unknown, .malformed, .raw, .gap, .phase, .ended, .closed, .finAcknowledged,
            .unacknowledged, .stalled,
            .resumed, .over, .fault, .faultIdle, .faultFailed, .note, .transport, .clientSignaled,
            .clientFed,
            .sockets, .runner:
            false
        }
    }
}

extension LogEvent {
    /// Written by a story, or the answer to a task of it.
    var isOfStory: Bool {
        switch kind {
        case .step, .expectation, .verdict, .runner(.done), .runner(.failed): true
        case .run, .omitted, .listening, .listenerClosed, .light, .lifecycle, .commanded,
            .attempted, .opened, .hello, .legacyHello, .version, .message, .unknown, .malformed,
            .raw, .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled,
            .resumed, .over,
            .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine,
            .clientEnded,
            .clientSignaled, .clientFed, .sockets, .runner:
            false
        }
    }
}

extension Story {
    func condition(_ condition: Wait.Condition) -> Bool {
        switch condition {
        case .never: false
        case .ended(let run): tally.run(run)?.ending != nil
        case .said(let run, let text):
            tally.run(run).map { $0.ending != nil || $0.has(text) } ?? false
        case .listens(let gateway): tally.gateway(gateway)?.isListening ?? false
        case .holds(let expectation):
            (hasLooked || !condition.needsLook) && expectation.holds(in: tally, at: now)
        case .knowsConnections: hasLooked
        case .unread(let wanted): held.allSatisfy { ($0.unreadBytes > 0) == wanted }
        }
    }

    /// Records the findings of a wait, and ends the story when the condition did not become true.
    mutating func decide(_ wait: Wait, holds: Bool) throws(StoryEnd) {
        if case .holds(let expectation) = wait.condition {
            for finding in expectation.findings(in: tally, at: now) { record(finding) }
        }
        if holds { return }
        var leaks = false
        if case .holds(let expectation) = wait.condition {
            if expectation.isUndecided(in: tally, at: now) { throw StoryEnd(.machineUnfit) }
            leaks = expectation.failsByLeaks(in: tally, at: now)
        }
        let isDeadline = now >= deadline
        switch wait.late {
        case .goOn(let finding):
            if isDeadline { throw StoryEnd(.deadlinePassed, finding) }
        case .fail(let atDeadline, let atBound):
            throw isDeadline
                ? StoryEnd(.deadlinePassed, atDeadline) : StoryEnd(.expectationFailed, atBound)
        case .end:
            throw StoryEnd(isDeadline ? .deadlinePassed : leaks ? .leaked : .expectationFailed)
        case .judge:
            hasFailedJudgement = true
            if !leaks { hasFailedOtherwise = true }
        }
    }
}

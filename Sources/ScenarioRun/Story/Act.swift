import EventLog
import Faults
import ScenarioFormat
import Simulation

/// One act of the story.
///
/// A step consists of several acts.
enum Act {
    case perform(StoryTask, orElse: Refusal)
    case settle
    case pause(Duration, Step)
    /// The scenario's deadline counts from here.
    case startClock
    /// The step at this index.
    case step(Int)
    case waitForEnd(run: String, Step)
    /// The wait for this text is over.
    case checkSaid(run: String, client: String, text: String, Step)
    case wait(Wait.Condition, String, Step)
    case waitFor(Expectation, Step)
    case watchConnections(run: String)
    /// The connections of a program that is to be killed are known.
    case leaveUnread(run: String, Bool, Step)
    case stopWatching
    case judge(Expectation)
    /// All expectations of a step have been judged.
    case rule
    case checkFaults
    case listSockets
    case cleanUp
    case conclude
}

/// The story cannot go on.
struct StoryEnd: Error {
    let verdict: Verdict
    let finding: Finding?

    init(_ verdict: Verdict, _ finding: Finding? = nil) {
        self.verdict = verdict
        self.finding = finding
    }

    init(_ verdict: Verdict, at mark: SourceMark, _ expected: String, seen: String) {
        self.init(
            verdict, Finding(mark: mark, expected: expected, seen: seen, holds: false))
    }
}

/// The finding when a task cannot be carried out.
struct Refusal {
    let verdict: Verdict
    let mark: SourceMark
    let expected: String
    /// `nil` stands for the reason that the driver gives.
    let seen: String?

    init(_ verdict: Verdict, _ mark: SourceMark, _ expected: String, seen: String? = nil) {
        self.verdict = verdict
        self.mark = mark
        self.expected = expected
        self.seen = seen
    }

    func end(_ reason: String) -> StoryEnd {
        StoryEnd(verdict, at: mark, expected, seen: seen ?? reason)
    }
}

extension Story {
    static func judging(_ expectations: [Expectation]) -> [Act] {
        expectations.isEmpty ? [] : expectations.map(Act.judge) + [.rule]
    }

    mutating func begin(_ act: Act) throws(StoryEnd) {
        switch act {
        case .perform(let task, let refusal): perform(task, orElse: refusal)
        case .settle:
            perform(.settle, orElse: Refusal(.machineUnfit, scenario.start, "events are awaited"))
        case .pause(let duration, let step):
            wait(
                .never, upTo: duration,
                late: .goOn(deadline: deadlineFinding(step, "the pause ends")))
        case .startClock: deadline = now + scenario.deadline
        case .step(let index):
            let step = scenario.steps[index]
            log(.step(index + 1, mark: step.mark, words: step.action.words))
            acts.insert(contentsOf: try self.acts(of: step), at: 0)
        case .waitForEnd(let run, let step): waitForEnd(of: run, step)
        case .checkSaid(let run, let client, let text, let step):
            guard let tally = tally.run(run), !tally.has(text) else { return }
            throw StoryEnd(
                .expectationFailed, at: step.mark, "\(client) says \"\(text)\"",
                seen: "it \(tally.endingWords) without")
        case .wait(let condition, let what, let step):
            wait(
                condition, upTo: step.within,
                late: late(
                    step, what, "\(what) within \(bothTimes(step.within ?? .zero))",
                    seen: "it does not"))
        case .waitFor(let expectation, let step):
            lookAtSockets(of: expectation)
            wait(.holds(expectation), upTo: step.within, late: .end)
        case .watchConnections(let run):
            watch(.connections(run: run))
            wait(.knowsConnections, upTo: nil, late: .end)
        case .leaveUnread(let run, let unread, let step):
            acts.insert(contentsOf: try leave(unread, run, step), at: 0)
        case .stopWatching: stopWatching()
        case .judge(let expectation):
            lookAtSockets(of: expectation)
            wait(.holds(expectation), upTo: patience(of: expectation), late: .judge)
        case .rule:
            if hasFailedJudgement {
                throw StoryEnd(hasFailedOtherwise ? .expectationFailed : .leaked)
            }
        case .checkFaults: try checkFaults()
        case .listSockets:
            perform(
                .listSockets, orElse: Refusal(verdict, scenario.start, "the sockets are listed"))
        case .cleanUp:
            perform(.cleanUp, orElse: Refusal(verdict, scenario.start, "everything is ended"))
        case .conclude: conclude()
        }
    }

    private func acts(of step: Step) throws(StoryEnd) -> [Act] {
        try plan(step) + Self.judging(step.expectations)
    }
}

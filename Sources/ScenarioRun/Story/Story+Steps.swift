import EventLog
import Faults
import GatewayModel
import ScenarioFormat
import Simulation

/// The acts of each kind of step.
extension Story {
    func plan(_ step: Step) throws(StoryEnd) -> [Act] {
        switch step.action {
        case .run(let client, let arguments):
            let run = nextRun(of: client, named: nil)
            return start(client, arguments, as: run, step) + end(of: run, step)
        case .start(let client, let name, let arguments):
            return start(client, arguments, as: nextRun(of: client, named: name), step)
        case .stop(let client, let signal):
            let run = try started(client, step)
            return [.perform(.signal(run: run, signal), orElse: refusal(step))]
                + end(of: run, step)
        case .kill(let client, let unread):
            return try kill(try started(client, step), unread: unread, step)
        case .feed(let client, let line):
            return [
                .perform(
                    .feed(run: try started(client, step), line: line),
                    orElse: Refusal(
                        .expectationFailed, step.mark, "\(client) takes a line of input",
                        seen: "it has closed its standard input or does not read"))
            ]
        case .closeInput(let client):
            return [
                .perform(.closeInput(run: try started(client, step)), orElse: refusal(step))
            ]
        case .command(let gateway, let command): return try tell(gateway, command, step)
        case .pause(let duration): return [.pause(duration, step)]
        case .waitForOutput(let client, let text):
            let run = try started(client, step)
            return [
                .wait(.said(run: run, text: text), "\(client) says \"\(text)\"", step),
                .checkSaid(run: run, client: client, text: text, step),
            ]
        case .waitForExit(let client): return end(of: try started(client, step), step)
        case .waitFor(let expectation): return [.waitFor(expectation, step)]
        case .check: return [.settle]
        }
    }

    // MARK: Programs

    /// `bot#1` for the first run of a program, or the name that the step gives.
    private func nextRun(of client: String, named name: String?) -> String {
        if let name, name != client { return name }
        return "\(client)#\(tally.runs.count { $0.client == client } + 1)"
    }

    /// The run that a step is about.
    private func started(_ name: String, _ step: Step) throws(StoryEnd) -> String {
        guard let run = tally.run(name) else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "'\(name)' was started", seen: "it was not")
        }
        return run.name
    }

    private func start(
        _ client: String, _ arguments: [String], as run: String, _ step: Step
    ) -> [Act] {
        [
            .perform(
                .start(client: client, arguments: arguments, run: run),
                orElse: Refusal(.clientNotStarted, step.mark, "client '\(client)' starts"))
        ]
    }

    private func end(of run: String, _ step: Step) -> [Act] {
        [.waitForEnd(run: run, step), .settle]
    }

    /// The bound is the step's `within`, else the `within` of its expectation, else the scenario's
    /// deadline.
    mutating func waitForEnd(of name: String, _ step: Step) {
        var bound = step.within
        var allowed = step.within
        let startedAt = tally.run(name)?.startedAt ?? now
        for case .client(let expectation) in step.expectations {
            guard let within = expectation.within else { continue }
            let left = within - (now - startedAt)
            if let shortest = bound, left >= shortest { continue }
            (bound, allowed) = (left, within)
        }
        wait(
            .ended(run: name), upTo: bound,
            late: late(
                step, "\(name) ends", "\(name) ends within \(bothTimes(allowed ?? .zero))",
                seen: "it is still running"))
    }

    // MARK: Killing

    /// SIGKILL, with the program's sockets in the wanted state when it comes.
    private func kill(_ run: String, unread: Bool?, _ step: Step) throws(StoryEnd) -> [Act] {
        var acts: [Act] = []
        if let unread {
            acts = [.watchConnections(run: run), .leaveUnread(run: run, unread, step)]
        }
        return acts + [.perform(.signal(run: run, "KILL"), orElse: refusal(step))]
            + end(of: run, step)
    }

    /// Makes sure that bytes lie unread in the program's sockets, or that none do.
    func leave(_ unread: Bool, _ run: String, _ step: Step) throws(StoryEnd) -> [Act] {
        guard !held.isEmpty else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "\(run) holds a connection",
                seen: "it holds none")
        }
        func tell(_ connection: HeldConnection, _ command: GatewayCommand) -> Act {
            .perform(
                .command(gateway: connection.gateway, command), orElse: refusal(step))
        }
        let what = unread ? "bytes lie unread in" : "nothing lies unread in"
        let wait = Act.wait(.unread(unread), "\(what) the sockets of \(run)", step)
        guard unread else { return [wait, .stopWatching] }
        // A stopped program cannot read, so what the gateway sends now stays unread.
        return [.perform(.signal(run: run, "STOP"), orElse: refusal(step))]
            + held.filter { $0.unreadBytes == 0 }.map { tell($0, .notify($0.connection)) }
            + [wait, .stopWatching]
            + held.map { tell($0, .clientDiesUnread($0.connection)) }
    }

    // MARK: Gateways

    private func tell(
        _ gateway: String, _ command: GatewayCommand, _ step: Step
    ) throws(StoryEnd) -> [Act] {
        switch command {
        case .restart:
            return [
                .perform(.command(gateway: gateway, command), orElse: refusal(step)),
                .wait(.listens(gateway: gateway), "gateway \(gateway) listens again", step),
            ]
        case .changePort(let port):
            guard tally.gateway(gateway)?.isListening ?? false else {
                throw StoryEnd(
                    .expectationFailed, at: step.mark, "gateway \(gateway) listens",
                    seen: "its port is closed and cannot be changed")
            }
            let refusal = Refusal(
                .machineUnfit, step.mark, "gateway \(gateway) listens on port \(port)")
            return [
                .perform(.movePort(gateway: gateway, port: port), orElse: refusal), .settle,
            ]
        case .world(let change):
            let refusal = Refusal(
                .expectationFailed, step.mark, "gateway \(gateway) obeys \"\(change.text)\"")
            return [.perform(.command(gateway: gateway, command), orElse: refusal)]
        case .turnLight, .loseServer, .restoreServer, .interruptServer, .setFarm, .authenticate,
            .closeListener, .openListener, .stopAccepting, .resumeAccepting, .releaseSockets,
            .dropConnections, .freeze, .kick, .signal, .addRule, .enableRule, .removeRule,
            .act, .clientDiesUnread, .notify, .programDid, .end, .makeWell, .adopt:
            return [.perform(.command(gateway: gateway, command), orElse: refusal(step))]
        }
    }

    /// For tasks that a driver always carries out.
    private func refusal(_ step: Step) -> Refusal {
        Refusal(.machineUnfit, step.mark, "the step can be taken")
    }

    // MARK: Waiting and judging

    func late(
        _ step: Step, _ what: String, _ expected: String, seen: String
    ) -> Wait.Late {
        .fail(
            deadline: deadlineFinding(step, what),
            bound: Finding(mark: step.mark, expected: expected, seen: seen, holds: false))
    }

    func deadlineFinding(_ step: Step, _ what: String) -> Finding {
        Finding(
            mark: step.mark,
            expected:
                "\(what) before the scenario's deadline of \(bothTimes(scenario.deadline))",
            seen: "it had not happened", holds: false)
    }

    /// A bound in gateway time, and in real time where that is another.
    ///
    /// The clock may have been held back, so the real time is the least that it can be.
    func bothTimes(_ bound: Duration) -> String {
        guard header.speed != 1 else { return bound.reportText }
        let nanoseconds = Double(bound.nanoseconds) / header.speed
        let real = Duration.nanoseconds(Int64(exactly: nanoseconds.rounded()) ?? .max)
        return "\(bound.reportText) of gateway time "
            + "(at least \(real.reportText) of real time, at speed \(header.speedText))"
    }

    func patience(of expectation: Expectation) -> Duration {
        let usual = Duration.nanoseconds(
            Int64(Double(Self.patience.nanoseconds) * header.speed))
        // What becomes true by itself is waited for.
        let left = expectation.nextChange(in: tally, at: now).map { $0 - now } ?? .zero
        return switch expectation {
        // A program's output and ending are already known; what it holds is not.
        case .client(let program): program.isOfLeaks ? usual : .zero
        case .gateway, .socketPaths: max(left, usual)
        case .sockets(let sockets): max(sockets.within, usual)
        }
    }

    mutating func lookAtSockets(of expectation: Expectation) {
        if case .sockets(let sockets) = expectation { watch(.sockets(gateway: sockets.gateway)) }
    }

    mutating func checkFaults() throws(StoryEnd) {
        guard !unfired.isEmpty else { return }
        var misses = nearMisses.unfired
        for fault in unfired {
            let index = misses.firstIndex { $0.rule.name == fault }
            let miss = index.map { misses.remove(at: $0) }
            let spec = scenario.gateways.first { $0.name == miss?.gateway }
            let reason = miss.map { ": \($0.words)" } ?? ""
            record(
                Finding(
                    mark: spec?.ruleMarks[fault] ?? scenario.start,
                    expected: "fault \(fault) fires at least once",
                    seen: "it never did\(reason); mark it 'optional: true' if it need not",
                    holds: false))
        }
        throw StoryEnd(.faultNeverFired)
    }
}

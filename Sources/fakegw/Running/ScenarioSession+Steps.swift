import Faults
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

extension ScenarioSession {
    func take(_ step: Step) throws(StoryEnd) {
        switch step.action {
        case .run(let client, let arguments):
            let run = try start(client, as: nil, arguments, at: step.mark)
            try waitForEnd(of: run, step)
            settle()
        case .start(let client, let name, let arguments):
            _ = try start(client, as: name, arguments, at: step.mark)
        case .stop(let client, let signal):
            let run = try started(client, step)
            send(signal, to: run)
            try waitForEnd(of: run, step)
            settle()
        case .kill(let client, let unread):
            try kill(try started(client, step), unread: unread, step)
        case .feed(let client, let line):
            let run = try started(client, step)
            guard run.process?.feed(line: launcher.filledIn(line)) ?? false else {
                throw StoryEnd(
                    .expectationFailed, at: step.mark, "\(client) takes a line of input",
                    "it has closed its standard input or does not read")
            }
        case .closeInput(let client):
            try started(client, step).process?.closeInput()
        case .restart(let name, let down):
            try hosted(name, step).command(.restart(down: down))
            try wait(step, "gateway \(name) listens again") { [unowned self] in
                gateway(name)?.facts.isListening ?? false
            }
        case .redden(let name): try hosted(name, step).command(.turnLight(.red))
        case .heal(let name): try hosted(name, step).command(.turnLight(.green))
        case .loseServer(let name): try hosted(name, step).command(.loseServer)
        case .restoreServer(let name, let lost):
            try hosted(name, step).command(.restoreServer(dataLost: lost))
        case .signal(let name, let signal): try hosted(name, step).command(.signal(signal))
        case .pause(let duration):
            _ = wait(upTo: duration, until: { false })
            if loop.now >= deadline { throw deadlinePassed(step, "the pause ends") }
        case .waitForOutput(let client, let text):
            let run = try started(client, step)
            try wait(step, "\(client) says \"\(text)\"") {
                (run.facts.stdout + run.facts.stderr).contains { $0.contains(text) }
                    || run.facts.ending != .running
            }
            guard (run.facts.stdout + run.facts.stderr).contains(where: { $0.contains(text) })
            else {
                throw StoryEnd(
                    .expectationFailed, at: step.mark, "\(client) says \"\(text)\"",
                    "it \(run.facts.ending) without")
            }
        case .waitForExit(let client):
            try waitForEnd(of: try started(client, step), step)
            settle()
        case .waitForGateway(let expectation): try waitFor(.gateway(expectation), step)
        case .waitForSockets(let expectation): try waitFor(.sockets(expectation), step)
        case .check: settle()
        }
        try judge(step.expectations, settle: false)
    }

    // MARK: Client programs

    private func start(
        _ client: String, as name: String?, _ arguments: [String], at mark: SourceMark
    ) throws(StoryEnd) -> RunningClient {
        guard let spec = scenario.clients.first(where: { $0.name == client }) else {
            throw StoryEnd(.clientNotStarted, at: mark, "a client '\(client)'", "there is none")
        }
        let count = runs.count { $0.facts.client == client } + 1
        let title = name ?? "\(client)#\(count)"
        let run = RunningClient(ClientRun(name: title, client: client, startedAt: loop.now))
        runs.append(run)
        do {
            let launch = try launcher.launch(spec, arguments: arguments)
            let process = try CommandFailure.ofMachine { () throws(OSFailure) in
                try ClientProcess(launch, on: loop)
            }
            run.process = process
            note(
                .clientStarted(
                    client: title,
                    command: ([launch.program] + launch.arguments).joined(separator: " ")))
            process.onLine = { [unowned self, unowned run] line in hear(line, from: run) }
            process.onEnd = { [unowned self, unowned run] ending in end(run, ending) }
            return run
        } catch {
            let hint = error.hint.map { "; \($0)" } ?? ""
            throw StoryEnd(
                .clientNotStarted, at: mark, "client '\(client)' starts", error.text + hint)
        }
    }

    private func started(_ name: String, _ step: Step) throws(StoryEnd) -> RunningClient {
        let found = runs.last { $0.facts.name == name } ?? runs.last { $0.facts.client == name }
        guard let found else {
            throw StoryEnd(.expectationFailed, at: step.mark, "'\(name)' was started", "it was not")
        }
        return found
    }

    private func hear(_ line: OutputLine, from run: RunningClient) {
        switch line.source {
        case .standardOutput:
            run.facts.stdout.append(line.text)
            note(.clientLine(client: run.facts.name, stream: "stdout", text: line.text))
        case .standardError:
            run.facts.stderr.append(line.text)
            note(.clientLine(client: run.facts.name, stream: "stderr", text: line.text))
        }
    }

    private func end(_ run: RunningClient, _ ending: ClientProcess.Ending) {
        switch ending {
        case .exited(let code): run.facts.ending = .exited(Int(code))
        case .signaled(let number): run.facts.ending = .signaled(SignalNames.name(of: number))
        }
        run.facts.endedAt = loop.now
        note(.clientEnded(client: run.facts.name, how: run.facts.ending.description))
    }

    private func send(_ signal: String, to run: RunningClient) {
        note(.clientSignaled(client: run.facts.name, signal: signal))
        run.process?.signal(SignalNames.number(of: signal) ?? SIGTERM, to: .group)
    }

    /// The bound is what the step says, else what it expects, else the scenario's deadline.
    private func waitForEnd(of run: RunningClient, _ step: Step) throws(StoryEnd) {
        var bound = step.within
        var allowed = step.within
        for case .client(let expectation) in step.expectations {
            if let within = expectation.within {
                let left = within - (loop.now - run.facts.startedAt)
                guard bound.map({ left < $0 }) ?? true else { continue }
                (bound, allowed) = (left, within)
            }
        }
        guard !wait(upTo: bound, until: { run.facts.ending != .running }) else { return }
        if loop.now >= deadline { throw deadlinePassed(step, "\(run.facts.name) ends") }
        throw StoryEnd(
            .expectationFailed, at: step.mark,
            "\(run.facts.name) ends within \(Judge.text(allowed ?? .zero))", "it is still running")
    }

    /// SIGKILL, with the client's sockets in the wanted state when it comes.
    private func kill(
        _ run: RunningClient, unread: Bool?, _ step: Step
    ) throws(StoryEnd) {
        if let unread {
            let owned = try connections(of: run, step)
            if unread {
                // Stopped, it can read no more; whatever is said now stays unread.
                run.process?.signal(SIGSTOP, to: .group)
                for (gateway, connection, row) in owned where row.receiveQueue == 0 {
                    gateway.command(.notify(connection))
                }
            }
            let what = unread ? "bytes lie unread in" : "nothing lies unread in"
            try wait(step, "\(what) the sockets of \(run.facts.name)") {
                owned.allSatisfy { _, _, row in
                    let now = try? KernelSockets.row(local: row.local, remote: row.remote)
                    return ((now?.receiveQueue ?? 0) > 0) == unread
                }
            }
            if unread {
                for (gateway, connection, _) in owned {
                    gateway.command(.clientDiesUnread(connection))
                }
            }
        }
        send("KILL", to: run)
        try waitForEnd(of: run, step)
        settle()
    }

    private typealias OwnedConnection = (HostedGateway, ConnectionID, KernelSockets.Row)

    /// The gateway connections whose client end belongs to the program or to its group.
    private func connections(
        of run: RunningClient, _ step: Step
    ) throws(StoryEnd) -> [OwnedConnection] {
        var owned: [OwnedConnection] = []
        for gateway in gateways {
            let rows = (try? KernelSockets.rows(remotePort: gateway.port)) ?? []
            for row in rows where row.inode != 0 {
                guard let owner = KernelSockets.owner(ofInode: row.inode),
                    getpgid(owner.processID) == run.process?.processID,
                    let connection = gateway.host.connections.first(where: {
                        gateway.host.clientEndpoint(of: $0) == row.local
                    })
                else { continue }
                owned.append((gateway, connection, row))
            }
        }
        guard !owned.isEmpty else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "\(run.facts.name) holds a connection",
                "it holds none")
        }
        return owned
    }

    // MARK: Waiting and judging

    private func hosted(_ name: String, _ step: Step) throws(StoryEnd) -> HostedGateway {
        guard let gateway = gateway(name) else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "a gateway '\(name)'", "there is none")
        }
        return gateway
    }

    private func wait(
        _ step: Step, _ what: String, until condition: () -> Bool
    ) throws(StoryEnd) {
        guard !wait(upTo: step.within, until: condition) else { return }
        if loop.now >= deadline { throw deadlinePassed(step, what) }
        throw StoryEnd(
            .expectationFailed, at: step.mark,
            "\(what) within \(Judge.text(step.within ?? .zero))", "it does not")
    }

    private func waitFor(_ expectation: Expectation, _ step: Step) throws(StoryEnd) {
        var open: [Complaint] = []
        let held = wait(upTo: step.within) {
            open = Judge.complaints(about: expectation, in: facts(for: [expectation]))
            return open.isEmpty
        }
        guard !held else { return }
        complaints += open
        throw StoryEnd(loop.now >= deadline ? .deadlinePassed : .expectationFailed)
    }

    /// Every expectation must come to hold within its time, a moment by default.
    func judge(_ expectations: [Expectation], settle needsSettling: Bool) throws(StoryEnd) {
        guard !expectations.isEmpty else { return }
        if needsSettling { settle() }
        var open: [Complaint] = []
        for expectation in expectations {
            var last: [Complaint] = []
            let held = wait(upTo: patience(of: expectation)) {
                last = Judge.complaints(about: expectation, in: facts(for: [expectation]))
                return last.isEmpty
            }
            if !held { open += last }
        }
        guard !open.isEmpty else { return }
        complaints += open
        throw StoryEnd(.expectationFailed)
    }

    private func patience(of expectation: Expectation) -> Duration {
        switch expectation {
        // What a program said and how it ended is known; nothing is to be waited for.
        case .client: .zero
        case .gateway: .milliseconds(Int64(500 * loop.speed))
        case .sockets(let sockets): max(sockets.within, .milliseconds(Int64(500 * loop.speed)))
        }
    }

    private func deadlinePassed(_ step: Step, _ what: String) -> StoryEnd {
        StoryEnd(
            .deadlinePassed, at: step.mark,
            "\(what) before the scenario's deadline of \(Judge.text(scenario.deadline))",
            "it had not happened")
    }

    // MARK: Facts

    private func facts(for expectations: [Expectation]) -> RunFacts {
        var sockets: [SocketFact] = []
        for case .sockets(let expectation) in expectations {
            guard let gateway = gateway(expectation.gateway) else { continue }
            sockets += Self.sockets(of: gateway)
        }
        return RunFacts(
            now: loop.now, clients: runs.map(\.facts), gateways: gateways.map(\.facts),
            sockets: sockets)
    }

    private static func sockets(of gateway: HostedGateway) -> [SocketFact] {
        let own = (try? KernelSockets.rows(localPort: gateway.port)) ?? []
        let theirs = (try? KernelSockets.rows(remotePort: gateway.port)) ?? []
        return [(own, true), (theirs, false)].flatMap { rows, isGatewaySide in
            rows.map { row in
                SocketFact(
                    gateway: gateway.name, isGatewaySide: isGatewaySide,
                    state: row.state.description,
                    owner: row.inode == 0 ? nil : "a process")
            }
        }
    }

    func note(_ kind: LogEvent.Kind) {
        sink.take([LogEvent(at: loop.now, kind: kind)])
    }
}

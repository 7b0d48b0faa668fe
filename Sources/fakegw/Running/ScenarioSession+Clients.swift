import EventLog
import Faults
import GatewayMachine
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// Client programs: started, heard, signalled, waited for.
extension ScenarioSession {
    func start(
        _ client: String, as name: String?, _ arguments: [String], at mark: SourceMark
    ) throws(StoryEnd) -> RunningClient {
        guard let spec = scenario.clients.first(where: { $0.name == client }) else {
            throw StoryEnd(.clientNotStarted, at: mark, "a client '\(client)'", "there is none")
        }
        let count = runs.count { $0.facts.client == client } + 1
        let title = name.flatMap { $0 == client ? nil : $0 } ?? "\(client)#\(count)"
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
                    run: title, client: client,
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

    func started(_ name: String, _ step: Step) throws(StoryEnd) -> RunningClient {
        let found = runs.last { [$0.facts.name, $0.facts.client].contains(name) }
        guard let found else {
            throw StoryEnd(.expectationFailed, at: step.mark, "'\(name)' was started", "it was not")
        }
        return found
    }

    private func hear(_ line: OutputLine, from run: RunningClient) {
        switch line.source {
        case .standardOutput:
            run.facts.stdout.append(line.text)
            note(.clientLine(run: run.facts.name, stream: .stdout, text: line.text))
        case .standardError:
            run.facts.stderr.append(line.text)
            note(.clientLine(run: run.facts.name, stream: .stderr, text: line.text))
        }
    }

    private func end(_ run: RunningClient, _ ending: ClientProcess.Ending) {
        let known: ProgramEnding =
            switch ending {
            case .exited(let code): .exited(Int(code))
            case .signaled(let number): .signaled(SignalNames.name(of: number))
            }
        run.facts.ending = known
        run.facts.endedAt = loop.now
        note(.clientEnded(run: run.facts.name, known))
    }

    func send(_ signal: String, to run: RunningClient) {
        note(.clientSignaled(run: run.facts.name, signal: signal))
        run.process?.signal(SignalNames.number(of: signal) ?? SIGTERM, to: .group)
    }

    /// The bound is what the step says, else what it expects, else the scenario's deadline.
    func waitForEnd(of run: RunningClient, _ step: Step) throws(StoryEnd) {
        var bound = step.within
        var allowed = step.within
        for case .client(let expectation) in step.expectations {
            if let within = expectation.within {
                let left = within - (loop.now - run.facts.startedAt)
                guard bound.map({ left < $0 }) ?? true else { continue }
                (bound, allowed) = (left, within)
            }
        }
        guard !wait(upTo: bound, until: { run.facts.ending != nil }) else { return }
        if loop.now >= deadline { throw deadlinePassed(step, "\(run.facts.name) ends") }
        throw StoryEnd(
            .expectationFailed, at: step.mark,
            "\(run.facts.name) ends within \(Judge.text(allowed ?? .zero))", "it is still running")
    }

    /// SIGKILL, with the client's sockets in the wanted state when it comes.
    func kill(
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
            let rows = gateway.ports.flatMap { (try? KernelSockets.rows(remotePort: $0)) ?? [] }
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
}

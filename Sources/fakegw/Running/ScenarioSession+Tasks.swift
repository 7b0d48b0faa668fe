import EventLog
import Faults
import GatewayMachine
import GatewayModel
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// The story's tasks, carried out.
extension ScenarioSession {
    func perform(_ task: StoryTask) {
        switch task {
        case .openGateways: openGateways(task)
        case .start(let client, let arguments, let run): start(client, arguments, as: run, task)
        case .signal(let run, let signal):
            note(.clientSignaled(run: run, signal: signal))
            process(run)?.signal(SignalNames.number(of: signal) ?? SIGTERM, to: .group)
            answer(task)
        case .feed(let run, let line):
            let text = launcher.filledIn(line)
            guard process(run)?.feed(line: text) ?? false else {
                answer(task, failure: "the program does not take it")
                return
            }
            note(.clientFed(run: run, line: launcher.shown(line)))
            answer(task)
        case .closeInput(let run):
            process(run)?.closeInput()
            note(.clientFed(run: run, line: nil))
            answer(task)
        case .command(let name, let command):
            answer(task, failure: gateway(name)?.command(command)?.text)
        case .movePort(let name, let port): movePort(of: name, to: port, task)
        case .settle: settle(task, seen: sink.count, rounds: Self.mostSettlingRounds)
        case .listUnfired:
            note(.runner(.unfired(gateways.flatMap { $0.host.handler.unfired })))
            answer(task)
        case .listSockets:
            for gateway in gateways {
                let rows = KernelWatch.ownedRows(of: gateway, runs: runs)
                sink.take([
                    LogEvent(at: loop.now, gateway: gateway.name, kind: .sockets(rows))
                ])
            }
            for run in runs.filter({ $0.process.ending == nil }).suffix(Self.mostRunsLookedInto) {
                noteThreads(of: run)
            }
            noteRealTime()
            answer(task)
        case .cleanUp:
            for run in runs { run.process.signal(SIGKILL, to: .group) }
            cleaning = (task, RealClock.monotonicSeconds + Self.patienceWithPrograms)
        }
    }

    static let patienceWithPrograms = 5.0
    private static let mostSettlingRounds = 50
    /// Programs whose threads are told of when the scenario fails; the last ones.
    private static let mostRunsLookedInto = 8

    private func process(_ run: String) -> ClientProcess? {
        runs.last { $0.name == run }?.process
    }

    // MARK: Gateways

    private func openGateways(_ task: StoryTask) {
        defer { clientPace.isHolding = false }
        do {
            for spec in scenario.gateways {
                let gateway = try HostedGateway(
                    spec, upstream: spec.upstream.flatMap { self.gateway($0)?.host.localEndpoint },
                    seed: seed, directory: ScenarioFiles.directory(of: scenario.file),
                    loop: loop, sink: sink)
                try capture?.attach(
                    to: gateway.host, name: scenario.gateways.count > 1 ? spec.name : nil)
                gateways.append(gateway)
                try gateway.start()
            }
            refreshLauncher()
            follow()
            answer(task)
        } catch {
            answer(task, failure: error.text + (error.hint.map { "; \($0)" } ?? ""))
        }
    }

    /// Begins to look at the kernel's tables, where the scenario claims something of them over time.
    private func follow() {
        let wanted = scenario.followedGateways
        let followsAll = scenario.clients.contains {
            scenario.clientWatch(of: $0.name).countsEndedSockets
        }
        let followed = gateways.filter { followsAll || wanted.contains($0.name) }
        guard !followed.isEmpty else { return }
        follower = KernelFollower(followed)
        for gateway in followed {
            let name = gateway.name
            gateway.onMoment = { [unowned self] client in
                if let event = follower?.look(at: client, of: name, at: loop.now) {
                    sink.take([event])
                }
            }
        }
        look()
    }

    /// Clients started from here on are told where the gateways listen now.
    private func refreshLauncher() {
        launcher = ClientLauncher(
            gateways: gateways.map { ($0.name, $0.host.localEndpoint) }, home: launcher.home)
    }

    private func movePort(of name: String, to port: Int, _ task: StoryTask) {
        do throws(OSFailure) {
            try gateway(name)?.changePort(to: UInt16(port))
            answer(task)
        } catch {
            answer(task, failure: "\(error)")
        }
    }

    /// Nothing new must come for 20 ms, or for two turns of the loop when nothing more can come.
    ///
    /// The gateway's clock is held back meanwhile.
    private func settle(_ task: StoryTask, seen: Int, rounds: Int) {
        clientPace.isHolding = true
        let isDeserted = isDeserted
        _ = loop.schedule(afterReal: isDeserted ? .zero : .milliseconds(20)) { [weak self] in
            guard let self else { return }
            // What had arrived is handled in the turn of this timer at the latest, and seen in the next.
            _ = loop.schedule(afterReal: .zero) { [weak self] in
                guard let self else { return }
                if sink.count == seen && isDeserted == self.isDeserted || rounds == 1 {
                    clientPace.isHolding = false
                    answer(task)
                } else {
                    settle(task, seen: sink.count, rounds: rounds - 1)
                }
            }
        }
    }

    /// Every program has ended, and so has the other side of every connection.
    ///
    /// What a program sent is in the gateway's sockets when it has ended.
    private var isDeserted: Bool {
        isEverythingEnded && gateways.allSatisfy(\.host.isDeserted)
    }

    // MARK: Programs

    private func start(
        _ client: String, _ arguments: [String], as run: String, _ task: StoryTask
    ) {
        // A fault may have changed a port.
        refreshLauncher()
        clientPace.isHolding = true
        defer { clientPace.isHolding = false }
        let began = loop.now
        do throws(CommandFailure) {
            guard let spec = scenario.clients.first(where: { $0.name == client }) else {
                throw CommandFailure(text: "there is no client '\(client)'")
            }
            var launch = try launcher.launch(spec, arguments: arguments)
            try share(clientClock, with: &launch)
            let watch = scenario.clientWatch(of: client)
            launch.looksForChildren = watch.looksForChildren
            let process = try CommandFailure.ofMachine { () throws(OSFailure) in
                try ClientProcess(launch, on: loop)
            }
            let running = RunningClient(run, process)
            if watch.countsDescriptors {
                running.descriptors = DescriptorCount(run: run, processID: process.processID)
            }
            runs.append(running)
            clientPace.watch(process)
            let command = launcher.shownCommand(spec, arguments: arguments, started: launch)
            note(.clientStarted(run: run, client: client, command: command), at: began)
            process.onLine = { [unowned self] line in
                if watch.marks.contains(where: { line.text.contains($0) }) {
                    countDescriptors(of: running)
                }
                note(.clientLine(run: run, stream: line.stream, text: line.wholeText))
            }
            process.onEnd = { [unowned self] ending in
                if watch.looksForChildren {
                    note(.runner(.outlived(run: run, by: running.process.outlivedBy)))
                }
                note(.clientEnded(run: run, ending.known))
            }
            answer(task)
        } catch {
            answer(task, failure: error.text + (error.hint.map { "; \($0)" } ?? ""))
        }
    }

    private func noteThreads(of run: RunningClient) {
        let (threads, omitted) = ProgramThread.all(ofGroup: run.process.processID)
        note(.runner(.threads(run: run.name, threads.map { ThreadState($0) }, omitted: omitted)))
    }

    /// Lets the program live by the gateway's clock, or tells why it cannot.
    private func share(_ clock: ClientClock?, with launch: inout Launch) throws(CommandFailure) {
        guard let clock else { return }
        let key = launch.program
        let known: String? = objections[key] ?? clock.objection(to: launch)
        objections[key] = .some(known)
        if let known {
            throw CommandFailure(
                text: "speed \(loop.speed): \(known)",
                hint: "play it at the speed of the real clock, with --speed 1 or 'speed: 1'",
                code: .clientNotStarted)
        }
        clock.add(to: &launch)
    }

    // MARK: The end

    /// Once every program has ended, or none is waited for any longer: closes every socket, and
    /// reports what is left.
    func finishCleaningUp() {
        guard let (task, until) = cleaning else { return }
        let isEnded = isEverythingEnded
        guard isEnded || RealClock.monotonicSeconds >= until else { return }
        cleaning = nil
        for gateway in gateways { gateway.host.shutDown() }
        func leak(_ text: String) { note(.runner(.leaked(text))) }
        if !isEnded { leak("a client program could not be ended") }
        for run in runs where run.process.hasSurvivors {
            leak("processes that \(run.name) started are still alive")
        }
        for stray in endStrays() { leak("process \(stray.processID), \(stray.command), ran on") }
        for gateway in gateways where holdsSockets {
            let rows = gateway.ports.flatMap { (try? KernelSockets.rows(localPort: $0)) ?? [] }
            // Somebody else may have been given a port that we have just let go of.
            for row in rows
            where KernelSockets.owner(ofInode: row.inode)?.processID == getpid() {
                leak("\(gateway.name)'s socket \(row.local) \(row.state) is still open")
            }
        }
        noteRealTime()
        answer(task)
    }

    /// This process has a socket of any kind: to look for it in the kernel's table takes longer.
    private var holdsSockets: Bool {
        ProcFiles.descriptors(of: getpid()).map { !$0.sockets.isEmpty } ?? true
    }

    /// Programs that left their client's process group; what they started in turn becomes ours.
    func endStrays() -> [StrayProcess] {
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
}

extension OutputLine {
    /// Says so where the end is missing.
    fileprivate var wholeText: String {
        isCut ? text + "… (cut: the line was longer than \(text.utf8.count) bytes)" : text
    }

    fileprivate var stream: LogEvent.OutputStream {
        switch source {
        case .standardOutput: .stdout
        case .standardError: .stderr
        }
    }
}

extension ClientProcess.Ending {
    fileprivate var known: ProgramEnding {
        switch self {
        case .exited(let code): .exited(Int(code))
        case .signaled(let number): .signaled(SignalNames.name(of: number))
        }
    }
}

extension ThreadState {
    init(_ thread: ProgramThread) {
        self.init(
            process: Int(thread.processID), name: thread.name, state: thread.state,
            call: thread.call, channel: thread.channel, isEnding: thread.isEnding)
    }
}

internal import CLinux
internal import Glibc
package import SocketDriver

/// One run of a client program, from its start until its process group has ended.
///
/// The program leads a process group of its own, with default signals and no descriptors but its
/// three standard streams. When it has ended, those it started in its group may hold its output for
/// a moment longer; then the group is killed. The kernel kills the program when the thread that
/// started it ends, and a guardian kills its group when this process does.
package final class ClientProcess {
    package enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    package enum SignalTarget: Hashable, Sendable { case program, group }

    /// Also the number of its process group.
    package let processID: Int32
    /// Set when nothing is left: the program has been waited for, its output is complete.
    package private(set) var ending: Ending?
    /// Processes of the group that could not be killed within a second of real time.
    package private(set) var hasSurvivors = false
    /// Processes of its group that went on after its end, by name, when the launch asked for them.
    package private(set) var outlivedBy: [String] = []
    package private(set) var output: KeptOutput

    package var onLine: ((OutputLine) -> Void)?
    package var onEnd: ((Ending) -> Void)?

    private let loop: EventLoop
    private let limits: OutputLimits
    private let input: InputPipe?
    private var outputs: [OutputPipe] = []
    private var exitDescriptor: CInt = -1
    private var exitWatch: EventLoop.Watch?
    /// How the program ended, known before its output is complete.
    private var verdict: Ending?
    private var timer: TimerID?
    private var isSettling = false
    private let looksForChildren: Bool

    /// Starts the program.
    ///
    /// - Throws: `OSFailure` naming the program when it cannot be run.
    package convenience init(_ launch: Launch, on loop: EventLoop) throws(OSFailure) {
        try Guardian.shared.requireRunning()
        try self.init(
            SpawnedProgram(launch), limits: launch.limits,
            looksForChildren: launch.looksForChildren,
            on: loop)
    }

    /// Goes on with `body` in a process of its own, forked from this one, which must have one thread.
    ///
    /// The child has this process's memory as it is now, and none of its descriptors. It reads what is
    /// fed, and ends with the status that `body` returns.
    package convenience init(
        forking body: () -> Int32, limits: OutputLimits = OutputLimits(), on loop: EventLoop
    ) throws(OSFailure) {
        try Guardian.shared.requireRunning()
        try self.init(SpawnedProgram(forking: body), limits: limits, on: loop)
    }

    private init(
        _ program: SpawnedProgram, limits: OutputLimits, looksForChildren: Bool = false,
        on loop: EventLoop
    ) throws(OSFailure) {
        Guardian.shared.watch(group: program.processID)
        processID = program.processID
        self.loop = loop
        self.limits = limits
        self.looksForChildren = looksForChildren
        output = KeptOutput(maxBytes: limits.maxKeptBytes)
        input = program.input.map {
            InputPipe($0, maxWaitingBytes: limits.maxInputBytes, loop: loop)
        }
        try read(program.output, .standardOutput)
        try read(program.error, .standardError)
        try watchExit()
    }

    deinit {
        if let timer { loop.cancel(timer) }
        stopWatchingExit()
        guard ending == nil else { return }
        kill(-processID, SIGKILL)
        if !isSettling { waitpid(processID, nil, 0) }
        Guardian.shared.forget(group: processID)
    }

    /// Writes to the program's standard input, as soon as it reads.
    ///
    /// - Returns: False when the program takes no input, or has closed it, or too much is waiting.
    @discardableResult
    package func feed(_ bytes: [UInt8]) -> Bool { input?.write(bytes) ?? false }

    @discardableResult
    package func feed(line: String) -> Bool { feed(Array(line.utf8) + [0x0A]) }

    /// Ends the program's standard input after what was fed.
    package func closeInput() { input?.closeWhenEmpty() }

    /// Does nothing when the program, or the whole group, has ended.
    package func signal(_ number: Int32, to target: SignalTarget = .program) {
        guard !isSettling else { return }
        switch target {
        case .program where verdict == nil: kill(processID, number)
        case .program: break
        case .group: kill(-processID, number)
        }
    }

    private func read(_ descriptor: CInt, _ source: OutputLine.Source) throws(OSFailure) {
        outputs.append(
            try OutputPipe(
                descriptor, splitter: LineSplitter(source, maxBytes: limits.maxLineBytes),
                loop: loop,
                onLines: { [unowned self] in keep($0) },
                onEnd: { [unowned self] in settleIfSilent() }))
    }

    private func keep(_ lines: [OutputLine]) {
        for line in lines {
            output.append(line)
            onLine?(line)
        }
    }

    private func watchExit() throws(OSFailure) {
        exitDescriptor = clinux_pidfd_open(processID)
        guard exitDescriptor >= 0 else { throw .now("watch process \(processID)") }
        exitWatch = try loop.watch(exitDescriptor, .readable) { [unowned self] _, _ in
            noticeExit()
        }
    }

    private func stopWatchingExit() {
        if let exitWatch { loop.cancel(exitWatch) }
        exitWatch = nil
        if exitDescriptor >= 0 { close(exitDescriptor) }
        exitDescriptor = -1
    }

    /// Leaves the program a zombie for now, so that no other process gets its number or its group's
    /// number.
    private func noticeExit() {
        var wasSignal: CInt = 0
        var value: CInt = 0
        guard clinux_ending(processID, &wasSignal, &value) == 1 else { return }
        verdict = wasSignal != 0 ? .signaled(value) : .exited(value)
        stopWatchingExit()
        input?.close()
        timer = loop.schedule(afterReal: limits.grace) { [unowned self] in settle() }
        settleIfSilent()
    }

    private func settleIfSilent() {
        guard verdict != nil, !isSettling, !outputs.contains(where: \.isOpen) else { return }
        guard looksForChildren, !GroupMembers.living(in: processID).isEmpty else { return settle() }
        // They may be about to end. The timer of the grace ends the waiting.
        _ = loop.schedule(afterReal: .milliseconds(5)) { [weak self] in self?.settleIfSilent() }
    }

    private func settle() {
        isSettling = true
        if looksForChildren { outlivedBy = GroupMembers.living(in: processID).map(\.name) }
        if let timer { loop.cancel(timer) }
        kill(-processID, SIGKILL)
        waitpid(processID, nil, 0)
        for pipe in outputs { pipe.finish() }
        awaitGroup(patience: 1000)
    }

    /// We adopt orphans of the group, so we have to wait for them.
    private func awaitGroup(patience: Int) {
        timer = nil
        while waitpid(-processID, nil, WNOHANG) > 0 {}
        let isGone = kill(-processID, 0) != 0
        guard isGone || patience == 0 else {
            timer = loop.schedule(afterReal: .milliseconds(1)) { [unowned self] in
                awaitGroup(patience: patience - 1)
            }
            return
        }
        hasSurvivors = !isGone
        Guardian.shared.forget(group: processID)
        ending = verdict
        if let verdict { onEnd?(verdict) }
    }
}

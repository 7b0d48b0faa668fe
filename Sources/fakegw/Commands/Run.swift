import ProcessDriver
import ScenarioFormat
import ScenarioRun

/// `fakegw run`: scenarios against real client programs.
enum Run {
    static let subcommand = Subcommand(
        name: "run", summary: "play scenarios against real client programs and judge them",
        usage: "PATH… [options] [-- PROGRAM ARGUMENT…]",
        about: """
            Plays every scenario in the files, or below the folders, and prints a verdict for each.

            A program after '--' is the client of fixtures that 'fakegw import' wrote, with its
            arguments, which may contain ${gateway.port}. A fixture that needs one says so.

            At another speed than 1, gateways and client programs share one faster (or slower) clock:
            unmodified programs see their clocks and their waits changed. A program that cannot
            follow it, such as a static one or one of Go, is not started (3), and the reason is told.
            docs/speed.md has the limits.

            Exit status: 0 all as expected; 1 an expectation failed; 2 bad arguments, scenario or
            fixture; 3 a client could not be started; 4 the deadline passed; 5 a fault never fired;
            6 this machine stalled or lacked something, so the result means nothing; 7 something
            was left behind; 9 only flaky failures. Stopped by a signal, it ends every program,
            writes the JUnit file, and exits 129 (SIGHUP), 130 (SIGINT) or 143 (SIGTERM).

            Each play has a temporary home folder. Scenarios that name the same port are played one
            after the other, unless --own-network separates them.

            A large run is divided with --shard over several machines. Every scenario is in exactly
            one part. "auto" reads K and N from GitLab (CI_NODE_INDEX, CI_NODE_TOTAL), CircleCI
            (CIRCLE_NODE_INDEX, …_TOTAL), Buildkite (BUILDKITE_PARALLEL_JOB, …_COUNT), or Kubernetes
            (JOB_COMPLETION_INDEX, with FAKEGW_SHARD_TOTAL set to the completions).
            """,
        options: [
            Catalogues.option,
            Option("filter", "TEXT", "only scenarios whose title or file contains the text"),
            Option(
                "tag", "TAG", "only scenarios with the tag; repeatable; !TAG: only those without"),
            Option("client", "NAME", "only matrix rows whose variable 'client' is NAME"),
            Option(
                "changed", "[=REF]",
                "only scenarios that changed, or name a file that did, since git's REF (HEAD)"),
            Option("shard", "K/N", "only the K-th of N parts, by title; or auto"),
            Option("durations", "FILE", "equal times for the parts, from an earlier run's JUnit"),
            Option("jobs", "N", "scenarios played at the same time (one a processor)"),
            Option("own-network", nil, "each play in a network namespace with loopback only"),
            Option("seed", "N", "seed for every scenario instead of its own"),
            Option("speed", "X", "gateway seconds in one real second, instead of its own"),
            Option("repeat", "N", "play everything N times; mixed outcomes are flaky"),
            Option("retry", "N", "play what did not pass up to N times more; a pass then is flaky"),
            Option("fail-fast", nil, "begin no more plays once one has failed"),
            Option("junit", "FILE", "write the verdicts as JUnit XML"),
            Option("events", "DIR", "write every play's events there, one file each"),
            Option(
                "pcap-dir", "DIR",
                "write every play's capture there as pcapng, faults as comments; without root"),
            Option("list", nil, "only list the scenarios"),
            Option("verbose", nil, "show every event as it happens (one job)"),
            Option("worker", "TITLE", "play one scenario for another fakegw (internal)"),
            Option("worker-events", "FILE", "its events (internal)"),
            Option("worker-pcap", "FILE", "its capture (internal)"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try run(arguments) }
        })

    private static func run(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        StrayProcess.adoptAll()
        guard !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "run takes scenario files or folders of them",
                hint: "fakegw run Scenarios")
        }
        let selection = try RunSelection(arguments)
        if let title = arguments.last("worker") {
            return try RunWorker.work(
                title, eventsFile: arguments.last("worker-events"),
                captureFile: arguments.last("worker-pcap"), selection)
        }
        let choice = try selection.choose()
        if arguments.has("list") {
            for scenario in choice.scenarios {
                Terminal.out("\(scenario.file): \(scenario.title)")
            }
            if let reason = choice.reasonForNone { Terminal.error("note: \(reason)") }
            return .success
        }
        guard !choice.scenarios.isEmpty else {
            guard let reason = choice.reasonForNone else {
                throw CommandFailure(
                    text: "no scenario is left to run",
                    hint: "--list shows what there is; --filter, --client and --tag choose from it")
            }
            Terminal.out("nothing to play: \(reason)")
            if let path = arguments.last("junit") { try Files.write(junitXML([]), to: path) }
            return .success
        }
        // What cannot be written is refused before anything is played.
        if let path = arguments.last("junit") { try Files.prepare(path) }
        if let folder = selection.eventsFolder { try Files.prepare("\(folder)/events") }
        if let folder = selection.captureFolder { try Files.prepare("\(folder)/captures") }
        return try play(choice.scenarios, selection, arguments)
    }

    private static func play(
        _ scenarios: [Scenario], _ selection: RunSelection, _ arguments: ParsedArguments
    ) throws(CommandFailure) -> ExitCode {
        let progress = RunProgress(count: scenarios.count * selection.repeats)
        var queue = PlayQueue(
            scenarios, repeats: selection.repeats, retries: selection.retries,
            failsFast: selection.failsFast, hasOwnNetworks: selection.hasOwnNetworks)
        if selection.jobs == 1 || arguments.has("verbose") {
            try playHere(&queue, selection, progress, arguments.has("verbose"))
        } else {
            let pool = try WorkerPool(queue, selection: selection, progress: progress)
            queue = try pool.play()
        }
        progress.summarize(queue.finished, unplayed: queue.unplayed)
        var isTroubled = queue.finished.contains { $0.trouble != nil }
        if let path = arguments.last("junit") {
            do throws(CommandFailure) {
                try Files.write(junitXML(queue.finished, unplayed: queue.unplayed), to: path)
            } catch {
                Terminal.fail(error.text, hint: error.hint)
                isTroubled = true
            }
        }
        if case .signaled(let number)? = queue.stop {
            return ExitCode(rawValue: 128 + number) ?? .terminated
        }
        let verdict = RunProgress.overall(queue.finished)
        // A file that was asked for is missing or not complete.
        if verdict == .passed, isTroubled { return .machineUnfit }
        return ExitCode(rawValue: Int32(verdict.rawValue)) ?? .failed
    }

    private static func playHere(
        _ queue: inout PlayQueue, _ selection: RunSelection, _ progress: RunProgress,
        _ isVerbose: Bool
    ) throws(CommandFailure) {
        if selection.hasOwnNetworks { try RunWorker.enterOwnNetwork() }
        let log = LiveLog(showsGateway: false)
        while let play = queue.begin() {
            var options = selection.options(for: play)
            if isVerbose { options.show = { log.show($0) } }
            progress.begin(play.scenario)
            let session = try ScenarioSession(play.scenario, options: options)
            let result = session.play()?.asItMust(play.scenario)
            if let number = session.interruption { queue.stop(by: number) }
            if let result = queue.end(play, result) { progress.end(result) }
        }
    }
}

import ProcessDriver
import ScenarioFormat
import ScenarioRun
import SocketDriver

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
            was left behind; 8 two plays with one seed differed; 9 only flaky failures. Stopped by a
            signal, it ends every program, writes the reports, and exits 129 (SIGHUP), 130 (SIGINT)
            or 143 (SIGTERM).

            With --check-determinism each scenario is played twice. What hangs on cause and effect must
            be the same: per connection the requests and the answers, per program its output. Times,
            ports and what the gateway sends by its clock, such as ticks, may differ.

            With --baseline, a scenario that fails as the file says is known to fail, and does not
            fail the run. --update writes the file anew: what fails now is in it, what passes is
            not, and what was not played stays. docs/ci.md explains the reports and the baseline.

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
            Option("title", "TITLE", "only the scenario with exactly this title; repeatable"),
            Option(
                "tag", "TAG", "only scenarios with the tag; repeatable; !TAG: only those without"),
            Option("client", "NAME", "only matrix rows whose variable 'client' is NAME"),
            Option(
                "changed", "[=REF]",
                "only scenarios that changed, or name a file that did, since git's REF (HEAD)"),
            Option("shard", "K/N", "only the K-th of N parts, by title; or auto"),
            Option(
                "durations", "FILE",
                "an earlier run's JUnit: the longest begin first, parts take equal times; time left"
            ),
            Option("jobs", "N", "scenarios played at the same time (one a processor)"),
            Option("own-network", nil, "each play in a network namespace with loopback only"),
            Option("seed", "N", "seed for every scenario instead of its own"),
            Option("speed", "X", "gateway seconds in one real second, instead of its own"),
            Option("repeat", "N", "play everything N times; mixed outcomes are flaky"),
            Option("retry", "N", "play what did not pass up to N times more; a pass then is flaky"),
            Option("check-determinism", nil, "play everything twice, and compare the causal logs"),
            Option("fail-fast", nil, "begin no more plays once one has failed"),
        ] + RunReports.options + [
            Option("events", "DIR", "write every play's events there, one file each"),
            Option(
                "pcap-dir", "DIR",
                "write every play's capture there as pcapng, faults as comments; without root"),
        ] + RunPage.options + [
            Option("list", nil, "only list the scenarios"),
            Option("verbose", nil, "show every event as it happens (one job)"),
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
        var selection = try RunSelection(arguments)
        let reports = try RunReports(arguments)
        let page = try RunPage(arguments)
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
            try reports.prepare()
            try page?.write(RunOutcome([]))
            return reports.write(RunOutcome([]), scenarios: choice.all) ? .success : .machineUnfit
        }
        try reports.prepare()
        if let folder = selection.eventsFolder { try Files.prepare("\(folder)/events") }
        if let folder = selection.captureFolder { try Files.prepare("\(folder)/captures") }
        // The page is made from event logs, wanted or not.
        var logs: TemporaryHome?
        if page != nil, selection.eventsFolder == nil {
            logs = try CommandFailure.ofMachine(.machineUnfit) { () throws(OSFailure) in
                try TemporaryHome()
            }
            selection.eventsFolder = logs?.path
        }
        defer { logs?.remove() }
        let keepsLogs = logs == nil
        let taking = { (play: Play, result: ScenarioResult) in
            guard let page, let folder = selection.eventsFolder else { return }
            page.take(result, of: play.scenario, log: "\(folder)/\(play.eventsName)")
            // What nobody asked for goes with its play.
            if !keepsLogs { Files.remove(play.eventsNames.map { "\(folder)/\($0)" }) }
        }
        return try self.play(choice, selection, reports, page, arguments, onEnd: taking)
    }

    private static func play(
        _ choice: RunSelection.Choice, _ selection: RunSelection, _ reports: RunReports,
        _ page: RunPage?, _ arguments: ParsedArguments,
        onEnd: @escaping (Play, ScenarioResult) -> Void
    ) throws(CommandFailure) -> ExitCode {
        let titles = choice.scenarios.map(\.title)
        let progress = RunProgress(
            Array(repeating: titles, count: selection.repeats).flatMap { $0 },
            jobs: selection.jobs, durations: selection.durations ?? [:],
            isOnGitHub: reports.showsAnnotations)
        var queue = PlayQueue(
            choice.scenarios, repeats: selection.repeats, retries: selection.retries,
            failsFast: selection.failsFast, hasOwnNetworks: selection.hasOwnNetworks,
            durations: selection.durations,
            judged: { result in reports.baseline?.judged(result) ?? result }, onEnd: onEnd)
        if selection.jobs == 1 || arguments.has("verbose") {
            try playHere(&queue, selection, progress, arguments.has("verbose"))
        } else {
            let pool = try WorkerPool(queue, selection: selection, progress: progress)
            queue = try pool.play()
        }
        let outcome = RunOutcome(
            queue.finished, unplayed: queue.unplayed, seconds: progress.seconds)
        progress.summarize(outcome)
        var isComplete = reports.write(outcome, scenarios: choice.all)
        do throws(CommandFailure) {
            try page?.write(outcome)
        } catch {
            Terminal.fail(error.text, hint: error.hint)
            isComplete = false
        }
        if case .signaled(let number)? = queue.stop {
            return ExitCode(rawValue: 128 + number) ?? .terminated
        }
        let verdict = reports.verdict(of: outcome)
        // A file that was asked for is missing or not complete.
        let isTroubled = !isComplete || queue.finished.contains { $0.trouble != nil }
        if verdict == .passed, isTroubled { return .machineUnfit }
        return ExitCode(rawValue: Int32(verdict.rawValue)) ?? .failed
    }

    private static func playHere(
        _ queue: inout PlayQueue, _ selection: RunSelection, _ progress: RunProgress,
        _ isVerbose: Bool
    ) throws(CommandFailure) {
        let log = LiveLog(showsGateway: false)
        while let play = queue.begin() {
            progress.begin(play.scenario)
            if selection.hasOwnNetworks { try RunWorker.enterOwnNetwork() }
            var options = selection.options(for: play)
            if isVerbose { options.show = { log.show($0) } }
            let outcome = try selection.outcome(of: play, options)
            if let number = outcome.interruption { queue.stop(by: number) }
            if let result = queue.end(play, outcome.result) { progress.end(result) }
        }
    }
}

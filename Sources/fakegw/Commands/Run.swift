import Glibc
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

/// `fakegw run`: scenarios against real client programs.
enum Run {
    static let subcommand = Subcommand(
        name: "run", summary: "play scenarios against real client programs and judge them",
        usage: "PATH… [options]",
        about: """
            Plays every scenario in the files, or below the folders, and prints a verdict for each.

            At another speed than 1, gateways and client programs share one faster (or slower) clock:
            unmodified programs see their clocks and their waits changed. A program that cannot
            follow it, such as a static one or one of Go, is not started (3), and the reason is told.
            docs/speed.md has the limits.

            Exit status: 0 all as expected; 1 an expectation failed; 2 bad arguments, scenario or
            fixture; 3 a client could not be started; 4 the deadline passed; 5 a fault never fired;
            6 this machine stalled or lacked something, so the result means nothing; 7 something
            was left behind; 9 only flaky failures.
            """,
        options: [
            Catalogues.option,
            Option("filter", "TEXT", "only scenarios whose title or file contains the text"),
            Option("client", "NAME", "only matrix rows whose variable 'client' is NAME"),
            Option("jobs", "N", "scenarios played at the same time (one a processor)"),
            Option("seed", "N", "seed for every scenario instead of its own"),
            Option("speed", "X", "gateway seconds in one real second, instead of its own"),
            Option("repeat", "N", "play everything N times; mixed outcomes are flaky"),
            Option("shard", "K/N", "only every N-th scenario, beginning with the K-th"),
            Option("junit", "FILE", "write the verdicts as JUnit XML"),
            Option("events", "DIR", "write every scenario's events there, one file each"),
            Option("list", nil, "only list the scenarios"),
            Option("verbose", nil, "show every event as it happens (one job)"),
            Option("worker", "TITLE", "play one scenario for another fakegw (internal)"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try run(arguments) }
        })

    private static func run(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "run takes scenario files or folders of them",
                hint: "fakegw run Scenarios")
        }
        let selection = try RunSelection(arguments)
        if let title = arguments.last("worker") { return try RunWorker.work(title, selection) }
        let scenarios = try selection.scenarios()
        if arguments.has("list") {
            for scenario in scenarios { Terminal.out("\(scenario.file): \(scenario.title)") }
            return .success
        }
        guard !scenarios.isEmpty else {
            throw CommandFailure(
                text: "no scenario is left to run",
                hint: "--list shows what there is; --filter and --client choose from it")
        }
        let progress = RunProgress(count: scenarios.count * selection.repeats)
        let results: [ScenarioResult]
        if selection.jobs == 1 || arguments.has("verbose") {
            results = try playHere(scenarios, selection, progress, arguments.has("verbose"))
        } else {
            results = try WorkerPool(selection: selection, progress: progress).play(scenarios)
        }
        if let path = arguments.last("junit") { try Files.write(junitXML(results), to: path) }
        let verdict = RunProgress.overall(results)
        progress.summarize(results)
        return ExitCode(rawValue: Int32(verdict.rawValue)) ?? .failed
    }

    private static func playHere(
        _ scenarios: [Scenario], _ selection: RunSelection, _ progress: RunProgress,
        _ isVerbose: Bool
    ) throws(CommandFailure) -> [ScenarioResult] {
        var results: [ScenarioResult] = []
        let log = LiveLog(showsGateway: false)
        for _ in 0..<selection.repeats {
            for scenario in scenarios {
                var options = selection.options(for: scenario)
                if isVerbose { options.show = { log.show($0) } }
                progress.begin(scenario)
                let result = try ScenarioSession(scenario, options: options).play()
                    .asItMust(scenario)
                progress.end(result)
                results.append(result)
            }
        }
        return results
    }
}

/// Which scenarios are to be played, and how.
struct RunSelection {
    let paths: [String]
    let filter: String?
    let client: String?
    let jobs: Int
    let repeats: Int
    private let seed: UInt64?
    private let speed: Double?
    private let shard: (index: Int, count: Int)?
    let eventsFolder: String?
    private let catalogue: PathologyCatalogue
    private let catalogueFolders: [String]

    init(_ arguments: ParsedArguments) throws(CommandFailure) {
        paths = arguments.rest
        catalogue = try Catalogues.all(arguments)
        catalogueFolders = arguments.all("catalogue")
        filter = arguments.last("filter")
        client = arguments.last("client")
        let processors = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        jobs = try arguments.integer("jobs", in: 1...256) ?? processors
        repeats = try arguments.integer("repeat", in: 1...1_000_000) ?? 1
        seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
        speed = try arguments.number("speed", in: 0.001...10_000)
        eventsFolder = arguments.last("events")
        if let folder = eventsFolder, mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CommandFailure(
                text: "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        shard = try Self.shard(arguments.last("shard"))
    }

    private static func shard(_ text: String?) throws(CommandFailure) -> (Int, Int)? {
        guard let text else { return nil }
        let parts = text.split(separator: "/").map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1], count > 0,
            (1...count).contains(index)
        else { throw CommandFailure(text: "--shard takes K/N such as 1/4, not '\(text)'") }
        return (index, count)
    }

    func scenarios() throws(CommandFailure) -> [Scenario] {
        let scenarios = try ScenarioFiles.loadAll(paths, catalogue).filter { scenario in
            if let filter, !scenario.title.contains(filter), !scenario.file.contains(filter) {
                return false
            }
            if let client {
                return scenario.variables.contains { $0.name == "client" && $0.value == client }
            }
            return true
        }
        guard let shard else { return scenarios }
        return scenarios.enumerated().filter { $0.offset % shard.count == shard.index - 1 }
            .map(\.element)
    }

    func options(for scenario: Scenario) -> SessionOptions {
        SessionOptions(
            seed: seed, speed: speed,
            eventsFile: eventsFolder.map { "\($0)/\(Self.fileName(scenario.title)).jsonl" })
    }

    /// What a worker needs to know to play the same.
    var workerArguments: [String] {
        var arguments = catalogueFolders.flatMap { ["--catalogue", $0] }
        if let seed { arguments += ["--seed", String(seed)] }
        if let speed { arguments += ["--speed", String(speed)] }
        if let eventsFolder { arguments += ["--events", eventsFolder] }
        return arguments
    }

    private static func fileName(_ title: String) -> String {
        String(title.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
    }
}

extension ScenarioResult {
    /// A scenario that must fail passes when it failed in the way it says.
    func asItMust(_ scenario: Scenario) -> ScenarioResult {
        guard let mustFail = scenario.mustFail else { return self }
        var judged = self
        var complaints: [String] = []
        if verdict.rawValue != mustFail.exit {
            complaints.append(
                "  expected: it fails with exit \(mustFail.exit)\n"
                    + "  seen:     \(verdict.words) (exit \(verdict.rawValue))")
        }
        for text in mustFail.says where !report.contains(text) {
            complaints.append("  expected: its report says \"\(text)\"\n  seen:     it does not")
        }
        judged.verdict = complaints.isEmpty ? .passed : .expectationFailed
        judged.report =
            complaints.isEmpty
            ? ""
            : (["\(scenario.start)"] + complaints
                + (report.isEmpty ? [] : ["its report:", report]))
                .joined(separator: "\n")
        return judged
    }
}

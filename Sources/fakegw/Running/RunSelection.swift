import Glibc
import ScenarioFormat
import ScenarioRun

/// Which scenarios are to be played, and how.
struct RunSelection {
    let paths: [String]
    let jobs: Int
    let repeats: Int
    let retries: Int
    let failsFast: Bool
    /// Where the event logs go; `nil` when none are written.
    var eventsFolder: String?
    let captureFolder: String?
    let hasOwnNetworks: Bool
    private let checksDeterminism: Bool
    /// Plays the client of fixtures; empty for what they name.
    private let program: [String]
    private let filter: String?
    /// Only scenarios with one of these titles; empty for all.
    private let titles: [String]
    private let client: String?
    private let tags: [String]
    private let changedSince: String?
    private let seed: UInt64?
    private let speed: Double?
    private let shard: Shard?
    /// Seconds by title, of an earlier run.
    let durations: [String: Double]?
    private let catalogue: PathologyCatalogue
    private let catalogueFolders: [String]

    init(_ arguments: ParsedArguments) throws(CommandFailure) {
        paths = arguments.rest
        program = arguments.trailing
        catalogue = try Catalogues.all(arguments)
        catalogueFolders = Catalogues.folders(arguments)
        filter = arguments.last("filter")
        titles = arguments.all("title")
        client = arguments.last("client")
        tags = arguments.all("tag")
        changedSince = arguments.last("changed").map { $0.isEmpty ? "HEAD" : $0 }
        let processors = max(1, min(64, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        jobs = try arguments.integer("jobs", in: 1...256) ?? processors
        repeats = try arguments.integer("repeat", in: 1...1_000_000) ?? 1
        retries = try arguments.integer("retry", in: 0...1000) ?? 0
        failsFast = arguments.has("fail-fast")
        hasOwnNetworks = arguments.has("own-network")
        checksDeterminism = arguments.has("check-determinism")
        seed = try arguments.integer("seed", in: 0...Int.max).map(UInt64.init)
        speed = try arguments.number("speed", in: 0.001...10_000)
        eventsFolder = arguments.last("events")
        captureFolder = arguments.last("pcap-dir")
        shard = try arguments.last("shard").map { text throws(CommandFailure) in
            try Shard(text) { name in
                getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
            }
        }
        durations = try arguments.last("durations").map { path throws(CommandFailure) in
            try Durations.read(path)
        }
    }

    /// What was chosen.
    struct Choice {
        var scenarios: [Scenario]
        /// All that were found, chosen or not.
        var all: [Scenario] = []
        /// Why nothing is to be played although all is well: another part has it, or nothing changed.
        var reasonForNone: String?
    }

    func choose() throws(CommandFailure) -> Choice {
        let all = try ScenarioFiles.loadAll(paths, catalogue)
        try checkTags(all)
        try checkTitles(all)
        var choice = try choose(from: all)
        choice.all = all
        return choice
    }

    private func choose(from all: [Scenario]) throws(CommandFailure) -> Choice {
        let matching = try all.filter(isWanted).map(withProgram)
        guard !matching.isEmpty else { return Choice(scenarios: []) }
        var chosen = matching
        if let changedSince {
            let changed = try ChangedFiles(since: changedSince, folders: folders(of: matching))
            chosen = chosen.filter(changed.concerns)
            if chosen.isEmpty {
                return Choice(
                    scenarios: [],
                    reasonForNone: "no scenario, and no file that one names, has changed since "
                        + changedSince)
            }
        }
        if let shard {
            chosen = shard.part(of: chosen, durations: durations)
            if chosen.isEmpty {
                return Choice(
                    scenarios: [],
                    reasonForNone: "none of the scenarios falls to shard \(shard.index)/"
                        + "\(shard.count)")
            }
        }
        return Choice(scenarios: chosen)
    }

    /// A fixture of 'fakegw import' with the program after '--' as its client.
    ///
    /// A recorded client that asked more than a stock program does is no scenario without it: it
    /// would pass without having met what was recorded.
    private func withProgram(_ scenario: Scenario) throws(CommandFailure) -> Scenario {
        guard !program.isEmpty else {
            guard scenario.tags.contains("needs-program") else { return scenario }
            throw CommandFailure(
                text: "\(scenario.file): the recorded client asked more than a stock program does, "
                    + "and no program is named",
                hint: "fakegw run \(scenario.file) -- PROGRAM --port '${gateway.port}'")
        }
        guard scenario.isFixture else { return scenario }
        guard scenario.clients.count == 1 else {
            throw CommandFailure(
                text: "\(scenario.file): has \(scenario.clients.count) client programs, and one is "
                    + "named after '--'",
                hint: "fakegw import CAPTURE -o DIR -- PROGRAM … makes a fixture for it")
        }
        var scenario = scenario
        scenario.clients[0].command = program
        scenario.clients[0].python = nil
        if let folder = getcwd(nil, 0) {
            scenario.clients[0].directory = String(cString: folder)
            free(folder)
        }
        return scenario
    }

    private func isWanted(_ scenario: Scenario) -> Bool {
        if let filter, !scenario.title.contains(filter), !scenario.file.contains(filter) {
            return false
        }
        if !titles.isEmpty, !titles.contains(scenario.title) { return false }
        if let client,
            !scenario.variables.contains(where: { $0.name == "client" && $0.value == client })
        {
            return false
        }
        let wanted = tags.filter { !$0.hasPrefix("!") }
        let unwanted = tags.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) }
        return (wanted.isEmpty || wanted.contains(where: scenario.tags.contains))
            && !unwanted.contains(where: scenario.tags.contains)
    }

    /// A tag that is asked for must exist; one that is excluded need not.
    private func checkTags(_ scenarios: [Scenario]) throws(CommandFailure) {
        let known = Set(scenarios.flatMap(\.tags)).sorted()
        for tag in tags where !tag.hasPrefix("!") && !known.contains(tag) {
            throw CommandFailure(
                text: "no scenario has the tag '\(tag)'",
                hint: Suggestion.nearest(to: tag, among: known).map { "did you mean '\($0)'?" }
                    ?? (known.isEmpty
                        ? "these scenarios have no tags"
                        : "there are " + known.joined(separator: ", ")))
        }
    }

    private func checkTitles(_ scenarios: [Scenario]) throws(CommandFailure) {
        let known = scenarios.map(\.title)
        for title in titles where !known.contains(title) {
            throw CommandFailure(
                text: "no scenario has the title '\(title)'",
                hint: Suggestion.nearest(to: title, among: known).map { "did you mean '\($0)'?" }
                    ?? "--list shows their titles; --filter takes a part of one")
        }
    }

    private func folders(of scenarios: [Scenario]) -> [String] {
        Set(scenarios.map { ScenarioFiles.directory(of: $0.file) }).sorted()
    }

    // MARK: Playing

    func options(for play: Play) -> SessionOptions {
        SessionOptions(
            seed: seed, speed: speed, eventsFile: eventsFolder.map { "\($0)/\(play.eventsName)" },
            captureFile: captureFolder.map { "\($0)/\(play.captureName)" },
            commandOptions: catalogueFolders.flatMap { ["--catalogue", $0] }
                + (hasOwnNetworks ? ["--own-network"] : []),
            program: play.scenario.isFixture ? program : [])
    }

    /// Plays a scenario, in this process.
    func outcome(
        of play: Play, _ options: SessionOptions
    ) throws(CommandFailure) -> PlayedScenario.Outcome {
        let played = PlayedScenario(
            play.scenario, options: options, checksDeterminism: checksDeterminism)
        var outcome = try played.play()
        outcome.result = outcome.result?.asItMust(play.scenario)
        return outcome
    }
}

extension Scenario {
    /// 'fakegw import' made it.
    fileprivate var isFixture: Bool { tags.contains("imported") }
}

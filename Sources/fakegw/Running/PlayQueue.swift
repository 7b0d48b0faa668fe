import Faults
import ScenarioFormat
import ScenarioRun

/// One play of a scenario.
struct Play {
    let scenario: Scenario
    /// Where its result goes.
    let slot: Int
    /// From 1; counts what `--retry` plays again.
    var attempt = 1
    /// The name of its event log, without the folder.
    var eventsName: String {
        eventsBase + (attempt > 1 ? ".retry-\(attempt - 1)" : "") + ".jsonl"
    }
    /// The names of all logs that it may leave: where it is played twice, there are two.
    var eventsNames: [String] { [eventsName, PlayedScenario.secondName(eventsName)] }
    /// The name of its capture, without the folder.
    var captureName: String { eventsName.dropLast(".jsonl".count) + ".pcapng" }
    let eventsBase: String

    /// Ports that only one play at a time can use.
    var fixedPorts: Set<Int> { scenario.fixedPorts }
}

/// Why nothing more is played.
enum RunStop {
    case failed(title: String)
    case signaled(Int32)

    var words: String {
        switch self {
        case .failed(let title): "--fail-fast, after '\(title)'"
        case .signaled(let number): "stopped by SIG\(SignalNames.name(of: number))"
        }
    }
}

/// What is still to be played, and what came of the rest.
///
/// It decides which play begins next, which is played again, and when to stop. It plays nothing.
struct PlayQueue {
    private(set) var stop: RunStop?
    private var waiting: [Play]
    private var running: [Int: Play] = [:]
    private var results: [ScenarioResult?]
    private var earlier: [Int: [ScenarioResult]] = [:]
    /// All of them, by slot.
    let plays: [Play]
    private let retries: Int
    private let failsFast: Bool
    /// Plays with the same fixed port do not disturb each other.
    private let hasOwnNetworks: Bool
    /// Adds what a baseline says of a result.
    private let judged: (ScenarioResult) -> ScenarioResult
    /// Is told of every play that has ended with a result.
    private let onEnd: (Play, ScenarioResult) -> Void

    /// - Parameter durations: Seconds by title, of an earlier run. What takes longest begins first,
    ///   so that it does not run alone at the end; what is unknown may take long.
    init(
        _ scenarios: [Scenario], repeats: Int = 1, retries: Int = 0, failsFast: Bool = false,
        hasOwnNetworks: Bool = false, durations: [String: Double]? = nil,
        judged: @escaping (ScenarioResult) -> ScenarioResult = { $0 },
        onEnd: @escaping (Play, ScenarioResult) -> Void = { _, _ in }
    ) {
        let names = EventFileNames(scenarios)
        var plays: [Play] = []
        for round in 1...max(1, repeats) {
            for (index, scenario) in scenarios.enumerated() {
                plays.append(
                    Play(
                        scenario: scenario, slot: plays.count,
                        eventsBase: names[index] + (round > 1 ? ".play-\(round)" : "")))
            }
        }
        self.plays = plays
        self.retries = retries
        self.failsFast = failsFast
        self.hasOwnNetworks = hasOwnNetworks
        self.judged = judged
        self.onEnd = onEnd
        waiting = plays
        if let durations {
            let seconds = plays.map { durations[$0.scenario.title] ?? .infinity }
            waiting = plays.indices.sorted { (-seconds[$0], $0) < (-seconds[$1], $1) }
                .map { plays[$0] }
        }
        results = Array(repeating: nil, count: plays.count)
    }

    var isOver: Bool { running.isEmpty && (waiting.isEmpty || stop != nil) }

    /// The next play that can begin beside those that run.
    mutating func begin() -> Play? {
        guard stop == nil else { return nil }
        let taken = running.values.reduce(into: Set<Int>()) { $0.formUnion($1.fixedPorts) }
        guard
            let index = waiting.firstIndex(where: {
                hasOwnNetworks || $0.fixedPorts.isDisjoint(with: taken)
            })
        else { return nil }
        let play = waiting.remove(at: index)
        running[play.slot] = play
        return play
    }

    /// Takes the result of a play.
    ///
    /// - Parameter result: `nil` when the play was broken off.
    /// - Returns: The scenario's result, unless it will be played again.
    mutating func end(_ play: Play, _ result: ScenarioResult?) -> ScenarioResult? {
        running[play.slot] = nil
        guard var result = result.map(judged) else { return nil }
        result.eventsName = play.eventsName
        onEnd(play, result)
        let earlier = earlier[play.slot] ?? []
        if result.verdict != .passed, result.verdict != .notDeterministic,
            result.standing != .known, play.attempt <= retries, stop == nil
        {
            self.earlier[play.slot] = earlier + [result]
            var again = play
            again.attempt += 1
            waiting.insert(again, at: 0)
            return nil
        }
        let outcome = earlier.isEmpty ? result : judged(result.after(earlier))
        results[play.slot] = outcome
        if failsFast, stop == nil, outcome.countsAsFailure || outcome.verdict == .machineUnfit {
            stop = .failed(title: outcome.title)
        }
        return outcome
    }

    mutating func stop(by signal: Int32) { stop = .signaled(signal) }

    var finished: [ScenarioResult] { results.compactMap { $0 } }

    /// What was not played to its end, and why.
    var unplayed: [UnplayedScenario] {
        zip(plays, results).compactMap { play, result in
            guard result == nil else { return nil }
            return UnplayedScenario(
                title: play.scenario.title, file: play.scenario.file,
                reason: "not played: " + (stop?.words ?? "the run ended"))
        }
    }
}

/// A name for the event log of each scenario, made of its title; no two are alike.
struct EventFileNames {
    private let names: [String]

    init(_ scenarios: [Scenario]) {
        let short = scenarios.map { Self.plain($0.title) }
        let counts = short.reduce(into: [String: Int]()) { $0[$1.lowercased(), default: 0] += 1 }
        var taken: Set<String> = []
        names = zip(scenarios, short).map { scenario, name in
            var wanted = name
            if counts[name.lowercased()] != 1 { wanted = "\(Self.stem(of: scenario.file)).\(name)" }
            let first = wanted
            var number = 2
            while !taken.insert(wanted.lowercased()).inserted {
                wanted = "\(first)~\(number)"
                number += 1
            }
            return wanted
        }
    }

    subscript(index: Int) -> String { names[index] }

    private static func stem(of file: String) -> String {
        let name = file.split(separator: "/").last ?? ""
        return plain(String(name.prefix { $0 != "." }))
    }

    /// A name that every file system takes: at most 150 bytes.
    private static func plain(_ title: String) -> String {
        let name = String(
            title.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
        guard name.utf8.count > 150 else { return name }
        var front = name
        while front.utf8.count > 130 { front.removeLast() }
        return "\(front)~\(String(Shard.number(of: title), radix: 16))"
    }
}

extension Scenario {
    /// Ports that the scenario names, so that two plays of them at a time collide.
    var fixedPorts: Set<Int> {
        var ports = gateways.compactMap { gateway in
            gateway.listen.split(separator: ":").last.flatMap { Int($0) }
        }
        for case .command(_, .changePort(let port)) in steps.map(\.action) { ports.append(port) }
        return Set(ports.filter { $0 != 0 })
    }
}

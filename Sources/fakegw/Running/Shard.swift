import ScenarioFormat

/// One of several equal parts of a run: `2/3` is the second of three.
///
/// Every scenario is in exactly one of them. Without durations the part follows from the title alone,
/// so that it stays the same when other scenarios come and go.
struct Shard: Equatable {
    /// From 1.
    let index: Int
    let count: Int

    static let maxCount = 10_000

    init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Reads `K/N`, or `auto` from the variables of a CI system.
    init(_ text: String, environment: (String) -> String?) throws(CommandFailure) {
        guard text != "auto" else {
            self = try Self.announced(in: environment)
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let index = parts[0], let count = parts[1],
            (1...Self.maxCount).contains(count), (1...count).contains(index)
        else {
            throw CommandFailure(
                text: "--shard takes K/N such as 1/4, or auto, not '\(text)'",
                hint: "K is from 1 to N; auto reads both from the CI system's variables")
        }
        self.init(index: index, count: count)
    }

    // MARK: CI systems

    private struct Announcement {
        let system: String
        let index: String
        let count: String
        /// The number of the first part.
        let first: Int
    }

    private static let announcements = [
        Announcement(
            system: "fakegw", index: "FAKEGW_SHARD_INDEX", count: "FAKEGW_SHARD_TOTAL", first: 1),
        Announcement(
            system: "Kubernetes", index: "JOB_COMPLETION_INDEX", count: "FAKEGW_SHARD_TOTAL",
            first: 0),
        Announcement(
            system: "GitLab", index: "CI_NODE_INDEX", count: "CI_NODE_TOTAL", first: 1),
        Announcement(
            system: "CircleCI", index: "CIRCLE_NODE_INDEX", count: "CIRCLE_NODE_TOTAL", first: 0),
        Announcement(
            system: "Buildkite", index: "BUILDKITE_PARALLEL_JOB",
            count: "BUILDKITE_PARALLEL_JOB_COUNT", first: 0),
    ]

    private static func announced(
        in environment: (String) -> String?
    ) throws(CommandFailure) -> Shard {
        for announcement in announcements {
            guard let text = environment(announcement.index) else { continue }
            guard let total = environment(announcement.count) else {
                throw CommandFailure(
                    text: "\(announcement.index) is \(text), but \(announcement.count) is not set",
                    hint: "set \(announcement.count) to the number of \(announcement.system) jobs")
            }
            guard let number = Int(text), let count = Int(total), (1...maxCount).contains(count),
                (0..<count).contains(number - announcement.first)
            else {
                throw CommandFailure(
                    text: "\(announcement.index)=\(text) and \(announcement.count)=\(total) are no "
                        + "part of a whole",
                    hint: "\(announcement.system) counts from \(announcement.first)")
            }
            return Shard(index: number - announcement.first + 1, count: count)
        }
        // GitLab sets the total alone for a job that is not divided.
        if environment("CI_NODE_TOTAL") == "1" { return Shard(index: 1, count: 1) }
        let names = announcements.map { "\($0.index) and \($0.count)" }
        throw CommandFailure(
            text: "--shard auto finds no CI system's variables",
            hint: "it reads " + names.joined(separator: "; ") + "; or say --shard K/N")
    }

    // MARK: Parts

    /// This part's scenarios, in their order.
    ///
    /// - Parameter durations: Seconds by title, of an earlier run. The parts then take about the
    ///   same time. Every part must be given the same durations and scenarios.
    func part(of scenarios: [Scenario], durations: [String: Double]?) -> [Scenario] {
        guard let durations, !durations.isEmpty else {
            return scenarios.filter { Self.number(of: $0.title) % UInt64(count) == index - 1 }
        }
        let usual = durations.values.reduce(0, +) / Double(durations.count)
        // The longest first, each to the part that has least to do so far.
        let order = scenarios.indices.sorted { left, right in
            let (one, other) = (scenarios[left], scenarios[right])
            let seconds = (durations[one.title] ?? usual, durations[other.title] ?? usual)
            if seconds.0 != seconds.1 { return seconds.0 > seconds.1 }
            return (one.title, left) < (other.title, right)
        }
        var loads = [Double](repeating: 0, count: count)
        var own: Set<Int> = []
        for scenario in order {
            let least = loads.indices.min { loads[$0] < loads[$1] } ?? 0
            loads[least] += durations[scenarios[scenario].title] ?? usual
            if least == index - 1 { own.insert(scenario) }
        }
        return scenarios.indices.filter(own.contains).map { scenarios[$0] }
    }

    /// FNV-1a, with its bits mixed: the same for a title on every machine and in every version.
    static func number(of title: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in title.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        return hash ^ (hash >> 33)
    }
}

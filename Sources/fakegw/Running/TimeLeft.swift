import ScenarioRun

/// How long a run will still take, from what its plays took so far.
///
/// A scenario's own duration is the best guess: of an earlier play in this run, or of an earlier run.
/// For the others it is what the plays so far took on average.
struct TimeLeft {
    private let jobs: Int
    /// Seconds by title.
    private var known: [String: Double]
    private var waiting: [String: Int] = [:]
    private var seenSeconds = 0.0
    private var seenCount = 0

    /// - Parameters:
    ///   - titles: One for each play.
    ///   - durations: Seconds by title, of an earlier run.
    init(_ titles: [String], jobs: Int, durations: [String: Double] = [:]) {
        self.jobs = max(1, jobs)
        known = durations
        for title in titles { waiting[title, default: 0] += 1 }
    }

    mutating func end(_ title: String, seconds: Double) {
        if let count = waiting[title] { waiting[title] = count > 1 ? count - 1 : nil }
        known[title] = seconds
        seenSeconds += seconds
        seenCount += 1
    }

    /// Seconds; `nil` while nothing is known.
    var seconds: Double? {
        guard seenCount > 0 || waiting.keys.contains(where: { known[$0] != nil }) else {
            return nil
        }
        let guesses = waiting.keys.compactMap { known[$0] }
        let usual =
            seenCount > 0
            ? seenSeconds / Double(seenCount)
            : guesses.reduce(0, +) / Double(max(1, guesses.count))
        var (all, longest) = (0.0, 0.0)
        for (title, count) in waiting {
            let guess = known[title] ?? usual
            all += guess * Double(count)
            longest = max(longest, guess)
        }
        // Not even many jobs are faster than the longest play.
        return max(all / Double(jobs), longest)
    }

    /// `about 3 min left`, `about 20 s left`: no more exact than a guess is.
    var words: String? {
        guard let seconds, !waiting.isEmpty else { return nil }
        if seconds >= 5400 { return "about \(Int((seconds / 3600).rounded())) h left" }
        if seconds >= 90 { return "about \(Int((seconds / 60).rounded())) min left" }
        if seconds >= 10 { return "about \(Int((seconds / 5).rounded()) * 5) s left" }
        return "some seconds left"
    }
}

/// A scenario that was chosen and not played.
package struct UnplayedScenario: Sendable {
    package var title: String
    package var file: String
    package var reason: String

    package init(title: String, file: String, reason: String) {
        self.title = title
        self.file = file
        self.reason = reason
    }
}

/// What came of a whole run.
///
/// Every report of a run is made from it.
package struct RunOutcome: Sendable {
    package var results: [ScenarioResult]
    package var unplayed: [UnplayedScenario]
    /// Real time from the beginning to the end; `nil` when it means nothing.
    package var seconds: Double?

    package init(
        _ results: [ScenarioResult], unplayed: [UnplayedScenario] = [], seconds: Double? = nil
    ) {
        self.results = results
        self.unplayed = unplayed
        self.seconds = seconds
    }

    package var passedCount: Int { results.count { $0.verdict == .passed } }
    package var flakyCount: Int { results.count { $0.verdict == .flaky && $0.standing != .known } }
    package var unknownCount: Int { results.count { $0.verdict == .machineUnfit } }
    package var failedCount: Int { results.count { $0.countsAsFailure } }
    /// They fail as the baseline says.
    package var knownCount: Int { results.count { $0.standing == .known } }

    /// Those that a reader has to look at, in their order.
    package var notable: [ScenarioResult] {
        results.filter { $0.verdict != .passed && $0.standing != .known }
    }

    /// Scenarios that a baseline lists and that have passed in every play.
    package var fixed: [ScenarioResult] {
        var others: Set<String> = []
        for result in results where result.standing != .fixed { others.insert(result.identity) }
        var named: Set<String> = []
        return results.filter {
            $0.standing == .fixed && !others.contains($0.identity)
                && named.insert($0.identity).inserted
        }
    }

    /// One verdict for all.
    ///
    /// The same scenario with mixed outcomes is flaky. A failure that the baseline knows counts for
    /// nothing.
    package var verdict: Verdict {
        let passed = Set(results.filter { $0.verdict == .passed }.map(\.identity))
        return Verdict.gravest(
            results.filter { $0.standing != .known }.map { result in
                // That two plays differed is a finding of its own.
                let isMixed =
                    result.verdict.isFailure && result.verdict != .notDeterministic
                    && passed.contains(result.identity)
                return isMixed ? .flaky : result.verdict
            })
    }

    /// `3 passed, 1 failed, 1 known failure, 2 not played`.
    package var counts: String {
        var text = "\(passedCount) passed, \(failedCount) failed"
        if flakyCount > 0 { text += ", \(flakyCount) flaky" }
        if knownCount > 0 { text += ", \(knownCount) known to fail" }
        if unknownCount > 0 { text += ", \(unknownCount) unknown" }
        return text
    }
}

extension ScenarioResult {
    /// Tells it from other scenarios, not from other plays of the same.
    package var identity: String { "\(file)\n\(title)" }
}

/// Seconds with three decimals, as every machine format has them.
func exactSeconds(_ seconds: Double) -> String {
    let milliseconds = Int((max(0, seconds.isFinite ? seconds : 0) * 1000).rounded())
    return "\(milliseconds / 1000).\(String(milliseconds % 1000 + 1000).dropFirst())"
}

/// The front of a text, in whole characters.
///
/// - Returns: At most about `count` bytes, with a note of what is missing.
func front(of text: String, bytes count: Int) -> String {
    guard text.utf8.count > count else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: count)
    while end > text.startIndex, end.samePosition(in: text) == nil {
        end = text.utf8.index(before: end)
    }
    return text[..<end] + "\n… \(text.utf8.count - text.utf8[..<end].count) more bytes"
}

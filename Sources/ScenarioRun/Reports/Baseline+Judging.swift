import EventLog
package import ScenarioFormat

extension ScenarioResult {
    /// The result with what the baseline says of it.
    ///
    /// A failure is known when its exit code is the baseline's, and when the baseline has every
    /// expectation that did not hold. An entry with exit 9 is of a flaky scenario: whether it fails or
    /// passes, nothing is new.
    ///
    /// - Parameter entry: The baseline's failure of this scenario.
    package func compared(with entry: MustFail?) -> ScenarioResult {
        var result = self
        result.standing = entry.flatMap(standing)
        return result
    }

    private func standing(by entry: MustFail) -> BaselineStanding? {
        let isFlaky = entry.exit == Verdict.flaky.rawValue
        switch verdict {
        case .passed: return isFlaky ? nil : .fixed
        case .machineUnfit: return nil
        case .flaky, .expectationFailed, .clientNotStarted, .deadlinePassed, .faultNeverFired,
            .leaked, .notDeterministic:
            let isAlike = isFlaky || entry.exit == verdict.rawValue
            let isListed = failures.allSatisfy { failure in
                entry.says.isEmpty || entry.says.contains { failure.baselineText.contains($0) }
            }
            return isAlike && isListed ? .known : .changed
        }
    }
}

extension Finding {
    private static let mostCharacters = 300

    /// What was expected, which is the same in every run.
    fileprivate var baselineText: String {
        String(expected.printable.prefix(Self.mostCharacters))
    }
}

extension Baseline {
    /// The baseline that a run leaves.
    ///
    /// What the run played is replaced. What this machine could not play, and what was not chosen or
    /// not played, stays. A scenario that its file no longer has goes.
    ///
    /// - Parameters:
    ///   - scenarios: File and title of every scenario that was found, chosen or not.
    ///   - name: The name of a file in the baseline.
    package func updated(
        by outcome: RunOutcome, scenarios: [(file: String, title: String)],
        name: (String) -> String
    ) -> Baseline {
        var results: [Key: [ScenarioResult]] = [:]
        for result in outcome.results where result.verdict != .machineUnfit {
            results[Key(name(result.file), result.title), default: []].append(result)
        }
        let files = Set(scenarios.map { name($0.file) })
        let found = Set(scenarios.map { Key(name($0.file), $0.title) })
        let kept = entries.filter { entry in
            let key = Key(entry.file, entry.title)
            if let played = results[key] {
                // A flaky one passes now and then.
                return entry.failure.exit == Verdict.flaky.rawValue
                    && played.allSatisfy { $0.verdict == .passed || $0.standing == .known }
            }
            return found.contains(key) || !files.contains(entry.file)
        }
        let keptKeys = Set(kept.map { Key($0.file, $0.title) })
        let failed = results.compactMap { key, results in
            keptKeys.contains(key)
                ? nil
                : Self.failure(shownBy: results).map {
                    Entry(file: key.file, title: key.title, failure: $0)
                }
        }
        return Baseline(kept + failed)
    }

    private struct Key: Hashable {
        let file: String
        let title: String

        init(_ file: String, _ title: String) {
            self.file = file
            self.title = title
        }
    }

    /// What all plays of a scenario have shown; `nil` when every one has passed.
    private static func failure(shownBy results: [ScenarioResult]) -> MustFail? {
        let failed = results.filter { $0.verdict != .passed }
        guard let first = failed.first else { return nil }
        let isFlaky =
            failed.count < results.count || failed.contains { $0.verdict != first.verdict }
        var says: [String] = []
        for failure in failed.flatMap(\.failures) where !says.contains(failure.baselineText) {
            says.append(failure.baselineText)
        }
        return MustFail(
            exit: isFlaky ? Verdict.flaky.rawValue : first.verdict.rawValue, says: says)
    }
}

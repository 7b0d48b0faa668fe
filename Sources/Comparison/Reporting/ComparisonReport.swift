package import EventLog
package import ScenarioFormat

/// What came of comparing recordings: differences in groups, what was tolerated, and how much was
/// compared.
package struct ComparisonReport: Sendable {
    /// Differences that are alike, in whatever recording.
    package struct Group: Sendable {
        package let difference: Difference
        /// The first place, and the recording's path.
        package let path: String
        package fileprivate(set) var count = 1
        package fileprivate(set) var recordings: [String]
    }

    package struct Totals: Sendable {
        package var recordings = 0
        package var messages = 0
        package var fields = 0
        package var sequences = 0
        package var tolerated = 0
    }

    package private(set) var groups: [Group] = []
    package private(set) var totals = Totals()
    package private(set) var passedOver: [String: Int] = [:]
    /// Recordings that were left out, and why.
    package private(set) var leftOut: [(name: String, reason: String)] = []
    package private(set) var notes: [String] = []
    private var recordedRepeats = 0
    private var modelRepeats = 0
    /// What the recordings are held against, in the report's words.
    let other: String
    private let judgesRepeats: Bool
    private let tolerances: Tolerances
    private var uses: [Int]
    private var detailUses: [Int]
    private var places: [Key: Int] = [:]

    private struct Key: Hashable {
        let subject: Difference.Subject
        let recordedForm: String
        let otherForm: String
    }

    /// - Parameter other: What the recordings are held against. Whether the model repeats messages
    ///   at all is judged of the model only.
    package init(_ tolerances: Tolerances, against other: String = "model") {
        self.tolerances = tolerances
        self.other = other
        judgesRepeats = other == "model"
        uses = Array(repeating: 0, count: tolerances.differences.count)
        detailUses = Array(repeating: 0, count: tolerances.recordings.count)
    }

    /// Holds a recording against the model, unless it is to be left out.
    package mutating func compare(_ recording: Recording) {
        var details: [RecordingDetails] = []
        for (index, detail) in tolerances.recordings.enumerated()
        where recording.names.contains(where: detail.file.matches) {
            details.append(detail)
            detailUses[index] += 1
        }
        if let reason = details.lazy.compactMap(\.skip).first {
            leftOut.append((recording.name, reason))
        } else if recording.isMadeUp {
            leftOut.append((recording.name, "names no capture that it was made from"))
        } else {
            let tolerances = tolerances.differences
            let names = recording.names
            add(
                RecordingComparison(recording, details: details) { difference in
                    tolerances.contains { $0.covers(difference, in: names) }
                })
        }
    }

    /// Adds what was found in one recording.
    package mutating func add(_ comparison: RecordingComparison) {
        totals.recordings += 1
        totals.messages += comparison.messageCount
        totals.fields += comparison.fieldCount
        totals.sequences += comparison.topics.count
        passedOver.merge(comparison.passedOver) { $0 + $1 }
        notes += comparison.notes.map { "\(comparison.name): \($0)" }
        for difference in comparison.handshakes { add(difference, comparison) }
        for topic in comparison.topics {
            recordedRepeats += topic.recordedRepeats
            modelRepeats += topic.otherRepeats
            for difference in topic.differences { add(difference, comparison) }
        }
    }

    /// Whether nothing differs but what may.
    package var isEqual: Bool { groups.isEmpty && !repeatsDiffer }

    /// Nothing at all was compared.
    package var isEmpty: Bool { totals.messages == 0 }

    /// Holds a recording against another one.
    package mutating func compare(
        _ recording: Recording, against other: Recording, isExact: Bool
    ) {
        add(RecordingComparison(recording, against: other, isExact: isExact))
    }

    /// Recorded gateways repeat pairs, and the model never does.
    package var repeatsDiffer: Bool { judgesRepeats && recordedRepeats > 0 && modelRepeats == 0 }

    package var repeats: (recorded: Int, model: Int) { (recordedRepeats, modelRepeats) }

    /// Entries of the tolerance file that nothing used.
    package var unused: [(mark: SourceMark, words: String)] {
        var unused: [(mark: SourceMark, words: String)] = []
        for (tolerance, count) in zip(tolerances.differences, uses)
        where count == 0 && !tolerance.mark.file.hasPrefix("--") {
            unused.append((tolerance.mark, tolerance.words))
        }
        for (details, count) in zip(tolerances.recordings, detailUses) where count == 0 {
            unused.append((details.mark, "recording \(details.file.text)"))
        }
        return unused
    }

    /// What was tolerated: the entry and how often.
    package var toleratedCounts: [(tolerance: Tolerance, count: Int)] {
        var counts: [(tolerance: Tolerance, count: Int)] = []
        for (tolerance, count) in zip(tolerances.differences, uses) where count > 0 {
            counts.append((tolerance, count))
        }
        return counts
    }

    // Helpers, in the order they are called.

    private mutating func add(_ difference: Difference, _ comparison: RecordingComparison) {
        let index = tolerances.differences.firstIndex {
            $0.covers(difference, in: comparison.names)
        }
        if let index {
            uses[index] += 1
            totals.tolerated += 1
            return
        }
        let key = Key(
            subject: difference.subject, recordedForm: difference.recordedForm,
            otherForm: difference.otherForm)
        if let place = places[key] {
            groups[place].count += 1
            if !groups[place].recordings.contains(comparison.name) {
                groups[place].recordings.append(comparison.name)
            }
            return
        }
        places[key] = groups.count
        groups.append(
            Group(difference: difference, path: comparison.path, recordings: [comparison.name]))
    }
}

extension Tolerance {
    fileprivate func covers(_ difference: Difference, in names: [String]) -> Bool {
        guard names.contains(where: recording.matches) else { return false }
        switch (subject, difference.subject) {
        case (.field(let pattern, let kind), .field(let message, let field, let found)):
            return pattern.matches("\(message).\(field)") && kind.matches(found.rawValue)
                && recorded.matches(difference.recordedForm) && model.matches(difference.otherForm)
        case (
            .sequence(let kind, let topic, let step), .sequence(let name, let found, let label, _)
        ):
            return kind.matches(found.rawValue) && topic.matches(name) && step.matches(label)
        case (.field, .sequence), (.sequence, .field): return false
        }
    }
}

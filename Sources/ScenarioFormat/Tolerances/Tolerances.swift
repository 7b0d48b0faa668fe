package import EventLog

/// What may differ between a recording and the model, each with its reason.
///
/// ```yaml
/// version: 1
/// tolerances: names
/// differences:
///   - field: contractDetails.details.longName
///     reason: the world's names are its own
///   - sequence: lacks
///     of: reqAccountUpdates
///     step: "updateAccountValue *"
///     reason: which keys an account has depends on what it holds
/// recordings:
///   - file: excerpt-*
///     partial: only the first messages were kept
///     settings: {market-data: live}
///   - file: invented
///     skip: its author made it up
/// ```
package struct Tolerances: Sendable {
    package var differences: [Tolerance] = []
    package var recordings: [RecordingDetails] = []

    package init() {}
}

/// A difference that may be.
package struct Tolerance: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        /// `message.field`, and the kind of difference.
        case field(TextPattern, kind: TextPattern)
        /// The kind of difference, the topic, the step.
        case sequence(TextPattern, of: TextPattern, step: TextPattern)
    }

    package let subject: Subject
    /// The form on either side.
    package let recorded: TextPattern
    package let model: TextPattern
    /// The recordings it holds for.
    package let recording: TextPattern
    package let reason: String
    package let mark: SourceMark
    /// How its file names it.
    package let words: String
}

extension Tolerance {
    /// What is to be ignored wherever it stands: a field (`error.errorString`, `*.time`), or a
    /// message (`tickPrice`, `update*`).
    package static func ignoring(_ text: String) -> [Tolerance] {
        let isField = text.contains(".")
        var subjects: [Subject] = [.field(TextPattern(isField ? text : text + ".*"), kind: .any)]
        if !isField {
            subjects.append(.sequence(.any, of: .any, step: TextPattern(text + " *")))
            subjects.append(.sequence(.any, of: .any, step: TextPattern(text)))
        }
        return subjects.map {
            Tolerance(
                subject: $0, recorded: .any, model: .any, recording: .any, reason: "ignored",
                mark: SourceMark(file: "--ignore", line: 1, column: 1), words: text)
        }
    }
}

/// What a recording does not tell of itself.
package struct RecordingDetails: Sendable {
    package let file: TextPattern
    /// Why some messages are not there: a message that only the model has is then no difference.
    package var partial: String?
    /// Why it is not compared.
    package var skip: String?
    package var clientID: Int?
    package var settings: [(name: String, value: String)] = []
    package let mark: SourceMark
}

/// A text in which `*` stands for any characters.
package struct TextPattern: Hashable, Sendable {
    package let text: String

    package static let any = TextPattern("*")

    package init(_ text: String) {
        self.text = text
    }

    package func matches(_ other: String) -> Bool {
        let parts = text.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else {
            return text == other
        }
        guard other.hasPrefix(first), other.hasSuffix(last),
            other.utf8.count >= first.utf8.count + last.utf8.count
        else { return false }
        var rest = other.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

/// Reads a tolerance file's text.
///
/// - Parameter file: The name for messages.
/// - Throws: Every mistake found, with its place.
package func loadTolerances(
    text: String, file: String, limits: YAMLLimits = YAMLLimits()
) throws(ScenarioError) -> Tolerances {
    let source = SourceText(file: file, text: text)
    let root = try YAMLReader.read(text, source: source, limits: limits)
    var reading = Reading(
        source: source, catalogue: .empty, variablesComeFrom: "a tolerance file, which has none")
    let tolerances = reading.tolerances(root)
    try reading.throwIfAny()
    return tolerances
}

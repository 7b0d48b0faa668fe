package import Faults

/// How certain it is that a real gateway does this.
package enum PathologyEvidence: String, Hashable, Sendable, CaseIterable {
    /// A recording of a real gateway shows it.
    case recorded
    /// The vendor's documentation states it, or a log, a capture or code in a cited thread shows
    /// it.
    case documented
    /// Measured: with the public clients, on Linux.
    case measured
    /// Users describe the symptom; the bytes are a reconstruction.
    case reported
    /// It follows from known behaviour. No report describes it.
    case inferred
    /// Folklore or a guess.
    case assumed
}

/// A named, documented bundle of fault rules with parameters.
package struct Pathology: Sendable {
    package let name: String
    /// The part of the conversation that it affects.
    ///
    /// It is the name of its folder.
    package let layer: String
    package let file: String
    package let summary: String
    package let clientSees: String
    package let wire: String
    package let causedBy: String
    package let clearedBy: String
    package let evidence: PathologyEvidence
    /// What is known in detail, and what is not.
    package let evidenceDetail: String
    package let sources: [String]
    package let parameters: [PathologyParameter]
    /// The rules with the defaults put in.
    package internal(set) var defaultRules: [FaultRule]

    let source: SourceText
    let faults: [YAMLNode]
}

/// A setting of a pathology.
package struct PathologyParameter: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A whole number.
        case integer(ClosedRange<Int>)
        /// A count such as `3`, `>= 2`, `1..4`.
        case range
        case duration
        case text
        case boolean
        case choice([String])
        /// Names of messages, several joined by `+`.
        case messages(toClient: Bool)
    }

    package let name: String
    package let kind: Kind
    /// Words accepted beside the kind's own values.
    package let words: [String]
    package let defaultValue: String
    package let about: String

    /// What may be given, in words.
    package var accepts: String {
        let kind: String =
            switch kind {
            case .integer(let range):
                range.upperBound == .max
                    ? "a whole number of at least \(range.lowerBound)"
                    : "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .range: "a count such as 3, \">= 2\", \"1..4\""
            case .duration: "a duration such as 250ms, 2s, 1m"
            case .text: "a text"
            case .boolean: "true or false"
            case .choice(let choices): "one of \(choices.joined(separator: ", "))"
            case .messages(let toClient):
                "names of messages to the \(toClient ? "client" : "gateway"), joined by +"
            }
        return ([kind] + words.map { "'\($0)'" }).joined(separator: ", or ")
    }
}

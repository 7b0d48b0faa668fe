package import Diagnosis
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

/// A named, documented bundle of fault rules and settings with parameters.
package struct Pathology: Sendable {
    /// The parts of the conversation that a pathology can affect, in the order of a session.
    package static let layers = [
        "tcp", "handshake", "session", "synchronization", "requests", "market-data", "orders",
        "lifecycle", "environment",
    ]
    /// The layer of a pathology that is not in a folder of one of these names.
    package static let ownLayer = "own"
    package static let priorities = 0...2

    package let name: String
    /// Other names for it: everyday words, and the names that lists of failures use.
    package let aliases: [String]
    /// The part of the conversation that it affects.
    ///
    /// It is the name of its folder.
    package let layer: String
    package let file: String
    /// How often it happens and how much it costs, from 0 (most) to 2.
    package let priority: Int
    package let summary: String
    package let clientSees: String
    /// What each client library reports.
    package let clients: [PathologyClient]
    /// Error codes that reach the program, from the wire or from its library.
    package let codes: [Int]
    /// What the kernel's socket table shows, where it tells something.
    package let sockets: String
    /// Similar pathologies, with the one observation that tells this one from each.
    package let tellApart: [PathologyNeighbour]
    /// How a capture shows it; `nil` when it leaves no trace on the wire, or nobody has said.
    package let recognition: Recognition?
    /// Names of pathologies that cannot act beside this one.
    package let excludes: [PathologyNeighbour]
    package let wire: String
    package let causedBy: String
    package let clearedBy: String
    package let evidence: PathologyEvidence
    /// What is known in detail, and what is not.
    package let evidenceDetail: String
    package let sources: [String]
    /// Its own, after those of the pathology that it builds on.
    package let parameters: [PathologyParameter]
    /// The rules with the defaults put in.
    package internal(set) var defaultRules: [FaultRule] = []
    /// The settings with the defaults put in.
    package internal(set) var defaultSettings: [PathologySetting] = []

    /// What has to stand between the clients and the gateway; `nil` when anything may.
    package let front: Front?

    let source: SourceText
    let faults: [YAMLNode]
    let settings: [YAMLEntry]
    /// The pathology that it builds on, at most one.
    let base: [Pathology]
    /// Values for parameters of that one.
    let fixed: [YAMLEntry]

    /// The name of the pathology that it builds on.
    package var extends: String? { base.first?.name }
}

/// Another pathology, as an entry names it.
package struct PathologyNeighbour: Hashable, Sendable {
    package let name: String
    /// What tells the two apart; empty where only the name is given.
    package let observation: String
    let span: SourceSpan
}

/// A setting of a gateway that a pathology needs.
package struct PathologySetting: Hashable, Sendable {
    package let name: String
    /// The value as `GatewaySetting` reads it.
    package let text: String
}

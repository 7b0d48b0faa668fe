package import Diagnosis

/// What explains the recording that a fixture replays: `explained-by`.
///
/// It tells a reader and does nothing: the recording has what the pathology did, and a rule would do it
/// once more. So the names are not looked up either, and a fixture needs no catalogue of its maker.
package struct RecordedCause: Hashable, Sendable {
    /// Several where the wire does not tell them apart; never empty.
    package var pathologies: [String]
    package var certainty: Incident.Certainty
    /// Where the recording shows it, such as `packets 9, 12-57 on connection 1`.
    package var seen: String

    package init(pathologies: [String], certainty: Incident.Certainty, seen: String) {
        self.pathologies = pathologies
        self.certainty = certainty
        self.seen = seen
    }

    /// `leaked-close-wait (certain; packets 9-57 on connection 1)`.
    package var sentence: String {
        let names = pathologies.joined(separator: " or ")
        return "\(names) (\(certainty.words)\(seen.isEmpty ? "" : "; \(seen)"))"
    }
}

extension Incident.Certainty {
    fileprivate var words: String {
        switch self {
        case .certain: "certain"
        case .likely: "likely"
        case .oneOf: "one of these, which look alike on the wire"
        }
    }
}

extension Reading {
    mutating func recordedCauses(_ node: YAMLNode?) -> [RecordedCause] {
        items(node).compactMap { recordedCause($0) }
    }

    private mutating func recordedCause(_ node: YAMLNode) -> RecordedCause? {
        let keys = ["pathology", "certainty", "seen"]
        guard
            let fields = fields(
                node, of: "explained-by", keys: keys, required: ["pathology", "certainty"])
        else { return nil }
        let names = texts(fields["pathology"])
        guard let certainty = word(fields["certainty"], "certainty", of: Incident.Certainty.self)
        else { return nil }
        guard !names.isEmpty else {
            report("no pathology is named", at: node.span, hint: "pathology: leaked-close-wait")
            return nil
        }
        return RecordedCause(
            pathologies: names, certainty: certainty, seen: text(fields["seen"]) ?? "")
    }
}

extension RecordedCause {
    /// The cause as an entry of `explained-by`.
    package var explained: String {
        let names = pathologies.map(YAMLText.scalar)
        var entries = [
            ("pathology", names.count == 1 ? names[0] : YAMLText.list(names)),
            ("certainty", YAMLText.scalar(certainty.rawValue)),
        ]
        if !seen.isEmpty { entries.append(("seen", YAMLText.scalar(seen))) }
        return YAMLText.mapping(entries)
    }
}

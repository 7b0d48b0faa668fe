/// A pathology that may be behind a symptom.
package struct SymptomCandidate: Sendable {
    package let pathology: Pathology
    /// What of the entry matches, for people: `ib_async says "…"`.
    package let match: String
    /// How the match was made, the most certain first.
    package let kind: Kind
    /// How many of its words, logs, codes and socket states match.
    package var count = 1
    /// What tells it from the candidates after it, the next one first.
    package internal(set) var tellApart: [(name: String, observation: String)] = []

    package enum Kind: Int, Comparable, Sendable {
        case name, words, code, socket, description

        package static func < (one: Kind, other: Kind) -> Bool { one.rawValue < other.rawValue }
    }
}

extension PathologyCatalogue {
    /// The pathologies that may be behind what a person has in hand, the most frequent first.
    ///
    /// One of which more matches comes before that, and one that only sockets suggest after it.
    /// The text may be an error, an exception, a log line, an error code, a socket's state or a
    /// name. Numbers, quotes and capital letters make no difference. Candidates by description are
    /// given only when nothing else matches.
    package func candidates(forSymptom text: String) -> [SymptomCandidate] {
        let symptom = SymptomText(text)
        var found = pathologies.compactMap { $0.candidate(for: symptom, text: text) }
        if found.contains(where: { $0.kind < .description }) {
            found.removeAll { $0.kind == .description }
        }
        if found.contains(where: { $0.kind == .name }) { found.removeAll { $0.kind > .name } }
        found.sort {
            ($0.kind == .socket ? 1 : 0, -$0.count, $0.pathology.priority, $0.pathology.name)
                < ($1.kind == .socket ? 1 : 0, -$1.count, $1.pathology.priority, $1.pathology.name)
        }
        for index in found.indices {
            let others = found[(index + 1)...] + found[..<index]
            found[index].tellApart = others.compactMap { other in
                observation(on: found[index].pathology, against: other.pathology)
                    .map { (other.pathology.name, $0) }
            }
        }
        return found
    }

    /// What tells one from another, as either of them states it.
    private func observation(on one: Pathology, against other: Pathology) -> String? {
        if let own = one.tellApart.first(where: { self[$0.name]?.name == other.name }) {
            return own.observation
        }
        return other.tellApart.first { self[$0.name]?.name == one.name }
            .map { "there: \($0.observation)" }
    }
}

extension Pathology {
    fileprivate func candidate(for symptom: SymptomText, text: String) -> SymptomCandidate? {
        if ([name] + aliases).contains(text) {
            return SymptomCandidate(pathology: self, match: "its name", kind: .name)
        }
        var matches: [(text: String, kind: SymptomCandidate.Kind)] = []
        if let said = firstWords(of: \.says, in: symptom) { matches.append((said, .words)) }
        if let logged = firstWords(of: \.logs, in: symptom) {
            matches.append(("the log of \(logged)", .words))
        }
        if let code = codes.first(where: symptom.codes.contains) {
            matches.append(("error \(code)", .code))
        }
        let shown = SymptomText(sockets).states.intersection(symptom.states)
        // Every connection is established; alone it is asked for, beside others it tells nothing.
        if !shown.subtracting(["ESTABLISHED"]).isEmpty || symptom.states == shown, !shown.isEmpty {
            matches.append((sockets, .socket))
        }
        if let first = matches.first {
            return SymptomCandidate(
                pathology: self, match: matches.map(\.text).joined(separator: "; "),
                kind: first.kind, count: matches.count)
        }
        return described(by: symptom)
    }

    /// The first of the clients' texts that matches, with the libraries' names.
    private func firstWords(
        of texts: (PathologyClient) -> [String], in symptom: SymptomText
    ) -> String? {
        for client in clients where client.outcome != .unaffected {
            if let text = texts(client).first(where: { Self.match($0, symptom) }) {
                return "\(client.libraries.joined(separator: ", ")): \"\(text)\""
            }
        }
        return nil
    }

    private static let commonWords: Set<String> = [
        "after", "again", "and", "before", "does", "from", "have", "into", "never", "once", "only",
        "over", "still", "than", "that", "their", "them", "then", "there", "they", "this", "what",
        "when", "with",
    ]

    /// One of them holds the other.
    private static func match(_ known: String, _ symptom: SymptomText) -> Bool {
        let known = SymptomText(known)
        return (known.isTelling && symptom.contains(known))
            || (symptom.isTelling && known.contains(symptom))
    }

    /// Whether most of the symptom's words stand in its description.
    private func described(by symptom: SymptomText) -> SymptomCandidate? {
        let asked = Set(symptom.words.filter { $0.count > 3 }).subtracting(Self.commonWords)
        guard !asked.isEmpty else { return nil }
        let texts = [name, summary, clientSees, sockets, wire, causedBy] + aliases
        let words = Set(SymptomText(texts.joined(separator: " ")).words)
        let common = asked.intersection(words)
        guard common.count * 3 >= asked.count * 2 else { return nil }
        return SymptomCandidate(
            pathology: self, match: "its description: \(common.sorted().joined(separator: ", "))",
            kind: .description)
    }
}

/// A pathology as far as a diagnosis needs it.
package struct Suspect: Sendable {
    package let name: String
    package let recognition: Recognition
    /// From 0, the most frequent and costly.
    package let priority: Int
    /// Similar pathologies.
    package let neighbours: Set<String>

    package init(name: String, recognition: Recognition, priority: Int, neighbours: Set<String>) {
        self.name = name
        self.recognition = recognition
        self.priority = priority
        self.neighbours = neighbours
    }
}

/// A suspect of which a sign was found.
package struct Named: Sendable {
    package let suspect: Suspect
    package let match: Match
    package var name: String { suspect.name }
    package var weight: Int { match.sign.weight }

    /// The weightiest first, then those that have signs of their own, then the most frequent.
    fileprivate var rank: (Int, Int, Int, String) {
        (-weight, suspect.recognition.like == nil ? 0 : 1, suspect.priority, name)
    }
}

/// One thing that went wrong: what explains it best, and what fits as well.
package struct Incident: Sendable {
    package enum Certainty: String, Sendable, CaseIterable {
        /// One name, and nothing else comes near.
        case certain
        /// One name; others fit with less.
        case likely
        /// Several names that the wire does not tell apart.
        case oneOf = "one-of"
    }

    /// The best explanations; several where the wire does not tell them apart.
    package let named: [Named]
    /// Others that fit the same events with less.
    package let neighbours: [Named]

    package var certainty: Certainty {
        if named.count > 1 { return .oneOf }
        return neighbours.contains { $0.weight + 1 >= named[0].weight } ? .likely : .certain
    }
}

/// What a source shows.
package struct Diagnosis: Sendable {
    package enum Verdict: String, Sendable, CaseIterable {
        /// No pathology, and nothing odd.
        case healthy
        /// At least one pathology was named.
        case recognized
        /// No pathology was named, and something is odd.
        case unknown
        /// No connection to a gateway was seen.
        case empty
    }

    package let sheet: FactSheet
    /// The weightiest first.
    package let incidents: [Incident]
    /// What is odd and no incident explains.
    package let oddities: [Oddity]

    package var verdict: Verdict {
        if sheet.connectionCount == 0 { return .empty }
        if !incidents.isEmpty { return .recognized }
        return oddities.isEmpty ? .healthy : .unknown
    }

    /// Looks for every suspect among the facts.
    package init(
        of sheet: FactSheet, suspects: [Suspect], limits: DiagnosisLimits = DiagnosisLimits()
    ) {
        self.sheet = sheet
        let recognizer = Recognizer(sheet, limits: limits)
        var named: [Named] = []
        for suspect in suspects {
            // Of several signs the weightiest that is found counts.
            let matches = suspect.recognition.signs.compactMap(recognizer.match)
            if let best = matches.max(by: { $0.sign.weight < $1.sign.weight }) {
                named.append(Named(suspect: suspect, match: best))
            }
        }
        named.sort { $0.rank < $1.rank }
        var incidents: [Incident] = []
        while let best = named.first {
            let touching = named.filter { !$0.match.numbers.isDisjoint(with: best.match.numbers) }
            incidents.append(
                Incident(
                    named: touching.filter { $0.weight == best.weight },
                    neighbours: touching.filter { $0.weight < best.weight }))
            let names = Set(touching.map(\.name))
            named.removeAll { names.contains($0.name) }
        }
        self.incidents = incidents
        let explained = Set(incidents.flatMap { $0.named.flatMap { Array($0.match.numbers) } })
        oddities = Oddity.found(in: sheet, explained: explained)
    }
}

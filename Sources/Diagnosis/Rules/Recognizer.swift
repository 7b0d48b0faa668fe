import Faults
package import Simulation

/// A sign that was found in a source.
package struct Match: Sendable {
    package let sign: Sign
    /// What shows it the first time, in order.
    package let sightings: [Sighting]
    /// How often it was found.
    package let times: Int
    /// The numbers of all events that show it, every time.
    let numbers: Set<Int>
    /// Connections it was found on, in order.
    package let connections: [ConnectionName]
    package let firstAt: SimInstant
}

/// Looks for signs among the facts of a source.
package struct Recognizer {
    private let facts: [String: [Fact]]
    private let limits: DiagnosisLimits

    package init(_ sheet: FactSheet, limits: DiagnosisLimits = DiagnosisLimits()) {
        facts = Dictionary(grouping: sheet.facts, by: \.word)
        self.limits = limits
    }

    /// The sign's matches as one; `nil` when it is not found.
    package func match(_ sign: Sign) -> Match? {
        var trials = 0
        for clause in sign.clauses where clause.kind == .never {
            if (facts[clause.word] ?? []).contains(where: { holds(clause, $0) }) { return nil }
        }
        let clauses = sign.clauses.filter { $0.kind != .never }
        guard let first = clauses.first, first.kind == .seen else { return nil }
        var found: [[Fact]] = []
        var times = 0
        for fact in candidates(first) {
            guard let rest = search(clauses.dropFirst(), after: fact, &trials) else { continue }
            let chosen = first.count == nil ? [fact] : candidates(first)
            guard first.count?.contains(chosen.count) ?? true else { continue }
            times += 1
            if found.count < limits.maxFactsOfAWord { found.append(chosen + rest) }
        }
        guard let one = found.first else { return nil }
        let sightings = one.flatMap { $0.evidence.prefix(limits.maxEvidence) }.unique
        var connections: [ConnectionName] = []
        for fact in found.joined() {
            if let name = fact.connection, !connections.contains(name) { connections.append(name) }
        }
        return Match(
            sign: sign, sightings: sightings, times: times,
            numbers: Set(found.joined().flatMap { $0.evidence.map(\.number) }),
            connections: connections, firstAt: one.map(\.at).min() ?? .start)
    }

    // Helpers, in the order they are called.

    private func candidates(_ clause: Clause) -> [Fact] {
        (facts[clause.word] ?? []).filter { holds(clause, $0) }
    }

    private func holds(_ clause: Clause, _ fact: Fact) -> Bool {
        if clause.word == "message", !fact.patterns.contains(clause) { return false }
        return clause.tests.allSatisfy { $0.holds(fact.values[$0.attribute]) }
    }

    private func search(
        _ clauses: ArraySlice<Clause>, after last: Fact, _ trials: inout Int
    ) -> [Fact]? {
        guard let clause = clauses.first else { return [] }
        let fitting = candidates(clause).filter { isNear($0, clause, last) }
        if clause.kind == .not {
            return fitting.isEmpty ? search(clauses.dropFirst(), after: last, &trials) : nil
        }
        if let count = clause.count {
            guard count.contains(fitting.count) else { return nil }
            let anchor = fitting.first ?? last
            return search(clauses.dropFirst(), after: anchor, &trials).map { fitting + $0 }
        }
        for fact in fitting {
            trials += 1
            guard trials <= limits.maxTrials else { return nil }
            if let rest = search(clauses.dropFirst(), after: fact, &trials) { return [fact] + rest }
        }
        return nil
    }

    private func isNear(_ fact: Fact, _ clause: Clause, _ last: Fact) -> Bool {
        let isPlaced =
            switch clause.place {
            case .same: fact.connection == last.connection
            case .other: fact.connection != last.connection
            case .any: true
            }
        guard isPlaced, fact.at >= last.at else { return false }
        return clause.within.map { fact.at - last.at <= $0 } ?? true
    }
}

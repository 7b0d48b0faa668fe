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
    private let facts: [Fact]
    /// The places of a word's facts.
    private let places: [String: [Int]]
    private let patternNumbers: [Clause: Int]
    private let limits: DiagnosisLimits

    package init(_ sheet: FactSheet, limits: DiagnosisLimits = DiagnosisLimits()) {
        facts = sheet.facts
        places = Dictionary(grouping: facts.indices, by: { sheet.facts[$0].word })
        patternNumbers = sheet.patternNumbers
        self.limits = limits
    }

    /// The sign's matches as one; `nil` when it is not found.
    package func match(_ sign: Sign) -> Match? {
        for clause in sign.clauses where clause.kind == .never {
            if !candidates(clause).isEmpty { return nil }
        }
        let clauses = sign.clauses.filter { $0.kind != .never }
        guard let first = clauses.first, first.kind == .seen else { return nil }
        let firsts = candidates(first)
        if firsts.isEmpty { return nil }
        var search = Search(
            rest: clauses.dropFirst().map { (clause: $0, places: candidates($0)) },
            trialsLeft: limits.maxTrials)
        var found: [[Int]] = []
        var times = 0
        for place in firsts {
            guard let rest = find(0, after: place, &search) else { continue }
            let chosen = first.count == nil ? [place] : firsts
            guard first.count?.contains(chosen.count) ?? true else { continue }
            times += 1
            if found.count < limits.maxFactsOfAWord { found.append(chosen + rest) }
        }
        guard let one = found.first else { return nil }
        let sightings = one.flatMap { facts[$0].evidence.prefix(limits.maxEvidence) }.unique
        var connections: [ConnectionName] = []
        for place in found.joined() {
            if let name = facts[place].connection, !connections.contains(name) {
                connections.append(name)
            }
        }
        return Match(
            sign: sign, sightings: sightings, times: times,
            numbers: Set(found.joined().flatMap { facts[$0].evidence.map(\.number) }),
            connections: connections, firstAt: one.map { facts[$0].at }.min() ?? .start)
    }

    // Helpers, in the order they are called.

    /// The places of the facts that a clause holds of, whatever stands beside them.
    private func candidates(_ clause: Clause) -> [Int] {
        guard let places = places[clause.word] else { return [] }
        guard clause.word == "message" else {
            return places.filter { holds(clause, facts[$0]) }
        }
        guard let number = patternNumbers[clause] else { return [] }
        return places.filter {
            facts[$0].patterns.contains(number) && holds(clause, facts[$0])
        }
    }

    private func holds(_ clause: Clause, _ fact: Fact) -> Bool {
        clause.tests.allSatisfy { $0.holds(fact.values[$0.attribute]) }
    }

    /// The clauses behind the first, each with its candidates.
    private struct Search {
        let rest: [(clause: Clause, places: [Int])]
        var trialsLeft: Int
    }

    private func find(_ index: Int, after last: Int, _ search: inout Search) -> [Int]? {
        guard index < search.rest.count else { return [] }
        let (clause, places) = search.rest[index]
        let fitting = places.filter { isNear(facts[$0], clause, facts[last]) }
        if clause.kind == .not {
            return fitting.isEmpty ? find(index + 1, after: last, &search) : nil
        }
        if let count = clause.count {
            guard count.contains(fitting.count) else { return nil }
            return find(index + 1, after: fitting.first ?? last, &search).map { fitting + $0 }
        }
        for place in fitting {
            search.trialsLeft -= 1
            guard search.trialsLeft >= 0 else { return nil }
            if let rest = find(index + 1, after: place, &search) { return [place] + rest }
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

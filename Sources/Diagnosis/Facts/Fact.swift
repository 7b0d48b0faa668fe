package import Simulation

/// Something that the wire shows, computed once.
package struct Fact: Sendable {
    package let word: String
    /// When it began.
    package let at: SimInstant
    package let connection: ConnectionName?
    /// The events that show it, in their order.
    package let evidence: [Sighting]
    package let values: [String: FactValue]
    /// Of messages only: the numbers of the clauses whose tests of fields hold.
    let patterns: Set<Int>

    init(
        _ word: String, at: SimInstant, _ connection: ConnectionName?, _ evidence: [Sighting],
        _ values: [String: FactValue], patterns: Set<Int> = []
    ) {
        self.word = word
        self.at = at
        self.connection = connection
        self.evidence = evidence.sorted { $0.number < $1.number }
        self.values = values
        self.patterns = patterns
    }
}

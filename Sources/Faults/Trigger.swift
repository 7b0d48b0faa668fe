package import GatewayWire

/// What makes a rule fire: a tree of happenings and conditions.
///
/// The tree is evaluated at each occasion. A happening is true at an occasion that it matches. A
/// condition is true while it holds.
package indirect enum Trigger: Hashable, Sendable {
    case happening(Happening)
    case condition(Condition)
    case all([Trigger])
    case any([Trigger])
    case not(Trigger)

    package static let start = Trigger.happening(.start)
    package static let hello = Trigger.happening(.hello)
    package static let connect = Trigger.happening(.connect(others: nil, held: nil))

    package static func message(_ pattern: MessagePattern) -> Trigger {
        .happening(.message(pattern))
    }

    package func matches(_ occasion: Occasion, in surroundings: Surroundings) -> Bool {
        switch self {
        case .happening(let happening): happening.matches(occasion, in: surroundings)
        case .condition(let condition): condition.holds(in: surroundings)
        case .all(let parts): parts.allSatisfy { $0.matches(occasion, in: surroundings) }
        case .any(let parts): parts.contains { $0.matches(occasion, in: surroundings) }
        case .not(let part): !part.matches(occasion, in: surroundings)
        }
    }

    /// Whether the tree can be true at a message of this kind.
    package func mayMatch(_ schema: MessageSchema) -> Bool {
        switch self {
        case .happening(let happening): happening.mayMatch(schema)
        case .condition, .not: true
        case .all(let parts): parts.allSatisfy { $0.mayMatch(schema) }
        case .any(let parts): parts.contains { $0.mayMatch(schema) }
        }
    }

    /// The kinds of occasions at which the tree can be true.
    package var occasions: Set<OccasionKind> {
        switch self {
        case .happening(let happening): happening.occasions
        case .condition(let condition):
            Set(OccasionKind.allCases.filter { $0.hasConnection || !condition.needsConnection })
        case .all(let parts):
            parts.reduce(Set(OccasionKind.allCases)) { $0.intersection($1.occasions) }
        case .any(let parts): parts.reduce([]) { $0.union($1.occasions) }
        case .not: Set(OccasionKind.allCases)
        }
    }

    /// Whether it can only come true at a happening that it names.
    ///
    /// A condition alone cannot fire a rule.
    package var waitsForHappening: Bool {
        switch self {
        case .happening: true
        case .condition, .not: false
        case .all(let parts): parts.contains(where: \.waitsForHappening)
        case .any(let parts): !parts.isEmpty && parts.allSatisfy(\.waitsForHappening)
        }
    }

    /// Every happening in the tree, those under `not` too.
    package var happenings: [Happening] {
        switch self {
        case .happening(let happening): [happening]
        case .condition: []
        case .all(let parts), .any(let parts): parts.flatMap(\.happenings)
        case .not(let part): part.happenings
        }
    }

    /// Every condition in the tree.
    package var conditions: [Condition] {
        switch self {
        case .happening: []
        case .condition(let condition): [condition]
        case .all(let parts), .any(let parts): parts.flatMap(\.conditions)
        case .not(let part): part.conditions
        }
    }

    /// The number of parts of the tree, itself included.
    package var size: Int {
        switch self {
        case .happening, .condition: 1
        case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.size }
        case .not(let part): 1 + part.size
        }
    }

    /// How an occasion differs from what is wanted, part by part; `nil` when it is of another kind.
    package func misses(_ occasion: Occasion, in surroundings: Surroundings) -> [String]? {
        switch self {
        case .happening(let happening): return happening.misses(occasion, in: surroundings)
        case .condition(let condition): return condition.misses(in: surroundings)
        case .not(let part):
            return part.matches(occasion, in: surroundings) ? ["what must not be was so"] : []
        case .any(let parts):
            return parts.compactMap { $0.misses(occasion, in: surroundings) }
                .min { $0.count < $1.count }
        case .all(let parts):
            var all: [String] = []
            for part in parts {
                guard let misses = part.misses(occasion, in: surroundings) else { return nil }
                all += misses
            }
            return all
        }
    }
}

package import GatewayWire
import Simulation

/// A rule that fired, and its actions.
///
/// They are carried out after the rule's delay.
package struct Firing: Hashable, Sendable {
    package let rule: String
    package let after: Duration
    package let actions: [FaultAction]
    /// For what is random in the actions: each firing has its own.
    package let seed: UInt64

    package init(rule: String, after: Duration, actions: [FaultAction], seed: UInt64 = 0) {
        self.rule = rule
        self.after = after
        self.actions = actions
        self.seed = seed
    }
}

/// The rules of one gateway, and how often each has matched and fired.
///
/// It decides which rules fire. `FaultedGateway` carries their actions out. Rules can be added,
/// disabled and removed while the gateway runs. Each rule draws its random numbers from a stream
/// with its own name, so that a change of one rule does not affect another.
package struct FaultPlan: Sendable {
    fileprivate struct Entry: Sendable {
        let rule: FaultRule
        var isEnabled = true
        var matchCount = 0
        var fireCount = 0
        var random: SeededRandom
        /// For the actions, apart from what decides whether the rule fires.
        var seeds: SeededRandom
    }

    /// The most rules that a plan holds.
    ///
    /// Further ones are refused.
    package static let maxRules = 10_000

    private var entries: [Entry] = []
    private let root: SeededRandom
    /// How many rules have had each name so far.
    ///
    /// It is part of the name of their random stream.
    private var namesakes: [String: Int] = [:]
    /// The messages that a rule sends again, or did before it was removed.
    package private(set) var replayed: Set<String> = []

    package init(rules: [FaultRule], seed: UInt64) {
        root = SeededRandom(seed: seed)
        for rule in rules { append(rule) }
    }

    package var rules: [FaultRule] { entries.map(\.rule) }
    package var isEmpty: Bool { entries.isEmpty }

    /// Names of the rules that had to fire and have not fired.
    package var unfired: [String] {
        entries.filter { !$0.rule.isOptional && $0.fireCount == 0 }.map(\.rule.name)
    }

    /// How often the rules called `name` have fired; `nil` when there is no such rule.
    package func fireCount(of name: String) -> Int? {
        let counts = entries.filter { $0.rule.name == name }.map(\.fireCount)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Adds a rule, and removes every rule with the same name.
    ///
    /// - Returns: False when there are too many rules.
    package mutating func add(_ rule: FaultRule) -> Bool {
        remove(named: rule.name)
        guard entries.count < Self.maxRules else { return false }
        append(rule)
        return true
    }

    /// - Returns: Whether there was one.
    @discardableResult
    package mutating func remove(named name: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.rule.name == name }
        return entries.count < count
    }

    /// - Returns: Whether there is one.
    package mutating func enable(named name: String, _ isEnabled: Bool) -> Bool {
        var isFound = false
        for index in entries.indices where entries[index].rule.name == name {
            entries[index].isEnabled = isEnabled
            isFound = true
        }
        return isFound
    }

    /// Whether a rule that can still fire may match messages of this kind, or sends them again.
    package func awaits(_ schema: MessageSchema) -> Bool {
        replayed.contains(schema.name)
            || entries.contains { $0.mayFire && $0.rule.trigger.mayMatch(schema) }
    }

    /// The rules that fire at this occasion, in their order.
    package mutating func firings(at occasion: Occasion, in surroundings: Surroundings) -> [Firing]
    {
        var firings: [Firing] = []
        for index in entries.indices {
            guard entries[index].mayFire else { continue }
            let rule = entries[index].rule
            guard rule.condition.holds(in: surroundings),
                rule.trigger.matches(occasion, in: surroundings)
            else { continue }
            entries[index].matchCount += 1
            guard rule.nth?.contains(entries[index].matchCount) ?? true,
                rule.chance >= 1 || entries[index].random.chance(rule.chance)
            else { continue }
            entries[index].fireCount += 1
            firings.append(
                Firing(
                    rule: rule.name, after: rule.after, actions: rule.actions,
                    seed: entries[index].seeds.next()))
        }
        return firings
    }

    private mutating func append(_ rule: FaultRule) {
        let number = namesakes[rule.name, default: 0]
        namesakes[rule.name] = number + 1
        let stream = "fault \(rule.name) \(number)"
        entries.append(
            Entry(
                rule: rule, random: root.stream(stream), seeds: root.stream("actions of \(stream)"))
        )
        for case .replay(let type, _) in rule.actions { replayed.insert(type) }
    }
}

extension FaultPlan.Entry {
    fileprivate var mayFire: Bool { isEnabled && rule.times.map { fireCount < $0 } ?? true }
}

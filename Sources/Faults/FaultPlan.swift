package import GatewayWire
package import Simulation

/// A rule that fired, and its actions.
///
/// They are carried out after the rule's delay.
package struct Firing: Hashable, Sendable {
    package let rule: String
    package let after: Duration
    /// The time until the actions are done again.
    package let every: Duration?
    package let actions: [FaultAction]
    /// For whom the rule counts this firing.
    let counter: RuleCounts.Key
    /// For what is random in the actions: each firing has its own.
    package var seed: UInt64
}

/// The rules of one gateway, and how often each has matched and fired.
///
/// It decides which rules fire. `FaultedGateway` carries their actions out. Rules can be added,
/// disabled and removed while the gateway runs. Each rule draws its random numbers from a stream
/// with its own name, so that a change of one rule does not affect another.
///
/// At an occasion each rule is asked in this order, and the first no ends it: has it come to an end
/// (`until`), does its condition hold, does its trigger match, has the rule named by `since` acted,
/// is it the occasion with the right number (`nth`), does it win its draw (`chance`), may it fire
/// once more (`times`). Only then do `after` and `every` say when the actions are done.
package struct FaultPlan: Sendable {
    fileprivate struct Entry: Sendable {
        let rule: FaultRule
        var isEnabled = true
        var counts: RuleCounts
        /// `until` has come true for the whole rule.
        var isOver = false
        /// Connections on which `until` has come true.
        var overOn: Set<ConnectionID> = []
        /// Where an `every` runs; `nil` stands for the gateway.
        var repeating: Set<ConnectionID?> = []
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
    /// What has to be observed for the rules.
    package private(set) var needs = PlanNeeds([])
    /// Of the rules that others name, those that have acted.
    private var acted: Set<String> = []
    /// The messages that a rule sends again, or did before it was removed.
    package private(set) var replayed: Set<String> = []

    package init(rules: [FaultRule], seed: UInt64) {
        root = SeededRandom(seed: seed)
        for rule in rules { append(rule) }
        needs = PlanNeeds(rules)
    }

    package var rules: [FaultRule] { entries.map(\.rule) }
    package var isEmpty: Bool { entries.isEmpty }

    /// Names of the rules that had to fire and have not fired.
    package var unfired: [String] {
        entries.filter { !$0.rule.isOptional && $0.counts.fireCount == 0 }.map(\.rule.name)
    }

    /// How often the rules called `name` have fired; `nil` when there is no such rule.
    package func fireCount(of name: String) -> Int? {
        let counts = entries.filter { $0.rule.name == name }.map(\.counts.fireCount)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Adds a rule, and removes every rule with the same name.
    ///
    /// - Returns: False when there are too many rules.
    package mutating func add(_ rule: FaultRule) -> Bool {
        remove(named: rule.name)
        guard entries.count < Self.maxRules else { return false }
        append(rule)
        needs = PlanNeeds(rules)
        return true
    }

    /// - Returns: Whether there was one.
    @discardableResult
    package mutating func remove(named name: String) -> Bool {
        let count = entries.count
        entries.removeAll { $0.rule.name == name }
        guard entries.count < count else { return false }
        acted.remove(name)
        needs = PlanNeeds(rules)
        return true
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

    /// Whether a rule that can still fire may match messages of this kind, may end at one, or sends
    /// them again.
    package func awaits(_ schema: MessageSchema) -> Bool {
        replayed.contains(schema.name)
            || entries.contains { entry in
                entry.mayFire
                    && (entry.rule.trigger.mayMatch(schema)
                        || entry.rule.until?.mayMatch(schema) ?? false)
            }
    }

    /// The rules that fire at this occasion, in their order.
    package mutating func firings(at occasion: Occasion, in surroundings: Surroundings) -> [Firing]
    {
        var firings: [Firing] = []
        for index in entries.indices {
            guard entries[index].mayFire else { continue }
            let rule = entries[index].rule
            if let until = rule.until, until.matches(occasion, in: surroundings) {
                entries[index].end(on: surroundings.connection)
            }
            guard !entries[index].isOver(on: surroundings.connection),
                rule.condition.holds(in: surroundings),
                rule.trigger.matches(occasion, in: surroundings),
                rule.since.map(acted.contains) ?? true
            else { continue }
            // What runs already is not started a second time.
            if rule.every != nil, entries[index].repeating.contains(surroundings.connection) {
                continue
            }
            guard let counter = entries[index].counts.count(surroundings, rule) else { continue }
            if rule.every != nil { entries[index].repeating.insert(surroundings.connection) }
            firings.append(
                Firing(
                    rule: rule.name, after: rule.after, every: rule.every, actions: rule.actions,
                    counter: counter, seed: entries[index].seeds.next()))
        }
        return firings
    }

    /// Notes that the actions of a rule were done.
    ///
    /// - Returns: Whether another rule waits for that.
    package mutating func noteActed(_ name: String) -> Bool {
        guard needs.references.contains(name) else { return false }
        acted.insert(name)
        return true
    }

    /// Counts another firing of a rule that does its actions again and again.
    ///
    /// - Returns: False when it is over.
    package mutating func repeats(_ firing: Firing, on connection: ConnectionID?) -> Bool {
        guard let index = entries.firstIndex(where: { $0.rule.name == firing.rule }) else {
            return false
        }
        guard entries[index].isEnabled, !entries[index].isOver(on: connection),
            entries[index].repeating.contains(connection),
            entries[index].counts.countAgain(firing.counter, entries[index].rule)
        else {
            entries[index].repeating.remove(connection)
            return false
        }
        return true
    }

    /// Whether a rule still acts after the delay of a firing.
    ///
    /// `until` may have come true since.
    package func stillActs(_ firing: Firing, on connection: ConnectionID?) -> Bool {
        guard let entry = entries.first(where: { $0.rule.name == firing.rule }) else { return true }
        return !entry.isOver(on: connection)
    }

    /// Forgets what was counted for a connection that is gone.
    package mutating func forget(_ connection: ConnectionID) {
        for index in entries.indices {
            entries[index].overOn.remove(connection)
            entries[index].repeating.remove(connection)
            entries[index].counts.forget(connection)
        }
    }

    /// Ends everything that is repeated, as a restart of the gateway does.
    package mutating func stopRepeating() {
        for index in entries.indices { entries[index].repeating = [] }
    }

    private mutating func append(_ rule: FaultRule) {
        let number = namesakes[rule.name, default: 0]
        namesakes[rule.name] = number + 1
        let stream = "fault \(rule.name) \(number)"
        entries.append(
            Entry(
                rule: rule, counts: RuleCounts(random: root.stream(stream)),
                seeds: root.stream("actions of \(stream)")))
        for case .replay(let type, _) in rule.actions { replayed.insert(type) }
    }
}

extension FaultPlan.Entry {
    /// Whether it can still fire for somebody.
    ///
    /// A rule without a limit by connection or client id is done with its last firing.
    fileprivate var mayFire: Bool {
        guard isEnabled, !isOver else { return false }
        guard let times = rule.times, rule.per == .gateway else { return true }
        return counts.fireCount < times
    }

    fileprivate func isOver(on connection: ConnectionID?) -> Bool {
        isOver || connection.map(overOn.contains) ?? false
    }

    /// Ends the rule on a connection, or at all when rule or occasion is about the whole gateway.
    fileprivate mutating func end(on connection: ConnectionID?) {
        if let connection, rule.trigger.occasions.allSatisfy(\.hasConnection) {
            overOn.insert(connection)
        } else {
            isOver = true
        }
    }
}

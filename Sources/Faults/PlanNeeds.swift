import EventLog
package import GatewayWire

/// What has to be observed because a rule waits for it.
///
/// The gateway observes nothing else. Without such rules, bytes and times cost nothing.
package struct PlanNeeds: Hashable, Sendable {
    /// Byte counts that rules wait for, by direction.
    package internal(set) var byteMarks: [Direction: Set<Int>] = [:]
    /// Each once, in the order of the rules.
    package internal(set) var timeMarks: [TimeMark] = []
    /// Rules that other rules name with `since` or `fired`.
    package internal(set) var references: Set<String> = []
    /// Farms that conditions name.
    package internal(set) var farms: Set<String> = []
    /// A rule waits for the second half of a client's half-close.
    package internal(set) var halfClose = false

    /// Whether every piece of bytes has to be looked at.
    package internal(set) var watchesBytes = false

    init(_ rules: some Sequence<FaultRule>) {
        for rule in rules {
            if let earlier = rule.since { references.insert(earlier) }
            for trigger in rule.everyTrigger {
                for happening in trigger.happenings { happening.observe(in: &self) }
                for condition in trigger.conditions { farms.formUnion(condition.farms.keys) }
            }
        }
        watchesBytes = !byteMarks.isEmpty || timeMarks.contains { $0.anchor.moves }
    }

    /// The times for which a rule waits.
    package static func timeMarks(of rule: FaultRule) -> [TimeMark] {
        PlanNeeds([rule]).timeMarks
    }
}

extension FaultRule {
    /// Every trigger in the rule: its own, the one that ends it, and those of its actions.
    package var everyTrigger: [Trigger] {
        var triggers = [trigger]
        if let until { triggers.append(until) }
        for action in actions {
            for case .trigger(let trigger) in action.described.arguments.values.values {
                triggers.append(trigger)
            }
        }
        return triggers
    }
}

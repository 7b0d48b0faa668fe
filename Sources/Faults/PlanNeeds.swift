import EventLog
package import GatewayWire

/// What has to be observed because a rule waits for it.
///
/// The gateway observes nothing else. Without such rules, bytes and times cost nothing.
package struct PlanNeeds: Hashable, Sendable {
    /// Byte counts that rules wait for, by direction.
    package private(set) var byteMarks: [Direction: Set<Int>] = [:]
    /// Each once, in the order of the rules.
    package private(set) var timeMarks: [TimeMark] = []
    /// Rules that other rules name with `since` or `fired`.
    package private(set) var references: Set<String> = []
    /// Farms that conditions name.
    package private(set) var farms: Set<String> = []
    /// A rule waits for the second half of a client's half-close.
    package private(set) var halfClose = false

    /// Whether every piece of bytes has to be looked at.
    package private(set) var watchesBytes = false

    init(_ rules: some Sequence<FaultRule>) {
        for rule in rules {
            if let earlier = rule.since { references.insert(earlier) }
            for trigger in rule.everyTrigger {
                for happening in trigger.happenings { take(happening) }
                for condition in trigger.conditions { farms.formUnion(condition.farms.keys) }
            }
        }
        watchesBytes = !byteMarks.isEmpty || timeMarks.contains { $0.anchor.moves }
    }

    /// The times for which a rule waits.
    package static func timeMarks(of rule: FaultRule) -> [TimeMark] {
        PlanNeeds([rule]).timeMarks
    }

    private mutating func take(_ happening: Happening) {
        switch happening {
        case .bytes(let direction, let count): byteMarks[direction, default: []].insert(count)
        case .time(let mark): if !timeMarks.contains(mark) { timeMarks.append(mark) }
        case .fired(let rule, _): references.insert(rule)
        case .disconnect(let kinds): halfClose = halfClose || kinds.contains(.halfClose)
        case .start, .connect, .hello, .stranger, .phase, .message, .light, .signal, .client,
            .ownEnd:
            break
        }
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

/// A rule: when the trigger comes true, the actions are done.
///
/// Scenarios and pathologies consist of rules.
package struct FaultRule: Hashable, Sendable {
    package var name: String
    package var trigger: Trigger
    /// A condition that must hold too.
    package var condition: Condition
    /// Which of the matching occasions count, numbered from 1.
    ///
    /// `nil` means all.
    package var nth: CountRange?
    /// The probability that a matching occasion counts.
    ///
    /// It is drawn from the rule's own random stream.
    package var chance: Double
    /// How often it may fire; `nil` means without limit.
    package var times: Int?
    /// How long after its occasion the actions are done.
    package var after: Duration
    /// The actions are done again and again, this long after they were done before.
    ///
    /// It ends with the connection, with `times`, or with `until`.
    package var every: Duration?
    /// The rule is over once this comes true: on its connection, or at all when one of the two is
    /// about the whole gateway.
    package var until: Trigger?
    /// Occasions count only after the rule with this name has acted.
    package var since: String?
    /// What `nth`, `times` and `chance` are counted for.
    package var per: CountScope
    /// A scenario fails when a rule of it never fires, unless the rule is optional.
    package var isOptional: Bool
    package var actions: [FaultAction]

    package init(
        name: String, when trigger: Trigger, if condition: Condition = Condition(),
        nth: CountRange? = nil, chance: Double = 1, times: Int? = nil, after: Duration = .zero,
        every: Duration? = nil, until: Trigger? = nil, since: String? = nil,
        per: CountScope = .gateway, isOptional: Bool = false, do actions: [FaultAction]
    ) {
        self.name = name
        self.trigger = trigger
        self.condition = condition
        self.nth = nth
        self.chance = chance
        self.times = times
        self.after = after
        self.every = every
        self.until = until
        self.since = since
        self.per = per
        self.isOptional = isOptional
        self.actions = actions
    }
}

/// For what a rule counts its occasions.
package enum CountScope: String, Hashable, Sendable, CaseIterable {
    case connection
    case clientID = "client-id"
    case gateway
}

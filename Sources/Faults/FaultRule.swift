/// When something happens, do something: the unit that scenarios and pathologies are made of.
package struct FaultRule: Hashable, Sendable {
    package var name: String
    package var trigger: Trigger
    /// What must be so besides.
    package var condition: Condition
    /// Which of the matching occasions count, from 1; `nil` means every one.
    package var nth: CountRange?
    /// Probability that a matching occasion counts, drawn from the rule's own seeded stream.
    package var chance: Double
    /// How often it may fire; `nil` means without limit.
    package var times: Int?
    /// How long after its occasion the actions are done.
    package var after: Duration
    /// A rule that never fires fails its scenario, unless it is optional.
    package var isOptional: Bool
    package var actions: [FaultAction]

    package init(
        name: String, when trigger: Trigger, if condition: Condition = Condition(),
        nth: CountRange? = nil, chance: Double = 1, times: Int? = 1, after: Duration = .zero,
        isOptional: Bool = false, do actions: [FaultAction]
    ) {
        self.name = name
        self.trigger = trigger
        self.condition = condition
        self.nth = nth
        self.chance = chance
        self.times = times
        self.after = after
        self.isOptional = isOptional
        self.actions = actions
    }
}

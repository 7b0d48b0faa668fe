import GatewayWire

/// What a redaction has to look at in a message, worked out once for its schema.
final class RedactionPlan: Sendable {
    struct Step: Sendable {
        /// What the field may give away; `nil` for one that gives away nothing by itself.
        var kind: SensitiveField?
        /// It may hold any text.
        var isText = false
        /// A text with spaces in it cannot be judged.
        var isDoubtful = false

        /// Whether its text has to be looked at.
        var matters: Bool { kind != nil || isText }
    }

    /// One for each item; a group's matters not.
    let steps: [Step]
    /// By item: what its rows hold.
    let groups: [RedactionPlan?]
    /// The same, which live as long as `groups`: using one counts no references.
    let groupHandles: [Unmanaged<RedactionPlan>?]
    /// Items that something can be learnt of.
    let teachingItems: [Int]
    /// Where the word stands that tells what an amount is.
    let amountItems: [Int]
    /// Items whose content is an account when the message's key says so.
    let accountItems: [Int]

    /// Whether anything can be learnt of such a message.
    var canTeach: Bool { !teachingItems.isEmpty }

    /// The plan of a message of the protocol that something can be learnt of; `nil` for another.
    ///
    /// It is there for good: using it counts no references.
    @inline(__always)
    static func teaching(_ id: Int, _ direction: Direction) -> Unmanaged<RedactionPlan>? {
        switch direction {
        case .toClient: id < toClientTeaching.count ? toClientTeaching[id] : nil
        case .toGateway: id < toGatewayTeaching.count ? toGatewayTeaching[id] : nil
        }
    }

    private static let toClientTeaching = teaching(toClient)
    private static let toGatewayTeaching = teaching(toGateway)

    private static func teaching(_ known: [Known?]) -> [Unmanaged<RedactionPlan>?] {
        known.map { known in
            known.flatMap { $0.plan.canTeach ? Unmanaged.passUnretained($0.plan) : nil }
        }
    }

    static func of(_ schema: MessageSchema) -> RedactionPlan {
        let known = schema.direction == .toClient ? toClient : toGateway
        if schema.id < known.count, let found = known[schema.id], found.schema === schema {
            return found.plan
        }
        return RedactionPlan(schema)
    }

    // Helpers, in the order they are called.

    private struct Known: Sendable {
        let schema: MessageSchema
        let plan: RedactionPlan
    }

    private static let toClient = known(.toClient)
    private static let toGateway = known(.toGateway)

    private static func known(_ direction: Direction) -> [Known?] {
        let own = ProtocolSchema.messages.filter { $0.direction == direction }
        var known = [Known?](repeating: nil, count: (own.map(\.id).max() ?? 0) + 1)
        for schema in own { known[schema.id] = Known(schema: schema, plan: RedactionPlan(schema)) }
        return known
    }

    private convenience init(_ schema: MessageSchema) {
        let isAccountValue = schema.name == "updateAccountValue"
        self.init(
            schema.items, of: schema.name,
            amountItems: schema.indexes(of: "key") + schema.indexes(of: "tag"),
            accountItems: isAccountValue
                ? schema.indexes(of: "val") + schema.indexes(of: "value") : [])
    }

    private init(
        _ items: [SchemaItem], of message: String, amountItems: [Int] = [],
        accountItems: [Int] = []
    ) {
        self.amountItems = amountItems
        self.accountItems = accountItems
        let steps = items.map { item -> Step in
            guard case .field(let field) = item else { return Step() }
            let isText = field.type == .string
            return Step(
                kind: SensitiveField(field, of: message), isText: isText,
                isDoubtful: isText && field.role != .time && !Self.isPublic(field.name))
        }
        let groups = items.map { item -> RedactionPlan? in
            if case .group(let group) = item {
                RedactionPlan(group.items, of: message)
            } else {
                nil
            }
        }
        teachingItems = items.indices.filter { steps[$0].matters || groups[$0]?.canTeach == true }
        self.steps = steps
        self.groups = groups
        groupHandles = groups.map { $0.map { Unmanaged.passUnretained($0) } }
    }

    /// Contracts, and words of the protocol: what everybody may know.
    private static func isPublic(_ name: String) -> Bool {
        name.hasPrefix("contract.") || name.hasPrefix("details.") || publicFields.contains(name)
    }

    private static let publicFields: Set<String> = [
        "order.orderType", "barSizeSetting", "durationStr", "order.shareholder", "whyHeld",
        "orderState.completedStatus",
    ]
}

import GatewayWire

/// How messages to the client of one name are looked at where they stand.
///
/// There is one for each message that, as a rule, nothing but its request and the clauses about
/// messages want to know of.
final class RowPlan: Sendable {
    let id: Int
    let isTick: Bool
    let isHistoryUpdate: Bool
    let isOpenOrder: Bool
    let isExecution: Bool
    /// The server version from which text is odd.
    let textUntil: Int
    /// Requests without an id that it may answer.
    let askers: MessageIDs
    /// The items of its schema that are looked at; the next five say where in them.
    ///
    /// Of several items of one name it is the first; without a value it takes the message itself.
    let items: [Int]
    let request: Int?
    /// Of a contract that it names.
    let symbol: Int?
    /// The client id that an order is of.
    let owner: Int?
    /// The order that it is about.
    let order: Int?
    /// The id of an execution.
    let execution: Int?
    let glances: FieldGlances

    /// Whether it tells somebody more than its request.
    var hasDetails: Bool { symbol != nil || owner != nil || order != nil || execution != nil }

    /// How many items a plan has at most.
    static let maxItems = 32

    /// By message id.
    ///
    /// - Parameter clauses: What may be wanted of a message, by its id.
    static func all(_ clauses: (Int) -> [Clause]) -> [RowPlan?] {
        var plans = [RowPlan?](repeating: nil, count: (rows.map(\.id).max() ?? 0) + 1)
        for schema in rows { plans[schema.id] = RowPlan(schema, clauses(schema.id)) }
        return plans
    }

    private static let rows: [MessageSchema] = {
        var names = Set(AnswerTable.byID.values.flatMap(\.rows))
        names.formUnion(AnswerTable.byName.values.flatMap(\.rows))
        names.insert("orderStatus")
        // Two begin a session; the third tells of fills.
        names.subtract(["nextValidId", "managedAccounts", "completedOrder"])
        return names.compactMap { ProtocolSchema.message(named: $0, .toClient) }
    }()

    /// - Returns: `nil` when only the messages themselves can tell.
    private init?(_ schema: MessageSchema, _ clauses: [Clause]) {
        // Each has to be compared with the one before it.
        if clauses.contains(where: { $0.tests.contains { $0.attribute == "repeats" } }) {
            return nil
        }
        id = schema.id
        isTick = AnswerTable.isTick(schema)
        isHistoryUpdate = schema.name == "historicalDataUpdate"
        isOpenOrder = schema.name == "openOrder"
        isExecution = schema.name == "execDetails"
        textUntil = schema.protobuf?.since ?? .max
        askers = MessageIDs(AnswerTable.asking[schema.name] ?? [], .toGateway)
        var items: [Int] = []
        func place(_ item: Int?) -> Int? {
            item.map { items.append($0) }
            return item == nil ? nil : items.count - 1
        }
        request = place(schema.requestItem)
        symbol = place(schema.indexes(of: "contract.symbol").first)
        owner = place(
            schema.indexes(of: "order.clientId").first ?? schema.indexes(of: "clientId").first)
        let orderName: String? =
            switch schema.name {
            case "openOrder": "order.orderId"
            case "orderStatus": "orderId"
            case "execDetails": "execution.orderId"
            default: nil
            }
        order = place(orderName.flatMap { schema.indexes(of: $0).first })
        execution = place(schema.indexes(of: "execution.execId").first)
        glances = FieldGlances(clauses, schema, &items)
        guard items.count <= Self.maxItems else { return nil }
        self.items = items
    }
}

/// The plans at hand, by message id.
struct RowPlans: Sendable {
    private let plans: [RowPlan?]
    /// The same, which live as long as `plans`: looking one up counts no references.
    private let handles: [Unmanaged<RowPlan>?]

    init(_ plans: [RowPlan?] = []) {
        self.plans = plans
        handles = plans.map { $0.map { Unmanaged.passUnretained($0) } }
    }

    /// The plan of a message; it is there as long as the plans are.
    @inline(__always)
    subscript(id: Int) -> Unmanaged<RowPlan>? {
        id >= 0 && id < handles.count ? handles[id] : nil
    }
}

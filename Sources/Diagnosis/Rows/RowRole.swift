import GatewayWire

/// What a message to the client means to the watches when it is one of many of its kind.
struct RowRole: Sendable {
    let id: Int
    let isTick: Bool
    let isHistoryUpdate: Bool
    let isOpenOrder: Bool
    /// The server version from which text is odd.
    let textUntil: Int
    /// Requests without an id that it may answer.
    let askers: MessageIDs
    let requestItem: Int?
    /// Of a contract that it names.
    let symbolItem: Int?
    /// The client id that an order is of.
    let ownerItem: Int?
    /// The order that it is about.
    let orderItem: Int?

    /// By message id: those that nothing but their requests and the clauses about messages want
    /// to know of, as a rule.
    static let all: [RowRole?] = {
        var names = Set(AnswerTable.byID.values.flatMap(\.rows))
        names.formUnion(AnswerTable.byName.values.flatMap(\.rows))
        names.insert("orderStatus")
        // These begin a session, or are followed one by one.
        names.subtract(["nextValidId", "managedAccounts", "execDetails"])
        let rows = names.compactMap { ProtocolSchema.message(named: $0, .toClient) }
        var all = [RowRole?](repeating: nil, count: (rows.map(\.id).max() ?? 0) + 1)
        for schema in rows { all[schema.id] = RowRole(schema) }
        return all
    }()

    /// - Returns: `nil` when several items share a name that counts.
    private init?(_ schema: MessageSchema) {
        for name in ["contract.symbol", "order.clientId", "order.orderId", "orderId"] {
            guard schema.indexes(of: name).count <= 1 else { return nil }
        }
        id = schema.id
        isTick = AnswerTable.isTick(schema)
        isHistoryUpdate = schema.name == "historicalDataUpdate"
        isOpenOrder = schema.name == "openOrder"
        textUntil = schema.protobuf?.since ?? .max
        askers = MessageIDs(AnswerTable.asking[schema.name] ?? [], .toGateway)
        requestItem = schema.requestItem
        symbolItem = schema.indexes(of: "contract.symbol").first
        ownerItem = schema.indexes(of: "order.clientId").first
        orderItem =
            isOpenOrder
            ? schema.indexes(of: "order.orderId").first
            : schema.name == "orderStatus" ? schema.indexes(of: "orderId").first : nil
    }
}

import GatewayWire

extension Message {
    /// Sent because time has passed, and not because somebody asked.
    ///
    /// How many there are, and of which moment, hangs on how long a program runs.
    var isSentByTheClock: Bool { Self.namesOfTheClock.contains(name) }

    private static let namesOfTheClock: Set<String> = [
        "tickPrice", "tickSize", "tickString", "tickGeneric", "tickEFP", "tickOptionComputation",
        "tickNews", "tickByTick", "updateMktDepth", "updateMktDepthL2", "realtimeBar",
        "historicalDataUpdate", "updateNewsBulletin", "updateAccountValue", "updatePortfolio",
        "updateAccountTime", "accountUpdateMulti", "accountSummary", "pnl", "pnlSingle",
    ]

    /// What an answer is about: messages about one thing come in an order that means something.
    var causalTopic: String {
        for field in ["reqId", "orderId", "order.orderId", "execution.orderId", "id"]
        where !schema.indexes(of: field).isEmpty {
            if let id = self[field], !id.isEmpty, id != "-1" { return id }
        }
        return name
    }

    /// Name and fields, times and empty fields left out.
    var causalText: String {
        var parts = [schema.name]
        Self.add(schema.items, values, of: "", to: &parts)
        return parts.joined(separator: " ")
    }

    private static func add(
        _ items: [SchemaItem], _ values: [FieldValue], of group: String, to parts: inout [String]
    ) {
        for (item, value) in zip(items, values) {
            switch (item, value) {
            case (.field(let field), .text), (.field(let field), .bytes):
                guard let text = value.string, !text.isEmpty, field.role != .time,
                    !field.name.lowercased().hasSuffix("time"), field.pairing != .protobufEcho
                else { continue }
                parts.append("\(group)\(field.name)=\(text)")
            case (.group(let group), .group(let rows)):
                for (index, row) in rows.enumerated() {
                    add(group.items, row, of: "\(group.name)[\(index)].", to: &parts)
                }
            case (.field, .absent), (.field, .group), (.group, .absent), (.group, .text),
                (.group, .bytes):
                continue
            }
        }
    }
}

package import GatewayWire

/// Whether a live request asks for what a recorded one asked for.
///
/// What a field is worth follows from the schema:
///
/// | field | worth |
/// |---|---|
/// | ids of requests, orders, clients; accounts; times | nothing: they are mapped |
/// | prices, and all of an order but its action, quantity, type and what-if flag | told, not decisive |
/// | two con ids | decisive; when they are equal, the rest of the contract is not looked at |
/// | whole numbers and flags | decisive; empty, unset and 0 are the same |
/// | texts and decimal numbers | decisive where both are filled |
package enum RequestMeaning {
    package struct Difference: Hashable, Sendable {
        package let field: String
        package let recorded: String
        package let live: String
        /// Another thing is asked for.
        package let isDecisive: Bool

        /// `contract.symbol MSFT, recorded AAPL`.
        var words: String {
            "\(field) \(live.isEmpty ? "empty" : live), recorded "
                + (recorded.isEmpty ? "empty" : recorded)
        }
    }

    /// What differs; empty for the same request under other ids.
    ///
    /// Messages of two kinds are not to be compared.
    package static func differences(recorded: Message, live: Message) -> [Difference] {
        precondition(recorded.schema === live.schema, "requests of two kinds")
        var found: [Difference] = []
        let contracts = (recorded, live)
        let ids = (conID(contracts.0), conID(contracts.1))
        let isSameContract = !ids.0.isEmpty && ids.0 == ids.1
        compare(
            recorded.schema.items, recorded.values, live.values, prefix: "",
            isSameContract: isSameContract, &found)
        return found
    }

    /// How far two requests are apart: any decisive difference outweighs the others.
    package static func distance(_ differences: [Difference]) -> Int {
        differences.reduce(0) { $0 + ($1.isDecisive ? 100 : 1) }
    }

    // Helpers, in the order they are called.

    /// The order's fields that say what is to be done.
    private static let tellingOrderFields: Set<String> = [
        "order.action", "order.totalQuantity", "order.orderType", "order.whatIf",
    ]

    private static func conID(_ message: Message) -> String {
        guard let index = message.schema.indexes(of: "contract.conId").first else { return "" }
        let text = message.values[index].string ?? ""
        return text == "0" ? "" : text
    }

    private static func compare(
        _ items: [SchemaItem], _ recorded: [FieldValue], _ live: [FieldValue], prefix: String,
        isSameContract: Bool, _ found: inout [Difference]
    ) {
        for (item, pair) in zip(items, zip(recorded, live)) where item.pairing != .protobufEcho {
            let name = prefix + item.name
            if isSameContract, name.hasPrefix("contract.") { continue }
            switch item {
            case .field(let field):
                compare(field, pair.0.string ?? "", pair.1.string ?? "", name, &found)
            case .group(let group):
                let rows = (Self.rows(pair.0), Self.rows(pair.1))
                if rows.0.count != rows.1.count {
                    found.append(
                        Difference(
                            field: name, recorded: "\(rows.0.count) rows",
                            live: "\(rows.1.count) rows",
                            isDecisive: name.hasPrefix("contract.")))
                }
                for (row, other) in zip(rows.0, rows.1) {
                    compare(
                        group.items, row, other, prefix: name + "[].", isSameContract: false,
                        &found)
                }
            }
        }
    }

    private static func rows(_ value: FieldValue) -> [[FieldValue]] {
        if case .group(let rows) = value { rows } else { [] }
    }

    private static func compare(
        _ field: FieldSchema, _ recorded: String, _ live: String, _ name: String,
        _ found: inout [Difference]
    ) {
        if recorded == live || name.hasPrefix("_") || ReplayIDs.isReference(name) { return }
        let isOrders = name.hasPrefix("order.")
        var isDecisive = !isOrders || tellingOrderFields.contains(name)
        switch field.role {
        case .request, .order, .client, .account, .perm, .execution, .time: return
        case .money: isDecisive = false
        case .contract, nil: break
        }
        let texts = (meant(recorded, field.type), meant(live, field.type))
        if texts.0 == texts.1 { return }
        switch field.type {
        case .float, .decimal, .string:
            if texts.0.isEmpty || texts.1.isEmpty { isDecisive = false }
        case .int, .long, .bool:
            if field.role == .contract, texts.0.isEmpty || texts.1.isEmpty { isDecisive = false }
        }
        found.append(
            Difference(field: name, recorded: recorded, live: live, isDecisive: isDecisive))
    }

    /// One text for every way of writing a value.
    private static func meant(_ text: String, _ type: FieldType) -> String {
        switch type {
        case .string: return text
        case .int, .long, .bool:
            return ["0", "2147483647", "false", "9223372036854775807"].contains(text) ? "" : text
        case .float, .decimal:
            guard let value = Double(text) else { return text }
            return value == 0 || value > 1e300 || value == 2_147_483_647 ? "" : "\(value)"
        }
    }
}

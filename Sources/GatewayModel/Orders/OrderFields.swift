import GatewayWire

/// Carries a placed order's fields over into the messages that show it.
///
/// openOrder and completedOrder repeat most fields of placeOrder under the same names. Everything a
/// client sets comes back, even where this model does nothing with it. A number that the target
/// cannot carry (empty where it must not be, or no number at all) is sent in its unset form.
struct OrderFields: Sendable {
    static let toOpenOrder = OrderFields("openOrder")
    static let toCompletedOrder = OrderFields("completedOrder")

    private struct Route: Sendable {
        let sources: [Int]
        let target: Int
        let item: SchemaItem
    }

    private let routes: [Route]

    private init(_ name: String) {
        let source = Message("placeOrder", direction: .toGateway).schema
        routes = Message(name).schema.items.enumerated().compactMap { target, item in
            let sources = source.indexes(of: item.name)
            guard item.name.hasPrefix("order.") || item.name.hasPrefix("contract."),
                !sources.isEmpty
            else { return nil }
            return Route(sources: sources, target: target, item: item)
        }
    }

    func copy(from source: Message, to target: inout Message) {
        for route in routes {
            let value = route.sources.lazy.map { source.values[$0] }.first { $0 != .absent }
            if let value { target.values[route.target] = fitted(value, to: route.item) }
        }
    }

    private func fitted(_ value: FieldValue, to item: SchemaItem) -> FieldValue {
        switch (item, value) {
        case (.field(let field), .text(let text)): fitted(text, to: field)
        case (.group(let group), .group(let rows)):
            .group(
                rows.map { row in
                    zip(group.items, row).map { fitted($1, to: $0) }
                })
        case (.field, .absent), (.field, .bytes), (.field, .group), (.group, .absent),
            (.group, .text), (.group, .bytes):
            .absent
        }
    }

    private func fitted(_ text: String, to field: FieldSchema) -> FieldValue {
        if text.isEmpty { return field.type == .string ? .text("") : .absent }
        switch field.type {
        case .string: return .text(text)
        case .bool: return .text(text == "1" || text == "true" ? "1" : "0")
        case .int, .long:
            if Int64(text) != nil { return .text(text) }
            // ib_* write a whole percentage as "5.0".
            guard let number = Amount(text), number.isWhole else { return .absent }
            return .text(number.description)
        case .float, .decimal:
            // "Infinite" is how ib_* spell what official clients read as "Infinity".
            if text == "Infinite" { return .text("Infinity") }
            return Double(text).map { !$0.isNaN } == true ? .text(text) : .absent
        }
    }
}

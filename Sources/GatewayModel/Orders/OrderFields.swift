import GatewayWire

/// Carries a placed order's fields over into the messages that show it.
///
/// openOrder and completedOrder repeat most fields of placeOrder under the same names. Everything a
/// client sets comes back, even where this model does nothing with it. A number that the target
/// cannot carry (empty where it must not be, or no number at all) is sent in its unset form.
///
/// What a client leaves open comes back with the value that gateways fill in. Recorded at 200 as
/// text and from 204 to 225 as protobuf, for every order.
struct OrderFields: Sendable {
    static let toOpenOrder = OrderFields("openOrder")
    static let toCompletedOrder = OrderFields("completedOrder")

    /// The user who placed an order, as the login names him.
    private static let submitter = "fakegw-user"

    private static let filledIn: [(name: String, text: String)] = [
        ("order.lmtPrice", "0.0"), ("order.auxPrice", "0.0"), ("order.origin", "0"),
        ("order.shortSaleSlot", "0"), ("order.exemptCode", "-1"), ("order.triggerMethod", "0"),
        ("order.volatilityType", "0"), ("order.deltaNeutralOrderType", "None"),
        ("order.deltaNeutralShortSaleSlot", "0"), ("order.referencePriceType", "0"),
        ("order.clearingIntent", "IB"), ("order.adjustedOrderType", "None"),
        ("order.adjustableTrailingUnit", "0"), ("order.usePriceMgmtAlgo", "0"),
        ("order.submitter", submitter),
        ("order.shareholder", "Not an insider or substantial shareholder"),
        ("order.routeMarketableToBbo", "0"), ("order.seekPriceImprovement", "0"),
    ]

    /// What never comes back as it was sent (recorded at 225).
    private static let dropped: Set = [
        "order.transmit", "contract.primaryExchange", "order.dontUseAutoPriceForHedge",
    ]

    /// What a client says with a zero comes back as nothing (recorded at 200 and 225).
    private static let noneWhenZero: Set = [
        "order.displaySize", "order.discretionaryAmt", "order.cashQty",
    ]

    private struct Route: Sendable {
        let sources: [Int]
        let target: Int
        let item: SchemaItem
    }

    private let routes: [Route]
    private let blank: Message

    private init(_ name: String) {
        let source = Message("placeOrder", direction: .toGateway).schema
        var blank = Message(name)
        for (name, text) in Self.filledIn { blank.setIfPresent(name, text) }
        blank.setIfPresent("order.dontUseAutoPriceForHedge", "1")
        self.blank = blank
        routes = blank.schema.items.enumerated().compactMap { target, item in
            let sources = source.indexes(of: item.name)
            guard
                item.name.hasPrefix("order.") || item.name.hasPrefix("contract.")
                    || item.name == "deltaNeutralContractPresent",
                !sources.isEmpty, !Self.dropped.contains(item.name)
            else { return nil }
            return Route(sources: sources, target: target, item: item)
        }
    }

    /// The message with everything that a request says and gateways add.
    func message(for source: Message) -> Message {
        var target = blank
        for route in routes {
            let value = route.sources.lazy.map { source.values[$0] }.first { $0 != .absent }
            guard let value else { continue }
            let shown = fitted(value, to: route.item)
            if shown != .absent { target.values[route.target] = shown }
        }
        return target
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
        if text.isEmpty { return .absent }
        if Self.noneWhenZero.contains(field.name), Double(text) == 0 { return .absent }
        switch field.type {
        case .string: return .text(text)
        case .bool: return .text(text == "1" || text == "true" ? "1" : "0")
        case .int, .long:
            if Int64(text) != nil { return .text(text) }
            // ib_* write a whole percentage as "5.0".
            guard let number = Amount(text), number.isWhole else { return .absent }
            return .text(number.description)
        case .float, .decimal:
            if field.name == "order.competeAgainstBestOffset", text.isInfinityWord {
                return .text("Infinity")
            }
            return Double(text).map { !$0.isNaN && !$0.isUnset } == true ? .text(text) : .absent
        }
    }
}

extension Double {
    /// Whether it is what clients write for no number: the largest double, however spelled.
    ///
    /// C# writes it with 15 digits and some Go clients with 10, which is beyond every double; fewer
    /// digits are below it. No price is anywhere near.
    var isUnset: Bool { magnitude >= 1.797e308 }
}

extension String {
    /// The word for "up to the middle"; "Infinite" is how ib_* spell it.
    fileprivate var isInfinityWord: Bool { self == "Infinity" || self == "Infinite" }
}

import GatewayWire
import Simulation

/// Values that both encodings carry.
struct CarriedValues: ValueSource {
    let followsConditions = false
    private(set) var random: SeededRandom
    /// Whether absent fields, false and empty texts occur.
    private var isLiteral: Bool

    init(random: SeededRandom, isLiteral: Bool) {
        self.random = random
        self.isLiteral = isLiteral
    }

    mutating func message(_ schema: MessageSchema, as encoding: MessageEncoding) -> Message {
        var message = Message(schema: schema)
        message.encoding = encoding
        message.values = values(schema.items)
        movePricesBeside(&message)
        for (index, value) in message.values.enumerated() where value == .group([]) {
            if isLiteral { message.values[index] = .absent }
        }
        return message
    }

    /// Prices of combo legs stand in a group of their own, one for each leg or none at all.
    private func movePricesBeside(_ message: inout Message) {
        let schema = message.schema
        guard let index = schema.indexes(of: "contract.comboLegs").first,
            let beside = schema.indexes(of: "order.orderComboLegs").first,
            case .group(let shape) = schema.items[index],
            case .group(var legs) = message.values[index],
            let column = shape.items.firstIndex(where: { $0.name == "perLegPrice" })
        else { return }
        for row in legs.indices { legs[row][column] = .absent }
        message.values[index] = .group(legs)
        let prices = legs.indices.map { [FieldValue.text("\($0).5")] }
        message.values[beside] = prices.isEmpty ? .absent : .group(prices)
    }

    mutating func value(_ field: FieldSchema, row: Int) -> FieldValue {
        if isLiteral, Int.random(in: 0...2, using: &random) == 0 { return .absent }
        return .text(text(field))
    }

    mutating func value(_ group: GroupSchema) -> FieldValue {
        let count = Int.random(in: 0...3, using: &random)
        let isMap = group.items.first?.name == "tag"
        let wasLiteral = isLiteral
        isLiteral = isLiteral && group.items.count > 1 && !isMap
        defer { isLiteral = wasLiteral }
        var rows = rows(group, count: count)
        // A map's keys differ, and some decoders sort them.
        if isMap { for index in rows.indices { rows[index][0] = .text("tag\(index)") } }
        return .group(rows)
    }

    private mutating func text(_ field: FieldSchema) -> String {
        switch field.name {
        case "tickType" where field.type == .int:
            return String(Int.random(in: 1...4, using: &random))
        case "condType": return String([1, 3, 4, 5, 6, 7].randomElement(using: &random) ?? 1)
        case "conjunction": return Bool.random(using: &random) ? "a" : "o"
        case "isSuccessful": return Bool.random(using: &random) ? "true" : "false"
        case "contract.multiplier": return ["1", "100", "0.5"].randomElement(using: &random) ?? "1"
        case "mask": return String(Int.random(in: 0...3, using: &random))
        case "percent", "details.evMultiplier", "yieldRedemptionDate", "execution.liquidation",
            "override":
            return String(Int.random(in: 0...1, using: &random))
        case let name where name.hasPrefix("orderState.") && field.role == .money:
            return "\(Int.random(in: 0...9, using: &random)).25"
        case let name where name.hasPrefix("orderState.equityWithLoan"):
            return "\(Int.random(in: 0...9, using: &random)).25"
        case let name
        where name.lowercased().hasSuffix("options") || name.hasSuffix("FilterOptions"):
            return ["", "a=b;", "a=b;c=d e;"].randomElement(using: &random) ?? ""
        default: break
        }
        switch field.type {
        case .string:
            return ["", "BAG", "FUND", "PEG BEST", "Zürich", String(repeating: "x", count: 200)]
                .randomElement(using: &random) ?? ""
        case .bool: return Bool.random(using: &random) ? "1" : "0"
        case .int: return String(Int.random(in: -3...300, using: &random))
        case .long: return String(Int.random(in: -3...(1 << 50), using: &random))
        case .float: return "\(Int.random(in: -9...999, using: &random)).5"
        case .decimal: return "\(Int.random(in: 0...999, using: &random)).50"
        }
    }
}

import GatewayWire
import Simulation

/// How full a message with distinct values is.
package enum MessageShape: Int, CaseIterable, Sendable {
    /// Conditions met, groups filled; flags alternate.
    case full
    /// Conditions met another way, groups short; flags alternate the other way round.
    case other
    /// Conditions met, numbers unset where that is allowed.
    case sparse
    /// No condition met, groups empty, numbers unset where that is allowed.
    case bare
    /// Any mixture.
    case mixed
}

/// Fills messages with seeded values of which no two in a message are alike, so that a value in the
/// wrong place never passes for the right one.
struct DistinctValues: ValueSource {
    let followsConditions = true
    private let schema: MessageSchema
    private let version: Int
    private let shape: MessageShape
    private var random: SeededRandom
    private var number: Int
    private var flag: Bool

    init(_ schema: MessageSchema, at version: Int, _ shape: MessageShape) {
        self.schema = schema
        self.version = version
        self.shape = shape
        random = SeededRandom(seed: UInt64(version * MessageShape.allCases.count + shape.rawValue))
            .stream(schema.name)
        number = Int.random(in: 1_000...5_000, using: &random)
        flag = shape == .full
    }

    mutating func value(_ group: GroupSchema) -> FieldValue {
        let kinds = group.items.map { choices(of: $0.name).count }.max() ?? 0
        let count =
            switch shape {
            case .full: max(2, kinds)
            case .other, .sparse: 1
            case .bare: 0
            case .mixed: Int.random(in: 0...3, using: &random)
            }
        return .group(rows(group, count: count))
    }

    mutating func value(_ field: FieldSchema, row: Int) -> FieldValue {
        number += Int.random(in: 1...9, using: &random)
        flag.toggle()
        if let text = SpecialValues.text(
            of: field.name, in: schema, at: version, turn: version + shape.rawValue + row,
            number: number)
        {
            return .text(text)
        }
        let choices = choices(of: field.name)
        if !choices.isEmpty { return .text(choice(choices, field, row: row)) }
        if field.unset != nil, isLeftUnset { return .absent }
        return .text(text(field))
    }

    private var isLeftUnset: Bool {
        mutating get {
            switch shape {
            case .full, .other: false
            case .sparse, .bare: true
            case .mixed: random.chance(0.3)
            }
        }
    }

    private func choices(of name: String) -> [String] {
        ConditionChoices.of(name, in: schema)
    }

    private mutating func choice(_ choices: [String], _ field: FieldSchema, row: Int) -> String {
        let turn = version + shape.rawValue + row
        let isNone =
            switch shape {
            case .full, .other, .sparse: false
            case .bare: true
            case .mixed: random.chance(0.3)
            }
        guard isNone else {
            return switch choices[turn % choices.count] {
            case "text": text(field)
            case "0.125": text(field)
            case let value: value
            }
        }
        return switch field.type {
        case .int, .long: choices[turn % choices.count]
        case .bool: "0"
        case .float, .decimal: ""
        case .string: choices.contains("text") ? "" : text(field)
        }
    }

    private mutating func text(_ field: FieldSchema) -> String {
        switch field.type {
        case .string:
            return escaped(field) ? "t\(number) \\u00e9\\\\n" : "t\(number)"
        case .bool: return flag ? "1" : "0"
        case .int: return String(number)
        case .long: return String(1_700_000_000 + number)
        case .float: return "\(number).\(["5", "25", "125"][number % 3])"
        case .decimal:
            let isWhole = field.integerBelow.map { version < $0 } ?? (version < 101)
            return isWhole ? String(number) : "\(number).5"
        }
    }

    private func escaped(_ field: FieldSchema) -> Bool {
        field.escapedSince.map { version >= $0 } ?? false
    }
}

/// Fields whose values a client interprets, so that not any text will do.
private enum SpecialValues {
    static func text(
        of field: String, in schema: MessageSchema, at version: Int, turn: Int, number: Int
    ) -> String? {
        switch (schema.name, field) {
        case ("tickPrice", "tickType"): pick(["1", "2", "4", "66", "67", "68", "9"], turn)
        case ("tickPrice", "attrMask"): pick(["7", "0", "1", "2", "4", "3", "5", "6"], turn)
        case (_, "mask"): pick(["1", "2", "3", "0"], turn)
        case (_, "conjunction"): pick(["a", "o"], turn)
        case (_, "order.usePriceMgmtAlgo"), (_, "override"), (_, "_isL2"): pick(["1", "0"], turn)
        case (_, "_lastTradeDate"), (_, "_maturity"): "20261218 09:\(clock(number))"
        case (_, "execution.time"): "20250105 10:\(clock(number)) UTC"
        // ibapi 9.81 and ib_* read a whole number here.
        case (_, "details.coupon"): String(number)
        case (_, "percent") where version > 200: String(number)
        case (_, "details.fundDistributionPolicyIndicator"): pick(["N", "Y"], turn)
        case (_, "details.fundAssetType"): "00\(1 + turn % 7)"
        case (_, "isSuccessful"):
            version > 200 ? pick(["true", "false"], turn) : pick(["1", "0"], turn)
        case ("placeOrder", "order.routeMarketableToBbo"), (_, "order.seekPriceImprovement"):
            pick(["1", "0"], turn)
        case (_, "execution.optExerciseOrLapseType"): pick(["1", "2", "100"], turn)
        // ib_* write the other spelling.
        case ("placeOrder", "order.competeAgainstBestOffset"):
            pick(["Infinity", "\(number).5"], turn / 2)
        case (_, _) where field.hasSuffix("Options"):
            "a\(number)=b\(number);c\(number)=d;"
        default: nil
        }
    }

    private static func pick(_ texts: [String], _ turn: Int) -> String {
        texts[turn % texts.count]
    }

    /// Minutes and seconds.
    private static func clock(_ number: Int) -> String {
        "\(10 + number % 50):\(10 + number / 50 % 50)"
    }
}

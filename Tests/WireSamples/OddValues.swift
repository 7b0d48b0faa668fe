import GatewayWire
import Simulation

/// Values that no correct program sends, but that a frame of the given encoding can hold.
struct OddValues: ValueSource {
    /// A text message leaves out by itself what its conditions rule out; protobuf need not.
    let followsConditions = false
    private(set) var random: SeededRandom
    private let schema: MessageSchema
    private let encoding: MessageEncoding

    init(random: SeededRandom, schema: MessageSchema, encoding: MessageEncoding) {
        self.random = random
        self.schema = schema
        self.encoding = encoding
    }

    mutating func message(_ schema: MessageSchema) -> Message {
        var message = message(schema, as: encoding)
        if random.chance(0.05) { message.surplus = [.text("surplus")] }
        return message
    }

    mutating func value(_ field: FieldSchema, row: Int) -> FieldValue {
        switch encoding {
        case .text:
            // The clients disagree about these: they may be missing.
            if field.whenRemaining != nil, random.chance(0.5) { return .absent }
            let wanted = ConditionChoices.of(field.name, in: schema)
            return .text(pick(!wanted.isEmpty && random.chance(0.6) ? wanted : Self.texts))
        case .protobuf: return random.chance(0.4) ? .absent : .text(text(field.type))
        }
    }

    mutating func value(_ group: GroupSchema) -> FieldValue {
        let count = [0, 0, 1, 2, 3][Int.random(in: 0...4, using: &random)]
        switch encoding {
        case .text where count == 0:
            let unused = pick(["0", "0", "", "2147483647"])
            return unused == "0" ? .group([]) : .text(unused)
        case .protobuf where count == 0: return .absent
        case .text, .protobuf: return .group(rows(group, count: count))
        }
    }

    private static let texts = [
        "", "0", "1", "2", "3", "5", "7", "-1", "2147483647", "9223372036854775807", "1.5", "0.0",
        "1.7976931348623157E308", "abc", "true", "a b", #"x\ny"#, "Ünï", "007", "1e5", "Infinity",
    ]
    private static let doubles = [
        "0.0", "-0.0", "1.0", "0.1", "308.91", "-2.5e-7", "1e15", "123456789012345680.0", "5e-324",
        "1.7976931348623157e308", "inf", "nan",
    ]

    private mutating func text(_ type: FieldType) -> String {
        switch type {
        case .string, .decimal: pick(Self.texts)
        case .bool: pick(["0", "1"])
        case .int: whole(Int(Int32.min), Int(Int32.max))
        case .long: whole(.min, .max)
        case .float:
            random.chance(0.1)
                ? String(Double.random(in: 0..<1, using: &random)) : pick(Self.doubles)
        }
    }

    private mutating func whole(_ least: Int, _ most: Int) -> String {
        let random = Int.random(in: least...most, using: &random)
        return pick([0, 1, -1, 7, least, most, random].map(String.init))
    }

    private mutating func pick(_ texts: [String]) -> String {
        texts[Int.random(in: texts.indices, using: &random)]
    }
}

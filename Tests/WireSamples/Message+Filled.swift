package import GatewayWire
package import Simulation

extension Message {
    /// A message with seeded texts in every field, its conditions met now and then.
    package static func filled(
        _ schema: MessageSchema, _ random: inout SeededRandom
    ) -> Message {
        var message = Message(schema: schema)
        message.values = schema.items.map { value(for: $0, &random) }
        return message
    }

    private static func value(for item: SchemaItem, _ random: inout SeededRandom) -> FieldValue {
        switch item {
        case .field(let field):
            switch field.type {
            case .string:
                .text(["", "BAG", "FUND", "PEG BENCH", "text"].randomElement(using: &random) ?? "")
            case .bool: .text(["0", "1"].randomElement(using: &random) ?? "0")
            case .int, .long: .text(String(Int.random(in: 0...7, using: &random)))
            case .float, .decimal: .text("\(Int.random(in: 0...999, using: &random)).5")
            }
        case .group(let group):
            .group(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    group.items.map { value(for: $0, &random) }
                })
        }
    }
}

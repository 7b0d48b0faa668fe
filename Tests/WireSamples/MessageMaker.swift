package import GatewayWire
package import Simulation

/// Makes messages of any schema from a seed.
package struct MessageMaker {
    package var random: SeededRandom

    package init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// Every field has a text that both encodings carry.
    ///
    /// - Parameter isLiteral: As decoded from protobuf: absent fields, false and empty texts occur.
    package mutating func message(_ schema: MessageSchema, isLiteral: Bool = false) -> Message {
        var source = CarriedValues(random: random, isLiteral: isLiteral)
        defer { random = source.random }
        return source.message(schema, as: isLiteral ? .protobuf : .text)
    }

    /// Values that no correct program sends: words in number fields, numbers at the ends of their
    /// range, unusual counts, missing and surplus fields.
    package mutating func oddMessage(
        _ schema: MessageSchema, as encoding: MessageEncoding
    ) -> Message {
        var source = OddValues(random: random, schema: schema, encoding: encoding)
        defer { random = source.random }
        return source.message(schema)
    }

    /// Values of which no two in the message are alike, so that a value in the wrong place never
    /// passes for the right one.
    ///
    /// Depends on nothing but the schema's name, the version and the shape.
    package static func distinctMessage(
        _ schema: MessageSchema, at version: Int, _ shape: MessageShape
    ) -> Message {
        var source = DistinctValues(schema, at: version, shape)
        return source.message(schema, as: .text)
    }
}

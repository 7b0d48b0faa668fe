package import GatewayWire

/// Which messages a trigger is about.
package struct MessagePattern: Hashable, Sendable {
    package var direction: Direction
    /// Message names; empty means every message.
    package var types: [String]
    /// Message names that do not match.
    ///
    /// Only useful while `types` is empty.
    package var except: [String]
    /// What fields of the message must be like.
    package var fields: [String: FieldTest]

    package init(
        direction: Direction, types: [String] = [], except: [String] = [],
        fields: [String: FieldTest] = [:]
    ) {
        self.direction = direction
        self.types = types
        self.except = except
        self.fields = fields
    }

    /// Whether a message of this kind can match.
    package func mayMatch(_ schema: MessageSchema) -> Bool {
        schema.direction == direction && (types.isEmpty || types.contains(schema.name))
            && !except.contains(schema.name)
    }

    package func matches(_ message: Message) -> Bool {
        guard mayMatch(message.schema) else { return false }
        return fields.allSatisfy { name, test in
            !message.schema.indexes(of: name).isEmpty && test.holds(message[name])
        }
    }
}

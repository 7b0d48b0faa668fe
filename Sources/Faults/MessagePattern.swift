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
    /// Texts that fields of the message must have.
    package var fields: [String: String]

    package init(
        direction: Direction, types: [String] = [], except: [String] = [],
        fields: [String: String] = [:]
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
        return fields.allSatisfy { name, text in
            !message.schema.indexes(of: name).isEmpty && message[name] == text
        }
    }
}

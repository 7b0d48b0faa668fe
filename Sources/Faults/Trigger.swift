package import EventLog
package import GatewayWire

/// What has to happen for a fault to fire.
package enum Trigger: Hashable, Sendable {
    /// The gateway has opened its listener.
    case start
    /// A connection was accepted. `others`: connections open besides it; `held`: descriptors kept
    /// after their client's FIN.
    case connect(others: CountRange?, held: CountRange?)
    /// The client's hello is complete; not answered yet.
    case hello
    /// The connection has entered the phase.
    case phase(ConnectionPhase)
    /// A message is about to be answered (`toGateway`) or to leave (`toClient`).
    case message(MessageTrigger)
    /// A connection's client side has ended.
    case disconnect(kinds: [EndingKind])
    /// The API light changed.
    case light(APILight)
    /// A step of the scenario named this signal.
    case signal(String)
}

/// Which messages a trigger is about.
package struct MessageTrigger: Hashable, Sendable {
    package var direction: Direction
    /// Message names; empty means every message.
    package var types: [String]
    /// Message names left out; only useful while `types` is empty.
    package var except: [String]
    /// Field texts that must stand in the message.
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

    /// Whether there can be a message of this kind that matches.
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

package import GatewayWire

/// The Gateway window's own indicator: red means the port still accepts and nobody answers.
package enum APILight: String, Hashable, Sendable {
    case green, red
}

/// How a connection ended, in the words a scenario uses.
package enum EndingKind: String, Hashable, Sendable, CaseIterable {
    /// The client's FIN: it closed, shut down its sending side, or died with nothing unread.
    case fin
    /// A while after its FIN the client still owns its socket.
    case halfClose = "half-close"
    /// The client's RST: an abort, or a close or death with unread bytes; one and the same segment.
    case rst
    /// A RST from a client program the runner killed while bytes lay unread in its socket.
    case rstUnread = "rst-unread"
}

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

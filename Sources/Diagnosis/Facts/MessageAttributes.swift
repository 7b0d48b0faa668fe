import GatewayWire

/// What a fact says of a message, each worked out when it is asked for.
struct MessageAttributes {
    let message: Message
    /// An open request takes it; `nil` when the recording may have begun behind the request.
    let isAsked: Bool?
    /// It is as the one of its name before it.
    let isRepeated: Bool
    /// The connection's, once it is known.
    let clientID: String?

    private static let names = [
        "type", "direction", "asked", "surplus", "bytes", "replaced", "repeats", "own", "foreign",
    ]

    var all: [String: FactValue] {
        var values: [String: FactValue] = [:]
        for name in Self.names { values[name] = self[name] }
        return values
    }

    subscript(name: String) -> FactValue? {
        switch name {
        case "type": .names([message.name])
        case "direction": .word(message.schema.direction.rawValue)
        case "asked": isAsked.map { .flag($0) }
        case "surplus": .flag(!message.surplus.isEmpty)
        case "bytes": .flag(message.hasBytes)
        case "replaced": .flag(message.hasReplacements)
        case "repeats": .flag(isRepeated)
        case "own": isOwn.map { .flag($0) }
        case "foreign": isOwn.map { .flag(!$0) }
        default: nil
        }
    }

    /// Whether it is of an order of this client; `nil` when it says nothing of that.
    private var isOwn: Bool? {
        guard let owner = message["order.clientId"] ?? message["clientId"], let clientID else {
            return nil
        }
        return owner == clientID
    }
}

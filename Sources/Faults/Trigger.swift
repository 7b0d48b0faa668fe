package import EventLog
package import GatewayWire

/// What makes a rule fire: a tree of happenings and conditions.
///
/// The tree is evaluated at each occasion. A happening is true at an occasion that it matches. A
/// condition is true while it holds.
package indirect enum Trigger: Hashable, Sendable {
    case happening(Happening)
    case condition(Condition)
    case all([Trigger])
    case any([Trigger])
    case not(Trigger)

    package static let start = Trigger.happening(.start)
    package static let hello = Trigger.happening(.hello)
    package static let connect = Trigger.happening(.connect(others: nil, held: nil))

    package static func message(_ pattern: MessagePattern) -> Trigger {
        .happening(.message(pattern))
    }

    package func matches(_ occasion: Occasion, in surroundings: Surroundings) -> Bool {
        switch self {
        case .happening(let happening): happening.matches(occasion, in: surroundings)
        case .condition(let condition): condition.holds(in: surroundings)
        case .all(let parts): parts.allSatisfy { $0.matches(occasion, in: surroundings) }
        case .any(let parts): parts.contains { $0.matches(occasion, in: surroundings) }
        case .not(let part): !part.matches(occasion, in: surroundings)
        }
    }

    /// Whether the tree can be true at a message of this kind.
    package func mayMatch(_ schema: MessageSchema) -> Bool {
        switch self {
        case .happening(let happening): happening.mayMatch(schema)
        case .condition, .not: true
        case .all(let parts): parts.allSatisfy { $0.mayMatch(schema) }
        case .any(let parts): parts.contains { $0.mayMatch(schema) }
        }
    }

    /// The kinds of occasions at which the tree can be true.
    package var occasions: Set<OccasionKind> {
        switch self {
        case .happening(let happening): happening.occasions
        case .condition(let condition):
            Set(OccasionKind.allCases.filter { $0.hasConnection || !condition.needsConnection })
        case .all(let parts):
            parts.reduce(Set(OccasionKind.allCases)) { $0.intersection($1.occasions) }
        case .any(let parts): parts.reduce([]) { $0.union($1.occasions) }
        case .not: Set(OccasionKind.allCases)
        }
    }

    /// Whether it can only come true at a happening that it names.
    ///
    /// A condition alone cannot fire a rule.
    package var waitsForHappening: Bool {
        switch self {
        case .happening: true
        case .condition, .not: false
        case .all(let parts): parts.contains(where: \.waitsForHappening)
        case .any(let parts): !parts.isEmpty && parts.allSatisfy(\.waitsForHappening)
        }
    }

    /// Every happening in the tree, those under `not` too.
    package var happenings: [Happening] {
        switch self {
        case .happening(let happening): [happening]
        case .condition: []
        case .all(let parts), .any(let parts): parts.flatMap(\.happenings)
        case .not(let part): part.happenings
        }
    }

    /// The number of parts of the tree, itself included.
    package var size: Int {
        switch self {
        case .happening, .condition: 1
        case .all(let parts), .any(let parts): parts.reduce(1) { $0 + $1.size }
        case .not(let part): 1 + part.size
        }
    }
}

/// Something that happens, as a trigger names it.
package enum Happening: Hashable, Sendable {
    /// The gateway has opened its listener.
    case start
    /// A connection was accepted. `others`: connections open besides it; `held`: descriptors kept
    /// after their client's FIN.
    case connect(others: CountRange?, held: CountRange?)
    /// The client's hello is complete and not answered yet.
    case hello
    /// The connection has entered the phase.
    case phase(ConnectionPhase)
    /// A message has arrived and is not answered yet (`toGateway`), or is about to be sent
    /// (`toClient`).
    case message(MessagePattern)
    /// A connection's client side has ended.
    case disconnect([EndingKind])
    /// The API light changed.
    case light(APILight)
    /// A step gave this signal.
    case signal(String)

    package func matches(_ occasion: Occasion, in surroundings: Surroundings) -> Bool {
        switch (self, occasion) {
        case (.start, .started), (.hello, .hello): true
        case (.connect(let others, let held), .connected):
            (others?.contains(surroundings.othersOpen) ?? true)
                && (held?.contains(surroundings.held) ?? true)
        case (.phase(let phase), .phaseEntered(let entered)): phase == entered
        case (.message(let wanted), .message(let message)): wanted.matches(message)
        case (.disconnect(let kinds), .ended(let kind)): kinds.contains(kind)
        case (.light(let light), .lightTurned(let turned)): light == turned
        case (.signal(let name), .signaled(let given)): name == given
        case (.start, _), (.connect, _), (.hello, _), (.phase, _), (.message, _),
            (.disconnect, _), (.light, _), (.signal, _):
            false
        }
    }

    package func mayMatch(_ schema: MessageSchema) -> Bool {
        if case .message(let wanted) = self { wanted.mayMatch(schema) } else { false }
    }

    package var occasions: Set<OccasionKind> {
        switch self {
        case .start: [.start]
        case .connect: [.connect]
        case .hello: [.hello]
        case .phase: [.phase]
        case .message(let wanted): [wanted.direction == .toGateway ? .toGateway : .toClient]
        case .disconnect(let kinds): Set(kinds.map(OccasionKind.init))
        case .light: [.light]
        case .signal: [.signal]
        }
    }
}

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

package import EventLog
package import GatewayWire
package import Simulation

/// Something that has just happened, and that a trigger may match.
package enum Occasion {
    /// The gateway has opened its listener.
    case started
    case connected
    /// The client's hello is complete and not answered yet.
    case hello
    /// The client's first bytes are no hello.
    case strangerCame
    case phaseEntered(ConnectionPhase)
    /// A message has arrived and is not answered yet (`toGateway`), or is about to be sent
    /// (`toClient`).
    case message(Message)
    case ended(EndingKind)
    case lightTurned(APILight)
    case signaled(String)

    package var kind: OccasionKind {
        switch self {
        case .started: .start
        case .connected: .connect
        case .hello: .hello
        case .strangerCame: .stranger
        case .phaseEntered: .phase
        case .message(let message):
            message.schema.direction == .toGateway ? .toGateway : .toClient
        case .ended(let ending): OccasionKind(ending)
        case .lightTurned: .light
        case .signaled: .signal
        }
    }
}

/// The kinds of occasions.
///
/// They differ in the actions that are possible.
package enum OccasionKind: String, Hashable, Sendable, CaseIterable {
    case start, connect, hello
    case stranger = "bytes that are no hello"
    case phase
    case toGateway = "message to the gateway"
    case toClient = "message to the client"
    /// The client's FIN, or a half-close. Our side is still open.
    case clientFIN = "disconnect by FIN"
    /// The client's RST. The connection is gone.
    case clientRST = "disconnect by RST"
    case light, signal

    init(_ ending: EndingKind) {
        switch ending {
        case .fin, .halfClose: self = .clientFIN
        case .rst, .rstUnread: self = .clientRST
        }
    }

    /// Whether the occasion is about a message, or about the hello and its answer.
    package var hasMessage: Bool {
        switch self {
        case .hello, .toGateway, .toClient: true
        case .start, .connect, .stranger, .phase, .clientFIN, .clientRST, .light, .signal: false
        }
    }

    /// Whether the occasion is about one connection.
    package var hasConnection: Bool {
        switch self {
        case .connect, .hello, .stranger, .phase, .toGateway, .toClient, .clientFIN, .clientRST:
            true
        case .start, .light, .signal: false
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
    /// The client's first bytes are no hello.
    case stranger
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
        case (.start, .started), (.hello, .hello), (.stranger, .strangerCame): true
        case (.connect(let others, let held), .connected):
            (others?.contains(surroundings.othersOpen) ?? true)
                && (held?.contains(surroundings.held) ?? true)
        case (.phase(let phase), .phaseEntered(let entered)): phase == entered
        case (.message(let wanted), .message(let message)): wanted.matches(message)
        case (.disconnect(let kinds), .ended(let kind)): kinds.contains(kind)
        case (.light(let light), .lightTurned(let turned)): light == turned
        case (.signal(let name), .signaled(let given)): name == given
        case (.start, _), (.connect, _), (.hello, _), (.stranger, _), (.phase, _), (.message, _),
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
        case .stranger: [.stranger]
        case .phase: [.phase]
        case .message(let wanted): [wanted.direction == .toGateway ? .toGateway : .toClient]
        case .disconnect(let kinds): Set(kinds.map(OccasionKind.init))
        case .light: [.light]
        case .signal: [.signal]
        }
    }
}

/// The state of the gateway at an occasion.
package struct Surroundings {
    /// The connection the occasion is about; `nil` when it is about the gateway.
    package var connection: ConnectionID?
    package var phase: ConnectionPhase?
    package var clientID: Int?
    /// Open connections that were accepted before this one, held descriptors not counted.
    package var othersOpen: Int
    /// Descriptors kept after their client's FIN.
    package var held: Int
    package var light: APILight

    package init(
        connection: ConnectionID? = nil, phase: ConnectionPhase? = nil, clientID: Int? = nil,
        othersOpen: Int = 0, held: Int = 0, light: APILight = .green
    ) {
        self.connection = connection
        self.phase = phase
        self.clientID = clientID
        self.othersOpen = othersOpen
        self.held = held
        self.light = light
    }
}

/// What must hold at an occasion.
///
/// Absent parts are not checked.
package struct Condition: Hashable, Sendable {
    /// Only connections in one of these phases.
    ///
    /// Empty means any phase.
    package var phases: [ConnectionPhase]
    /// Only connections with these numbers (1 is the first accepted since the start).
    package var connections: CountRange?
    /// Only this API client id.
    package var clientID: Int?
    /// Only while this many connections that were accepted before this one are open.
    package var others: CountRange?
    /// Only while this many descriptors are kept after their client's FIN.
    package var held: CountRange?
    package var light: APILight?

    package init(
        phases: [ConnectionPhase] = [], connections: CountRange? = nil, clientID: Int? = nil,
        others: CountRange? = nil, held: CountRange? = nil, light: APILight? = nil
    ) {
        self.phases = phases
        self.connections = connections
        self.clientID = clientID
        self.others = others
        self.held = held
        self.light = light
    }

    /// Whether a part of it is about a connection.
    package var needsConnection: Bool {
        !phases.isEmpty || connections != nil || clientID != nil || others != nil
    }

    package func holds(in surroundings: Surroundings) -> Bool {
        if let connections {
            guard let connection = surroundings.connection,
                connections.contains(connection.number)
            else { return false }
        }
        if let clientID, surroundings.clientID != clientID { return false }
        if let others, !others.contains(surroundings.othersOpen) { return false }
        if let held, !held.contains(surroundings.held) { return false }
        if let light, light != surroundings.light { return false }
        if phases.isEmpty { return true }
        return surroundings.phase.map(phases.contains) ?? false
    }
}

package import EventLog
package import GatewayWire
package import Simulation

/// Something that happened and that a rule may be waiting for.
package enum Occasion {
    /// The gateway has opened its listener.
    case started
    case connected
    /// The client's hello is complete; not answered yet.
    case hello
    case phaseEntered(ConnectionPhase)
    /// A message is about to be answered (`toGateway`) or to leave (`toClient`).
    case message(Message)
    case ended(EndingKind)
    case lightTurned(APILight)
    case signaled(String)

    package var kind: OccasionKind {
        switch self {
        case .started: .start
        case .connected: .connect
        case .hello: .hello
        case .phaseEntered: .phase
        case .message(let message):
            message.schema.direction == .toGateway ? .toGateway : .toClient
        case .ended(let ending): OccasionKind(ending)
        case .lightTurned: .light
        case .signaled: .signal
        }
    }
}

/// The kinds of occasions, as far as they differ in what can be done at them.
package enum OccasionKind: String, Hashable, Sendable, CaseIterable {
    case start, connect, hello, phase
    case toGateway = "message to the gateway"
    case toClient = "message to the client"
    /// The client's FIN, or the news that it keeps its half open: our side is still there.
    case clientFIN = "disconnect by FIN"
    /// The client's RST: the connection is gone.
    case clientRST = "disconnect by RST"
    case light, signal

    init(_ ending: EndingKind) {
        switch ending {
        case .fin, .halfClose: self = .clientFIN
        case .rst, .rstUnread: self = .clientRST
        }
    }

    /// Whether the occasion is about one connection.
    package var hasConnection: Bool {
        switch self {
        case .connect, .hello, .phase, .toGateway, .toClient, .clientFIN, .clientRST: true
        case .start, .light, .signal: false
        }
    }
}

/// The gateway as it stands at an occasion.
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

/// What must be so at an occasion; an absent part is no matter.
package struct Condition: Hashable, Sendable {
    /// Only connections in one of these phases; empty means any.
    package var phases: [ConnectionPhase]
    /// Only connections with these numbers (1 is the first accepted since the start).
    package var connections: CountRange?
    /// Only this API client id.
    package var clientID: Int?
    /// Only while so many connections accepted before this one are open.
    package var others: CountRange?
    /// Only while so many descriptors are kept after their client's FIN.
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

    /// Whether some part asks for a connection.
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

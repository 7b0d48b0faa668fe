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
    case start, connect, hello, phase
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

    /// Whether the occasion is about one connection.
    package var hasConnection: Bool {
        switch self {
        case .connect, .hello, .phase, .toGateway, .toClient, .clientFIN, .clientRST: true
        case .start, .light, .signal: false
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

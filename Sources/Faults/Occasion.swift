package import EventLog
package import GatewayModel
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
    /// More bytes have passed on the connection: their count before and after.
    case bytesPassed(Direction, before: Int, after: Int)
    case timePassed(TimeMark)
    /// A client program of the scenario did something.
    case programDid(client: String, ProgramMoment)
    /// The gateway has ended a connection whose client had not ended.
    case endedByGateway(EndingKind)
    /// The actions of another rule were done.
    case ruleFired(String, onConnection: Bool)

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
        case .bytesPassed: .flow
        case .timePassed(let mark): mark.anchor == .start ? .moment : .flow
        case .programDid: .moment
        case .endedByGateway: .gatewayEnd
        case .ruleFired(_, let onConnection): onConnection ? .flow : .moment
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
    /// Bytes or time on a connection, or another rule that fired there.
    case flow = "bytes or time on a connection"
    /// Time since the start, a client program, or another rule without a connection.
    case moment = "time, a program or a rule"
    /// The gateway has ended a connection. It is gone.
    case gatewayEnd = "disconnect by the gateway"

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
        case .start, .connect, .stranger, .phase, .clientFIN, .clientRST, .light, .signal, .flow,
            .moment, .gatewayEnd:
            false
        }
    }

    /// Whether the occasion is about one connection.
    package var hasConnection: Bool {
        switch self {
        case .connect, .hello, .stranger, .phase, .toGateway, .toClient, .clientFIN, .clientRST,
            .flow, .gatewayEnd:
            true
        case .start, .light, .signal, .moment: false
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
    /// So many bytes have passed on the connection in this direction.
    case bytes(Direction, after: Int)
    case time(TimeMark)
    /// A client program printed a line with this text, or ended with one of these codes.
    case client(name: String, says: String?, exits: CountRange?)
    /// The gateway has ended a connection whose client had not ended.
    case ownEnd([EndingKind])
    /// The actions of the rule with this name were done.
    case fired(rule: String, onConnection: Bool)

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
        case (.bytes(let wanted, let count), .bytesPassed(let direction, let before, let after)):
            wanted == direction && before < count && count <= after
        case (.time(let mark), .timePassed(let passed)): mark == passed
        case (.client(let name, let text, let exits), .programDid(let client, let moment)):
            name == client && Self.matches(moment, says: text, exits: exits)
        case (.ownEnd(let kinds), .endedByGateway(let kind)): kinds.contains(kind)
        case (.fired(let rule, _), .ruleFired(let fired, _)): rule == fired
        // Pairs of all cases are more than the compiler checks.
        default: false
        }
    }

    private static func matches(
        _ moment: ProgramMoment, says text: String?, exits: CountRange?
    ) -> Bool {
        switch moment {
        case .said(let line): text.map { line.contains($0) } ?? false
        case .exited(let code):
            // A program that a signal ended has no code, and only `any` means it too.
            exits.map { exits in code.map(exits.contains) ?? (exits == CountRange(0, nil)) }
                ?? false
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
        case .bytes: [.flow]
        case .time(let mark): [mark.anchor == .start ? .moment : .flow]
        case .client: [.moment]
        case .ownEnd: [.gatewayEnd]
        case .fired(_, let onConnection): [onConnection ? .flow : .moment]
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
    package var isListening = true
    /// The link to the broker is lost.
    package var serverIsLost = false
    /// The farms that a condition names.
    package var farms: [String: FarmState] = [:]

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
    package var isListening: Bool?
    package var serverIsLost: Bool?
    /// Only while these farms are in these states.
    package var farms: [String: FarmState]

    package init(
        phases: [ConnectionPhase] = [], connections: CountRange? = nil, clientID: Int? = nil,
        others: CountRange? = nil, held: CountRange? = nil, light: APILight? = nil,
        isListening: Bool? = nil, serverIsLost: Bool? = nil, farms: [String: FarmState] = [:]
    ) {
        self.phases = phases
        self.connections = connections
        self.clientID = clientID
        self.others = others
        self.held = held
        self.light = light
        self.isListening = isListening
        self.serverIsLost = serverIsLost
        self.farms = farms
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
        if let isListening, isListening != surroundings.isListening { return false }
        if let serverIsLost, serverIsLost != surroundings.serverIsLost { return false }
        for (name, state) in farms where surroundings.farms[name] != state { return false }
        if phases.isEmpty { return true }
        return surroundings.phase.map(phases.contains) ?? false
    }
}

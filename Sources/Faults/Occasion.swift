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

    /// What came, for a sentence: "message reqMktData came 3 times".
    package var noun: String {
        switch self {
        case .started: "the start"
        case .connected: "a connection"
        case .hello: "a hello"
        case .strangerCame: "a stranger"
        case .phaseEntered(let phase): "phase \(phase.rawValue)"
        case .message(let message): "message \(message.name)"
        case .ended: "a disconnect by a client"
        case .endedByGateway: "a disconnect by the gateway"
        case .lightTurned: "a change of the light"
        case .signaled(let name): "signal \(name)"
        case .bytesPassed: "bytes"
        case .timePassed: "the time"
        case .programDid(let client, .said): "output of \(client)"
        case .programDid(let client, .exited): "the end of \(client)"
        case .ruleFired(let rule, _): "rule \(rule)"
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

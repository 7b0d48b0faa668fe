import GatewayModel
import GatewayWire
import Simulation

/// An origin that answers from something else than a world, with a model beside it.
protocol AccompaniedOrigin: GatewayOrigin {
    var companion: Companion { get }
    /// Why it obeys no command about the world: a sentence without a full stop.
    static var whyNoWorld: String { get }
}

extension AccompaniedOrigin {
    package func milliseconds(at now: SimInstant) -> Int64 { companion.milliseconds(at: now) }

    package func state(ofFarm name: String) -> FarmState? { companion.state(ofFarm: name) }

    package mutating func obey(
        _ command: WorldCommand, at now: SimInstant
    ) throws(CommandRefusal) -> [OriginEffect] {
        throw CommandRefusal(.unsupported, Self.whyNoWorld)
    }

    package func world(at now: SimInstant) -> WorldView? { nil }
}

/// A healthy model beside a recording or an upstream gateway.
///
/// It follows which clients are connected, and it sends the notices that a gateway's life causes.
///
/// Notices about a lost broker, farms and ports come from it, so they are the same for every
/// origin. It also answers the requests that the origin does not answer. Its own start-up messages
/// are not sent.
struct Companion: Sendable {
    private var model: HealthyGateway
    /// Connections whose start-up is complete in the model.
    ///
    /// Only these get its messages.
    private var synchronized: Set<ConnectionID> = []
    private(set) var wake: SimInstant?

    init(_ model: HealthyGateway) {
        self.model = model
    }

    func milliseconds(at now: SimInstant) -> Int64 { model.milliseconds(at: now) }

    func state(ofFarm name: String) -> FarmState? { model.state(ofFarm: name) }

    /// Follows a client's hello and startApi, so that the model knows which clients are connected.
    ///
    /// - Returns: What a gateway does that refuses the client at its start: too many clients, a client
    ///   id in use. Empty when it lets the client in.
    mutating func follow(
        _ parcel: Parcel, version: Int?, on connection: ConnectionID, at now: SimInstant
    ) -> [OriginEffect] {
        switch parcel.content {
        case .hello(let hello):
            let versions = version.map { $0...$0 } ?? hello.versions
            return tell(.hello(connection, Hello(versions: versions)), at: now)
        case .message(let message) where message.name == "startApi":
            let effects = model.handle(.received(connection, message), at: now)
            let (heard, startUp) = taken(effects)
            let isRefused = effects.contains {
                if case .close(connection, _) = $0 { true } else { false }
            }
            // What a refusal says comes before it closes.
            return isRefused ? startUp + heard : heard
        case .message, .unknown, .malformed, .stranger, .raw: return []
        }
    }

    /// What the gateway's own rules say against a request that the origin would answer.
    ///
    /// - Returns: `nil` when they let it pass.
    mutating func refuse(
        _ message: Message, on connection: ConnectionID, at now: SimInstant
    ) -> [OriginEffect]? {
        let effects = tell(.screened(connection, message), at: now)
        return effects.isEmpty ? nil : effects
    }

    /// Gives the model an event.
    ///
    /// Returns the effects, with messages for synchronized clients only.
    mutating func tell(_ event: HealthyGateway.Event, at now: SimInstant) -> [OriginEffect] {
        if case .disconnected(let connection) = event { synchronized.remove(connection) }
        if case .deadlineReached = event {
            guard let due = wake, due <= now else { return [] }
            wake = nil
        }
        return taken(model.handle(event, at: now)).heard
    }

    /// What clients hear of the model's effects, and what its start-up would have said to them.
    private mutating func taken(
        _ effects: [HealthyGateway.Effect]
    ) -> (heard: [OriginEffect], startUp: [OriginEffect]) {
        var heard: [OriginEffect] = []
        var startUp: [OriginEffect] = []
        for effect in effects {
            switch effect {
            case .reply: break
            case .send(let connection, let message):
                if synchronized.contains(connection) {
                    heard.append(.send(connection, message))
                } else {
                    startUp.append(.send(connection, message))
                }
            case .synchronized(let connection): synchronized.insert(connection)
            case .wake(let instant): wake = instant
            case .ticks, .close, .stopReading, .resumeReading, .closePort, .openPort:
                heard.append(OriginEffect(effect))
            }
        }
        return (heard, startUp)
    }
}

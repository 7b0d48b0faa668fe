import GatewayModel
import GatewayWire
import Simulation

/// A healthy model beside a recording or an upstream gateway: it follows who is connected, and speaks
/// for the gateway's life.
///
/// Notices of a lost broker, of farms and ports come from it, whatever the origin is; so do the answers
/// to requests that the origin leaves to it. Its own start-up is never heard.
struct Companion: Sendable {
    private var model: HealthyGateway
    /// Connections whose start-up it has finished; only these hear it.
    private var synchronized: Set<ConnectionID> = []
    private(set) var wake: SimInstant?

    init(_ model: HealthyGateway) {
        self.model = model
    }

    /// Follows a client's message without answering, as far as it decides who is connected.
    mutating func follow(
        _ parcel: Parcel, version: Int?, on connection: ConnectionID, at now: SimInstant
    ) -> [OriginEffect] {
        switch parcel.content {
        case .hello(let hello):
            let versions = version.map { $0...$0 } ?? hello.versions
            return tell(.hello(connection, Hello(versions: versions)), at: now)
        case .message(let message) where message.name == "startApi":
            return tell(.received(connection, message), at: now)
        case .message, .unknown, .malformed, .stranger, .raw: return []
        }
    }

    /// Gives the model an event; what is left is for clients that have started.
    mutating func tell(_ event: HealthyGateway.Event, at now: SimInstant) -> [OriginEffect] {
        if case .disconnected(let connection) = event { synchronized.remove(connection) }
        if case .deadlineReached = event {
            guard let due = wake, due <= now else { return [] }
            wake = nil
        }
        var heard: [OriginEffect] = []
        for effect in model.handle(event, at: now) {
            switch effect {
            case .reply: break
            case .send(let connection, let message):
                if synchronized.contains(connection) { heard.append(.send(connection, message)) }
            case .synchronized(let connection): synchronized.insert(connection)
            case .wake(let instant): wake = instant
            case .ticks, .close, .closePort, .openPort: heard.append(OriginEffect(effect))
            }
        }
        return heard
    }
}

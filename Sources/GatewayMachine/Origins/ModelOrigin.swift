import EventLog
package import GatewayModel
import GatewayWire
package import Simulation

/// The healthy model as an origin.
package struct ModelOrigin: GatewayOrigin {
    private var model: HealthyGateway

    package init(_ model: HealthyGateway) {
        self.model = model
    }

    package var relaysBytes: Bool { false }

    package mutating func handle(_ event: OriginEvent, at now: SimInstant) -> [OriginEffect] {
        switch event {
        case .opened(let connection): return tell(.connected(connection), now)
        case .heard(let connection, let parcel?, _):
            switch parcel.content {
            case .hello(let hello): return tell(.hello(connection, hello), now)
            case .message(let message): return tell(.received(connection, message), now)
            case .unknown(let id): return tell(.unknownRequest(connection, id: id), now)
            case .malformed(let reason): return tell(.malformed(connection, reason), now)
            case .stranger(_, hasMagic: false):
                guard let bytes = model.legacyGreeting(at: now) else {
                    return [.hangUp(connection, reason: nil)]
                }
                return [.sendBytes(connection, bytes, .raw(.toClient, bytes))]
            // Assumed: it is not known what a real gateway does then.
            case .stranger: return [.hangUp(connection, reason: nil)]
            case .raw: return []
            }
        case .heard(_, nil, _): return []
        case .clientEnded(let connection, _):
            return tell(.disconnected(connection), now) + [.finish(connection)]
        case .gone(let connection): return tell(.disconnected(connection), now)
        case .commanded(let command): return tell(.commanded(command), now)
        case .deadlineReached: return tell(.deadlineReached, now)
        case .transport: return []
        }
    }

    package func milliseconds(at now: SimInstant) -> Int64 { model.milliseconds(at: now) }

    package func state(ofFarm name: String) -> FarmState? { model.state(ofFarm: name) }

    package mutating func obey(
        _ command: WorldCommand, at now: SimInstant
    ) throws(CommandRefusal) -> [OriginEffect] {
        try model.obey(command, at: now).map(OriginEffect.init)
    }

    package func world(at now: SimInstant) -> WorldView? { model.world(at: now) }

    private mutating func tell(_ event: HealthyGateway.Event, _ now: SimInstant) -> [OriginEffect] {
        model.handle(event, at: now).map(OriginEffect.init)
    }
}

extension OriginEffect {
    init(_ effect: HealthyGateway.Effect) {
        self =
            switch effect {
            case .reply(let connection, let reply): .reply(connection, reply)
            case .send(let connection, let message): .send(connection, message)
            case .ticks(let batch): .ticks(batch)
            case .synchronized(let connection): .synchronized(connection)
            case .close(let connection, let reason): .hangUp(connection, reason: reason)
            case .stopReading(let connection): .stopReading(connection)
            case .resumeReading(let connection): .resumeReading(connection)
            case .closePort: .closePort
            case .openPort: .openPort
            case .wake(let instant): .wake(at: instant)
            }
    }
}

package import EventLog
package import GatewayModel
package import GatewayWire
package import Simulation

/// Where a gateway's answers come from: the healthy model, a recording, or a gateway upstream.
///
/// An origin only answers. Connections, frames, phases, faults, the light, restarts and the log belong
/// to the gateway machine around it.
package protocol GatewayOrigin: Sendable {
    /// Whether it passes bytes on: it needs every frame as it came, and pieces as they come.
    var relaysBytes: Bool { get }

    mutating func handle(_ event: OriginEvent, at now: SimInstant) -> [OriginEffect]
}

/// What an origin is told, faults already applied.
package enum OriginEvent: Sendable {
    case opened(ConnectionID)
    /// What a client said; without a parcel only a piece of it, and only for one that relays bytes.
    case heard(ConnectionID, Parcel?, bytes: [UInt8])
    /// The client's side ended; whether and how ours follows is for the origin to say.
    case clientEnded(ConnectionID, PeerEnding)
    /// The connection was taken away.
    case gone(ConnectionID)
    case commanded(HealthyGateway.LifecycleCommand)
    case deadlineReached
    /// What happens to the connections that the origin asked for, and `congested` and `drained` of
    /// clients.
    case transport(StreamEvent)
}

/// What an origin wants done.
package enum OriginEffect: Sendable {
    /// The answer to a hello; from here on the connection speaks its version.
    ///
    /// With `decodes` false its bytes pass without being understood.
    case reply(ConnectionID, VersionReply, cuts: [FrameBreak] = [], decodes: Bool = true)
    /// A message, with its frame where it came as one, and where that was broken.
    case send(ConnectionID, Message, frame: [UInt8]? = nil, cuts: [FrameBreak] = [])
    /// Messages too, which `TickBatch.messages` spells out; in their place among the others.
    case ticks(TickBatch)
    /// Bytes that are no message, and what the log says of them.
    case sendBytes(ConnectionID, [UInt8], LogEvent.Kind)
    /// That was the last unsolicited start-up message of this connection.
    case synchronized(ConnectionID)
    case halfClose(ConnectionID)
    /// The client has ended, and our side follows.
    case finish(ConnectionID)
    /// Closes the connection, whatever the client is still sending.
    case close(ConnectionID)
    /// Ends the connection by the gateway's own rule, so that what was said last is heard.
    case hangUp(ConnectionID, reason: String?)
    case reset(ConnectionID)
    /// Keeps the descriptor for good.
    case hold(ConnectionID)
    /// The API port is closed, or open again.
    case closePort
    case openPort
    /// For the connections that the origin asked for.
    case transport(StreamEffect)
    case note(ConnectionID?, String)
    /// The next deadline; replaces the one asked for before.
    case wake(at: SimInstant)
}

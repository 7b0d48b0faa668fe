package import EventLog
package import GatewayModel
package import GatewayWire
package import Simulation

/// Where a gateway's answers come from: the healthy model, a recording, or a gateway upstream.
///
/// An origin only answers. Connections, frames, phases, faults, the light, restarts and the log belong
/// to the gateway machine around it.
package protocol GatewayOrigin: Sendable {
    /// Whether it passes bytes on to another gateway. Then it needs every frame as it came, and
    /// every piece of a frame as it leaves the lane.
    var relaysBytes: Bool { get }

    /// The gateway's clock in milliseconds since 1970, for errors that a fault sends.
    func milliseconds(at now: SimInstant) -> Int64

    /// The state of a farm; `nil` when there is no such farm.
    func state(ofFarm name: String) -> FarmState?

    mutating func handle(_ event: OriginEvent, at now: SimInstant) -> [OriginEffect]

    /// Obeys a command about the world.
    ///
    /// - Throws: Why nothing was done.
    mutating func obey(
        _ command: WorldCommand, at now: SimInstant
    ) throws(CommandRefusal) -> [OriginEffect]

    /// The world that it answers from; `nil` when there is none.
    func world(at now: SimInstant) -> WorldView?
}

/// What an origin is told.
///
/// Faults are already applied.
package enum OriginEvent: Sendable {
    case opened(ConnectionID)
    /// A client sent this. Without a parcel it is a piece of a frame, which only an origin that
    /// relays bytes gets.
    case heard(ConnectionID, Parcel?, bytes: [UInt8])
    /// The client's side ended. The origin decides whether and how our side ends.
    case clientEnded(ConnectionID, PeerEnding)
    /// The gateway has ended the connection.
    case gone(ConnectionID)
    case commanded(HealthyGateway.LifecycleCommand)
    case deadlineReached
    /// What happens to the connections that the origin asked for, and `congested` and `drained` of
    /// clients.
    case transport(StreamEvent)
}

/// What an origin wants to be done.
package enum OriginEffect: Sendable {
    /// The answer to a hello; from here on the connection speaks its version.
    ///
    /// When `decodes` is false, its bytes pass without being decoded.
    case reply(ConnectionID, VersionReply, cuts: [FrameBreak] = [], decodes: Bool = true)
    /// A message. `frame` holds its bytes when it came as a frame. `cuts` tells where that frame
    /// was cut into segments.
    case send(ConnectionID, Message, frame: [UInt8]? = nil, cuts: [FrameBreak] = [])
    /// Several ticks, in their order among the other messages. `TickBatch.messages` makes messages
    /// of them.
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
    /// Ends the connection by the gateway's own rule, so that the last message reaches the client.
    case hangUp(ConnectionID, reason: String?)
    case reset(ConnectionID)
    /// The client's bytes stay unread until `resumeReading`.
    case stopReading(ConnectionID)
    case resumeReading(ConnectionID)
    /// Keeps the descriptor open.
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

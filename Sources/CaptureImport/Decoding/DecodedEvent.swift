package import EventLog
package import GatewayWire
internal import ScenarioFormat

/// One thing a capture shows about a gateway connection, bytes already understood.
package struct DecodedEvent: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case attempted(client: TCPEndpoint, gateway: TCPEndpoint)
        case opened(client: TCPEndpoint, gateway: TCPEndpoint, ConnectionStart)
        case hello(Hello)
        /// A hello from before `API\0`; nothing after it is decoded.
        case legacyHello(clientVersion: Int)
        case version(VersionReply)
        case message(Message)
        /// Well framed, but no message the schema knows; `bytes` is the frame with its length.
        case unknown(Direction, id: Int, bytes: [UInt8])
        /// A frame, or a place where a frame should begin, that cannot be right.
        case malformed(Direction, reason: String, bytes: [UInt8])
        /// Bytes that form no whole frame: cut off by an ending, a gap, or out of step.
        case raw(Direction, [UInt8])
        case gap(Direction, count: Int)
        case fin(Direction)
        case finAcknowledged(Direction)
        case rst(Direction)
        case stalled(Direction)
        case resumed(Direction)
        case note(String)
        case closed(ConnectionEnding)
    }

    /// Among the gateway connections of the capture, counted from 1.
    package let connection: Int
    package let position: FramePosition
    package let kind: Kind

    /// When it was complete.
    package var at: CaptureInstant { position.endedAt }
}

/// In which segments of a capture something stood.
package struct FramePosition: Equatable, Sendable {
    package var startedAt: CaptureInstant
    package var endedAt: CaptureInstant
    package var firstPacket: Int
    package var lastPacket: Int
    /// Where the next segment began; empty when all of it came in one.
    package var cuts: [Transcript.Cut] = []

    package init(at: CaptureInstant, packet: Int) {
        startedAt = at
        endedAt = at
        firstPacket = packet
        lastPacket = packet
    }
}

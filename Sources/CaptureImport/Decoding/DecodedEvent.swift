package import EventLog
import Simulation

/// One thing a capture shows about a gateway connection, bytes already understood.
package struct DecodedEvent: Equatable, Sendable {
    /// Among the gateway connections of the capture, counted from 1.
    package let connection: Int
    package let position: FramePosition
    package let kind: LogEvent.Kind

    package init(connection: Int, position: FramePosition, kind: LogEvent.Kind) {
        self.connection = connection
        self.position = position
        self.kind = kind
    }

    /// When it was complete.
    package var at: CaptureInstant { position.endedAt }

    /// The event as a log has it, its time from 1970 in whole microseconds.
    package var logEvent: LogEvent {
        let nanoseconds = at.nanosecondsSinceEpoch
        return LogEvent(
            at: SimInstant(nanoseconds: floorDivide(nanoseconds, 1000) &* 1000),
            connection: ConnectionID(connection), kind: kind)
    }
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

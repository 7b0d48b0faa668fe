package import EventLog
package import GatewayWire
package import Simulation

/// One thing a capture shows about one TCP connection.
package struct CapturedEvent: Equatable, Sendable {
    /// 1 for the first connection of the capture, in order of their first packets.
    package let connection: ConnectionID
    /// When it became known; never earlier in the packets than the events before it.
    package let at: CaptureInstant
    /// The packet that shows it, counted from 1 as Wireshark does.
    ///
    /// Bytes that had to wait for
    /// earlier ones name the packet they came in, not the one that set them free.
    package let packet: Int
    package let happening: Happening

    package init(
        connection: ConnectionID, at: CaptureInstant, packet: Int, happening: Happening
    ) {
        self.connection = connection
        self.at = at
        self.packet = packet
        self.happening = happening
    }
}

/// What can be seen of a TCP connection from outside.
package enum Happening: Equatable, Sendable {
    /// The first SYN. Left out when the capture starts later.
    case attempted(client: TCPEndpoint, gateway: TCPEndpoint)
    /// From here on bytes can follow.
    case opened(client: TCPEndpoint, gateway: TCPEndpoint, ConnectionStart)
    /// New bytes in order, never empty; one event for each captured segment that brought some.
    case bytes(Direction, [UInt8])
    /// Bytes that were sent but are not in the capture.
    case gap(Direction, count: Int)
    /// The side that sends in this direction has closed or shut down its sending.
    case fin(Direction)
    /// The kernel of the side that receives in this direction has seen the FIN.
    case finAcknowledged(Direction)
    /// A reset travelled in this direction, and its sequence number was acceptable.
    case rst(Direction)
    /// The receiver's window is closed: bytes in this direction have to wait.
    case stalled(Direction)
    /// The receiver's window is open again.
    case resumed(Direction)
    /// The last bytes of this direction were sent again, and until the end of the connection, or of
    /// the capture, nobody acknowledged them. `resent` counts the segments that repeated some.
    case unacknowledged(Direction, count: Int, resent: Int)
    case note(ConnectionNote)
    /// The last event of every connection.
    case closed(ConnectionEnding)
}

/// How much of a connection's beginning was captured.
package enum ConnectionStart: Hashable, Sendable {
    /// SYN, SYN-ACK or both: bytes start with the first one sent.
    case handshake
    /// Open before the capture started. Who is the client is a guess by port numbers, and the
    /// first bytes may be the rest of something.
    case midStream
}

/// What is odd about a connection, or could not be followed.
package enum ConnectionNote: Equatable, Sendable {
    /// A retransmission differs from what came first in `byteCount` bytes; what came first stands.
    case contradiction(Direction, byteCount: Int)
    /// A RST whose sequence number its receiver would not have accepted; ignored.
    case resetOutsideWindow(Direction)
    /// A sequence or acknowledgement number too far ahead to be true; ignored.
    case implausibleNumber(Direction)
    /// Bytes behind the sender's own FIN; ignored.
    case bytesAfterFin(Direction)
    /// A segment with a wrong checksum, from a sender whose other checksums are right; ignored.
    case damagedSegment(Direction, byteCount: Int)
    /// The sender asked whether the other side is still there, without new bytes.
    case keepAlive(Direction)
    /// A new connection on the same addresses and ports began without an end of this one.
    case portsReused
    /// Too many connections were open at once, and this one had been silent the longest.
    case forgotten
}

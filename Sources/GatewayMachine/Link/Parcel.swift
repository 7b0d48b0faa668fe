import EventLog
package import GatewayWire
import Simulation

/// What one frame from a client means, on its way to the origin.
package struct Parcel: Sendable {
    package enum Content: Sendable {
        case hello(Hello)
        case message(Message)
        /// Well framed, but no message the schema knows.
        case unknown(id: Int)
        case malformed(String)
        /// The connection's bytes mean nothing from here on; why.
        case stranger(String)
        /// Bytes of a connection that is not decoded.
        case raw
    }

    package var content: Content
    /// The frame as it came, or as it is encoded anew; its length prefix included.
    package var frame: [UInt8]

    package init(_ content: Content, frame: [UInt8]) {
        self.content = content
        self.frame = frame
    }
}

/// What leaves for a client when the last byte of its cargo does.
enum Leaving: Sendable {
    case version(VersionReply)
    case message(Message)
    /// Bytes that are no message to be judged, and what the log says of them.
    case entry(LogEvent.Kind)
    case phase(ConnectionPhase)
    case halfClose, close, hangUp, reset
}

/// What reaches the origin when the last byte of its cargo does.
enum Arriving: Sendable {
    case parcel(Parcel)
    case ended(PeerEnding)
}

import EventLog
package import GatewayWire
import Simulation

/// One frame from a client, decoded, on its way to the origin.
package struct Parcel: Sendable {
    package enum Content: Sendable {
        case hello(Hello)
        case message(Message)
        /// A whole frame with a message id that the schema does not know.
        case unknown(id: Int)
        case malformed(String)
        /// The connection's bytes cannot be decoded from here on. The text tells why; `hasMagic`
        /// is false for first bytes that do not begin like a hello.
        case stranger(String, hasMagic: Bool = true)
        /// Bytes of a connection that is not decoded.
        case raw
    }

    package var content: Content
    /// The frame with its length prefix, as it came or as it was encoded again.
    package var frame: [UInt8]

    package init(_ content: Content, frame: [UInt8]) {
        self.content = content
        self.frame = frame
    }
}

/// What a client has got once the last byte of a cargo has left.
enum Leaving: Sendable {
    case version(VersionReply)
    case message(Message)
    /// Bytes that are not a message, and their entry for the log.
    case entry(LogEvent.Kind)
    /// A message whose frame was changed, and the entry for what is left of it.
    case changed(Message, LogEvent.Kind)
    case phase(ConnectionPhase)
    case halfClose, close, hangUp, reset
    /// Nothing more passes, and the client is not told.
    case silence

    /// Whether the client sees a FIN.
    var isOrderly: Bool {
        switch self {
        case .halfClose, .close, .hangUp: true
        case .version, .message, .entry, .changed, .phase, .reset, .silence: false
        }
    }
}

/// What the origin has got once the last byte of a cargo has left.
enum Arriving: Sendable {
    case parcel(Parcel)
    case ended(PeerEnding)
    /// Enough has passed, and the gateway ends the connection.
    case concluded(Leaving)
}

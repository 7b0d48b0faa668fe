package import GatewayWire
package import Simulation

/// One line of the event log: what happened, when, on which gateway and connection.
///
/// Wire events, faults, lifecycle, client output and kernel states all become one of these;
/// expectations, the live log, `--events` files and the determinism check read nothing else.
package struct LogEvent: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        // The gateway
        case listening
        case listenerClosed
        case light(APILight)
        case lifecycle(String)

        // A connection
        case opened
        case hello(Hello)
        case version(VersionReply)
        case message(Message)
        case unknown(Direction, id: Int, bytes: [UInt8])
        case malformed(Direction, reason: String)
        case phase(ConnectionPhase)
        /// The client's side ended.
        case ended(EndingKind)
        /// Our side was closed.
        case closed(Closing)

        // Faults
        case fault(rule: String, action: String)
        case note(String)

        // Client programs
        case clientStarted(client: String, command: String)
        case clientLine(client: String, stream: String, text: String)
        case clientEnded(client: String, how: String)
        case clientSignaled(client: String, signal: String)

        // The kernel
        case socket(side: String, state: String, owner: String?)
    }

    package enum Closing: String, Hashable, Sendable {
        case fin, rst, halfClose = "half-close", held, released
    }

    package let at: SimInstant
    package let gateway: String?
    package let connection: ConnectionID?
    package let kind: Kind

    package init(
        at: SimInstant, gateway: String? = nil, connection: ConnectionID? = nil, kind: Kind
    ) {
        self.at = at
        self.gateway = gateway
        self.connection = connection
        self.kind = kind
    }
}

package import Simulation

/// A fact about the transport for the log.
///
/// The handler is not told of it.
package enum TransportNotice: Equatable, Sendable {
    case listening(on: Endpoint)
    case listenFailed(OSFailure)
    case accepted(ConnectionID, from: Endpoint)
    /// Descriptors or kernel memory ran out; accepting pauses for a moment.
    case acceptFailed(OSFailure)
    /// New connections wait in the accept queue until one of these goes.
    case connectionLimitReached(Int)
    /// The client does not read: more was queued for it than allowed, so it was reset.
    case outboundOverflow(ConnectionID, queuedBytes: Int)
    /// Bytes queued for the client were dropped because it is gone.
    case sendFailed(ConnectionID, OSFailure)
    /// Our side of the connection is closed, for any reason.
    case closed(ConnectionID)
}

/// Names one client's TCP conversation: 1 for the first that was accepted, then 2, and so on.
///
/// Never reused within a run, whatever the kernel does with descriptor numbers.
package struct ConnectionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(_ number: Int) {
        self.number = number
    }

    package static func < (earlier: ConnectionID, later: ConnectionID) -> Bool {
        earlier.number < later.number
    }

    package var description: String { "#\(number)" }
}

/// How a client's side of a connection came to an end, as its kernel told ours.
package enum PeerEnding: Hashable, Sendable {
    /// FIN: the client closed, shut down its sending side, or died with nothing unread.
    case fin
    /// RST: the client aborted, or closed or died with unread bytes in its receive buffer. The
    /// segment is the same in all of these.
    case reset
}

/// What happens to a byte-stream handler, delivered one at a time and in order.
package enum StreamEvent: Equatable, Sendable {
    /// The listener is open; nothing has been accepted yet.
    case started
    case accepted(ConnectionID)
    /// Bytes in arrival order; never empty.
    case received(ConnectionID, [UInt8])
    case ended(ConnectionID, PeerEnding)
    /// Some time after a FIN the client's process still owns its socket: a half-close.
    /// Known on loopback only, from the kernel's socket table.
    case stayedHalfOpen(ConnectionID)
    /// Every byte sent so far has left for the kernel, after at least one had to wait.
    case drained(ConnectionID)
    /// The instant last asked for with `StreamEffect.wake` has come.
    case deadlineReached
}

/// What a byte-stream handler wants done, carried out in order.
///
/// Effects for a connection that is gone are ignored.
package enum StreamEffect: Equatable, Sendable {
    /// Queues bytes. All bytes queued for a connection in one step leave in one write.
    case send(ConnectionID, [UInt8])
    /// Sends what is queued, then a FIN; receiving goes on.
    case shutdownWrite(ConnectionID)
    /// Sends what is queued, then closes, held descriptors too. Unread received bytes turn the FIN into a RST (kernel).
    case close(ConnectionID)
    /// Sends what is queued, then a FIN, and reads and forgets what the client still sends until the
    /// client ends or the driver's bound passes; then closes.
    ///
    /// A plain close over unread bytes makes the kernel send a RST, which destroys what the client
    /// has not read yet.
    case hangUp(ConnectionID)
    /// Hands queued bytes to the kernel, then aborts with a RST.
    case reset(ConnectionID)
    /// Stops reading, and closes as soon as unread bytes lie there: the kernel sends a RST.
    case closeAtNextBytes(ConnectionID)
    /// Keeps the descriptor open for good and stops looking at it: after the client's FIN this is
    /// a CLOSE_WAIT row.
    case hold(ConnectionID)
    /// Stops reading, so that the receive window fills up; no more `received` or `ended`.
    case stopReading(ConnectionID)
    case resumeReading(ConnectionID)
    /// Leaves new connections in the kernel's accept queue: connected, but never answered.
    case stopAccepting
    case resumeAccepting
    /// Closes the listening socket: new connections are refused, the un-accepted are reset.
    case closeListener
    /// Listens again on the same address and port.
    case openListener
    /// Asks for `deadlineReached` at that instant; replaces the instant asked for before.
    case wake(at: SimInstant)
}

/// A pure machine that a driver hosts on sockets and a test hosts in memory.
package protocol StreamHandler {
    mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect]
}

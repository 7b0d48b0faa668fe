/// Names one TCP conversation of a run.
///
/// Clients' connections are numbered 1, 2 and so on as they are accepted. An outbound connection has
/// the number of the client's connection it belongs to, and is marked as upstream. No number is used
/// for a second client within a run, whatever the kernel does with descriptor numbers.
package struct ConnectionID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int
    /// It leads from us to the gateway behind us, and not from a client to us.
    package let isUpstream: Bool

    /// The client's side.
    package init(_ number: Int) {
        self.init(number, isUpstream: false)
    }

    private init(_ number: Int, isUpstream: Bool) {
        self.number = number
        self.isUpstream = isUpstream
    }

    /// The outbound connection that belongs to this client's connection.
    package var upstream: ConnectionID { ConnectionID(number, isUpstream: true) }

    /// The client's connection that this outbound one belongs to.
    package var client: ConnectionID { ConnectionID(number) }

    /// By number; of two with the same number, the client's side comes first.
    package static func < (earlier: ConnectionID, later: ConnectionID) -> Bool {
        earlier.number == later.number
            ? !earlier.isUpstream && later.isUpstream : earlier.number < later.number
    }

    package var description: String { isUpstream ? "#\(number) upstream" : "#\(number)" }
}

/// How the other side of a connection came to its end, as its kernel told ours.
package enum PeerEnding: Hashable, Sendable {
    /// FIN: the other program closed, shut down its sending side, or died with nothing unread.
    case fin
    /// RST: the other program aborted, or closed or died with unread bytes in its receive buffer.
    /// The segment is the same in all of these.
    case reset
}

/// What happens to a byte-stream handler, delivered one at a time and in order.
///
/// Events concern connections of both sides, unless a case says otherwise.
package enum StreamEvent: Equatable, Sendable {
    /// The listener is open; nothing has been accepted yet.
    case started
    case accepted(ConnectionID)
    /// The outbound connection is established.
    case connected(ConnectionID)
    /// The outbound connection failed: it was refused, it timed out, or there is no upstream.
    /// `reason` is for people.
    case connectFailed(ConnectionID, reason: String)
    /// Bytes in arrival order; never empty.
    case received(ConnectionID, [UInt8])
    case ended(ConnectionID, PeerEnding)
    /// Some time after a FIN the client's process still owns its socket: a half-close. It is known
    /// on loopback only, from the kernel's socket table, and never for an upstream side.
    case stayedHalfOpen(ConnectionID)
    /// More bytes wait to be sent than the driver's `congestionBytes`. The source of these bytes
    /// should stop. The event comes once. `drained` follows when all have left, unless the
    /// connection ends.
    case congested(ConnectionID)
    /// The kernel has taken every byte, after at least one had to wait.
    case drained(ConnectionID)
    /// The listening socket is on this port now.
    case listenerMoved(to: Int)
    /// The instant last asked for with `StreamEffect.wake` has come.
    case deadlineReached
}

/// What a byte-stream handler wants to be done.
///
/// Effects are carried out in order.
///
/// Effects for a connection that is gone are ignored.
package enum StreamEffect: Equatable, Sendable {
    /// Opens the outbound connection of that client's connection, to the driver's `upstream`.
    ///
    /// `connected` or `connectFailed` follows, unless the handler closes it first. Bytes that are
    /// sent before that wait. The effect is ignored while that connection is open.
    case connect(ConnectionID)
    /// Queues bytes. All bytes queued for a connection in one step leave in one write.
    case send(ConnectionID, [UInt8])
    /// Sends what is queued, then a FIN; receiving goes on.
    case shutdownWrite(ConnectionID)
    /// Sends what is queued, then closes. Held descriptors too. When bytes lie unread, the kernel
    /// sends a RST instead of a FIN.
    case close(ConnectionID)
    /// Sends what is queued, then a FIN. Then reads and discards what the other side still sends,
    /// until it ends or the driver's bound has passed, and closes.
    ///
    /// A plain close over unread bytes makes the kernel send a RST, which destroys what the
    /// other side has not read yet.
    case hangUp(ConnectionID)
    /// Hands queued bytes to the kernel, then aborts with a RST.
    case reset(ConnectionID)
    /// Stops reading, and closes as soon as unread bytes lie there: the kernel sends a RST.
    case closeAtNextBytes(ConnectionID)
    /// Keeps the descriptor open and stops watching it. After the other side's FIN this is a
    /// CLOSE_WAIT row.
    case hold(ConnectionID)
    /// Stops reading, so that the receive window fills up; no more `received` or `ended`.
    case stopReading(ConnectionID)
    case resumeReading(ConnectionID)
    /// Loses every segment that the other side sends before TCP sees it, and hands no more bytes to
    /// the kernel. Nothing is acknowledged; what was queued waits. An end of ours still sends its
    /// segment, and its answer is lost.
    case loseSegments(ConnectionID)
    /// Segments arrive again, and what was queued leaves.
    case takeSegments(ConnectionID)
    /// Makes the receive buffer of a connection this many bytes, or the least that the kernel allows.
    case limitReceiveBuffer(ConnectionID, bytes: Int)
    /// Leaves new connections in the kernel's accept queue: connected, but never answered.
    case stopAccepting
    case resumeAccepting
    /// Lets the kernel complete only this many connections that nobody accepts, and one more. Further
    /// clients get no answer. `nil` takes the driver's own bound again.
    case limitBacklog(Int?)
    /// Loses every segment to the listening socket. New clients get no answer.
    case loseConnects
    case takeConnects
    /// Closes the listening socket. New connections are refused, and connections not yet accepted
    /// are reset.
    case closeListener
    /// Listens again on the same address and port.
    case openListener
    /// Listens on another port of the same address; 0 takes a free one.
    ///
    /// `listenerMoved` follows. When the port is not available, nothing changes and nothing follows.
    case moveListener(to: Int)
    /// Asks for `deadlineReached` at that instant. Replaces the instant of an earlier `wake`.
    case wake(at: SimInstant)
}

/// A pure machine that a driver hosts on sockets and a test hosts in memory.
package protocol StreamHandler {
    mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect]
}

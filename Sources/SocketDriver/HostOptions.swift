internal import Glibc

/// How a host listens, and its bounds.
package struct HostOptions: Sendable {
    /// How many connections the kernel completes before they are accepted.
    ///
    /// The kernel adds one.
    package var backlog: Int32 = 511
    /// `SO_RCVBUF` of every connection; `nil` leaves the choice to the kernel.
    ///
    /// With 1 the window closes after a few kilobytes.
    package var receiveBufferBytes: Int32?
    /// Bytes that are read of one client before the others have their turn.
    ///
    /// A gateway answers all requests among them in one step, which may be some hundred. A proxy, which
    /// has an upstream, reads as much as there is.
    package var maxTurnBytes = 4 << 10
    /// Bytes that may wait to be sent on one connection.
    ///
    /// With more the connection is reset.
    package var maxOutboundBytes = 64 << 20
    /// A connection with more bytes waiting to be sent is congested.
    package var congestionBytes = 256 << 10
    /// Where outbound connections go; `nil` when there is no gateway behind this host.
    package var upstream: Endpoint?
    /// There is an upstream, and `Host.redirect(to:)` will say where.
    package var awaitsUpstream = false
    /// Real time within which an outbound connection must be made.
    package var connectTimeout = Duration.seconds(10)
    /// Open connections of both sides, held ones included.
    ///
    /// At the bound, new connections wait in the accept queue.
    ///
    /// With an upstream a client is accepted only while there is room for its outbound connection
    /// too, and there is always room for one pair.
    package var maxConnections = HostOptions.connectionsAllowed(reserve: 128)
    /// Real time between a client's FIN and the look at whether it still owns its socket.
    package var halfOpenDelay = Duration.milliseconds(100)
    /// Real time for which a connection that was hung up waits for its client to end.
    package var lingerBound = Duration.seconds(10)

    package init() {}

    /// How many clients' connections may be open, each with its outbound one where there is one.
    var maxClients: Int { isProxy ? max(1, maxConnections / 2) : maxConnections }

    var isProxy: Bool { upstream != nil || awaitsUpstream }

    /// What the process's descriptor limit leaves when `reserve` are kept for other uses.
    package static func connectionsAllowed(reserve: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 256
        }
        return max(1, Int(clamping: limit.rlim_cur) - reserve)
    }
}

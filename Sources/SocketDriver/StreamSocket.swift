internal import Simulation

/// Our end of one connection, either of a client's or of our own to the upstream gateway.
final class StreamSocket {
    /// What follows once the queued bytes have left.
    enum Epilogue { case shutdownWrite, close, hangUp }

    let id: ConnectionID
    let descriptor: CInt
    let remote: Endpoint

    /// The outbound connection is not made yet.
    var isConnecting = false
    var connectTimer: TimerID?
    var outbound = OutboundQueue()
    /// `nil` when the loop does not watch this connection.
    var watch: EventLoop.Watch?
    /// Whether the descriptor is open.
    ///
    /// A held one stays open.
    var isOpen = true
    var isHeld = false
    /// Bytes were queued in the current step.
    var isDirty = false
    /// Bytes wait until the kernel takes more, or until the connection is established.
    var isWaitingToSend = false
    /// The handler was told that too many bytes wait.
    var isCongested = false
    var hasShutDownWrite = false
    /// A send found the other side gone, so an end of input means a reset.
    var hasFailed = false
    var isReadingStopped = false
    /// The kernel discards what the other side sends, and gets nothing more to send.
    var losesSegments = false
    /// The next bytes stay unread, and closing over them makes the kernel send a RST.
    var closesAtNextBytes = false
    var remoteEnding: PeerEnding?
    /// The tap is told of this connection, from its start on.
    var isTapped = false
    /// Closing will send a RST.
    var isAborted = false
    /// Unread bytes, from the first on, that the tap has heard of.
    var reportedUnreadCount = 0
    var reportedEnding: PeerEnding?
    var epilogue: Epilogue?
    var halfOpenCheck: TimerID?
    /// Ends a hang-up that the other side does not end.
    var lingerTimer: TimerID?

    init(id: ConnectionID, descriptor: CInt, remote: Endpoint) {
        self.id = id
        self.descriptor = descriptor
        self.remote = remote
    }

    /// The handler has ended it.
    ///
    /// The driver only sends what is queued, or waits for its end.
    var isConcluding: Bool {
        switch epilogue {
        case .close, .hangUp: true
        case .shutdownWrite, nil: false
        }
    }

    var interest: EventLoop.Interest {
        if isConnecting { return .writable }
        var interest: EventLoop.Interest = []
        if isHeld || isReadingStopped {
            // Nothing is read, but a tap is told of what arrives.
            if isTapped { interest = [.readable, .changesOnly] }
        } else if remoteEnding == nil {
            interest.insert(.readable)
        }
        if isWaitingToSend, !losesSegments { interest.insert(.writable) }
        return interest
    }
}

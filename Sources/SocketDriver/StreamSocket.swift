internal import Simulation

/// Our end of one connection: a client's, or ours to the gateway behind us.
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
    /// `nil` when nothing of this connection is looked at.
    var watch: EventLoop.Watch?
    /// Set while it is open; a held one stays open.
    var isOpen = true
    var isHeld = false
    /// Bytes were queued in the step that is being carried out.
    var isDirty = false
    /// The kernel refused bytes; the rest waits for it, or for the connection to be made.
    var isWaitingToSend = false
    /// The handler was told that too many bytes wait.
    var isCongested = false
    var hasShutDownWrite = false
    /// A send found the other side gone, so an end of input means a reset.
    var hasFailed = false
    var isReadingStopped = false
    /// Whatever arrives next is left unread: closing over it makes the kernel send a RST.
    var closesAtNextBytes = false
    var remoteEnding: PeerEnding?
    /// The tap hears of this connection, from its first moment on.
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

    /// Nobody but the driver looks after it: the handler has said its last word.
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
            // Nothing is read; a tap wants to hear of it all the same.
            if isTapped { interest = [.readable, .changesOnly] }
        } else if remoteEnding == nil {
            interest.insert(.readable)
        }
        if isWaitingToSend { interest.insert(.writable) }
        return interest
    }
}

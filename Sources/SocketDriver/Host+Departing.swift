internal import Simulation

/// A connection that we closed before the other side ended.
///
/// Only the kernel knows how it goes on.
struct DepartedConnection {
    let id: ConnectionID
    let local: Endpoint
    let remote: Endpoint
    /// Real time from the close to the next look, and what is added to it after that.
    var delay: Duration
    var timer: TimerID?
}

/// Reads the other side's FIN after our close from the kernel's table, for a tap.
///
/// A RST after our close leaves no row, so it cannot be seen.
extension Host {
    /// Follows a connection whose descriptor is about to be closed.
    func follow(_ socket: StreamSocket) {
        guard socket.isTapped, socket.reportedEnding == nil, !socket.isAborted,
            departed.count < DepartureLimits.maxCount,
            let local = Endpoint(localOf: socket.descriptor)
        else { return }
        departed[socket.id] = DepartedConnection(
            id: socket.id, local: local, remote: socket.remote, delay: DepartureLimits.firstDelay)
        // At the end there is one look more, and nothing may refer to a host that goes.
        if !isShuttingDown { scheduleLook(at: socket.id) }
    }

    /// Looks at all of them for the last time.
    func concludeDeparted() {
        for id in departed.keys.sorted() { look(at: id, isLast: true) }
    }

    private func scheduleLook(at id: ConnectionID) {
        guard let delay = departed[id]?.delay else { return }
        departed[id]?.timer = loop.schedule(afterReal: delay) { [unowned self] in
            look(at: id, isLast: delay >= DepartureLimits.lastDelay)
        }
    }

    private func look(at id: ConnectionID, isLast: Bool) {
        guard let connection = departed[id] else { return }
        if let timer = connection.timer { loop.cancel(timer) }
        let row = try? KernelSockets.row(local: connection.local, remote: connection.remote)
        switch row?.state {
        case .finWait1, .finWait2:
            if !isLast {
                departed[id]?.delay = connection.delay * 2
                return scheduleLook(at: id)
            }
        case .closing, .timeWait: tap?(WireEvent(id, .finReceived))
        case .established, .synSent, .synReceived, .closed, .closeWait, .lastAck, .listening, nil:
            break
        }
        departed[id] = nil
        tap?(WireEvent(id, .closed))
    }
}

/// How long a tapped connection is followed after our close.
enum DepartureLimits {
    static let maxCount = 256
    static let firstDelay = Duration.milliseconds(1)
    /// The last look comes after a delay of this length.
    ///
    /// At about that time the kernel removes the row.
    static let lastDelay = Duration.milliseconds(32_768)
}

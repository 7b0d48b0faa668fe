internal import Glibc
internal import Simulation

extension Host {
    func carryOut(_ effect: StreamEffect) {
        switch effect {
        case .connect(let id): connect(id.upstream)
        case .send(let id, let bytes): withOpen(id) { queue(bytes, for: $0) }
        case .shutdownWrite(let id): withOpen(id) { conclude($0, with: .shutdownWrite) }
        case .close(let id): withAny(id) { $0.isHeld ? discard($0) : conclude($0, with: .close) }
        case .hangUp(let id): withAny(id) { $0.isHeld ? discard($0) : conclude($0, with: .hangUp) }
        case .reset(let id): withAny(id) { reset($0) }
        case .closeAtNextBytes(let id): withOpen(id) { $0.closesAtNextBytes = true }
        case .hold(let id): withOpen(id) { hold($0) }
        case .stopReading(let id): withOpen(id) { stopReading($0) }
        case .resumeReading(let id): withOpen(id) { resumeReading($0) }
        case .loseSegments(let id): withOpen(id) { loseSegments($0) }
        case .takeSegments(let id): withOpen(id) { takeSegments($0) }
        case .limitReceiveBuffer(let id, let bytes):
            withOpen(id) { SocketOption.set(SO_RCVBUF, CInt(clamping: bytes), on: $0.descriptor) }
        case .stopAccepting: setAcceptingStopped(true)
        case .resumeAccepting: setAcceptingStopped(false)
        case .limitBacklog(let count): limitBacklog(count)
        case .loseConnects: setConnectsLost(true)
        case .takeConnects: setConnectsLost(false)
        case .closeListener: closeListener()
        case .openListener: openListener()
        case .moveListener(let port): moveListener(inStepTo: port)
        case .wake(let instant): wake(at: instant)
        }
    }

    private func withAny(_ id: ConnectionID, _ body: (StreamSocket) -> Void) {
        if let socket = byID[id] { body(socket) }
    }

    /// Skips connections that are gone, held or closing.
    private func withOpen(_ id: ConnectionID, _ body: (StreamSocket) -> Void) {
        if let socket = byID[id], !socket.isHeld, !socket.isConcluding { body(socket) }
    }

    private func stopReading(_ socket: StreamSocket) {
        socket.isReadingStopped = true
        refreshInterest(socket)
    }

    private func resumeReading(_ socket: StreamSocket) {
        socket.isReadingStopped = false
        if socket.watch == nil, socket.remoteEnding == nil {
            // Watching worked when it was accepted; the only way to fail now is kernel memory.
            try? watch(socket)
        } else {
            refreshInterest(socket)
        }
    }

    private func loseSegments(_ socket: StreamSocket) {
        guard !socket.losesSegments else { return }
        if !socket.isWaitingToSend { flush(socket) }
        socket.losesSegments = SocketOption.loseSegments(socket.descriptor)
    }

    private func takeSegments(_ socket: StreamSocket) {
        guard socket.losesSegments else { return }
        socket.losesSegments = false
        SocketOption.takeSegments(socket.descriptor)
        resumeSendingInStep(socket)
    }

    private func setAcceptingStopped(_ isStopped: Bool) {
        isAcceptingStopped = isStopped
        refreshAccepting()
    }

    /// Keeps a timer that fires before the wanted instant, because the instant changes in nearly
    /// every step.
    ///
    /// The timer is set again after it has fired.
    private func wake(at instant: SimInstant) {
        wanted = instant
        if let alarm, alarm.at <= instant { return }
        if let alarm { loop.cancel(alarm.timer) }
        setAlarm(at: instant)
    }

    private func setAlarm(at instant: SimInstant) {
        let timer = loop.schedule(at: instant) { [unowned self] in
            alarm = nil
            guard let wanted else { return }
            if loop.now >= wanted {
                self.wanted = nil
                step(.deadlineReached)
            } else {
                setAlarm(at: wanted)
            }
        }
        alarm = (timer, instant)
    }
}

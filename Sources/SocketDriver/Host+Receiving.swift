internal import Glibc
internal import Simulation

extension Host {
    func watch(_ socket: StreamSocket) throws(OSFailure) {
        socket.watch = try loop.watch(socket.descriptor, socket.interest) {
            [unowned self] descriptor, readiness in
            guard let socket = byDescriptor[Int(descriptor)] else { return }
            attend(to: socket, readiness)
        }
    }

    /// Stops watching a connection without closing it.
    func unwatch(_ socket: StreamSocket) {
        if let watch = socket.watch { loop.cancel(watch) }
        socket.watch = nil
    }

    func refreshInterest(_ socket: StreamSocket) {
        if let watch = socket.watch { loop.setInterest(socket.interest, of: watch) }
    }

    private func attend(to socket: StreamSocket, _ readiness: EventLoop.Readiness) {
        if socket.isConnecting { return finishConnecting(socket) }
        if readiness.contains(.writable), socket.isWaitingToSend { resumeSending(socket) }
        guard socket.isOpen, socket.watch != nil else { return }
        let isGone = !readiness.isDisjoint(with: [.failed, .hungUp])
        if socket.isHeld || socket.isReadingStopped { lookAtUnread(of: socket, all: false) }
        if socket.isHeld {
            if isGone { unwatch(socket) }
        } else if socket.remoteEnding == nil, !socket.isReadingStopped {
            if isGone || readiness.contains(.readable) { receive(socket) }
        } else if isGone {
            noticeEnd(of: socket, readiness)
        }
    }

    /// Reads even from a connection that was reset.
    ///
    /// Bytes that arrived before the RST come first.
    private func receive(_ socket: StreamSocket) {
        if socket.closesAtNextBytes {
            discard(socket)
            return
        }
        // The loop serves each ready connection once before it serves one again. What is only passed on
        // costs little.
        let turn = options.isProxy ? scratch.count : min(options.maxTurnBytes, scratch.count)
        let count = recv(socket.descriptor, scratch.baseAddress, turn, 0)
        if count > 0 {
            guard socket.isTapped || !socket.isConcluding else { return }
            let bytes = [UInt8](UnsafeRawBufferPointer(rebasing: scratch[..<count]))
            reportReceived(bytes, on: socket)
            // The handler is not told of a connection that is being closed. Its bytes are still
            // read.
            if !socket.isConcluding { step(.received(socket.id, bytes)) }
        } else if count == 0 {
            end(socket, socket.hasFailed ? .reset : .fin)
        } else if errno != EAGAIN, errno != EINTR {
            end(socket, .reset)
        }
    }

    /// Level-triggered epoll repeats hang-ups and errors.
    ///
    /// So each path either ends the connection's input or stops watching it.
    private func noticeEnd(of socket: StreamSocket, _ readiness: EventLoop.Readiness) {
        if socket.isConcluding {
            discard(socket)
        } else if socket.remoteEnding == nil {
            // Reading is stopped. The handler is told of the end when it resumes reading.
            socket.outbound.removeAll()
            socket.isWaitingToSend = false
            unwatch(socket)
        } else if socket.remoteEnding == .fin,
            readiness.contains(.failed) || socket.hasFailed || !socket.hasShutDownWrite
        {
            end(socket, .reset)
        } else {
            // Both sides have said FIN, or the reset is known.
            unwatch(socket)
        }
    }

    private func end(_ socket: StreamSocket, _ ending: PeerEnding) {
        socket.remoteEnding = ending
        reportEnding(ending, of: socket)
        beforeEnding?(socket.id)
        if ending == .reset {
            socket.outbound.removeAll()
            socket.isWaitingToSend = false
            unwatch(socket)
            cancelHalfOpenCheck(socket)
        } else {
            refreshInterest(socket)
        }
        if socket.isConcluding {
            if ending == .reset || socket.hasShutDownWrite { discard(socket) }
            return
        }
        if ending == .fin, !socket.id.isUpstream, socket.remote.isLoopback {
            scheduleHalfOpenCheck(socket)
        }
        step(.ended(socket.id, ending))
    }

    private func scheduleHalfOpenCheck(_ socket: StreamSocket) {
        let id = socket.id
        loop.kernelWaits += 1
        socket.halfOpenCheck = loop.schedule(afterReal: options.halfOpenDelay) { [unowned self] in
            loop.kernelWaits -= 1
            guard let socket = byID[id] else { return }
            socket.halfOpenCheck = nil
            if isClientHalfOpen(socket) { step(.stayedHalfOpen(id)) }
        }
    }

    func cancelHalfOpenCheck(_ socket: StreamSocket) {
        guard let check = socket.halfOpenCheck else { return }
        loop.cancel(check)
        loop.kernelWaits -= 1
        socket.halfOpenCheck = nil
    }

    /// Whether a process still owns the client's end.
    ///
    /// After a close the row has no owner.
    private func isClientHalfOpen(_ socket: StreamSocket) -> Bool {
        guard let local = Endpoint(localOf: socket.descriptor),
            let row = try? KernelSockets.row(local: socket.remote, remote: local)
        else { return false }
        switch row.state {
        case .finWait1, .finWait2: return row.inode != 0
        case .established, .synSent, .synReceived, .timeWait, .closed, .closeWait, .lastAck,
            .listening, .closing:
            return false
        }
    }
}

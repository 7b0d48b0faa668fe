internal import Glibc
internal import Simulation

/// Sends bytes, and does what follows the last one.
extension Host {
    func queue(_ bytes: [UInt8], for socket: StreamSocket) {
        guard !bytes.isEmpty, !socket.hasFailed, socket.epilogue == nil, !socket.hasShutDownWrite,
            socket.remoteEnding != .reset
        else { return }
        socket.outbound.append(bytes)
        let queued = socket.outbound.count
        if queued > options.maxOutboundBytes, !socketTakes(socket) {
            onTransport?(.outboundOverflow(socket.id, queuedBytes: queued))
            followUps.append(.ended(socket.id, .reset))
            abort(socket)
        } else if !socket.isDirty {
            socket.isDirty = true
            dirty.append(socket)
        }
    }

    /// Whether the kernel takes enough bytes, so that no more than the bound is queued.
    private func socketTakes(_ socket: StreamSocket) -> Bool {
        if !socket.isWaitingToSend { flush(socket) }
        return socket.outbound.count <= options.maxOutboundBytes
    }

    func flushDirty() {
        guard !dirty.isEmpty else { return }
        for socket in dirty {
            socket.isDirty = false
            guard socket.isOpen, !socket.isHeld else { continue }
            if !socket.isWaitingToSend { flush(socket) }
            noticeCongestion(of: socket)
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private func noticeCongestion(of socket: StreamSocket) {
        guard !socket.isCongested, socket.epilogue == nil,
            socket.outbound.count > options.congestionBytes
        else { return }
        socket.isCongested = true
        followUps.append(.congested(socket.id))
    }

    func flush(_ socket: StreamSocket) {
        guard !socket.losesSegments else {
            socket.isWaitingToSend = socket.outbound.count > 0
            return refreshInterest(socket)
        }
        let progress =
            socket.isTapped ? flushTapped(socket) : socket.outbound.send(to: socket.descriptor)
        socket.isWaitingToSend = progress == .waiting
        refreshInterest(socket)
        if case .failed(let code) = progress {
            // The hang-up is reported later, after the unread bytes.
            socket.hasFailed = true
            onTransport?(
                .sendFailed(socket.id, OSFailure("send to \(socket.remote)", code: code)))
        }
    }

    /// Reports what the kernel has taken once the queue is no longer being changed.
    private func flushTapped(_ socket: StreamSocket) -> OutboundQueue.Progress {
        var taken: [UInt8] = []
        let progress = socket.outbound.send(to: socket.descriptor) { taken += $0 }
        if !taken.isEmpty { report(.sent(taken), on: socket) }
        return progress
    }

    func resumeSending(_ socket: StreamSocket) {
        let hadBytes = socket.outbound.count > 0
        flush(socket)
        guard !socket.isWaitingToSend else { return }
        socket.isCongested = false
        if socket.epilogue != nil { finish(socket) }
        guard socket.isOpen, !socket.isConcluding, !socket.hasFailed, hadBytes else { return }
        step(.drained(socket.id))
    }

    /// As `resumeSending`, in the middle of a step: `drained` follows as a step of its own.
    func resumeSendingInStep(_ socket: StreamSocket) {
        guard socket.outbound.count > 0 || socket.epilogue != nil else { return }
        flush(socket)
        guard !socket.isWaitingToSend else { return }
        socket.isCongested = false
        if socket.epilogue != nil { finish(socket) }
        if socket.isOpen, !socket.hasFailed { followUps.append(.drained(socket.id)) }
    }

    func conclude(_ socket: StreamSocket, with epilogue: StreamSocket.Epilogue) {
        guard epilogue != .shutdownWrite || !socket.hasShutDownWrite else { return }
        socket.epilogue = epilogue
        if socket.losesSegments, epilogue != .shutdownWrite {
            socket.outbound.removeAll()
            socket.isWaitingToSend = false
        }
        if socket.isConcluding { cancelHalfOpenCheck(socket) }
        if socket.isConcluding, socket.isConnecting, socket.outbound.count == 0 {
            // Nothing was sent to a gateway that was never reached.
            discard(socket)
            return
        }
        if epilogue == .hangUp, socket.lingerTimer == nil {
            socket.lingerTimer = loop.schedule(afterReal: options.lingerBound) {
                [unowned self, unowned socket] in
                socket.lingerTimer = nil
                discard(socket)
            }
        }
        if !socket.isWaitingToSend { flush(socket) }
        if !socket.isWaitingToSend { finish(socket) }
    }

    /// Does what follows the last byte.
    private func finish(_ socket: StreamSocket) {
        switch socket.epilogue {
        case .shutdownWrite:
            socket.epilogue = nil
            sendFIN(socket)
        case .close: discard(socket)
        case .hangUp:
            // A client that has ended sends nothing more. A client whose reading a fault has
            // stopped is not read now.
            guard socket.remoteEnding == nil, !socket.isReadingStopped else {
                discard(socket)
                return
            }
            guard !socket.hasShutDownWrite else { return }
            sendFIN(socket)
        case nil: break
        }
    }

    private func sendFIN(_ socket: StreamSocket) {
        socket.hasShutDownWrite = true
        let isSent = shutdown(socket.descriptor, CInt(SHUT_WR)) == 0
        if isSent, socket.isTapped { report(.finSent, on: socket) }
    }
}

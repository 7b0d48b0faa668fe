internal import CLinux
internal import Glibc
internal import Simulation

extension Host {
    func listen() throws(OSFailure) {
        let listener = try Listener(on: localEndpoint, options: options)
        do throws(OSFailure) {
            listenerWatch = try loop.watch(listener.descriptor, []) { [unowned self] _, _ in
                acceptWaiting()
            }
        } catch {
            close(listener.descriptor)
            throw error
        }
        self.listener = listener
        if backlogLimit != nil { limitBacklog(backlogLimit) }
        if connectsAreLost { setConnectsLost(true) }
        localEndpoint = listener.endpoint
        keep(listener.claim)
        refreshAccepting()
        onTransport?(.listening(on: localEndpoint))
    }

    /// Keeps a port until the host has shut down.
    private func keep(_ claim: PortClaim?) {
        guard let claim else { return }
        claims.removeAll { $0.endpoint == claim.endpoint }
        claims.append(claim)
        if claims.count > Self.mostClaims { claims.removeFirst() }
    }

    func openListener() {
        guard listener == nil else { return }
        do throws(OSFailure) {
            try listen()
        } catch {
            onTransport?(.listenFailed(error))
        }
    }

    /// Listens on another port of the same address instead; 0 takes a free one.
    ///
    /// Open connections stay, and the handler is told. When the port is not available, the host keeps
    /// its old port.
    package func moveListener(to port: UInt16) throws(OSFailure) {
        try listen(on: port)
        step(.listenerMoved(to: Int(localEndpoint.port)))
    }

    /// As `moveListener`, while a step is carried out.
    func moveListener(inStepTo port: Int) {
        do throws(OSFailure) {
            try listen(on: UInt16(clamping: port))
            followUps.append(.listenerMoved(to: Int(localEndpoint.port)))
        } catch {
            onTransport?(.listenFailed(error))
        }
    }

    private func listen(on port: UInt16) throws(OSFailure) {
        let old = localEndpoint
        closeListener()
        localEndpoint = Endpoint(old.address, port: port)
        do throws(OSFailure) {
            try listen()
        } catch {
            localEndpoint = old
            openListener()
            throw error
        }
    }

    /// Listening again changes only how many connections may wait.
    func limitBacklog(_ count: Int?) {
        backlogLimit = count
        guard let listener else { return }
        _ = Glibc.listen(listener.descriptor, count.map { CInt(clamping: $0) } ?? options.backlog)
    }

    func setConnectsLost(_ areLost: Bool) {
        connectsAreLost = areLost
        guard let listener else { return }
        if areLost {
            _ = SocketOption.loseSegments(listener.descriptor)
        } else {
            SocketOption.takeSegments(listener.descriptor)
        }
    }

    func closeListener() {
        guard let listener else { return }
        if let listenerWatch { loop.cancel(listenerWatch) }
        listenerWatch = nil
        close(listener.descriptor)
        self.listener = nil
    }

    func refreshAccepting() {
        guard let listenerWatch else { return }
        loop.setInterest(isAccepting ? .readable : [], of: listenerWatch)
    }

    private var isAccepting: Bool {
        !isAcceptingStopped && acceptPause == nil && openNumberCount < options.maxClients
    }

    /// Accepts a bounded number, so that many new connections do not block the open ones.
    private func acceptWaiting() {
        for _ in 0..<64 {
            guard isAccepting, let listener else { return }
            var from = sockaddr_storage()
            let descriptor = clinux_accept(listener.descriptor, &from)
            if descriptor >= 0 {
                admit(descriptor, from: from)
                continue
            }
            switch errno {
            case EAGAIN: return
            case EINTR, ECONNABORTED: continue
            default:
                pauseAccepting(.now("accept on \(localEndpoint)"))
                return
            }
        }
    }

    private func admit(_ descriptor: CInt, from: sockaddr_storage) {
        guard let client = Endpoint(from) else {
            close(descriptor)
            return
        }
        lastID = ConnectionID(lastID.number + 1)
        let socket = StreamSocket(id: lastID, descriptor: descriptor, remote: client)
        do throws(OSFailure) {
            try watch(socket)
        } catch {
            close(descriptor)
            onTransport?(.acceptFailed(error))
            return
        }
        enter(socket)
        onTransport?(.accepted(socket.id, from: client))
        noticeLimit()
        reportOpening(of: socket)
        step(.accepted(socket.id))
    }

    func enter(_ socket: StreamSocket) {
        while byDescriptor.count <= Int(socket.descriptor) { byDescriptor.append(nil) }
        byDescriptor[Int(socket.descriptor)] = socket
        if byID[otherSide(of: socket.id)] == nil { openNumberCount += 1 }
        byID[socket.id] = socket
    }

    func leave(_ socket: StreamSocket) {
        byDescriptor[Int(socket.descriptor)] = nil
        byID[socket.id] = nil
        if byID[otherSide(of: socket.id)] == nil { openNumberCount -= 1 }
    }

    private func otherSide(of id: ConnectionID) -> ConnectionID {
        id.isUpstream ? id.client : id.upstream
    }

    private func noticeLimit() {
        guard openNumberCount == options.maxClients else { return }
        refreshAccepting()
        onTransport?(.connectionLimitReached(openNumberCount))
    }

    /// Pauses, because descriptors or memory may be available again soon.
    ///
    /// Trying on every turn would be a busy loop.
    private func pauseAccepting(_ failure: OSFailure) {
        acceptPause = loop.schedule(afterReal: .milliseconds(100)) { [unowned self] in
            acceptPause = nil
            refreshAccepting()
        }
        refreshAccepting()
        onTransport?(.acceptFailed(failure))
    }
}

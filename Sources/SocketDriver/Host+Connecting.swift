internal import CLinux
internal import Glibc
internal import Simulation

/// Outbound connections, until they are made.
extension Host {
    func connect(_ id: ConnectionID) {
        guard byID[id] == nil else { return }
        guard let upstream = options.upstream else {
            return refuse(id, "there is no gateway behind this one to connect to")
        }
        // Only a number whose client has left can meet the bound: a client comes with room for both.
        guard byID[id.client] != nil || openNumberCount < options.maxClients else {
            return refuse(id, "no more than \(options.maxClients) connections fit here")
        }
        do throws(OSFailure) {
            try dial(id, upstream)
        } catch {
            refuse(id, error.description)
        }
    }

    private func refuse(_ id: ConnectionID, _ reason: String) {
        followUps.append(.connectFailed(id, reason: reason))
    }

    private func dial(_ id: ConnectionID, _ upstream: Endpoint) throws(OSFailure) {
        let dial = try Dial(to: upstream, receiveBufferBytes: options.receiveBufferBytes)
        let socket = StreamSocket(id: id, descriptor: dial.descriptor, remote: upstream)
        socket.isConnecting = true
        socket.isWaitingToSend = true
        do throws(OSFailure) {
            if dial.refusal != 0 { throw Dial.failure(to: upstream, code: dial.refusal) }
            try watch(socket)
        } catch {
            close(dial.descriptor)
            throw error
        }
        enter(socket)
        refreshAccepting()
        socket.connectTimer = loop.schedule(afterReal: options.connectTimeout) {
            [unowned self, unowned socket] in
            socket.connectTimer = nil
            abandon(socket, code: ETIMEDOUT)
        }
    }

    /// The attempt to connect is over.
    func finishConnecting(_ socket: StreamSocket) {
        let code = Dial.answer(of: socket.descriptor)
        guard code == 0 else { return abandon(socket, code: code) }
        if let timer = socket.connectTimer { loop.cancel(timer) }
        socket.connectTimer = nil
        socket.isConnecting = false
        socket.isWaitingToSend = socket.outbound.count > 0 || socket.epilogue != nil
        refreshInterest(socket)
        reportOpening(of: socket)
        if !socket.isConcluding { step(.connected(socket.id)) }
        // What was sent meanwhile, and what is to follow it.
        if socket.isOpen, socket.isWaitingToSend { resumeSending(socket) }
    }

    /// This starts a step, so it must not be called within one.
    private func abandon(_ socket: StreamSocket, code: CInt) {
        let isOver = socket.isConcluding
        let failure = Dial.failure(to: socket.remote, code: code)
        discard(socket)
        if !isOver { step(.connectFailed(socket.id, reason: failure.description)) }
    }
}

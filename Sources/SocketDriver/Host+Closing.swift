internal import Glibc

/// The ways in which the host ends its work on a connection.
extension Host {
    func reset(_ socket: StreamSocket) {
        if !socket.isHeld, !socket.isWaitingToSend { flush(socket) }
        abort(socket)
    }

    func abort(_ socket: StreamSocket) {
        SocketOption.abortAtClose(socket.descriptor)
        socket.isAborted = true
        discard(socket)
    }

    func discard(_ socket: StreamSocket) {
        guard socket.isOpen else { return }
        unwatch(socket)
        cancelHalfOpenCheck(socket)
        if let timer = socket.lingerTimer { loop.cancel(timer) }
        socket.lingerTimer = nil
        if let timer = socket.connectTimer { loop.cancel(timer) }
        socket.connectTimer = nil
        socket.isOpen = false
        socket.isCongested = false
        socket.outbound.removeAll()
        leave(socket)
        reportClosing(of: socket)
        close(socket.descriptor)
        if socket.isTapped, departed[socket.id] == nil { report(.closed, on: socket) }
        onTransport?(.closed(socket.id))
        refreshAccepting()
    }

    func hold(_ socket: StreamSocket) {
        if !socket.isWaitingToSend { flush(socket) }
        socket.isHeld = true
        socket.isWaitingToSend = false
        socket.isCongested = false
        socket.outbound.removeAll()
        socket.isTapped ? refreshInterest(socket) : unwatch(socket)
        if let timer = socket.connectTimer { loop.cancel(timer) }
        socket.connectTimer = nil
        cancelHalfOpenCheck(socket)
    }
}

internal import Glibc

/// The ways in which a connection stops being looked after.
extension Host {
    func reset(_ socket: StreamSocket) {
        if !socket.isHeld, !socket.isWaitingToSend { flush(socket) }
        abort(socket)
    }

    func abort(_ socket: StreamSocket) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            socket.descriptor, SOL_SOCKET, SO_LINGER, &option,
            socklen_t(MemoryLayout<linger>.size))
        discard(socket)
    }

    func discard(_ socket: StreamSocket) {
        guard socket.isOpen else { return }
        unwatch(socket)
        cancelHalfOpenCheck(socket)
        if let timer = socket.lingerTimer { loop.cancel(timer) }
        socket.lingerTimer = nil
        socket.isOpen = false
        socket.outbound.removeAll()
        byDescriptor[Int(socket.descriptor)] = nil
        byID[socket.id] = nil
        close(socket.descriptor)
        onTransport?(.closed(socket.id))
        refreshAccepting()
    }

    func hold(_ socket: StreamSocket) {
        if !socket.isWaitingToSend { flush(socket) }
        socket.isHeld = true
        socket.isWaitingToSend = false
        socket.outbound.removeAll()
        unwatch(socket)
        cancelHalfOpenCheck(socket)
    }
}

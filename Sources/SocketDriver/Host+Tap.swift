internal import CLinux
internal import Glibc
internal import Simulation

/// Reports to the tap. Without a tap this costs one comparison.
///
/// When reading is stopped or the descriptor is held, bytes and endings are on the wire all the
/// same. They are looked at without being read (`MSG_PEEK`).
extension Host {
    func report(_ happening: @autoclosure () -> WireEvent.Happening, on socket: StreamSocket) {
        if let tap { tap(WireEvent(socket.id, happening())) }
    }

    /// Both ends of a connection that has just been made.
    func reportOpening(of socket: StreamSocket) {
        guard tap != nil else { return }
        socket.isTapped = true
        let local = Endpoint(localOf: socket.descriptor) ?? localEndpoint
        report(
            socket.id.isUpstream
                ? .connected(local: local, remote: socket.remote)
                : .accepted(local: local, remote: socket.remote), on: socket)
    }

    /// Reports bytes that were just read, except those that were already reported while they were
    /// unread.
    func reportReceived(_ bytes: [UInt8], on socket: StreamSocket) {
        guard socket.isTapped else { return }
        let knownCount = min(socket.reportedUnreadCount, bytes.count)
        socket.reportedUnreadCount -= knownCount
        guard knownCount < bytes.count else { return }
        report(.received(knownCount == 0 ? bytes : Array(bytes[knownCount...])), on: socket)
    }

    func reportEnding(_ ending: PeerEnding, of socket: StreamSocket) {
        guard socket.isTapped, socket.reportedEnding != ending, socket.reportedEnding != .reset
        else { return }
        socket.reportedEnding = ending
        report(ending == .fin ? .finReceived : .resetReceived, on: socket)
    }

    /// Reports unread bytes.
    ///
    /// At most one buffer while more may come, everything once the other side has ended or with
    /// `all`.
    func lookAtUnread(of socket: StreamSocket, all: Bool) {
        guard socket.isTapped, socket.remoteEnding != .reset else { return }
        let ending = ending(of: socket)
        let unread = unreadByteCount(of: socket)
        let wanted = all || ending != nil ? unread : min(unread, scratch.count)
        if wanted > socket.reportedUnreadCount {
            var bytes = [UInt8](repeating: 0, count: wanted)
            let count = recv(socket.descriptor, &bytes, wanted, CInt(truncatingIfNeeded: MSG_PEEK))
            if count > socket.reportedUnreadCount {
                report(.received(Array(bytes[socket.reportedUnreadCount..<count])), on: socket)
                socket.reportedUnreadCount = count
            }
        }
        if let ending { reportEnding(ending, of: socket) }
    }

    /// Reports what is unread at this descriptor, and the segment that closing it will send.
    func reportClosing(of socket: StreamSocket) {
        guard socket.isTapped else { return }
        lookAtUnread(of: socket, all: true)
        let isOver = socket.hasShutDownWrite && socket.reportedEnding == .fin
        guard !isOver, socket.reportedEnding != .reset else { return }
        if socket.isAborted || unreadByteCount(of: socket) > 0 {
            report(.resetSent, on: socket)
        } else {
            if !socket.hasShutDownWrite { report(.finSent, on: socket) }
            follow(socket)
        }
    }

    /// How the other side has ended.
    ///
    /// The pending error is not consumed.
    private func ending(of socket: StreamSocket) -> PeerEnding? {
        if socket.hasFailed { return .reset }
        let hungUp = Int16(truncatingIfNeeded: EPOLLRDHUP.rawValue)
        var poller = pollfd(fd: socket.descriptor, events: hungUp, revents: 0)
        guard poll(&poller, 1, 0) > 0 else { return nil }
        if poller.revents & Int16(POLLERR) != 0 { return .reset }
        return poller.revents & hungUp != 0 ? .fin : nil
    }

    private func unreadByteCount(of socket: StreamSocket) -> Int {
        var count: CInt = 0
        return ioctl(socket.descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }
}

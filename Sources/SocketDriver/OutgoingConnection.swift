internal import CLinux
internal import Glibc

/// One TCP connection made by us, as a client makes it.
///
/// It says goodbye by a RST, however it ends: at `close`, when this process exits and when it is
/// killed. A FIN would stay for ever as a CLOSE_WAIT row at a gateway that keeps its socket; a RST
/// takes the row away even then. Nothing is owed to the kernel's send queue at that point, so a
/// caller who needs its last bytes delivered waits for their answer first.
package final class OutgoingConnection {
    package enum Event {
        case connected
        case received([UInt8])
        /// The gateway's FIN.
        case ended
        /// The gateway's RST, or the network's word that it is gone.
        case reset
        /// No connection came about.
        case refused(OSFailure)
    }

    /// Most bytes read before others get their turn.
    private static let mostRead = 65_536

    package let gateway: Endpoint
    private let loop: EventLoop
    private let descriptor: CInt
    private let react: (Event) -> Void
    private var watch: EventLoop.Watch?
    private var outbound: [UInt8] = []
    private var isConnected = false
    private var isOpen = true

    /// Begins to connect; what comes of it is told to `react`, on the loop's thread.
    package init(
        to gateway: Endpoint, on loop: EventLoop, react: @escaping (Event) -> Void
    ) throws(OSFailure) {
        self.gateway = gateway
        self.loop = loop
        self.react = react
        descriptor = clinux_tcp_socket(gateway.family)
        guard descriptor >= 0 else { throw .now("make a socket for \(gateway)") }
        Self.prepare(descriptor)
        let result = gateway.withSocketAddress { connect(descriptor, $0, $1) }
        let code = result == 0 ? 0 : errno
        if code != 0, code != EINPROGRESS {
            _ = loop.schedule(afterReal: .zero) { [weak self] in self?.refuse(code) }
            return
        }
        do throws(OSFailure) {
            watch = try loop.watch(descriptor, .writable) { [unowned self] _, readiness in
                look(readiness)
            }
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// `nil` once closed.
    package var localEndpoint: Endpoint? {
        isOpen ? Endpoint(localOf: descriptor) : nil
    }

    package func send(_ bytes: [UInt8]) {
        precondition(isConnected, "bytes were sent before the connection was made")
        guard isOpen else { return }
        outbound += bytes
        flush()
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        if let watch { loop.cancel(watch) }
        Glibc.close(descriptor)
    }

    private static func prepare(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        var isImmediate: CInt = 1
        setsockopt(
            descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &isImmediate,
            socklen_t(MemoryLayout<CInt>.size))
    }

    private func look(_ readiness: EventLoop.Readiness) {
        guard isConnected else { return finishConnecting() }
        if readiness.contains(.writable) { flush() }
        if isOpen, !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) { receive() }
    }

    private func finishConnecting() {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { return refuse(code) }
        isConnected = true
        setInterest()
        react(.connected)
    }

    private func refuse(_ code: CInt) {
        guard isOpen else { return }
        close()
        react(.refused(OSFailure("connect to \(gateway)", code: code)))
    }

    private func receive() {
        var bytes = [UInt8](repeating: 0, count: Self.mostRead)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count > 0 {
            react(.received(Array(bytes[..<count])))
        } else if count == 0 {
            close()
            react(.ended)
        } else if errno != EAGAIN, errno != EINTR {
            close()
            react(.reset)
        }
    }

    /// A failed send is told by the read that follows.
    private func flush() {
        while !outbound.isEmpty {
            let count = outbound.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno != EAGAIN { outbound.removeAll() }
            if count <= 0 { break }
            outbound.removeFirst(count)
        }
        setInterest()
    }

    private func setInterest() {
        guard let watch else { return }
        loop.setInterest(outbound.isEmpty ? .readable : [.readable, .writable], of: watch)
    }
}

import CLinux
import Glibc
import SocketDriver

/// A raw client socket that never waits.
final class TestClient {
    enum Reading: Equatable {
        case bytes([UInt8])
        case end
        case failed(CInt)
    }

    let descriptor: CInt
    /// What `connect` failed with; `EINPROGRESS` while the kernel has no answer.
    let connectCode: CInt
    private(set) var isClosed = false

    /// Connects in the IPv6 notation of an IPv4 address if `mapped`, as Java does.
    init(to server: Endpoint, mapped: Bool = false) {
        descriptor = clinux_tcp_socket(mapped ? AF_INET6 : AF_INET)
        let result = Self.dial(descriptor, server, mapped: mapped)
        // On loopback the kernel usually has the answer at once, but tells it on the second call.
        let code = result == 0 ? 0 : errno
        connectCode = code == EINPROGRESS ? Self.pendingError(of: descriptor) : code
    }

    /// The other end of a client's connection, as a listener got it.
    init(accepted descriptor: CInt) {
        self.descriptor = descriptor
        connectCode = 0
    }

    deinit { close() }

    private static func dial(_ descriptor: CInt, _ server: Endpoint, mapped: Bool) -> CInt {
        if mapped {
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = server.port.bigEndian
            inet_pton(AF_INET6, "::ffff:\(server.host)", &raw.sin6_addr)
            return dial(descriptor, &raw)
        }
        var raw = sockaddr_in()
        raw.sin_family = sa_family_t(AF_INET)
        raw.sin_port = server.port.bigEndian
        inet_pton(AF_INET, server.host, &raw.sin_addr)
        return dial(descriptor, &raw)
    }

    private static func dial<Raw>(_ descriptor: CInt, _ raw: UnsafePointer<Raw>) -> CInt {
        raw.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<Raw>.size))
        }
    }

    private static func pendingError(of descriptor: CInt) -> CInt {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&poller, 1, 0) > 0 else { return EINPROGRESS }
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    var endpoint: Endpoint { Endpoint(localOf: descriptor) ?? .loopback(port: 0) }

    /// Whose socket the other end is, while it is connected.
    var remoteEndpoint: Endpoint? { Endpoint(remoteOf: descriptor) }

    /// The kernel knows that the connection is gone.
    var hasFailed: Bool {
        var poller = pollfd(fd: descriptor, events: 0, revents: 0)
        return poll(&poller, 1, 0) > 0 && poller.revents & Int16(POLLERR) != 0
    }

    /// `nil` when there is nothing to read for now.
    func read() -> Reading? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count > 0 { return .bytes(Array(bytes[..<count])) }
        if count == 0 { return .end }
        return errno == EAGAIN ? nil : .failed(errno)
    }

    /// How many bytes the kernel took; -1 and below are negated error numbers.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        let count = Glibc.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        return count >= 0 ? count : -Int(errno)
    }

    func shutDownWrite() { shutdown(descriptor, CInt(SHUT_WR)) }

    func close() {
        if !isClosed { Glibc.close(descriptor) }
        isClosed = true
    }

    func abort() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }
}

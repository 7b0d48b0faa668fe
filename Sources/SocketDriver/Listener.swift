internal import CLinux
internal import Glibc

/// A listening socket.
///
/// Connections inherit what is set on it: no Nagle delay, and the receive buffer size.
package struct Listener {
    package let descriptor: CInt
    /// Where it really listens, with the port the kernel chose for port 0.
    package let endpoint: Endpoint
    /// Keeps the port for as long as anybody holds it.
    ///
    /// It is made before the socket listens, since afterwards it would come too late.
    let claim: PortClaim?

    package init(
        on wanted: Endpoint, options: HostOptions = HostOptions()
    ) throws(OSFailure) {
        let operation = "listen on \(wanted)"
        let descriptor = clinux_tcp_socket(wanted.family)
        guard descriptor >= 0 else { throw .now(operation) }
        SocketOption.set(SO_REUSEADDR, 1, on: descriptor)
        if let bytes = options.receiveBufferBytes {
            SocketOption.set(SO_RCVBUF, bytes, on: descriptor)
        }
        SocketOption.sendAtOnce(descriptor)
        guard wanted.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else {
            throw Self.failure(operation, descriptor)
        }
        endpoint = Endpoint(localOf: descriptor) ?? wanted
        claim = PortClaim(endpoint)
        guard listen(descriptor, options.backlog) == 0 else {
            throw Self.failure(operation, descriptor)
        }
        self.descriptor = descriptor
    }

    private static func failure(_ operation: String, _ descriptor: CInt) -> OSFailure {
        defer { close(descriptor) }
        return .now(operation)
    }
}

internal import CLinux
internal import Glibc

/// Keeps a port while nobody listens there.
///
/// The kernel would give it to the next socket that asks for any: another gateway's, or that of the
/// very client that connects there, which then talks to itself. A socket that is bound and does not
/// listen prevents both. Whoever connects is refused, and a server that asks for this very port with
/// SO_REUSEADDR gets it.
final class PortClaim {
    let endpoint: Endpoint
    private let descriptor: CInt

    /// `nil` when it cannot be had, as while somebody listens.
    init?(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        descriptor = clinux_tcp_socket(endpoint.family)
        guard descriptor >= 0 else { return nil }
        SocketOption.set(SO_REUSEADDR, 1, on: descriptor)
        guard endpoint.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

internal import CLinux
internal import Glibc

/// A TCP socket on its way to a gateway: made, set up and told to connect, without waiting.
///
/// The answer is there when the socket is writable. Whoever made it owns the descriptor.
struct Dial {
    let descriptor: CInt
    /// The error number of a refusal that came at once; 0 when the answer is still to come, or good.
    let refusal: CInt

    /// - Parameters:
    ///   - receiveBufferBytes: `SO_RCVBUF`; `nil` leaves the choice to the kernel.
    ///   - aborts: Closing sends a RST instead of a FIN, however the process ends.
    init(
        to gateway: Endpoint, receiveBufferBytes: Int32? = nil, aborts: Bool = false
    ) throws(OSFailure) {
        let descriptor = clinux_tcp_socket(gateway.family)
        guard descriptor >= 0 else { throw .now("make a socket for \(gateway)") }
        if aborts { SocketOption.abortAtClose(descriptor) }
        SocketOption.sendAtOnce(descriptor)
        if let receiveBufferBytes {
            SocketOption.set(SO_RCVBUF, receiveBufferBytes, on: descriptor)
        }
        let result = gateway.withSocketAddress { connect(descriptor, $0, $1) }
        let code = result == 0 ? 0 : errno
        self.descriptor = descriptor
        refusal = code == EINPROGRESS ? 0 : code
    }

    /// The error number that the attempt ended with, once the socket is writable; 0 is success.
    static func answer(of descriptor: CInt) -> CInt {
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code
    }

    static func failure(to gateway: Endpoint, code: CInt) -> OSFailure {
        OSFailure("connect to \(gateway)", code: code)
    }
}

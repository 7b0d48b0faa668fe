internal import CLinux
internal import Glibc
internal import Simulation

/// A TCP socket on its way to a gateway: made, set up and told to connect, without waiting.
///
/// When the socket is writable, the attempt is over. The caller owns the descriptor.
package struct Dial {
    let descriptor: CInt
    /// The error number when the attempt failed at once.
    ///
    /// It is 0 while it goes on, and when it succeeded.
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

    /// Connects, and waits until it is done; the socket blocks from then on.
    ///
    /// - Parameter patience: In real time.
    package static func connectAndWait(
        to gateway: Endpoint, patience: Duration = .seconds(10)
    ) throws(OSFailure) -> CInt {
        let dial = try Dial(to: gateway)
        var entry = pollfd(fd: dial.descriptor, events: Int16(POLLOUT), revents: 0)
        var code = dial.refusal
        if code == 0 {
            let milliseconds = CInt(clamping: patience.nanoseconds / 1_000_000)
            code = poll(&entry, 1, milliseconds) > 0 ? answer(of: dial.descriptor) : ETIMEDOUT
        }
        guard code == 0 else {
            close(dial.descriptor)
            throw failure(to: gateway, code: code)
        }
        let flags = fcntl(dial.descriptor, F_GETFL)
        _ = fcntl(dial.descriptor, F_SETFL, flags & ~O_NONBLOCK)
        return dial.descriptor
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

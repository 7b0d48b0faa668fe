internal import CLinux
internal import Glibc

/// The options that are set on sockets here.
enum SocketOption {
    static func set(_ option: CInt, _ value: CInt, on descriptor: CInt) {
        var value = value
        setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    /// No Nagle delay.
    static func sendAtOnce(_ descriptor: CInt) {
        var isOn: CInt = 1
        setsockopt(
            descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, &isOn,
            socklen_t(MemoryLayout<CInt>.size))
    }

    /// The kernel discards every segment before TCP sees it: nothing is acknowledged.
    ///
    /// - Returns: Whether the kernel allows it.
    static func loseSegments(_ descriptor: CInt) -> Bool {
        // Returns 0, the number of bytes of the packet that are kept.
        var instruction = sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: 0)
        return withUnsafeMutablePointer(to: &instruction) { pointer in
            var program = sock_fprog(len: 1, filter: pointer)
            return setsockopt(
                descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program,
                socklen_t(MemoryLayout<sock_fprog>.size)) == 0
        }
    }

    static func takeSegments(_ descriptor: CInt) { set(SO_DETACH_FILTER, 0, on: descriptor) }

    /// Closing sends a RST instead of a FIN.
    static func abortAtClose(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

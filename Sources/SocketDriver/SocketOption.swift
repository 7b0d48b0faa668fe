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

    /// Closing sends a RST instead of a FIN.
    static func abortAtClose(_ descriptor: CInt) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }
}

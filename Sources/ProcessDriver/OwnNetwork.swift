internal import CLinux
package import SocketDriver

/// A network that belongs to this process and its children alone.
package enum OwnNetwork {
    /// Enters a new network namespace, in which only loopback is up.
    ///
    /// Without privileges it enters a user namespace too, in which the user keeps its number. It must
    /// be called before any socket is open and any thread is started.
    package static func enter() throws(OSFailure) {
        guard clinux_own_network() != 0 else { return }
        throw .now("make a network of its own")
    }
}

import GatewayWire
import SocketDriver

/// What this machine's kernel knows of the gateway's side of a port; empty for a gateway elsewhere.
struct GatewayView: Equatable {
    /// The gateway's end of the probe's own connection.
    enum OwnRow: Equatable {
        /// The kernel answered for a gateway that has not accepted.
        case notAccepted
        /// Accepted, and this many bytes of ours lie unread.
        case accepted(unreadBytes: Int)
    }

    var ownRow: OwnRow?
    var closeWaitCount = 0
    /// Other ends of established connections to the port.
    var otherClients: [String] = []
    /// Well-known ports on which something listens.
    var listeningPorts: [UInt16] = []

    /// Looks while the probe's connection still stands, or after it is gone (`own` is `nil`).
    ///
    /// When the kernel shows nothing, the advice is more general.
    static func look(at gateway: Endpoint, own: Endpoint?) -> GatewayView {
        var view = GatewayView()
        guard gateway.isLoopback || own?.address == gateway.address else { return view }
        let rows = (try? KernelSockets.rows(localPort: gateway.port)) ?? []
        for row in rows where row.state != .listening {
            if row.remote == own {
                view.ownRow =
                    row.inode == 0 ? .notAccepted : .accepted(unreadBytes: row.receiveQueue)
            } else if row.state == .closeWait {
                view.closeWaitCount += 1
            } else if row.state == .established {
                view.otherClients.append(row.remote.description)
            }
        }
        for port in KnownPort.allCases.map(\.rawValue) {
            let listeners = (try? KernelSockets.rows(localPort: port, states: [.listening])) ?? []
            if !listeners.isEmpty { view.listeningPorts.append(port) }
        }
        return view
    }
}

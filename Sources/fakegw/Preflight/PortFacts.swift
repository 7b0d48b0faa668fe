import SocketDriver

/// What the kernel's tables say about one port of this machine, read without touching the port.
struct PortFacts: Equatable {
    struct Listener: Equatable {
        let endpoint: Endpoint
        /// `nil` when we may not read the files of the process.
        let owner: SocketOwner?
        /// Age of the owner.
        let age: Duration?
        /// Connections made by the kernel that the owner has not accepted.
        let waitingCount: Int
    }

    struct Zombie: Equatable {
        let client: Endpoint
        /// False when the gateway has never accepted it, so that no process owns it.
        let isAccepted: Bool
    }

    struct Client: Equatable {
        let endpoint: Endpoint
        /// `nil` for another machine's process, or one we may not see.
        let owner: SocketOwner?
        let isLocal: Bool
        /// Connected, or still trying to.
        let isConnected: Bool
    }

    let port: UInt16
    var listeners: [Listener] = []
    var zombies: [Zombie] = []
    var clients: [Client] = []

    static func read(_ port: UInt16) throws(OSFailure) -> PortFacts {
        var facts = PortFacts(port: port)
        let gatewaySide = try KernelSockets.rows(localPort: port)
        let clientSide = try KernelSockets.rows(remotePort: port)
        for row in gatewaySide {
            switch row.state {
            case .listening:
                let owner = KernelSockets.owner(ofInode: row.inode)
                facts.listeners.append(
                    Listener(
                        endpoint: row.local, owner: owner,
                        age: owner.flatMap { ProcFiles.age(of: $0.processID) },
                        waitingCount: row.receiveQueue))
            case .closeWait:
                facts.zombies.append(Zombie(client: row.remote, isAccepted: row.inode != 0))
            case .established, .synReceived:
                let local = clientSide.first { $0.local == row.remote && $0.remote == row.local }
                facts.clients.append(
                    Client(
                        endpoint: row.remote,
                        owner: local.flatMap { KernelSockets.owner(ofInode: $0.inode) },
                        isLocal: local != nil, isConnected: true))
            case .synSent, .finWait1, .finWait2, .timeWait, .closed, .lastAck, .closing: break
            }
        }
        // A full accept queue leaves the gateway's side without a row.
        for row in clientSide where row.state == .synSent && row.remote.isLoopback {
            facts.clients.append(
                Client(
                    endpoint: row.local, owner: KernelSockets.owner(ofInode: row.inode),
                    isLocal: true, isConnected: false))
        }
        return facts
    }
}

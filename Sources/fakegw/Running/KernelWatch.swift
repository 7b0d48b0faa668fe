import EventLog
import Glibc
import ProcessDriver
import ScenarioRun
import Simulation
import SocketDriver

/// Reads the kernel's socket table for the story, and reports changes.
struct KernelWatch {
    private enum Subject {
        case sockets(HostedGateway)
        /// The client's ends of connections that one program holds.
        case connections(run: String, [OwnedConnection])
    }

    private struct OwnedConnection {
        let gateway: String
        let connection: ConnectionID
        let row: KernelSockets.Row
    }

    private let subject: Subject
    private var last: LogEvent.Kind?

    /// `nil` when there is no such gateway.
    init?(_ wanted: StoryWatch, gateways: [HostedGateway], runs: [RunningClient]) {
        switch wanted {
        case .sockets(let name):
            guard let gateway = gateways.first(where: { $0.name == name }) else { return nil }
            subject = .sockets(gateway)
        case .connections(let run):
            let process = runs.last { $0.name == run }?.process
            subject = .connections(run: run, Self.connections(of: process, at: gateways))
        }
    }

    /// An event when the table shows something new; at the first look there always is one.
    mutating func change(at now: SimInstant) -> LogEvent? {
        let kind: LogEvent.Kind
        var gatewayName: String?
        switch subject {
        case .sockets(let gateway):
            kind = .sockets(Self.rows(of: gateway))
            gatewayName = gateway.name
        case .connections(let run, let owned):
            kind = .runner(.holds(run: run, owned.map(Self.held)))
        }
        guard kind != last else { return nil }
        last = kind
        return LogEvent(at: now, gateway: gatewayName, kind: kind)
    }

    private static func rows(of gateway: HostedGateway) -> [SocketRow] {
        let rows = gateway.ports.flatMap { port in
            ((try? KernelSockets.rows(atPort: port)) ?? []).map { SocketRow($0, ofGatewayAt: port) }
        }
        return rows.filter(\.isGatewaySide) + rows.filter { !$0.isGatewaySide }
    }

    /// The table with addresses, for a report.
    ///
    /// - Parameter runs: The programs that owners are named by; `nil` leaves the owners out. To find
    ///   them takes a look at every process.
    static func ownedRows(of gateway: HostedGateway, runs: [RunningClient]?) -> [SocketRow] {
        let own = gateway.ports.flatMap { (try? KernelSockets.rows(localPort: $0)) ?? [] }
        let theirs = gateway.ports.flatMap { (try? KernelSockets.rows(remotePort: $0)) ?? [] }
        let rows = own.map { ($0, true) } + theirs.map { ($0, false) }
        let owners = runs.map { _ in KernelSockets.owners(ofInodes: Set(rows.map(\.0.inode))) }
        return rows.map { row, isGatewaySide in
            let owner = owners?[row.inode].map { name(of: $0, among: runs ?? []) }
            return SocketRow(
                isGatewaySide: isGatewaySide, state: row.state.description,
                owner: owner ?? (row.inode == 0 ? nil : "a process"),
                local: "\(row.local)", remote: row.remote.port == 0 ? nil : "\(row.remote)",
                unreadBytes: row.receiveQueue)
        }
    }

    /// The name of the run, or of the program.
    private static func name(of owner: SocketOwner, among runs: [RunningClient]) -> String {
        if owner.processID == getpid() { return "fakegw" }
        let group = getpgid(owner.processID)
        return runs.last { $0.process.processID == group }?.name
            ?? "\(owner.command) (\(owner.processID))"
    }

    private static func held(_ owned: OwnedConnection) -> HeldConnection {
        let row = try? KernelSockets.row(local: owned.row.local, remote: owned.row.remote)
        return HeldConnection(
            gateway: owned.gateway, connection: owned.connection,
            unreadBytes: row?.receiveQueue ?? 0)
    }

    /// The gateway connections whose client end belongs to the program or to its group.
    private static func connections(
        of process: ClientProcess?, at gateways: [HostedGateway]
    ) -> [OwnedConnection] {
        var owned: [OwnedConnection] = []
        for gateway in gateways {
            let rows = gateway.ports.flatMap { (try? KernelSockets.rows(remotePort: $0)) ?? [] }
            let owners = KernelSockets.owners(ofInodes: Set(rows.map(\.inode)))
            for row in rows {
                guard let owner = owners[row.inode],
                    getpgid(owner.processID) == process?.processID,
                    let connection = gateway.host.connections.first(where: {
                        gateway.host.clientEndpoint(of: $0) == row.local
                    })
                else { continue }
                owned.append(
                    OwnedConnection(gateway: gateway.name, connection: connection, row: row))
            }
        }
        return owned
    }
}

extension SocketRow {
    /// - Parameter port: The gateway's; the row has it at one end.
    init(_ row: KernelSockets.Row, ofGatewayAt port: UInt16) {
        let isGatewaySide = row.local.port == port
        let client = isGatewaySide ? row.remote : row.local
        self.init(
            isGatewaySide: isGatewaySide, state: row.state.description,
            owner: row.inode == 0 ? nil : "a process",
            client: client.port == 0 ? nil : client.description)
    }
}

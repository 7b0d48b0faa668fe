import EventLog
import Simulation
import SocketDriver

/// Looks at the kernel's table all the time, for what a scenario claims of sockets over time.
///
/// Connections that are known are looked up one by one at every beat, which is cheap. Now and then the whole
/// table is read, which takes a millisecond or two, so that others are found: those that wait to be accepted,
/// and listeners. The
/// gateway's own sockets are looked up too at the moment when they are accepted and when their client
/// ends, before anything is done about it.
struct KernelFollower {
    private let interval: Double
    private var tables: [FollowedTable]
    /// In real seconds.
    private var lastLook: Double?
    private var lastInstant = SimInstant.start

    /// A longer time without a look is reported, in real seconds.
    private static let toleratedGap = 0.02

    /// - Parameter interval: How often the whole table is read, in real seconds.
    init(_ gateways: [HostedGateway] = [], readEvery interval: Double = 0.02) {
        self.interval = interval
        tables = gateways.map { FollowedTable($0, readEvery: interval) }
    }

    /// Looks at this gateway's table too from now on.
    mutating func add(_ gateway: HostedGateway) {
        tables.append(FollowedTable(gateway, readEvery: interval))
    }

    /// Looks at everything that is known, and at the whole table when it is time, or when it is asked for.
    mutating func look(at now: SimInstant, real: Double, wholly: Bool = false) -> [LogEvent] {
        var events: [LogEvent] = []
        if let lastLook, real - lastLook > Self.toleratedGap {
            let milliseconds = ((now - lastInstant).nanoseconds + 999_999) / 1_000_000
            events.append(
                LogEvent(at: now, kind: .runner(.unwatched(milliseconds: Int(milliseconds)))))
        }
        lastLook = real
        lastInstant = now
        for index in tables.indices {
            tables[index].look(real: real, wholly: wholly)
            if let event = tables[index].change(at: now) { events.append(event) }
        }
        return events
    }

    /// Looks at both ends of one connection.
    mutating func look(at client: Endpoint, of gateway: String, at now: SimInstant) -> LogEvent? {
        guard let index = tables.firstIndex(where: { $0.gateway.name == gateway }) else {
            return nil
        }
        tables[index].look(at: client)
        return tables[index].change(at: now)
    }

    /// The client's ends of connections that their gateway has not ended, by inode.
    var openClientInodes: Set<UInt32> {
        Set(
            tables.flatMap { table in
                table.rows.filter { row in
                    row.inode != 0 && row.remote.port == table.port && row.state != .closeWait
                }.map(\.inode)
            })
    }
}

/// The rows of one gateway's connections.
private struct FollowedTable {
    let gateway: HostedGateway
    private(set) var rows: [KernelSockets.Row] = []
    private var lastRead = -1.0
    private var reported: [SocketRow]?

    /// With the ports that it had before, rows of old connections are found too.
    ///
    /// A gateway that still has to get a free port has none.
    private var ports: [UInt16] { gateway.ports.filter { $0 != 0 } }
    var port: UInt16 { gateway.port }

    private let interval: Double

    init(_ gateway: HostedGateway, readEvery interval: Double) {
        self.gateway = gateway
        self.interval = interval
    }

    mutating func look(real: Double, wholly: Bool) {
        if wholly || real - lastRead >= interval {
            lastRead = real
            rows = ports.flatMap { (try? KernelSockets.rows(atPort: $0)) ?? [] }
        } else {
            rows = rows.compactMap { row in
                row.state == .listening
                    ? row : (try? KernelSockets.row(local: row.local, remote: row.remote)) ?? nil
            }
        }
    }

    mutating func look(at client: Endpoint) {
        let own = gateway.host.localEndpoint
        for (local, remote) in [(own, client), (client, own)] {
            rows.removeAll { $0.local == local && $0.remote == remote }
            if let row = (try? KernelSockets.row(local: local, remote: remote)) ?? nil {
                rows.append(row)
            }
        }
    }

    /// An event when the table shows something new.
    mutating func change(at now: SimInstant) -> LogEvent? {
        let all = rows.map { row in
            SocketRow(
                row, ofGatewayAt: ports.contains(row.local.port) ? row.local.port : row.remote.port)
        }.sorted {
            ($0.isGatewaySide ? 0 : 1, $0.client ?? "", $0.state)
                < ($1.isGatewaySide ? 0 : 1, $1.client ?? "", $1.state)
        }
        guard all != reported else { return nil }
        reported = all
        return LogEvent(at: now, gateway: gateway.name, kind: .sockets(all))
    }
}

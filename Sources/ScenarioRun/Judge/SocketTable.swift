import EventLog

/// The kernel's sockets at the moment of a failure, with their owners.
///
/// ```
/// sockets:
///   gateway LISTEN      127.0.0.1:4002                     fakegw
///   gateway CLOSE_WAIT  127.0.0.1:4002 ↔ 127.0.0.1:51234   fakegw, 57 bytes unread
///   client  FIN_WAIT2   127.0.0.1:51234 ↔ 127.0.0.1:4002   no owner
/// ```
struct SocketTable {
    private let gateways: [(gateway: String, rows: [SocketRow])]
    private let showsGateway: Bool
    private static let mostRows = 20

    init(_ gateways: [(gateway: String, rows: [SocketRow])], showsGateway: Bool) {
        self.gateways = gateways
        self.showsGateway = showsGateway
    }

    var lines: [String] {
        let rows = gateways.flatMap { gateway, rows in rows.map { (gateway, $0) } }
        guard !rows.isEmpty else { return ["sockets: none"] }
        var cells: [[String]] = []
        for (gateway, row) in rows.prefix(Self.mostRows) {
            cells.append([
                (showsGateway ? "\(gateway.printable) " : "")
                    + (row.isGatewaySide ? "gateway" : "client"),
                row.state.printable, row.addresses, row.ownership,
            ])
        }
        var lines = ["sockets:"] + Self.aligned(cells).map { "  " + $0 }
        if rows.count > Self.mostRows {
            var counts: [String: Int] = [:]
            for (_, row) in rows.dropFirst(Self.mostRows) {
                let side = row.isGatewaySide ? "gateway" : "client"
                counts["\(side) \(row.state.printable)", default: 0] += 1
            }
            let words = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append("  and \(words.joined(separator: ", "))")
        }
        return lines
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { index in rows.map { $0[index].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { cell, width in
                width == 0 ? "" : cell + String(repeating: " ", count: width - cell.count + 2)
            }.joined().trimmingEnd
        }
    }
}

extension SocketRow {
    fileprivate var addresses: String {
        guard let local else { return "" }
        guard let remote else { return local.printable }
        return "\(local) ↔ \(remote)".printable
    }

    fileprivate var ownership: String {
        let owner = self.owner?.printable ?? "no owner"
        guard let unreadBytes, unreadBytes > 0 else { return owner }
        return owner
            + (state == "LISTEN"
                ? ", \(unreadBytes) not yet accepted" : ", \(unreadBytes) bytes unread")
    }
}

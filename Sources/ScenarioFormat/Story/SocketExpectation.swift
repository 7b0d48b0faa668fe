package import EventLog
package import Faults
internal import Simulation

/// What the kernel's socket table must show for a gateway's port.
package struct SocketExpectation: Sendable {
    package enum Side: String, Hashable, Sendable, CaseIterable { case gateway, client }
    package enum Owner: String, Hashable, Sendable, CaseIterable {
        /// A process owns the socket: ours for the gateway's side.
        case process
        /// No process owns it: it is in the accept queue, or its descriptor was closed.
        case none
    }

    package var gateway: String
    package var side: Side
    /// Kernel names: `ESTABLISHED`, `CLOSE_WAIT`, `FIN_WAIT2` and so on.
    package var states: [String]
    package var count: CountRange
    package var owner: Owner?
    /// How long it may take to become true.
    ///
    /// Zero means at once.
    package var within: Duration
    package var mark: SourceMark

    func finding(in tally: LogTally) -> Finding {
        let rows = (tally.gateway(gateway)?.sockets ?? [])
            .filter { $0.isGatewaySide == (side == .gateway) }
        let count = rows.count { row in
            guard states.contains(row.state) else { return false }
            return switch owner {
            case nil: true
            case .process: row.owner != nil
            case .some(.none): row.owner == nil
            }
        }
        let owned =
            switch owner {
            case nil: ""
            case .process: " owned by a process"
            case .some(.none): " owned by nobody"
            }
        var tally: [String: Int] = [:]
        for row in rows { tally["\(row.state) (\(row.owner ?? "no owner"))", default: 0] += 1 }
        let seen = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return Finding(
            mark: mark,
            expected:
                "\(self.count) sockets \(states.joined(separator: " or "))\(owned)"
                + " on the \(side)'s side of \(gateway)",
            seen: seen.isEmpty ? "no socket at all" : seen.joined(separator: ", "),
            holds: self.count.contains(count))
    }

    var explainedEntries: [(key: String, value: String)] {
        var entries = [
            (key: "sockets", value: YAMLText.scalar(gateway)), (key: "side", value: side.rawValue),
            (key: "state", value: YAMLText.list(states)),
            (key: "count", value: YAMLText.scalar(count.description)),
        ]
        if let owner { entries.append(("owner", owner.rawValue)) }
        entries.append(("within", within.scenarioText))
        return entries
    }
}

extension Reading {
    /// States as the kernel's socket table names them.
    private static let socketStates = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
        "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
    ]
    private static let socketKeys = ["sockets", "side", "state", "count", "owner", "within"]

    /// What the kernel's socket table must show; also the condition of a `wait`.
    mutating func socketExpectation(_ node: YAMLNode) -> SocketExpectation? {
        guard
            let fields = fields(
                node, of: "socket expectation", keys: Self.socketKeys, required: ["state", "count"])
        else { return nil }
        guard let gateway = gatewayName(fields["sockets"]) else { return nil }
        let states = items(fields["state"]).compactMap {
            word($0, "kernel socket state", among: Self.socketStates)
        }
        return SocketExpectation(
            gateway: gateway,
            side: word(fields["side"], "side", of: SocketExpectation.Side.self) ?? .gateway,
            states: states, count: countRange(fields["count"]) ?? .exactly(0),
            owner: word(fields["owner"], "owner", of: SocketExpectation.Owner.self),
            within: duration(fields["within"]) ?? .zero, mark: mark(fields.span))
    }
}

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
    private static let pathWords = ["passes", "never", "stays", "zero-within", "ended-first"]

    /// What the kernel's socket table must show, now or over time; also the condition of a `wait`.
    mutating func socketExpectation(_ node: YAMLNode) -> Expectation? {
        guard case .mapping(let entries) = node.content else { return nil }
        let words = Self.pathWords.filter { word in entries.contains { $0.key == word } }
        guard let word = words.first else { return tableExpectation(node).map { .sockets($0) } }
        if words.count > 1 {
            report(
                "'\(words[0])' and '\(words[1])' are two expectations", at: node.span,
                hint: "write one '{sockets: …}' for each")
            return nil
        }
        return pathExpectation(node, word).map { .socketPaths($0) }
    }

    private mutating func pathExpectation(
        _ node: YAMLNode, _ word: String
    ) -> SocketPathExpectation? {
        let own: [String: [String]] = [
            "passes": ["side", "count"], "never": ["side", "longer-than"],
            "stays": ["side", "at-least", "count", "after"],
            "zero-within": ["side", "state", "after"], "ended-first": [],
        ]
        guard
            let fields = fields(
                node, of: "'\(word)' of sockets",
                keys: ["sockets", word, "connection"] + (own[word] ?? []),
                required: word == "stays" ? ["at-least"] : []),
            let gateway = gatewayName(fields["sockets"]),
            let claim = socketClaim(word, fields)
        else { return nil }
        let connection = countRange(fields["connection"])
        if connection == .exactly(0) {
            report("connections are counted from 1", at: fields.keySpan("connection"))
        }
        return SocketPathExpectation(
            gateway: gateway,
            side: self.word(fields["side"], "side", of: SocketExpectation.Side.self) ?? .gateway,
            connection: connection, claim: claim,
            after: storyMoment(fields["after"]), mark: mark(fields.span))
    }

    private mutating func socketClaim(_ word: String, _ fields: Fields) -> SocketClaim? {
        let count = countRange(fields["count"]) ?? CountRange(1, nil)
        switch word {
        case "passes": return .passes(socketStates(fields["passes"]), count: count)
        case "never":
            let bound =
                fields["longer-than"] == nil
                ? SocketPathExpectation.usualNever : tellableTime(fields["longer-than"])
            return bound.map { .never(socketStates(fields["never"]), longerThan: $0) }
        case "stays":
            guard let state = socketStates(fields["stays"]).first,
                let least = tellableTime(fields["at-least"])
            else { return nil }
            return .stays(state, atLeast: least, count: count)
        case "zero-within":
            let states = socketStates(fields["state"])
            return tellableTime(fields["zero-within"]).map {
                .zero(states.isEmpty ? SocketPathExpectation.openStates : states, within: $0)
            }
        default:
            let ends = items(fields["ended-first"]).compactMap {
                self.word($0, "first end", among: SocketPathExpectation.firstEnds)
            }
            return ends.isEmpty ? nil : .endedFirst(ends)
        }
    }

    private mutating func socketStates(_ node: YAMLNode?) -> [String] {
        items(node).compactMap {
            word($0, "kernel socket state", among: Self.socketStates.filter { $0 != "LISTEN" })
        }
    }

    /// A time that looks at the table can tell.
    private mutating func tellableTime(_ node: YAMLNode?) -> Duration? {
        guard let node, let time = duration(node) else { return nil }
        if time < SocketPathExpectation.briefest {
            report(
                "\(time.scenarioText) is too short to be told", at: node.span,
                hint: "the kernel's table is looked at every 5 ms, so the least is "
                    + SocketPathExpectation.briefest.scenarioText)
            return nil
        }
        return time
    }

    private mutating func storyMoment(_ node: YAMLNode?) -> StoryMoment? {
        guard let node,
            let fields = fields(node, of: "after", keys: ["exited", "started", "listening"])
        else { return nil }
        switch (fields["exited"], fields["started"], fields["listening"]) {
        case (let run?, nil, nil): return begunName(run).map { .exited($0) }
        case (nil, let run?, nil): return begunName(run).map { .started($0) }
        case (nil, nil, let gateway?): return gatewayName(gateway).map { .listened($0) }
        default:
            report(
                "after what?", at: node.span,
                hint: "{exited: CLIENT}, {started: CLIENT} or {listening: GATEWAY}")
            return nil
        }
    }

    private mutating func tableExpectation(_ node: YAMLNode) -> SocketExpectation? {
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

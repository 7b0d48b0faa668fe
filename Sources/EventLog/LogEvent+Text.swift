internal import GatewayWire
import Simulation

extension LogEvent {
    /// One readable line without time: `#1 → startApi clientId=7`.
    ///
    /// `→` is towards the gateway, `←` towards the client. Control characters are
    /// written out, so that a peer cannot write into a terminal or forge a line.
    package func textLine(showsGateway: Bool = false) -> String {
        var parts: [String] = []
        if showsGateway, let gateway { parts.append(gateway) }
        if let connection { parts.append(connection.description) }
        parts.append(kind.text)
        return parts.joined(separator: " ")
    }
}

extension LogEvent.Kind {
    package var text: String { words.printable }

    private var words: String {
        switch self {
        case .run(let header): "plays \(header.title), seed \(header.seed), speed \(header.speed)"
        case .step(let number, _, let words): "step \(number): \(words)"
        case .expectation(let finding):
            finding.holds
                ? "as expected: \(finding.expected)"
                : "expected: \(finding.expected); seen: \(finding.seen)"
        case .verdict(let word): "verdict: \(word)"
        case .omitted(let count): "\(count) events were left out here: too many at once"
        case .listening: "listening"
        case .listenerClosed: "listener closed"
        case .light(let light): "API light \(light == .red ? "RED" : "green")"
        case .lifecycle(let what): what.rawValue
        case .commanded(let command): "told: \(command)"
        case .attempted(let client, let gateway): "\(client) calls \(gateway)"
        case .opened(let client, let gateway, let isMidStream):
            openedWords(client, gateway, isMidStream)
        case .hello(let hello):
            "→ hello v\(hello.versions.lowerBound)..\(hello.versions.upperBound)"
                + (hello.connectOptions.isEmpty ? "" : " \(hello.connectOptions)")
        case .legacyHello(let version): "→ hello from before API\\0, client version \(version)"
        case .version(let reply): "← server version \(reply.serverVersion), \(reply.connectionTime)"
        case .message(let message):
            "\(message.schema.direction.arrow) \(message.name)\(message.summary)"
        case .unknown(let direction, let id, let bytes):
            "\(direction.arrow) unknown message id \(id), \(bytes.count) bytes"
        case .malformed(let direction, let reason, _): "\(direction.arrow) malformed: \(reason)"
        case .raw(let direction, let bytes):
            "\(direction.arrow) \(bytes.count) bytes that are no whole frame: "
                + hexText(bytes.prefix(32)) + (bytes.count > 32 ? "…" : "")
        case .gap(let direction, let count): "\(direction.arrow) \(count) bytes were not captured"
        case .phase(let phase): "is \(phase.rawValue)"
        case .ended(.fin): "client sent FIN"
        case .ended(.halfClose): "client keeps its half open"
        case .ended(.rst): "client sent RST"
        case .ended(.rstUnread): "client sent RST, killed with bytes unread"
        case .closed(.fin): "gateway sent FIN"
        case .closed(.rst): "gateway sent RST"
        case .closed(.halfClose): "gateway sent FIN, still receiving"
        case .closed(.held): "descriptor kept: CLOSE_WAIT"
        case .closed(.released): "kept descriptor closed"
        case .finAcknowledged(let direction): "\(direction.sender)'s FIN was acknowledged"
        case .stalled(let direction): "\(direction.opposite.sender) takes no more bytes: window 0"
        case .resumed(let direction): "\(direction.opposite.sender) takes bytes again"
        case .unacknowledged(let direction, let count, let resent):
            "\(count) bytes \(direction.words) were sent again (\(resent)×) and never acknowledged"
        case .over(let ending): "closed: \(ending)"
        case .fault(let rule, let action, let change):
            "fault \(rule): \(action)" + (change.isEmpty ? "" : ", \(change)")
        case .faultIdle(let rule, let action, let reason):
            "fault \(rule): \(action) did nothing, \(reason)"
        case .faultFailed(let rule, let reason): "fault \(rule) fails the scenario: \(reason)"
        case .note(let text): "note: \(text)"
        case .transport(let text): text
        case .clientStarted(let run, _, let command): "\(run) started: \(command)"
        case .clientLine(let run, let stream, let text): "\(run) \(stream.rawValue)| \(text)"
        case .clientEnded(let run, let ending): "\(run) \(ending)"
        case .clientSignaled(let run, let signal): "\(run) got SIG\(signal)"
        case .clientFed(let run, nil): "\(run): standard input closed"
        case .clientFed(let run, let line?): "\(run) is fed: \(line)"
        case .sockets(let rows): socketWords(rows)
        case .runner(let report): report.text
        }
    }

    private func openedWords(_ client: String?, _ gateway: String?, _ isMidStream: Bool) -> String {
        let what = isMidStream ? "already open" : "opened"
        guard let client else { return what }
        return "\(what) \(client)" + (gateway.map { " → \($0)" } ?? "")
    }

    private func socketWords(_ rows: [SocketRow]) -> String {
        var tally: [String: Int] = [:]
        for row in rows {
            let side = row.isGatewaySide ? "gateway" : "client"
            tally["\(side) \(row.state) (\(row.owner ?? "no owner"))", default: 0] += 1
        }
        let counts = tally.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return "sockets: " + (counts.isEmpty ? "none" : counts.joined(separator: ", "))
    }
}

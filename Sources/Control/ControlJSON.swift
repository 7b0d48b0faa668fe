import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation

/// How the control API shows things.
enum ControlJSON {
    static func gateway(_ state: GatewayState, _ host: any ControlHost) -> String {
        let machine = state.gateway.machine
        let tally = host.tally.gateway(state.name) ?? GatewayTally(name: state.name)
        var line = JSONLine()
        line.add("name", state.name)
        line.add("address", state.gateway.address)
        line.add("port", Int(state.gateway.address.split(separator: ":").last ?? "") ?? 0)
        line.add("startedAt", time(.start, host))
        line.add("at", time(host.now, host))
        line.add("light", machine.light.rawValue)
        line.addRaw("isListening", "\(machine.isListening)")
        line.addRaw("isConnectedToServer", "\(!machine.serverIsLost)")
        line.add("newestServerVersion", state.gateway.spec.settings.newestVersion)
        line.add("accepted", tally.acceptedCount)
        line.add("open", tally.openCount)
        line.add("held", tally.heldCount)
        for kind in [AddedRules.Kind.pathology, .fault] {
            line.addRaw(kind.plural, JSONLine.array(state.all(kind).map { added($0, tally) }))
        }
        return line.finished
    }

    /// As the event log has it.
    private static func time(_ instant: SimInstant, _ host: any ControlHost) -> String {
        UTCTime(nanosecondsSince1970: host.epoch &+ instant.nanoseconds).exactText
    }

    static func added(_ added: AddedRules, _ tally: GatewayTally) -> String {
        var line = JSONLine()
        if let use = added.use {
            line.add("id", use.label)
            line.add("name", use.name)
            var parameters = JSONLine()
            for (name, text) in use.parameters.sorted(by: { $0.key < $1.key }) {
                parameters.add(name, text)
            }
            line.addRaw("parameters", parameters.finished)
        } else {
            line.add("name", added.name)
            line.add("rule", added.rules.map(\.explainedText).joined(separator: "\n"))
        }
        line.addRaw("isEnabled", "\(added.isEnabled)")
        line.add("fired", added.rules.reduce(0) { $0 + (tally.fired[$1.name] ?? 0) })
        return line.finished
    }

    static func connection(_ view: ConnectionView, client: String?) -> String {
        var line = JSONLine()
        line.add("number", view.connection.number)
        if let client { line.add("client", client) }
        line.add("phase", view.phase.rawValue)
        if let clientID = view.clientID { line.add("clientId", clientID) }
        if let version = view.serverVersion { line.add("serverVersion", version) }
        line.addRaw("isHeld", "\(view.isHeld)")
        line.addRaw("isMuted", "\(view.isMuted)")
        line.addRaw("isSilent", "\(view.isSilent)")
        line.addRaw("clientHasEnded", "\(view.clientHasEnded)")
        return line.finished
    }

    static func socket(_ row: SocketRow) -> String {
        var line = JSONLine()
        line.add("side", row.isGatewaySide ? "gateway" : "client")
        line.add("state", row.state)
        if let local = row.local { line.add("local", local) }
        if let remote = row.remote { line.add("remote", remote) }
        if let owner = row.owner { line.add("owner", owner) }
        if let unread = row.unreadBytes { line.add("unreadBytes", unread) }
        return line.finished
    }

    static func verdict(_ findings: [Finding]) -> String {
        var line = JSONLine()
        line.addRaw("holds", "\(findings.allSatisfy(\.holds))")
        line.addRaw(
            "findings",
            JSONLine.array(
                findings.map { finding in
                    var line = JSONLine()
                    line.addRaw("holds", "\(finding.holds)")
                    line.add("expected", finding.expected)
                    line.add("seen", finding.seen)
                    return line.finished
                }))
        return line.finished
    }

    /// A command, as a step of a scenario has it.
    static func command(_ word: StepWord) -> String {
        var line = JSONLine()
        line.add("word", word.keyword)
        line.add("meaning", word.meaning)
        line.addRaw("keys", JSONLine.array(word.keys.map(JSONLine.quoted)))
        line.add("example", word.example)
        return line.finished
    }

    /// Counts of messages by name.
    static func counts(_ counts: [String: Int]) -> String {
        var line = JSONLine()
        for (name, count) in counts.sorted(by: { $0.key < $1.key }) { line.add(name, count) }
        return line.finished
    }
}

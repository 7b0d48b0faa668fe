internal import EventLog
internal import Faults
internal import GatewayWire
internal import Simulation

extension FaultRule {
    var explainedLines: [String] {
        var lines = [
            "name: \(YAMLText.scalar(name))", "when: \(trigger.explained)",
            "nth: \(explained(nth))", "chance: \(chance)",
            "times: \(times.map(String.init) ?? "unlimited")", "after: \(after.scenarioText)",
            "optional: \(isOptional)",
        ]
        if trigger.hasConnection {
            let phases = phases.map(\.rawValue)
            lines += [
                "phase: \(YAMLText.list(phases))", "connection: \(explained(connections))",
                "client-id: \(clientID.map(String.init) ?? "any")", "others: \(explained(others))",
            ]
        }
        return lines + ["do:"] + actions.map { "  - \($0.explained)" }
    }

    private func explained(_ range: CountRange?) -> String {
        range.map { YAMLText.scalar($0.description) } ?? "any"
    }
}

extension Trigger {
    fileprivate var explained: String {
        switch self {
        case .start, .hello: return keyword
        case .connect(let others, let held):
            var entries: [(key: String, value: String)] = []
            if let others { entries.append(("others", YAMLText.scalar(others.description))) }
            if let held { entries.append(("held", YAMLText.scalar(held.description))) }
            return entries.isEmpty ? keyword : wrapped(YAMLText.mapping(entries))
        case .phase(let phase): return wrapped(phase.rawValue)
        case .message(let message): return wrapped(message.explained)
        case .disconnect(let kinds):
            let list = YAMLText.list(kinds.map(\.rawValue))
            return wrapped(YAMLText.mapping([("by", "client"), ("kind", list)]))
        case .light(let light): return wrapped(light.rawValue)
        case .signal(let name): return wrapped(YAMLText.scalar(name))
        }
    }

    private func wrapped(_ value: String) -> String {
        YAMLText.mapping([(keyword, value)])
    }
}

extension MessageTrigger {
    fileprivate var explained: String {
        var entries: [(key: String, value: String)] = []
        if !types.isEmpty { entries.append(("type", YAMLText.list(types.map(YAMLText.scalar)))) }
        if !except.isEmpty { entries.append(("not", YAMLText.list(except.map(YAMLText.scalar)))) }
        entries.append(("direction", direction.rawValue))
        if !fields.isEmpty { entries.append(("fields", explainedFields(fields))) }
        return YAMLText.mapping(entries)
    }
}

/// Fields in the order of their names: a dictionary has none of its own.
private func explainedFields(_ fields: [String: String]) -> String {
    YAMLText.mapping(
        fields.sorted { $0.key < $1.key }.map { (YAMLText.key($0.key), YAMLText.scalar($0.value)) })
}

extension FaultAction {
    fileprivate var explained: String {
        switch self {
        case .mute, .stopReading, .resumeReading, .fin, .halfClose, .rst, .closeWithUnread,
            .holdSocket, .drop, .duplicate, .lightRed, .lightGreen, .closeListener, .openListener,
            .stopAccepting, .resumeAccepting, .releaseSockets, .loseServer:
            return keyword
        case .slice(let size, let gap):
            return wrapped([("size", "\(size)"), ("gap", gap.scenarioText)])
        case .coalesce(let window): return wrapped([("window", window.scenarioText)])
        case .send(let message): return wrapped([(message.name, message.explainedFields)])
        case .sendBytes(let bytes):
            let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            return wrapped([("hex", "\"\(digits.joined())\"")])
        case .delay(let duration): return YAMLText.mapping([(keyword, duration.scenarioText)])
        case .replace(let fields):
            return YAMLText.mapping([(keyword, ScenarioFormat.explainedFields(fields))])
        case .rstMidFrame(let kept), .finMidFrame(let kept): return wrapped([("kept", "\(kept)")])
        case .restart(let down): return wrapped([("down", down.scenarioText)])
        case .restoreServer(let dataLost): return wrapped([("data", dataLost ? "lost" : "kept")])
        case .note(let text): return YAMLText.mapping([(keyword, YAMLText.scalar(text))])
        }
    }

    private func wrapped(_ entries: [(key: String, value: String)]) -> String {
        YAMLText.mapping([(keyword, YAMLText.mapping(entries))])
    }
}

extension Message {
    /// The fields that are set, in the order of the schema; namesakes once.
    fileprivate var explainedFields: String {
        var names: [String] = []
        for item in schema.items where !names.contains(item.name) && self[item.name] != nil {
            names.append(item.name)
        }
        return YAMLText.mapping(
            names.map { (YAMLText.key($0), YAMLText.scalar(self[$0] ?? "")) })
    }
}

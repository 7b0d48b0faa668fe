internal import EventLog
internal import Faults
internal import GatewayWire

extension Reading {
    private static let triggerWords = [
        "start", "connect", "hello", "phase", "message", "disconnect", "light", "signal",
    ]

    /// What `when:` holds.
    mutating func trigger(_ node: YAMLNode?) -> Trigger? {
        guard let node else { return nil }
        if case .scalar = node.content { return bareTrigger(node) }
        guard let entry = onlyEntry(node, of: "when") else { return nil }
        switch entry.key {
        case "connect": return connectTrigger(entry.value)
        case "phase":
            return word(entry.value, "phase", of: ConnectionPhase.self).map(Trigger.phase)
        case "message": return messageTrigger(entry.value).map(Trigger.message)
        case "disconnect": return disconnectTrigger(entry.value)
        case "light":
            return word(entry.value, "light", among: ["green", "red"]).flatMap(APILight.init)
                .map(Trigger.light)
        case "signal": return text(entry.value).map(Trigger.signal)
        case "start", "hello":
            report("'\(entry.key)' stands alone", at: entry.keySpan, hint: "when: \(entry.key)")
            return nil
        default:
            reportUnknown(
                "no trigger '\(entry.key)'", entry.key, among: Self.triggerWords,
                called: "Triggers", at: entry.keySpan)
            return nil
        }
    }

    private mutating func bareTrigger(_ node: YAMLNode) -> Trigger? {
        guard let scalar = scalar(node, "a trigger") else { return nil }
        switch scalar.text {
        case "start": return .start
        case "connect": return .connect(others: nil, held: nil)
        case "hello": return .hello
        case "disconnect": return .disconnect(kinds: Self.anyEnding)
        case "phase", "message", "light", "signal":
            report(
                "the trigger '\(scalar.text)' says more", at: scalar.span,
                hint: "for example: \(Self.triggerExample(scalar.text))")
        default:
            reportUnknown(
                "no trigger '\(scalar.text)'", scalar.text, among: Self.triggerWords,
                called: "Triggers", at: scalar.span)
        }
        return nil
    }

    private static func triggerExample(_ word: String) -> String {
        switch word {
        case "phase": "{phase: ready}"
        case "message": "{message: {type: startApi}}"
        case "light": "{light: red}"
        default: "{signal: NAME}"
        }
    }

    /// `open` counts the new connection too, `others` does not.
    private mutating func connectTrigger(_ node: YAMLNode) -> Trigger? {
        guard let fields = fields(node, of: "connect", keys: ["others", "open", "held"]) else {
            return nil
        }
        if fields["others"] != nil, fields["open"] != nil {
            report(
                "'others' and 'open' say the same twice", at: fields.keySpan("open"),
                hint: "'open' counts the new connection, 'others' does not")
        }
        let open = countRange(fields["open"]).map { open in
            CountRange(max(0, open.lowest - 1), open.highest.map { max(0, $0 - 1) })
        }
        return .connect(
            others: countRange(fields["others"]) ?? open, held: countRange(fields["held"]))
    }

    private mutating func messageTrigger(_ node: YAMLNode) -> MessageTrigger? {
        let keys = ["type", "not", "direction", "fields"]
        guard let fields = fields(node, of: "message", keys: keys) else { return nil }
        let types = items(fields["type"])
        guard let direction = direction(fields, types: types) else { return nil }
        let schemas = types.compactMap { messageSchema($0, direction) }
        let except = items(fields["not"]).compactMap { messageSchema($0, direction) }
        if !types.isEmpty, !except.isEmpty {
            report(
                "'not' has no meaning beside 'type'", at: fields.keySpan("not"),
                hint: "name the messages in 'type', or leave 'type' away")
        }
        if fields["fields"] != nil, types.isEmpty {
            report("'fields' needs 'type'", at: fields.keySpan("fields"))
        }
        let texts = messageFields(fields["fields"], of: schemas)
        return MessageTrigger(
            direction: direction, types: schemas.map(\.name), except: except.map(\.name),
            fields: Dictionary(texts, uniquingKeysWith: { one, _ in one }))
    }

    /// The direction given, or the only one in which all the messages exist.
    private mutating func direction(_ fields: Fields, types: [YAMLNode]) -> Direction? {
        if let node = fields["direction"] {
            return word(node, "direction", of: Direction.self)
        }
        var names: [String] = []
        for type in types {
            guard let name = text(type) else { return nil }
            names.append(name)
        }
        let possible = Direction.allCases.filter { direction in
            names.contains { ProtocolSchema.message(named: $0, direction) != nil }
        }
        if !names.isEmpty, possible.count == 1 { return possible[0] }
        if !names.isEmpty, possible.isEmpty {
            // Neither direction knows it: the nearest word of either is the best help.
            reportUnknown(
                "no message '\(names[0])'", names[0], among: ProtocolSchema.messages.map(\.name),
                called: "Messages", at: types[0].span)
            return nil
        }
        report(
            "which way does the message travel?", at: fields.span,
            hint: "say 'direction: toClient' or 'direction: toGateway'")
        return nil
    }

    private mutating func disconnectTrigger(_ node: YAMLNode) -> Trigger? {
        guard let fields = fields(node, of: "disconnect", keys: ["by", "kind"]) else { return nil }
        if let by = fields["by"] { _ = word(by, "side that ends a connection", among: ["client"]) }
        guard fields["kind"] != nil else { return .disconnect(kinds: Self.anyEnding) }
        let kinds = items(fields["kind"]).compactMap {
            word($0, "way to end a connection", of: EndingKind.self)
        }
        return kinds.isEmpty ? nil : .disconnect(kinds: kinds)
    }

    /// Every first sign of an end; `half-close` follows a FIN that is already counted.
    private static let anyEnding: [EndingKind] = [.fin, .rst, .rstUnread]
}

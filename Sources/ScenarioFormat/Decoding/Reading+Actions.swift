internal import Faults
internal import GatewayWire

extension Reading {
    /// What an entry of `do:` holds.
    mutating func action(_ node: YAMLNode, of trigger: Trigger?) -> FaultAction? {
        let keyword: String
        let span: SourceSpan
        var argument: YAMLNode?
        switch node.content {
        case .scalar:
            guard let scalar = scalar(node, "an action") else { return nil }
            (keyword, span) = (scalar.text, scalar.span)
        case .sequence, .mapping:
            guard let entry = onlyEntry(node, of: "action") else { return nil }
            (keyword, span, argument) = (entry.key, entry.keySpan, entry.value)
        }
        guard FaultAction.keywords.contains(keyword) else {
            reportUnknown(
                "no action '\(keyword)'", keyword, among: FaultAction.keywords, called: "Actions",
                at: span)
            return nil
        }
        guard let action = action(keyword, argument, trigger, at: span) else { return nil }
        if let trigger { check(action, suits: trigger, at: span) }
        return action
    }

    private mutating func action(
        _ keyword: String, _ argument: YAMLNode?, _ trigger: Trigger?, at span: SourceSpan
    ) -> FaultAction? {
        if let plain = Self.plainActions[keyword] {
            if let argument { report("'\(keyword)' takes nothing", at: argument.span) }
            return plain
        }
        if keyword == "restart" {
            guard let argument else { return .restart(down: .zero) }
            return fields(argument, of: keyword, keys: ["down"]).map {
                .restart(down: duration($0["down"]) ?? .zero)
            }
        }
        guard let argument else {
            report(
                "'\(keyword)' needs more", at: span,
                hint: "for example: \(Self.actionExample(keyword))")
            return nil
        }
        switch keyword {
        case "delay": return duration(argument).map(FaultAction.delay)
        case "note": return text(argument).map(FaultAction.note)
        case "slice": return slice(argument)
        case "coalesce":
            return fields(argument, of: keyword, keys: ["window"], required: ["window"])
                .flatMap { duration($0["window"]) }.map { .coalesce(window: $0) }
        case "send": return send(argument)
        case "send-bytes": return bytes(argument).map(FaultAction.sendBytes)
        case "replace": return replace(argument, trigger)
        case "rst-mid-frame": return keptBytes(argument, of: keyword).map { .rstMidFrame(kept: $0) }
        case "fin-mid-frame": return keptBytes(argument, of: keyword).map { .finMidFrame(kept: $0) }
        default: return restoreServer(argument)
        }
    }

    static let plainActions: [String: FaultAction] = Dictionary(
        uniqueKeysWithValues: [
            FaultAction.mute, .stopReading, .resumeReading, .fin, .halfClose, .rst,
            .closeWithUnread, .holdSocket, .drop, .duplicate, .lightRed, .lightGreen,
            .closeListener, .openListener, .stopAccepting, .resumeAccepting, .releaseSockets,
            .loseServer,
        ].map { ($0.keyword, $0) })

    private static func actionExample(_ keyword: String) -> String {
        switch keyword {
        case "delay": "{delay: 500ms}"
        case "slice": "{slice: {size: 1, gap: 1ms}}"
        case "coalesce": "{coalesce: {window: 50ms}}"
        case "send": "{send: {nextValidId: {orderId: 1}}}"
        case "send-bytes": "{send-bytes: {hex: \"00ff\"}}"
        case "replace": "{replace: {orderId: 7}}"
        case "rst-mid-frame", "fin-mid-frame": "{\(keyword): {kept: 7}}"
        case "restore-server": "{restore-server: {data: lost}}"
        default: "{\(keyword): text}"
        }
    }

    private mutating func slice(_ argument: YAMLNode) -> FaultAction? {
        guard let fields = fields(argument, of: "slice", keys: ["size", "gap"], required: ["size"])
        else { return nil }
        guard let size = integer(fields["size"], in: 1...1_000_000) else { return nil }
        return .slice(size: size, gap: duration(fields["gap"]) ?? .zero)
    }

    private mutating func keptBytes(_ argument: YAMLNode, of keyword: String) -> Int? {
        fields(argument, of: keyword, keys: ["kept"], required: ["kept"])
            .flatMap { integer($0["kept"], in: 0...1_000_000) }
    }

    private mutating func send(_ argument: YAMLNode) -> FaultAction? {
        if case .scalar = argument.content {
            return messageSchema(argument, .toClient).map { .send(Message(schema: $0)) }
        }
        guard let entry = onlyEntry(argument, of: "send"),
            let schema = messageSchema(named: entry.key, .toClient, at: entry.keySpan)
        else { return nil }
        var message = Message(schema: schema)
        for (name, text) in messageFields(entry.value, of: [schema]) {
            // A name that is no field has been reported; setting it would trap.
            if !schema.indexes(of: name).isEmpty { message[name] = text }
        }
        return .send(message)
    }

    private mutating func replace(_ argument: YAMLNode, _ trigger: Trigger?) -> FaultAction? {
        var schemas: [MessageSchema] = []
        if case .message(let wanted) = trigger {
            schemas = wanted.types.compactMap {
                ProtocolSchema.message(named: $0, wanted.direction)
            }
            if schemas.isEmpty {
                report("'replace' needs a trigger that names its messages", at: argument.span)
            }
        }
        let fields = messageFields(argument, of: schemas)
        return .replace(Dictionary(fields, uniquingKeysWith: { one, _ in one }))
    }

    private mutating func restoreServer(_ argument: YAMLNode) -> FaultAction? {
        fields(argument, of: "restore-server", keys: ["data"], required: ["data"])
            .flatMap { word($0["data"], "fate of the data", among: ["kept", "lost"]) }
            .map { .restoreServer(dataLost: $0 == "lost") }
    }

    /// Bytes as `{hex: "00 ff"}` or `{text: abc}`.
    private mutating func bytes(_ argument: YAMLNode) -> [UInt8]? {
        guard case .mapping = argument.content else {
            report(
                "bytes are not written as a plain text", at: argument.span,
                hint: "{hex: \"00ff\"} or {text: \"abc\"}")
            return nil
        }
        guard let entry = onlyEntry(argument, of: "send-bytes") else { return nil }
        switch entry.key {
        case "text": return text(entry.value).map { Array($0.utf8) }
        case "hex":
            guard let scalar = scalar(entry.value, "hexadecimal digits") else { return nil }
            let digits = scalar.text.filter { $0 != " " }.compactMap(\.hexDigitValue)
            guard digits.count == scalar.text.filter({ $0 != " " }).count,
                digits.count.isMultiple(of: 2)
            else {
                report(
                    "'\(scalar.text)' is not pairs of hexadecimal digits", at: scalar.span)
                return nil
            }
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(truncatingIfNeeded: digits[$0] << 4 | digits[$0 + 1])
            }
        default:
            reportUnknown(
                "no spelling '\(entry.key)' for bytes", entry.key, among: ["hex", "text"],
                called: "Spellings", at: entry.keySpan)
            return nil
        }
    }
}

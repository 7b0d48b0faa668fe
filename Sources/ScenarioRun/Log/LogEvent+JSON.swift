import Faults
package import GatewayWire
import Simulation

/// Builds one JSON object a line, keys in the order they are added.
package struct JSONLine {
    private var text = "{"

    package init() {}

    package mutating func add(_ key: String, _ value: String) {
        addRaw(key, Self.quoted(value))
    }

    package mutating func add(_ key: String, _ value: Int) {
        addRaw(key, String(value))
    }

    /// Adds a value that is JSON already.
    package mutating func addRaw(_ key: String, _ json: String) {
        if text.utf8.count > 1 { text += "," }
        text += Self.quoted(key) + ":" + json
    }

    package var finished: String { text + "}" }

    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{0}"..."\u{1F}":
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The field texts of a message as JSON: numbers keep their digits, unset fields are left out.
package func jsonFields(of message: Message) -> String {
    jsonObject(message.schema.items, message.values)
}

private func jsonObject(_ items: [SchemaItem], _ values: [FieldValue]) -> String {
    var line = JSONLine()
    for (item, value) in zip(items, values) {
        switch (item, value) {
        case (_, .absent): continue
        case (.field(let field), .text(let text)):
            line.addRaw(field.name, jsonScalar(text, field.type))
        case (.field(let field), .bytes(let bytes)):
            line.add(field.name, "hex:" + hexText(bytes))
        case (.group(let group), .group(let rows)):
            let objects = rows.map { jsonObject(group.items, $0) }
            line.addRaw(group.name, "[" + objects.joined(separator: ",") + "]")
        case (.field, .group), (.group, .text), (.group, .bytes): continue
        }
    }
    return line.finished
}

private func jsonScalar(_ text: String, _ type: FieldType) -> String {
    switch type {
    case .bool where text == "0" || text == "1":
        return text == "1" ? "true" : "false"
    case .int, .long, .float, .decimal:
        return isJSONNumber(text) ? text : JSONLine.quoted(text)
    case .bool, .string:
        return JSONLine.quoted(text)
    }
}

/// Whether the text is a number as JSON spells it; `007`, `+1`, `.5` and `Infinity` are not.
private func isJSONNumber(_ text: String) -> Bool {
    var rest = text.utf8[...]
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
    func skipDigits() -> Int {
        let digits = rest.prefix { isDigit($0) }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let leadsWithZero = rest.first == UInt8(ascii: "0")
    let whole = skipDigits()
    guard whole > 0, !(leadsWithZero && whole > 1) else { return false }
    if rest.first == UInt8(ascii: ".") {
        rest = rest.dropFirst()
        guard skipDigits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        guard skipDigits() > 0 else { return false }
    }
    return rest.isEmpty
}

package func hexText(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

extension LogEvent {
    /// One JSON object, in the shapes of `fakegw decode --json` with lifecycle, fault and
    /// socket-state events besides.
    ///
    /// - Parameters:
    ///   - epoch: Nanoseconds since 1970 at the start of gateway time.
    ///   - facts: What only the driver knows, such as the client's address.
    package func jsonLine(epoch: Int64, facts: [(key: String, value: String)] = []) -> String {
        var line = JSONLine()
        if let connection { line.add("connection", connection.number) }
        line.add("at", timestamp(epoch: epoch))
        if let gateway { line.add("gateway", gateway) }
        addKind(to: &line)
        for (key, value) in facts { line.add(key, value) }
        return line.finished
    }

    package func timestamp(epoch: Int64) -> String {
        UTCTime(nanosecondsSince1970: epoch &+ at.nanoseconds).isoText
    }

    private func addKind(to line: inout JSONLine) {
        switch kind {
        case .message(let message):
            line.add("direction", message.schema.direction.rawValue)
            line.add("id", message.schema.id)
            line.add("name", message.name)
            line.add("encoding", "text")
            line.addRaw("fields", jsonFields(of: message))
            if !message.surplus.isEmpty {
                let texts = message.surplus.map { JSONLine.quoted($0.string ?? "") }
                line.addRaw("surplus", "[" + texts.joined(separator: ",") + "]")
            }
        case .hello(let hello):
            line.add("direction", Direction.toGateway.rawValue)
            line.add("name", "hello")
            line.add("encoding", "hello")
            var fields = JSONLine()
            fields.add("minVersion", hello.versions.lowerBound)
            fields.add("maxVersion", hello.versions.upperBound)
            fields.add("connectOptions", hello.connectOptions)
            line.addRaw("fields", fields.finished)
        case .version(let reply):
            line.add("direction", Direction.toClient.rawValue)
            line.add("name", "serverVersion")
            line.add("encoding", "hello")
            var fields = JSONLine()
            fields.add("serverVersion", reply.serverVersion)
            fields.add("connectionTime", reply.connectionTime)
            line.addRaw("fields", fields.finished)
        case .unknown(let direction, let id, let bytes):
            line.add("event", "unknown")
            line.add("direction", direction.rawValue)
            line.add("id", id)
            line.add("hex", hexText(bytes))
        case .malformed(let direction, let reason):
            line.add("event", "malformed")
            line.add("direction", direction.rawValue)
            line.add("reason", reason)
        case .opened: line.add("event", "opened")
        case .ended(let ending):
            line.add("event", ending.rawValue)
            line.add("by", "client")
        case .closed(let closing):
            line.add("event", closing.rawValue)
            line.add("by", "gateway")
        case .phase(let phase):
            line.add("event", "phase")
            line.add("phase", phase.rawValue)
        case .listening: line.add("event", "listening")
        case .listenerClosed: line.add("event", "listenerClosed")
        case .light(let light):
            line.add("event", "light")
            line.add("light", light.rawValue)
        case .lifecycle(let what): line.add("event", what)
        case .fault(let rule, let action):
            line.add("event", "fault")
            line.add("fault", rule)
            line.add("action", action)
        case .note(let text):
            line.add("event", "note")
            line.add("text", text)
        case .clientStarted(let client, let command):
            line.add("event", "clientStarted")
            line.add("client", client)
            line.add("command", command)
        case .clientLine(let client, let stream, let text):
            line.add("event", "clientLine")
            line.add("client", client)
            line.add("stream", stream)
            line.add("text", text)
        case .clientEnded(let client, let how):
            line.add("event", "clientEnded")
            line.add("client", client)
            line.add("how", how)
        case .clientSignaled(let client, let signal):
            line.add("event", "clientSignaled")
            line.add("client", client)
            line.add("signal", signal)
        case .socket(let side, let state, let owner):
            line.add("event", "socket")
            line.add("side", side)
            line.add("state", state)
            if let owner { line.add("owner", owner) }
        }
    }
}

package import GatewayWire
import Simulation

extension LogEvent {
    /// One JSON object: `connection`, `at`, `gateway`, then what happened.
    ///
    /// The same shapes in `--events` files, `decode --json` and everything else that writes events.
    ///
    /// - Parameter epoch: Nanoseconds since 1970 at the start of gateway time.
    package func jsonLine(epoch: Int64, limits: EventLogLimits = EventLogLimits()) -> String {
        var line = JSONLine()
        add(to: &line, epoch: epoch, limits: limits)
        return line.finished
    }

    func add(to line: inout JSONLine, epoch: Int64, limits: EventLogLimits = EventLogLimits()) {
        line.begin(connection, at: UTCTime(nanosecondsSince1970: epoch &+ at.nanoseconds))
        if let gateway { line.add("gateway", gateway) }
        kind.add(to: &line, limits: limits)
        if case .run = kind { line.add("epoch", Self.timeText(epoch)) }
    }

    /// The time in microseconds, or in nanoseconds when microseconds are not exact.
    package func timestamp(epoch: Int64) -> String {
        Self.timeText(epoch &+ at.nanoseconds)
    }

    private static func timeText(_ nanosecondsSince1970: Int64) -> String {
        UTCTime(nanosecondsSince1970: nanosecondsSince1970).exactText
    }
}

extension JSONLine {
    /// Adds what every event begins with.
    mutating func begin(_ connection: ConnectionID?, at time: UTCTime) {
        if let connection { add("connection", connection.number) }
        addPlain("at") { time.appendExactText(to: &$0) }
    }

    /// The same, written by a clock that remembers the second.
    mutating func begin(
        _ connection: ConnectionID, nanosecondsSince1970 nanoseconds: Int64,
        _ clock: inout ClockText
    ) {
        add("connection", connection.number)
        addPlain("at") { clock.append(nanosecondsSince1970: nanoseconds, to: &$0) }
    }
}

extension LogEvent.Kind {
    package func add(to line: inout JSONLine, limits: EventLogLimits = EventLogLimits()) {
        switch self {
        case .run(let header): header.add(to: &line)
        case .step(let number, let mark, let words):
            line.add("event", "step")
            line.add("number", number)
            mark.add(to: &line)
            line.add("text", words)
        case .expectation(let finding):
            line.add("event", "expectation")
            finding.mark.add(to: &line)
            line.add("expected", finding.expected)
            line.add("seen", finding.seen)
            line.addRaw("holds", finding.holds ? "true" : "false")
        case .verdict(let word):
            line.add("event", "verdict")
            line.add("verdict", word)
        case .omitted(let count):
            line.add("event", "omitted")
            line.add("count", count)
        case .listening, .listenerClosed, .light, .lifecycle, .commanded: addGatewayEvent(to: &line)
        case .attempted, .opened, .phase, .ended, .closed, .finAcknowledged, .unacknowledged,
            .stalled, .resumed,
            .over:
            addConnectionEvent(to: &line)
        case .hello, .legacyHello, .version, .message, .unknown, .malformed, .raw, .gap:
            addWireEvent(to: &line, limits)
        case .fault(let rule, let action, let change):
            line.add("event", "fault")
            line.add("fault", rule)
            line.add("action", action)
            line.add("change", change)
        case .faultIdle(let rule, let action, let reason):
            line.add("event", "faultIdle")
            line.add("fault", rule)
            line.add("action", action)
            line.add("reason", reason)
        case .faultFailed(let rule, let reason):
            line.add("event", "faultFailed")
            line.add("fault", rule)
            line.add("reason", reason)
        case .note(let text):
            line.add("event", "note")
            line.add("text", text)
        case .transport(let text):
            line.add("event", "transport")
            line.add("text", text)
        case .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed:
            addClientEvent(to: &line)
        case .sockets(let rows):
            line.add("event", "sockets")
            let objects = rows.map(\.json)
            line.addRaw("rows", "[" + objects.joined(separator: ",") + "]")
        case .runner(let report): report.add(to: &line)
        }
    }

    private func addGatewayEvent(to line: inout JSONLine) {
        switch self {
        case .listening: line.add("event", "listening")
        case .listenerClosed: line.add("event", "listenerClosed")
        case .light(let light):
            line.add("event", "light")
            line.add("light", light.rawValue)
        case .lifecycle(let what): line.add("event", what.rawValue)
        case .commanded(let command):
            line.add("event", "commanded")
            line.add("command", command)
        case .run, .step, .expectation, .verdict, .omitted, .attempted, .opened, .hello,
            .legacyHello, .version, .message, .unknown, .malformed, .raw, .gap, .phase, .ended,
            .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over, .fault,
            .faultIdle, .faultFailed,
            .note,
            .transport, .clientStarted, .clientLine, .clientEnded, .clientSignaled, .clientFed,
            .sockets, .runner:
            break
        }
    }

    private func addConnectionEvent(to line: inout JSONLine) {
        switch self {
        case .attempted(let client, let gateway):
            line.add("event", "attempted")
            line.add("client", client)
            line.add("gatewayAddress", gateway)
        case .opened(let client, let gateway, let isMidStream):
            line.add("event", "opened")
            if let client { line.add("client", client) }
            if let gateway { line.add("gatewayAddress", gateway) }
            if isMidStream { line.addRaw("midStream", "true") }
        case .phase(let phase):
            line.add("event", "phase")
            line.add("phase", phase.rawValue)
        case .ended(let ending): add(ending.rawValue, by: "client", to: &line)
        case .closed(let closing): add(closing.rawValue, by: "gateway", to: &line)
        case .finAcknowledged(let direction):
            add("finAcknowledged", by: direction.opposite.sender, to: &line)
        case .stalled(let direction): add("stalled", by: direction.opposite.sender, to: &line)
        case .resumed(let direction): add("resumed", by: direction.opposite.sender, to: &line)
        case .unacknowledged(let direction, let count, let resent):
            line.add("event", "unacknowledged")
            line.add("direction", direction.rawValue)
            line.add("count", count)
            line.add("resent", resent)
        case .over(let ending):
            line.add("event", "closed")
            ending.add(to: &line)
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .hello, .legacyHello, .version, .message, .unknown, .malformed,
            .raw, .gap, .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted,
            .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }

    private func addWireEvent(to line: inout JSONLine, _ limits: EventLogLimits) {
        switch self {
        case .hello(let hello): line.add(hello)
        case .version(let reply): line.add(reply)
        case .message(let message): line.add(message)
        case .legacyHello(let clientVersion):
            line.add("event", "legacyHello")
            line.add("clientVersion", clientVersion)
        case .unknown(let direction, let id, let bytes):
            add("unknown", direction, to: &line)
            line.add("id", id)
            add(bytes, to: &line, limits)
        case .malformed(let direction, let reason, let bytes):
            add("malformed", direction, to: &line)
            line.add("reason", reason)
            add(bytes, to: &line, limits)
        case .raw(let direction, let bytes):
            add("raw", direction, to: &line)
            add(bytes, to: &line, limits)
        case .gap(let direction, let count):
            add("gap", direction, to: &line)
            line.add("count", count)
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .phase, .ended, .closed, .finAcknowledged,
            .unacknowledged,
            .stalled, .resumed, .over, .fault, .faultIdle, .faultFailed, .note, .transport,
            .clientStarted,
            .clientLine, .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }

    private func addClientEvent(to line: inout JSONLine) {
        switch self {
        case .clientStarted(let run, let client, let command):
            line.add("event", "clientStarted")
            line.add("run", run)
            line.add("client", client)
            line.add("command", command)
        case .clientLine(let run, let stream, let text):
            line.add("event", "clientLine")
            line.add("run", run)
            line.add("stream", stream.rawValue)
            line.add("text", text)
        case .clientEnded(let run, let ending):
            line.add("event", "clientEnded")
            line.add("run", run)
            switch ending {
            case .exited(let code): line.add("exit", code)
            case .signaled(let signal): line.add("signal", signal)
            }
        case .clientSignaled(let run, let signal):
            line.add("event", "clientSignaled")
            line.add("run", run)
            line.add("signal", signal)
        case .clientFed(let run, let text):
            line.add("event", "clientFed")
            line.add("run", run)
            if let text { line.add("text", text) }
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .message,
            .unknown, .malformed, .raw, .gap, .phase, .ended, .closed, .finAcknowledged,
            .unacknowledged, .stalled,
            .resumed, .over, .fault, .faultIdle, .faultFailed, .note, .transport, .sockets, .runner:
            break
        }
    }

    private func add(_ event: String, by side: String, to line: inout JSONLine) {
        line.add("event", event)
        line.add("by", side)
    }

    private func add(_ event: String, _ direction: Direction, to line: inout JSONLine) {
        line.add("event", event)
        line.add("direction", direction.rawValue)
    }

    private func add(_ bytes: [UInt8], to line: inout JSONLine, _ limits: EventLogLimits) {
        let written = bytes.prefix(limits.maxBytes)
        line.add("count", bytes.count)
        line.add("hex", hexText(written))
        if written.count < bytes.count { line.add("omitted", bytes.count - written.count) }
    }
}

extension RunHeader {
    fileprivate func add(to line: inout JSONLine) {
        line.add("event", "run")
        line.add("format", Self.format)
        line.add("scenario", scenario)
        line.add("title", title)
        line.add("seed", String(seed))
        line.addRaw("speed", speed.isFinite ? "\(speed)" : JSONLine.quoted("\(speed)"))
        for (key, words) in [("options", options), ("program", program)] where !words.isEmpty {
            line.addRaw(key, JSONLine.array(words.map(JSONLine.quoted)))
        }
    }
}

extension SourceMark {
    fileprivate func add(to line: inout JSONLine) {
        line.add("file", file)
        line.add("line", self.line)
        line.add("column", column)
    }
}

extension SocketRow {
    fileprivate var json: String {
        var line = JSONLine()
        line.add("side", isGatewaySide ? "gateway" : "client")
        line.add("state", state)
        if let owner { line.add("owner", owner) }
        if let local { line.add("local", local) }
        if let remote { line.add("remote", remote) }
        if let unreadBytes { line.add("unread", unreadBytes) }
        return line.finished
    }
}

extension ConnectionEnding {
    fileprivate func add(to line: inout JSONLine) {
        switch self {
        case .refused: line.add("ending", "refused")
        case .unanswered(let attempts):
            line.add("ending", "unanswered")
            line.add("attempts", attempts)
        case .reset(let direction):
            line.add("ending", "reset")
            line.add("by", direction.sender)
        case .bothClosed(let first):
            line.add("ending", "bothClosed")
            line.add("firstBy", first.sender)
        case .halfClosed(let direction, let waited, let isAcknowledged):
            line.add("ending", "halfClosed")
            line.add("by", direction.sender)
            line.add("waitedMs", Int(waited.nanoseconds / 1_000_000))
            let isWhole = waited.nanoseconds.isMultiple(of: 1_000_000)
            if !isWhole { line.add("waitedNs", Int(waited.nanoseconds)) }
            line.addRaw("acknowledged", isAcknowledged ? "true" : "false")
        case .stillOpen: line.add("ending", "stillOpen")
        }
    }
}

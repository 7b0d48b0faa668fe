import GatewayWire
import Simulation

/// A line of an event log that cannot be read; line and column count from 1.
package struct EventLogError: Error, Hashable, Sendable, CustomStringConvertible {
    package let line: Int
    package let column: Int
    package let reason: String

    package init(line: Int, column: Int, reason: String) {
        self.line = line
        self.column = column
        self.reason = reason
    }

    /// - Parameter text: The line, from its first byte.
    init(_ error: JSONError, line: Int, text: ArraySlice<UInt8>) {
        // Counts the first byte of each character, and not its continuation bytes.
        let column = text.prefix(error.offset).count { $0 & 0xC0 != 0x80 } + 1
        self.init(line: line, column: column, reason: error.reason)
    }

    package var description: String { "\(line):\(column): \(reason)" }
}

extension LogEvent {
    /// Reads what `jsonLine` writes.
    ///
    /// - Parameter epoch: Nanoseconds since 1970 at the start of gateway time.
    package init(
        jsonLine text: String, epoch: Int64, limits: EventLogLimits = EventLogLimits()
    ) throws(EventLogError) {
        let bytes = Array(text.utf8)[...]
        do throws(JSONError) {
            let value = try JSONReader.read(bytes, limits: limits.json)
            self = try LogLine(value).event(epoch: epoch)
        } catch {
            throw EventLogError(error, line: 1, text: bytes)
        }
    }
}

/// One line of an event log.
///
/// Its time is not yet relative to the run's epoch.
struct LogLine {
    let nanosecondsSince1970: Int64
    let gateway: String?
    let connection: ConnectionID?
    let kind: LogEvent.Kind
    /// The epoch that a `run` event carries.
    let epoch: Int64?
    /// Bytes that were left out when the line was written.
    let omittedCount: Int

    init(_ value: JSONValue) throws(JSONError) {
        let line = try value.object("a line")
        nanosecondsSince1970 = try line.time("at")
        gateway = try line.textIfAny("gateway")
        connection = line["connection"] == nil ? nil : ConnectionID(try line.integer("connection"))
        kind = try line.kind()
        epoch = line["epoch"] == nil ? nil : try line.time("epoch")
        omittedCount = try line.omittedCount(in: kind)
    }

    func event(epoch: Int64) -> LogEvent {
        LogEvent(
            at: SimInstant(nanoseconds: nanosecondsSince1970 &- epoch), gateway: gateway,
            connection: connection, kind: kind)
    }
}

extension JSONMembers {
    fileprivate func time(_ key: String) throws(JSONError) -> Int64 {
        guard let time = UTCTime.nanosecondsSince1970(exactText: try text(key)) else {
            throw error(at: key, "'\(key)' is no time such as 2026-01-15T14:31:07.123456Z")
        }
        return time
    }

    fileprivate func omittedCount(in kind: LogEvent.Kind) throws(JSONError) -> Int {
        switch kind {
        case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
            let omitted = self["omitted"] == nil ? 0 : try integer("omitted")
            let (sum, overflow) = bytes.count.addingReportingOverflow(omitted)
            guard omitted >= 0, !overflow, try integer("count") == sum else {
                throw error(at: "count", "'count' is not the number of bytes in 'hex'")
            }
            return omitted
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .message,
            .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed,
            .over, .fault,
            .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine, .clientEnded,
            .clientSignaled, .clientFed, .sockets, .runner:
            return 0
        }
    }

    fileprivate func kind() throws(JSONError) -> LogEvent.Kind {
        guard self["event"] != nil else { return try wireKind() }
        let word = try text("event")
        guard let read = Self.readers[word] else {
            throw error(at: "event", "there is no event '\(word.prefix(40))'")
        }
        return try read(self)
    }

    private func wireKind() throws(JSONError) -> LogEvent.Kind {
        guard self["name"] != nil else {
            throw JSONError(offset: offset, reason: "the object has neither 'event' nor 'name'")
        }
        guard try text("encoding") == "hello" else { return .message(try message()) }
        switch try text("name") {
        case "hello": return .hello(try hello())
        case "serverVersion": return .version(try versionReply())
        default: throw error(at: "name", "a handshake has hello and serverVersion only")
        }
    }

    private typealias Reader =
        @Sendable (JSONMembers) throws(JSONError) -> LogEvent.Kind

    /// Reads each kind of event by its word.
    ///
    /// `LogEvent.Kind.add(to:)` writes them.
    private static let readers: [String: Reader] = [
        "run": { line throws(JSONError) in .run(try line.header()) },
        "step": { line throws(JSONError) in
            .step(try line.integer("number"), mark: try line.mark(), words: try line.text("text"))
        },
        "expectation": { line throws(JSONError) in
            .expectation(
                Finding(
                    mark: try line.mark(), expected: try line.text("expected"),
                    seen: try line.text("seen"), holds: try line.flag("holds")))
        },
        "verdict": { line throws(JSONError) in .verdict(try line.text("verdict")) },
        "omitted": { line throws(JSONError) in .omitted(try line.integer("count")) },
        "listening": { _ throws(JSONError) in .listening },
        "listenerClosed": { _ throws(JSONError) in .listenerClosed },
        "light": { line throws(JSONError) in .light(try line.word("light", of: APILight.self)) },
        "restarting": { _ throws(JSONError) in .lifecycle(.restarting) },
        "restarted": { _ throws(JSONError) in .lifecycle(.restarted) },
        "commanded": { line throws(JSONError) in .commanded(try line.text("command")) },
        "attempted": { line throws(JSONError) in
            .attempted(
                client: try line.text("client"), gateway: try line.text("gatewayAddress"))
        },
        "opened": { line throws(JSONError) in
            .opened(
                client: try line.textIfAny("client"),
                gateway: try line.textIfAny("gatewayAddress"),
                isMidStream: line["midStream"] == nil ? false : try line.flag("midStream"))
        },
        "legacyHello": { line throws(JSONError) in
            .legacyHello(clientVersion: try line.integer("clientVersion"))
        },
        "unknown": { line throws(JSONError) in
            .unknown(
                try line.direction(), id: try line.integer("id"), bytes: try line.bytes("hex"))
        },
        "malformed": { line throws(JSONError) in
            .malformed(
                try line.direction(), reason: try line.text("reason"),
                bytes: try line.bytes("hex"))
        },
        "raw": { line throws(JSONError) in
            .raw(try line.direction(), try line.bytes("hex"))
        },
        "gap": { line throws(JSONError) in
            .gap(try line.direction(), count: try line.integer("count"))
        },
        "phase": { line throws(JSONError) in
            .phase(try line.word("phase", of: ConnectionPhase.self))
        },
        "fin": { line throws(JSONError) in try line.end(.fin, .fin) },
        "rst": { line throws(JSONError) in try line.end(.rst, .rst) },
        "half-close": { line throws(JSONError) in try line.end(.halfClose, .halfClose) },
        "rst-unread": { line throws(JSONError) in try line.end(.rstUnread, nil) },
        "held": { line throws(JSONError) in try line.end(nil, .held) },
        "released": { line throws(JSONError) in try line.end(nil, .released) },
        "finAcknowledged": { line throws(JSONError) in
            .finAcknowledged(try line.sender().opposite)
        },
        "stalled": { line throws(JSONError) in .stalled(try line.sender().opposite) },
        "resumed": { line throws(JSONError) in .resumed(try line.sender().opposite) },
        "unacknowledged": { line throws(JSONError) in
            .unacknowledged(
                try line.direction(), count: try line.integer("count"),
                resent: try line.integer("resent"))
        },
        "closed": { line throws(JSONError) in .over(try line.ending()) },
        "fault": { line throws(JSONError) in
            .fault(
                rule: try line.text("fault"), action: try line.text("action"),
                change: try line.text("change"))
        },
        "faultIdle": { line throws(JSONError) in
            .faultIdle(
                rule: try line.text("fault"), action: try line.text("action"),
                reason: try line.text("reason"))
        },
        "faultFailed": { line throws(JSONError) in
            .faultFailed(rule: try line.text("fault"), reason: try line.text("reason"))
        },
        "note": { line throws(JSONError) in .note(try line.text("text")) },
        "transport": { line throws(JSONError) in .transport(try line.text("text")) },
        "clientStarted": { line throws(JSONError) in
            .clientStarted(
                run: try line.text("run"), client: try line.text("client"),
                command: try line.text("command"))
        },
        "clientLine": { line throws(JSONError) in
            .clientLine(
                run: try line.text("run"),
                stream: try line.word("stream", of: LogEvent.OutputStream.self),
                text: try line.text("text"))
        },
        "clientEnded": { line throws(JSONError) in
            let ending: ProgramEnding =
                line["exit"] == nil
                ? .signaled(try line.text("signal")) : .exited(try line.integer("exit"))
            return .clientEnded(run: try line.text("run"), ending)
        },
        "clientSignaled": { line throws(JSONError) in
            .clientSignaled(run: try line.text("run"), signal: try line.text("signal"))
        },
        "clientFed": { line throws(JSONError) in
            .clientFed(run: try line.text("run"), line: try line.textIfAny("text"))
        },
        "sockets": { line throws(JSONError) in .sockets(try line.socketRows()) },
        "done": { line throws(JSONError) in .runner(.done(try line.text("task"))) },
        "failed": { line throws(JSONError) in
            .runner(.failed(try line.text("task"), reason: try line.text("reason")))
        },
        "unfired": { line throws(JSONError) in .runner(.unfired(try line.texts("faults"))) },
        "holds": { line throws(JSONError) in
            .runner(.holds(run: try line.text("run"), try line.heldConnections()))
        },
        "leaked": { line throws(JSONError) in .runner(.leaked(try line.text("text"))) },
        "machineStalled": { line throws(JSONError) in
            .runner(.stalled(milliseconds: try line.integer("milliseconds")))
        },
        "programHeld": { line throws(JSONError) in
            .runner(
                .held(
                    run: try line.text("run"), try line.object("thread").thread(),
                    milliseconds: try line.integer("milliseconds")))
        },
        "realTime": { line throws(JSONError) in
            .runner(.realTime(milliseconds: try line.integer("milliseconds")))
        },
        "unwatched": { line throws(JSONError) in
            .runner(.unwatched(milliseconds: try line.integer("milliseconds")))
        },
        "descriptors": { line throws(JSONError) in
            .runner(
                .descriptors(
                    run: try line.text("run"), open: try line.integer("open"),
                    ended: try line.integer("ended")))
        },
        "outlived": { line throws(JSONError) in
            .runner(
                .outlived(run: try line.text("run"), by: try line.texts("processes")))
        },
        "threads": { line throws(JSONError) in
            .runner(
                .threads(
                    run: try line.text("run"), try line.threads(),
                    omitted: line["omitted"] == nil ? 0 : try line.integer("omitted")))
        },
    ]

    private func header() throws(JSONError) -> RunHeader {
        let format = try integer("format")
        guard format <= RunHeader.format else {
            throw error(
                at: "format",
                "the log has format \(format), and this program reads up to \(RunHeader.format): "
                    + "read it with a newer fakegw")
        }
        guard let seed = UInt64(try text("seed")) else {
            throw error(at: "seed", "'seed' is no number from 0 to \(UInt64.max)")
        }
        let speed: Double?
        switch try needed("speed").content {
        case .number(let digits), .string(let digits): speed = Double(digits)
        case .null, .bool, .array, .object: speed = nil
        }
        guard let speed else { throw error(at: "speed", "'speed' is no number") }
        return RunHeader(
            scenario: try text("scenario"), title: try text("title"), seed: seed, speed: speed,
            options: try textsIfAny("options"), program: try textsIfAny("program"))
    }

    private func mark() throws(JSONError) -> SourceMark {
        SourceMark(
            file: try text("file"), line: try integer("line"), column: try integer("column"))
    }

    private func direction() throws(JSONError) -> Direction {
        try word("direction", of: Direction.self)
    }

    /// The direction in which the side named by `key` sends.
    private func sender(_ key: String = "by") throws(JSONError) -> Direction {
        let side = try text(key)
        guard let direction = Direction.allCases.first(where: { $0.sender == side }) else {
            throw error(at: key, "'\(key)' is neither client nor gateway")
        }
        return direction
    }

    private func end(
        _ ending: EndingKind?, _ closing: LogEvent.Closing?
    ) throws(JSONError) -> LogEvent.Kind {
        switch (try sender(), ending, closing) {
        case (.toGateway, let ending?, _): return .ended(ending)
        case (.toClient, _, let closing?): return .closed(closing)
        case (.toGateway, nil, _), (.toClient, _, nil):
            throw error(at: "by", "this event is the other side's")
        }
    }

    private func ending() throws(JSONError) -> ConnectionEnding {
        switch try text("ending") {
        case "refused": return .refused
        case "unanswered": return .unanswered(attempts: try integer("attempts"))
        case "reset": return .reset(try sender())
        case "bothClosed": return .bothClosed(first: try sender("firstBy"))
        case "stillOpen": return .stillOpen
        case "halfClosed":
            let waited: Duration =
                self["waitedNs"] == nil
                ? .milliseconds(try integer("waitedMs")) : .nanoseconds(try integer("waitedNs"))
            return .halfClosed(
                try sender(), waited: waited, isAcknowledged: try flag("acknowledged"))
        default: throw error(at: "ending", "a connection does not end like this")
        }
    }

    private func texts(_ key: String) throws(JSONError) -> [String] {
        var texts: [String] = []
        for value in try array(key) { texts.append(try value.text(key)) }
        return texts
    }

    private func textsIfAny(_ key: String) throws(JSONError) -> [String] {
        self[key] == nil ? [] : try texts(key)
    }

    private func heldConnections() throws(JSONError) -> [HeldConnection] {
        var connections: [HeldConnection] = []
        for value in try array("connections") {
            let held = try value.object("connections")
            connections.append(
                HeldConnection(
                    gateway: try held.text("gateway"),
                    connection: ConnectionID(try held.integer("connection")),
                    unreadBytes: try held.integer("unread")))
        }
        return connections
    }

    private func threads() throws(JSONError) -> [ThreadState] {
        var threads: [ThreadState] = []
        for value in try array("threads") {
            threads.append(try value.object("threads").thread())
        }
        return threads
    }

    private func thread() throws(JSONError) -> ThreadState {
        ThreadState(
            process: try integer("process"), name: try text("name"), state: try text("state"),
            call: try textIfAny("call"), channel: try textIfAny("channel"),
            isEnding: self["ending"] == nil ? false : try flag("ending"))
    }

    private func socketRows() throws(JSONError) -> [SocketRow] {
        var rows: [SocketRow] = []
        for value in try array("rows") {
            let row = try value.object("rows")
            rows.append(
                SocketRow(
                    isGatewaySide: try row.sender("side") == .toClient,
                    state: try row.text("state"), owner: try row.textIfAny("owner"),
                    local: try row.textIfAny("local"), remote: try row.textIfAny("remote"),
                    unreadBytes: row["unread"] == nil ? nil : try row.integer("unread")))
        }
        return rows
    }
}

package import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// What an import is asked to do.
package struct ImportOptions: Sendable {
    package var redaction = RedactionOptions()
    /// The only gateway connection wanted, as `fakegw decode` numbers them.
    package var connection: Int?
    /// Program and arguments to put into the fixtures, may hold `${gateway.port}`; empty for a
    /// stock program of the library that was recorded.
    package var program: [String] = []
    /// Name of the Python environment that runs it.
    package var python: String?

    package init() {}
}

/// A scenario made from one recorded connection, as files to be written side by side.
package struct Fixture: Equatable, Sendable {
    /// Also the scenario's name: `NAME-1`.
    package let name: String
    package let files: [File]
    /// What was recorded, in a sentence.
    package let about: String

    package struct File: Equatable, Sendable {
        package let name: String
        package let text: String
    }
}

/// Turns captures into fixtures: read every capture first, then make the fixtures.
///
/// An account is learnt from all of them before the first is rewritten, so that it has the same
/// stand-in everywhere.
package struct CaptureImporter: Sendable {
    private let options: ImportOptions
    private var redactor: Redactor
    private var recordings: [(stem: String, origin: String, conversation: RecordedConversation)] =
        []
    private var stems: [String: Int] = [:]
    /// What could not be seen or used, in sentences that begin with the capture's name.
    package private(set) var notes: [String] = []

    package init(options: ImportOptions) {
        self.options = options
        redactor = Redactor(options.redaction)
    }

    /// Reads one capture to its end; what is damaged or foreign in it becomes a note.
    package mutating func read(path: String) throws(CaptureError) {
        let origin = Self.cleaned(path.split(separator: "/").last.map(String.init) ?? path)
        let stem = uniqueStem(of: origin)
        var capture = try DecodedCapture(path: path)
        var open: [Int: RecordedConversation] = [:]
        while let event = try capture.next() {
            take(event, &open, stem: stem, origin: origin)
        }
        keepAll(open, stem: stem, origin: origin)
        notes += capture.notes.map { "\(origin): \($0)" }
        if let wanted = options.connection, wanted > capture.gatewayCount {
            notes.append(
                "\(origin): has no gateway connection \(wanted), it has \(capture.gatewayCount)")
        }
    }

    /// Reads an event log to its end; connections count from 1 in the order they were opened.
    ///
    /// - Parameter path: Where it was read, for the fixtures' names.
    package mutating func read(log bytes: [UInt8], path: String) throws(EventLogError) {
        let origin = Self.cleaned(path.split(separator: "/").last.map(String.init) ?? path)
        let stem = uniqueStem(of: origin)
        var reader = EventLogReader(bytes)
        var numbers: [LoggedConnection: Int] = [:]
        var open: [Int: RecordedConversation] = [:]
        while let event = try reader.next() {
            guard let connection = event.connection else { continue }
            let place = LoggedConnection(gateway: event.gateway, connection: connection)
            let number = numbers[place] ?? numbers.count + 1
            numbers[place] = number
            // What one instant brought came in one segment.
            let at = CaptureInstant(
                nanosecondsSinceEpoch: (reader.epoch ?? 0) &+ event.at.nanoseconds)
            let position = FramePosition(
                at: at, packet: Int(truncatingIfNeeded: event.at.nanoseconds))
            take(
                DecodedEvent(connection: number, position: position, kind: event.kind), &open,
                stem: stem, origin: origin)
        }
        keepAll(open, stem: stem, origin: origin)
        notes += reader.notes.map { "\(origin): \($0)" }
        if let wanted = options.connection, wanted > numbers.count {
            notes.append("\(origin): has no connection \(wanted), it has \(numbers.count)")
        }
    }

    private struct LoggedConnection: Hashable {
        let gateway: String?
        let connection: ConnectionID
    }

    /// The fixtures of everything read, in order.
    package mutating func makeFixtures() -> [Fixture] {
        recordings.sort { ($0.stem, $0.conversation.number) < ($1.stem, $1.conversation.number) }
        return recordings.map { fixture(of: $0.conversation, stem: $0.stem, origin: $0.origin) }
    }

    /// What was hidden, complete after `makeFixtures`.
    package var redaction: RedactionReport { redactor.report }

    // Helpers, in the order they are called.

    private mutating func take(
        _ event: DecodedEvent, _ open: inout [Int: RecordedConversation], stem: String,
        origin: String
    ) {
        if let wanted = options.connection, event.connection != wanted { return }
        learn(from: event)
        let isLast = if case .over = event.kind { true } else { false }
        var conversation =
            open.removeValue(forKey: event.connection)
            ?? RecordedConversation(number: event.connection)
        conversation.take(event)
        if isLast {
            keep(conversation, stem: stem, origin: origin)
        } else {
            open[event.connection] = conversation
        }
    }

    private mutating func keepAll(
        _ open: [Int: RecordedConversation], stem: String, origin: String
    ) {
        for number in open.keys.sorted() {
            if let conversation = open[number] { keep(conversation, stem: stem, origin: origin) }
        }
    }

    private static func cleaned(_ name: String) -> String {
        String(
            name.map { character in
                character.isASCII && (character.isLetter || character.isNumber)
                    || "._-+".contains(character) ? character : "_"
            })
    }

    private mutating func uniqueStem(of origin: String) -> String {
        var stem = origin[...]
        for ending in [".pcapng", ".pcap", ".cap", ".jsonl"] where stem.hasSuffix(ending) {
            stem = stem.dropLast(ending.count)
            break
        }
        let name = stem.isEmpty ? "capture" : String(stem)
        stems[name, default: 0] += 1
        let count = stems[name, default: 1]
        return count == 1 ? name : "\(name)_\(count)"
    }

    private mutating func learn(from event: DecodedEvent) {
        switch event.kind {
        case .message(let message): redactor.learn(message)
        case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
            redactor.learn(bytes)
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .gap,
            .phase, .ended, .closed, .finAcknowledged, .stalled, .resumed, .over, .fault,
            .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine, .clientEnded,
            .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }

    private mutating func keep(
        _ conversation: RecordedConversation, stem: String, origin: String
    ) {
        if conversation.hello != nil, conversation.openedAt != nil {
            recordings.append((stem, origin, conversation))
            return
        }
        let reason =
            switch conversation.ending {
            case .refused: "was refused, nobody listened"
            case .unanswered: "was never answered"
            case .reset, .bothClosed, .halfClosed, .stillOpen, nil:
                conversation.start == .midStream
                    ? "began before the capture, so its hello is missing" : "has no hello"
            }
        notes.append("\(origin): connection \(conversation.number) \(reason): no fixture")
    }

    private mutating func fixture(
        of conversation: RecordedConversation, stem: String, origin: String
    ) -> Fixture {
        let name = "\(stem)-\(conversation.number)"
        let before = redactor.report
        var transcript = Transcript(serverVersion: conversation.serverVersion, lines: [])
        transcript.lines = conversation.lines.map { redacted($0) }
        transcript.comments = comments(on: conversation, origin: origin, since: before)
        let scenario = FixtureScenario(
            name: name, origin: origin, recorded: conversation, program: options.program,
            python: options.python)
        return Fixture(
            name: name,
            files: [
                Fixture.File(name: "\(name).transcript", text: transcript.text),
                Fixture.File(name: "\(name).yaml", text: scenario.text),
            ], about: scenario.about)
    }

    private mutating func redacted(_ line: Transcript.Line) -> Transcript.Line {
        var line = line
        switch line.event {
        case .message(let message, let cuts):
            line.event = .message(redactor.redact(message), cuts: cuts)
        case .bytes(let direction, let bytes):
            line.event = .bytes(direction, redactor.redact(bytes))
        case .version(let reply, let cuts):
            line.event = .version(redactor.redact(reply), cuts: cuts)
        case .clientOpens, .hello, .clientEnds, .gatewayEnds, .gatewayHolds: break
        }
        return line
    }

    private mutating func comments(
        on conversation: RecordedConversation, origin: String, since before: RedactionReport
    ) -> [String] {
        var comments = [
            "Made by 'fakegw import' from \(origin), connection \(conversation.number), "
                + "gateway port \(conversation.gatewayPort)."
        ]
        if !options.redaction.connectionTime, let openedAt = conversation.openedAt {
            comments.append("Recorded \(openedAt).")
        }
        let places = redactor.report.occurrenceCount - before.occurrenceCount
        if places > 0 {
            let count = places == 1 ? "1 place" : "\(places) places"
            comments.append("Account ids are stand-ins, in \(count).")
        }
        if redactor.report.timeCount > before.timeCount {
            comments.append("The connection time is hidden.")
        }
        let known = ProtocolSchema.serverVersions
        if let version = conversation.reply?.serverVersion, !known.contains(version) {
            comments.append(
                "Server version \(version) is not understood: its frames stand here as bytes.")
        }
        for remark in conversation.remarks {
            // A remark may quote a field.
            let bytes = redactor.redact(Array(remark.utf8)).map { $0 < 0x20 ? 0x20 : $0 }
            let text = String(decoding: bytes, as: UTF8.self)
            comments.append("Note: \(text).")
        }
        return comments
    }
}

package import Diagnosis
package import EventLog
package import GatewayWire
import ScenarioFormat
import Simulation

/// What an import is asked to do.
package struct ImportOptions: Sendable {
    package var redaction = RedactionOptions()
    /// The only gateway connections wanted, as `fakegw decode` numbers them; empty for all.
    package var connections: Set<Int> = []
    /// Each connection becomes a fixture of its own.
    package var isApart = false
    /// Healthy connections beside broken ones are left out, and repetitions are folded further.
    package var isMinimal = false
    /// Where it is not empty, requests that do not matter to what these name are left out too.
    package var minimizingFor: [Suspect] = []
    /// How much repeated market data is kept; `nil` for all.
    package var folding: Folding? = .usual
    /// What recorded times are multiplied by; 0 leaves them out.
    package var timeScale = 1.0
    /// Program and arguments to put into the fixtures, may hold `${gateway.port}`; empty for a
    /// stock program of the library that was recorded.
    package var program: [String] = []
    /// Name of the Python environment that runs it.
    package var python: String?

    package init() {}
}

/// A scenario made from recorded connections, as files to be written side by side.
package struct Fixture: Equatable, Sendable {
    /// Also the scenario's name: `NAME-1` for one connection, else `NAME`.
    package let name: String
    /// The transcripts in the connections' order, then the scenario.
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
    /// A connection, and where it was recorded.
    private struct Recorded {
        let stem: String
        let name: ConnectionName
        let origin: String
        /// Its gateway: connections to one may make one fixture.
        let gateway: String
        let conversation: RecordedConversation
    }

    fileprivate let options: ImportOptions
    private var redactor: Redactor
    private var recordings: [Recorded] = []
    private var stems: [String: Int] = [:]
    /// What was found in a recording, by its stem.
    private var incidents: [String: [Incident]] = [:]
    /// What could not be seen or used, in sentences that begin with the capture's name.
    package fileprivate(set) var notes: [String] = []
    /// A capture stops early or cannot be read to its end; a note says where.
    package fileprivate(set) var isDamaged = false
    /// Requests that `minimizingFor` has left out, complete after `makeFixtures`.
    package private(set) var removedRequestCount = 0

    package init(options: ImportOptions) {
        self.options = options
        redactor = Redactor(options.redaction)
    }

    /// Reads the captures of one recording to their end.
    ///
    /// What is damaged or foreign in them becomes a note.
    ///
    /// - Parameters:
    ///   - paths: At least one, in any order.
    ///   - found: What a diagnosis of the same captures has found; it goes into the fixtures.
    package mutating func read(
        paths: [String], found: [Incident] = []
    ) throws(CaptureError) {
        var capture = try DecodedCapture(paths: paths)
        let first = Self.fileName(paths[0])
        let origin = paths.count == 1 ? first : "\(first) and \(paths.count - 1) more"
        let stem = uniqueStem(of: first)
        incidents[stem] = found
        var open: [Int: RecordedConversation] = [:]
        while let event = try capture.next() {
            take(event, &open, stem: stem, origin: origin)
        }
        keepAll(open, stem: stem, origin: origin)
        notes += capture.notes.map { "\(origin): \($0)" }
        isDamaged = isDamaged || capture.isDamaged
        for wanted in options.connections.sorted() where wanted > capture.gatewayCount {
            notes.append(
                "\(origin): has no gateway connection \(wanted), it has \(capture.gatewayCount)")
        }
    }

    /// Reads an event log to its end; connections count from 1 in the order they were opened.
    ///
    /// - Parameters:
    ///   - path: Where it was read, for the fixtures' names.
    ///   - found: What a diagnosis of the same log has found; it goes into the fixtures.
    package mutating func read(
        log bytes: [UInt8], path: String, found: [Incident] = []
    ) throws(EventLogError) {
        let origin = Self.fileName(path)
        let stem = uniqueStem(of: origin)
        incidents[stem] = found
        var reader = EventLogReader(bytes)
        var connections: LoggedConnections?
        var names: [Int: ConnectionName] = [:]
        var open: [Int: RecordedConversation] = [:]
        while let event = try reader.next() {
            var known = connections ?? LoggedConnections(epoch: reader.epoch ?? 0)
            defer { connections = known }
            guard let decoded = known.decoded(event), let connection = event.connection else {
                continue
            }
            let name = ConnectionName(gateway: event.gateway, id: connection)
            names[decoded.connection] = name
            take(decoded, &open, stem: stem, origin: origin, name: name)
        }
        keepAll(open, stem: stem, origin: origin, names: names)
        notes += reader.notes.map { "\(origin): \($0)" }
        for wanted in options.connections.sorted() where names[wanted] == nil {
            notes.append("\(origin): has no connection \(wanted), it has \(names.count)")
        }
    }

    /// Takes the connections of a log that is no event log, or of a folder.
    fileprivate mutating func begin(path: String, found: [Incident]) -> (
        stem: String, origin: String
    ) {
        let origin = Self.fileName(path)
        let stem = uniqueStem(of: origin)
        incidents[stem] = found
        return (stem, origin)
    }

    /// The fixtures of everything read, in order.
    ///
    /// Connections to one gateway of one capture are one fixture, unless they are wanted apart.
    package mutating func makeFixtures() -> [Fixture] {
        recordings.sort { ($0.stem, $0.conversation.number) < ($1.stem, $1.conversation.number) }
        var groups: [[Recorded]] = []
        for recorded in recordings {
            let place = groups.firstIndex {
                $0[0].stem == recorded.stem && $0[0].gateway == recorded.gateway
            }
            if let place, !options.isApart {
                groups[place].append(recorded)
            } else {
                groups.append([recorded])
            }
        }
        let stems = Dictionary(grouping: groups, by: { $0[0].stem })
        return groups.map { group in
            fixture(of: reduced(needed(group)), isOnly: stems[group[0].stem]?.count == 1)
        }
    }

    /// What was hidden, complete after `makeFixtures`.
    package var redaction: RedactionReport { redactor.report }

    // Helpers, in the order they are called.

    fileprivate mutating func take(
        _ event: DecodedEvent, _ open: inout [Int: RecordedConversation], stem: String,
        origin: String, name: ConnectionName? = nil
    ) {
        if !options.connections.isEmpty, !options.connections.contains(event.connection) { return }
        learn(from: event)
        let isLast = if case .over = event.kind { true } else { false }
        // Changed where it is: its lines must not be copied.
        open[
            event.connection,
            default: RecordedConversation(
                number: event.connection,
                folding: options.isMinimal ? .least : options.folding)
        ].take(event)
        if isLast, let conversation = open.removeValue(forKey: event.connection) {
            keep(conversation, stem: stem, origin: origin, name: name)
        }
    }

    fileprivate mutating func keepAll(
        _ open: [Int: RecordedConversation], stem: String, origin: String,
        names: [Int: ConnectionName] = [:]
    ) {
        for number in open.keys.sorted() {
            if let conversation = open[number] {
                keep(conversation, stem: stem, origin: origin, name: names[number])
            }
        }
    }

    /// The last part of a path, in letters that may stand anywhere.
    private static func fileName(_ path: String) -> String {
        String(
            (path.split(separator: "/").last ?? path[...]).map { character in
                character.isASCII && (character.isLetter || character.isNumber)
                    || "._-+".contains(character) ? character : "_"
            })
    }

    private mutating func uniqueStem(of origin: String) -> String {
        var stem = origin[...]
        for ending in [".pcapng", ".pcap", ".cap", ".jsonl", ".log"] where stem.hasSuffix(ending) {
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
            .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over,
            .fault,
            .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine, .clientEnded,
            .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }

    private mutating func keep(
        _ conversation: RecordedConversation, stem: String, origin: String, name: ConnectionName?
    ) {
        if conversation.beganAt == nil || conversation.start == .midStream {
            notes.append(
                "\(origin): connection \(conversation.number) began before the capture, so its "
                    + "hello is missing: no fixture")
            return
        }
        recordings.append(
            Recorded(
                stem: stem,
                name: name
                    ?? ConnectionName(gateway: nil, id: ConnectionID(conversation.number)),
                origin: origin, gateway: name?.gateway ?? "\(conversation.gatewayPort)",
                conversation: conversation))
    }

    /// The connections of a group that a fixture needs, in the order they began.
    private mutating func needed(_ group: [Recorded]) -> [Recorded] {
        var group = group.sorted {
            ($0.conversation.beganAt?.nanosecondsSinceEpoch ?? 0, $0.conversation.number)
                < ($1.conversation.beganAt?.nanosecondsSinceEpoch ?? 0, $1.conversation.number)
        }
        let broken = group.filter { !$0.conversation.isHealthy }
        if options.isMinimal, !broken.isEmpty, broken.count < group.count {
            notes.append(
                "\(group[0].origin): \(group.count - broken.count) healthy connections left out")
            group = broken
        }
        return group
    }

    /// The connections of a group without the requests that do not matter.
    private mutating func reduced(_ group: [Recorded]) -> [Recorded] {
        guard !options.minimizingFor.isEmpty,
            var reduction = RequestReduction(
                group.map(\.conversation), suspects: options.minimizingFor)
        else { return group }
        let (conversations, count) = reduction.reduced()
        removedRequestCount += count
        if count > 0 {
            notes.append(
                "\(group[0].origin): \(count == 1 ? "1 request" : "\(count) requests") left out, "
                    + "with what was answered: the diagnosis does not need them")
        }
        return zip(group, conversations).map { recorded, conversation in
            Recorded(
                stem: recorded.stem, name: recorded.name, origin: recorded.origin,
                gateway: recorded.gateway, conversation: conversation)
        }
    }

    private mutating func fixture(of group: [Recorded], isOnly: Bool) -> Fixture {
        let first = group[0]
        let name =
            group.count == 1
            ? "\(first.stem)-\(first.conversation.number)"
            : isOnly ? first.stem : "\(first.stem)-\(first.gateway)"
        var files: [Fixture.File] = []
        for recorded in group where !recorded.conversation.isAttempt {
            let conversation = recorded.conversation
            let before = redactor.report
            var transcript = Transcript(serverVersion: conversation.serverVersion, lines: [])
            transcript.lines = conversation.lines.map { redacted($0) }
            transcript.scaleTimes(by: options.timeScale)
            transcript.comments = comments(on: recorded, since: before)
            files.append(
                Fixture.File(
                    name: "\(recorded.stem)-\(conversation.number).transcript",
                    text: transcript.text))
        }
        let scenario = FixtureScenario(
            name: name, origin: first.origin, recorded: group.map(\.conversation),
            transcripts: files.map(\.name), options: options,
            causes: RecordedCause.causes(
                of: incidents[first.stem] ?? [],
                Dictionary(
                    uniqueKeysWithValues: group.map { ($0.name, $0.conversation.number) })))
        notes += scenario.notes.map { "\(first.origin): \($0)" }
        files.append(Fixture.File(name: "\(name).yaml", text: scenario.text))
        return Fixture(name: name, files: files, about: scenario.about)
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
        case .clientOpens, .hello, .clientEnds, .gatewayEnds, .gatewayHolds, .gatewayReads: break
        }
        return line
    }

    private mutating func comments(
        on recorded: Recorded, since before: RedactionReport
    ) -> [String] {
        let conversation = recorded.conversation
        var comments = [
            "Made by 'fakegw import' from \(recorded.origin), connection \(conversation.number), "
                + "gateway port \(conversation.gatewayPort)."
        ]
        if !options.redaction.connectionTime, let openedAt = conversation.openedAt {
            comments.append("Recorded \(openedAt).")
        }
        let places = redactor.report.places(of: .account) - before.places(of: .account)
        if places > 0 {
            let count = places == 1 ? "1 place" : "\(places) places"
            comments.append("Account ids are stand-ins, in \(count).")
        }
        if redactor.report.places(of: .time) > before.places(of: .time) {
            comments.append("The connection time is hidden.")
        }
        if options.timeScale != 1 {
            comments.append(
                options.timeScale == 0
                    ? "The recorded times are left out."
                    : "The recorded times are multiplied by \(options.timeScale).")
        }
        if conversation.foldedCount > 0 {
            comments.append(
                "\(conversation.foldedCount) messages of repeated market data are left out.")
        }
        if conversation.droppedCount > 0 {
            comments.append("\(conversation.droppedCount) lines in the middle are left out.")
        }
        let known = ProtocolSchema.serverVersions
        if let version = conversation.reply?.serverVersion, !known.contains(version) {
            comments.append(
                "Server version \(version) is not understood: its frames stand here as bytes.")
        }
        for text in conversation.unknown { comments.append("unknown: \(safe(text)).") }
        for remark in conversation.remarks { comments.append("Note: \(safe(remark)).") }
        return comments
    }

    /// A remark, which may quote a field.
    private mutating func safe(_ text: String) -> String {
        let safe = redactor.redact(text: text).unicodeScalars.map { $0.value < 0x20 ? " " : $0 }
        return String(String.UnicodeScalarView(safe))
    }
}

/// Imports what is read of a log or a folder.
package struct ImportingSink: DecodedEventSink {
    private var importer: CaptureImporter
    private let stem: String
    private let origin: String
    private let wanted: Set<Int>
    private var open: [Int: RecordedConversation] = [:]
    private var highest = 0

    /// - Parameters:
    ///   - path: Where it is read, for the fixtures' names.
    ///   - found: What a diagnosis of the same has found.
    package init(_ importer: CaptureImporter, path: String, found: [Incident] = []) {
        self.importer = importer
        (stem, origin) = self.importer.begin(path: path, found: found)
        wanted = importer.options.connections
    }

    package mutating func take(_ event: DecodedEvent) {
        highest = max(highest, event.connection)
        importer.take(event, &open, stem: stem, origin: origin)
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        take(place.event(body, scanner))
    }

    /// - Parameters:
    ///   - notes: What is not known of the recording, in sentences.
    ///   - isDamaged: Something of it could not be read.
    /// - Returns: The importer with what was read.
    package mutating func finish(notes: [String], isDamaged: Bool) -> CaptureImporter {
        importer.keepAll(open, stem: stem, origin: origin)
        importer.notes += notes.map { "\(origin): \($0)" }
        importer.isDamaged = importer.isDamaged || isDamaged
        for number in wanted.sorted() where number > highest {
            importer.notes.append("\(origin): has no connection \(number), it has \(highest)")
        }
        return importer
    }
}

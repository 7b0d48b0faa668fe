import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat

/// Makes fixtures of what was read.
extension CaptureImporter {
    /// A fixture whose files have been handed on.
    package struct MadeFixture: Sendable {
        package let name: String
        package let fileNames: [String]
        /// What was recorded, in a sentence.
        package let about: String
    }

    /// The fixtures of everything read, in order.
    package mutating func makeFixtures() -> [Fixture] {
        var files: [Fixture.File] = []
        return makeFixtures { files.append($0) }.map { made in
            defer { files.removeFirst(made.fileNames.count) }
            return Fixture(
                name: made.name, files: Array(files[..<made.fileNames.count]), about: made.about)
        }
    }

    /// Makes the fixtures of everything read, in order, and hands on one file at a time.
    ///
    /// Connections to one gateway of one capture are one fixture, unless they are wanted apart.
    package mutating func makeFixtures<Failure>(
        _ write: (Fixture.File) throws(Failure) -> Void
    ) throws(Failure) -> [MadeFixture] {
        recordings.sort { ($0.stem, $0.conversation.number) < ($1.stem, $1.conversation.number) }
        var groups: [[Recorded]] = []
        var places: [[String]: Int] = [:]
        for recorded in recordings {
            let gateway = [recorded.stem, recorded.gateway]
            if let place = places[gateway], !options.isApart {
                groups[place].append(recorded)
            } else {
                places[gateway] = groups.count
                groups.append([recorded])
            }
        }
        let stems = Dictionary(grouping: groups, by: { $0[0].stem }).mapValues(\.count)
        var made: [MadeFixture] = []
        for group in groups {
            let isOnly = stems[group[0].stem] == 1
            made.append(try fixture(of: reduced(needed(group)), isOnly: isOnly, write))
        }
        return made
    }

    // Helpers, in the order they are called.

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

    private mutating func fixture<Failure>(
        of group: [Recorded], isOnly: Bool, _ write: (Fixture.File) throws(Failure) -> Void
    ) throws(Failure) -> MadeFixture {
        let first = group[0]
        let name =
            group.count == 1
            ? "\(first.stem)-\(first.conversation.number)"
            : isOnly ? first.stem : "\(first.stem)-\(first.gateway)"
        var names: [String] = []
        for recorded in group where !recorded.conversation.isAttempt {
            names.append("\(recorded.stem)-\(recorded.conversation.number).transcript")
            try write(
                Fixture.File(
                    name: names[names.count - 1], text: transcript(of: recorded),
                    isScenario: false))
        }
        let scenario = FixtureScenario(
            name: name, origin: first.origin, recorded: group.map(\.conversation),
            transcripts: names, options: options,
            causes: RecordedCause.causes(
                of: incidents[first.stem] ?? [],
                Dictionary(
                    uniqueKeysWithValues: group.map { ($0.name, $0.conversation.number) })))
        notes += scenario.notes.map { "\(first.origin): \($0)" }
        names.append("\(name).yaml")
        try write(
            Fixture.File(name: names[names.count - 1], text: scenario.text, isScenario: true))
        return MadeFixture(name: name, fileNames: names, about: scenario.about)
    }

    /// The text of a connection's transcript, of which one line at a time is a message.
    private mutating func transcript(of recorded: Recorded) -> String {
        let before = redactor.report
        var text = TranscriptText(serverVersion: recorded.conversation.serverVersion)
        var tape = ProtobufTape()
        let lostCount = recorded.conversation.readLines { message, body, scanner in
            add(message, body, scanner, &tape, to: &text)
        } _: { line in
            var line = line
            redact(&line.event)
            line.scaleTimes(by: options.timeScale)
            text.add(line)
        }
        let comments = comments(on: recorded, since: before, lostCount: lostCount)
        return text.text(comments: comments)
    }

    /// Adds a message as it stands in its frame.
    ///
    /// - Returns: False when it takes its fields; then nothing has been done.
    private mutating func add(
        _ message: PlacedMessage, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        _ tape: inout ProtobufTape, to text: inout TranscriptText
    ) -> Bool {
        if !message.isProtobuf {
            return scanner.hasUsualVersion(body) && !scanner.hasSurplus
                && add(message, body, scanner, scanner.schema, to: &text)
        }
        let schema = scanner.schema
        return tape.read(body, schema) && !tape.isDoubtful
            && add(message, body, tape, schema, to: &text)
    }

    private mutating func add<Fields: PlacedFields & ~Copyable>(
        _ message: PlacedMessage, _ body: Span<UInt8>, _ fields: borrowing Fields,
        _ schema: MessageSchema, to text: inout TranscriptText
    ) -> Bool {
        guard let redaction = redactor.look(at: fields, of: body, schema) else { return false }
        let after = message.after.map {
            Transcript.Line.scaled($0, by: options.timeScale)
        }
        guard
            text.add(
                schema, after: after, fields, of: body, isProtobuf: message.isProtobuf,
                replacing: redaction.replacements)
        else { return false }
        redactor.count(redaction)
        return true
    }

    private mutating func redact(_ event: inout Transcript.Event) {
        switch event {
        case .message(let message, let cuts):
            event = .message(redactor.redact(message), cuts: cuts)
        case .bytes(let direction, let bytes): event = .bytes(direction, redactor.redact(bytes))
        case .version(let reply, let cuts): event = .version(redactor.redact(reply), cuts: cuts)
        case .clientOpens, .hello, .clientEnds, .gatewayEnds, .gatewayHolds, .gatewayReads: break
        }
    }

    private mutating func comments(
        on recorded: Recorded, since before: RedactionReport, lostCount: Int
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
        if conversation.foldedDataCount > 0 {
            comments.append(
                "\(conversation.foldedDataCount) messages of repeated market data are left out.")
        }
        if conversation.foldedNewsCount > 0 {
            comments.append(
                "\(conversation.foldedNewsCount) messages of repeated account news are left out.")
        }
        if conversation.droppedCount > 0 {
            comments.append("\(conversation.droppedCount) lines in the middle are left out.")
        }
        if lostCount > 0 {
            comments.append("\(lostCount) lines are missing: they could not be read back.")
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

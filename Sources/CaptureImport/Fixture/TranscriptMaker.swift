import EventLog
import GatewayWire

/// Makes the text of a connection's transcript, of which one line at a time is a message.
///
/// Connections do not know of each other here, so that several can be made at a time, each with a
/// redactor that has learnt everything before.
struct TranscriptMaker {
    let options: ImportOptions
    /// Tells what it has done.
    private(set) var redactor: Redactor

    init(_ options: ImportOptions, _ redactor: Redactor) {
        self.options = options
        self.redactor = redactor
    }

    mutating func transcript(of recorded: CaptureImporter.Recorded) -> String {
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

    // Helpers, in the order they are called.

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
        on recorded: CaptureImporter.Recorded, since before: RedactionReport, lostCount: Int
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

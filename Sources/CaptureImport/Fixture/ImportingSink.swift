import Diagnosis
import EventLog
import GatewayWire

/// Imports what is read of a recording.
struct ImportingSink: DecodedEventSink {
    private var importer: CaptureImporter
    private let stem: String
    private let origin: String
    private let wanted: Set<Int>
    private var open = OpenConversations()
    /// Where the connections of a log of several gateways come from.
    private var names: [Int: ConnectionName] = [:]
    private var highest = 0
    // Their memory is used again.
    private var tape = ProtobufTape()
    private var key = StreamKey()

    init(_ importer: CaptureImporter, stem: String, origin: String) {
        self.importer = importer
        self.stem = stem
        self.origin = origin
        wanted = importer.options.connections
    }

    mutating func take(_ event: DecodedEvent) { take(event, name: nil) }

    mutating func take(_ event: DecodedEvent, name: ConnectionName?) {
        guard let place = place(of: event.connection) else { return }
        if let name { names[event.connection] = name }
        learn(from: event)
        open.conversations[place]?.take(event)
        if case .over = event.kind { keep(event.connection) }
    }

    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        guard let index = self.place(of: place.connection) else { return }
        let kind: FoldedMessage.Kind?
        if !place.isProtobuf, scanner.hasUsualVersion(body) {
            if scanner.hasSurplus || !knows(scanner, body, scanner, isTold: true) {
                learn(place, body, scanner)
            }
            kind = folded(scanner, body, scanner)
        } else if place.isProtobuf, tape.read(body, scanner.schema) {
            if !knows(tape, body, scanner, isTold: !tape.isDoubtful) {
                learn(place, body, scanner)
            }
            kind = folded(tape, body, scanner)
        } else {
            guard let message = learn(place, body, scanner) else { return }
            kind = FoldedMessage.kind(of: message, key: &key)
        }
        open.conversations[index]?.take(place, body, scanner, kind, key: key)
    }

    /// Adds notes about the recording.
    mutating func note(_ notes: [String]) { importer.notes += notes.map { "\(origin): \($0)" } }

    /// Notes connections that are wanted and not there.
    mutating func noteMissing() {
        for wanted in wanted.sorted() where wanted > highest {
            note(["has no connection \(wanted), it has \(highest)"])
        }
    }

    /// - Parameters:
    ///   - notes: What is not known of the recording, in sentences.
    ///   - isDamaged: Something of it could not be read.
    /// - Returns: The importer with what was read.
    mutating func finish(notes: [String], isDamaged: Bool) -> CaptureImporter {
        keepAll()
        note(notes)
        importer.isDamaged = importer.isDamaged || isDamaged
        noteMissing()
        return importer
    }

    /// - Returns: The importer with what was read.
    mutating func finish() -> CaptureImporter {
        keepAll()
        return importer
    }

    // Helpers, in the order they are called.

    /// Where a connection is; `nil` for one that is not wanted.
    @inline(__always)
    private mutating func place(of number: Int) -> Int? {
        if let place = open.place(of: number) { return place }
        highest = max(highest, number)
        if !wanted.isEmpty, !wanted.contains(number) { return nil }
        return open.add(importer.conversation(number: number))
    }

    private mutating func learn(from event: DecodedEvent) {
        switch event.kind {
        case .message(let message): importer.redactor.learn(message)
        case .unknown(_, _, let bytes), .malformed(_, _, let bytes), .raw(_, let bytes):
            importer.redactor.learn(bytes)
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .attempted, .opened, .hello, .legacyHello, .version, .gap,
            .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled, .resumed, .over,
            .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            break
        }
    }

    private mutating func keep(_ number: Int) {
        guard var conversation = open.remove(number) else { return }
        conversation.finish()
        importer.keep(conversation, stem: stem, origin: origin, name: names[number])
    }

    /// Learns of a message with its fields copied.
    ///
    /// - Returns: The message; `nil` for what is none after all, and has been taken as such.
    @discardableResult
    private mutating func learn(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) -> Message? {
        let event = place.event(body, scanner)
        guard case .message(let message) = event.kind else {
            take(event)
            return nil
        }
        importer.redactor.learn(message)
        return message
    }

    /// Whether nothing can be learnt of a message that is not known.
    @inline(__always)
    private func knows<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        isTold: Bool
    ) -> Bool {
        guard let plan = RedactionPlan.teaching(scanner.messageID, scanner.direction) else {
            return true
        }
        return plan._withUnsafeGuaranteedRef {
            importer.redactor.knows(fields, of: body, $0, isTold: isTold)
        }
    }

    /// Tells the stream of a message that is folded: then `key` is its stream's.
    @inline(__always)
    private mutating func folded<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) -> FoldedMessage.Kind? {
        scanner.direction == .toClient
            ? FoldedMessage.kind(of: scanner.messageID, fields, in: body, key: &key) : nil
    }

    private mutating func keepAll() {
        for number in open.numbers { keep(number) }
    }
}

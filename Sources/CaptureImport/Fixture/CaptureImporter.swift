package import Diagnosis
package import EventLog
import GatewayWire
import Simulation

/// Turns captures into fixtures: read every capture first, then make the fixtures.
///
/// An account is learnt from all of them before the first is rewritten, so that it has the same
/// stand-in everywhere.
package struct CaptureImporter {
    /// A connection, and where it was recorded.
    struct Recorded {
        let stem: String
        let name: ConnectionName
        let origin: String
        /// Its gateway: connections to one may make one fixture.
        let gateway: String
        let conversation: RecordedConversation
    }

    let options: ImportOptions
    var redactor: Redactor
    var recordings: [Recorded] = []
    /// Where what is kept of all connections is.
    private let store: KeptStore
    private var stems: [String: Int] = [:]
    /// Of the recording that was read last.
    private var lastStem = ""
    /// What was found in a recording, by its stem.
    private(set) var incidents: [String: [Incident]] = [:]
    /// What could not be seen or used, in sentences that begin with the capture's name.
    package internal(set) var notes: [String] = []
    /// A capture stops early or cannot be read to its end; a note says where.
    package internal(set) var isDamaged = false
    /// Requests that `minimizingFor` has left out, complete after `makeFixtures`.
    package internal(set) var removedRequestCount = 0

    package init(options: ImportOptions) {
        self.options = options
        redactor = Redactor(options.redaction)
        store = KeptStore(options.limits)
    }

    /// Reads the captures of one recording to their end.
    ///
    /// What is damaged or foreign in them becomes a note.
    ///
    /// - Parameters:
    ///   - paths: At least one, in any order.
    ///   - facts: Get everything too, when there are some.
    ///   - progress: Called now and then.
    package mutating func read(
        paths: [String], ports: GatewayPorts = GatewayPorts(), diagnosing facts: inout WireFacts?,
        progress: (borrowing CapturedConnections) -> Void = { _ in }
    ) throws(CaptureError) {
        var capture = try DecodedCapture(paths: paths, ports: ports)
        let first = Self.fileName(paths[0])
        let origin = paths.count == 1 ? first : "\(first) and \(paths.count - 1) more"
        var sink = DiagnosedImport(sink(origin: origin, fileName: first), facts)
        do throws(CaptureError) {
            try capture.read(into: &sink, progress: progress)
        } catch {
            (self, facts) = sink.finish()
            throw error
        }
        (self, facts) = sink.finish()
        notes += capture.notes.map { "\(origin): \($0)" }
        isDamaged = isDamaged || capture.isDamaged
        for wanted in options.connections.sorted() where wanted > capture.gatewayCount {
            notes.append(
                "\(origin): has no gateway connection \(wanted), it has \(capture.gatewayCount)")
        }
    }

    /// Reads the captures of one recording to their end.
    package mutating func read(paths: [String]) throws(CaptureError) {
        var facts: WireFacts?
        try read(paths: paths, diagnosing: &facts)
    }

    /// Reads an event log to its end; connections count from 1 in the order they were opened.
    ///
    /// - Parameter path: Where it was read, for the fixtures' names.
    package mutating func read(log bytes: [UInt8], path: String) throws(EventLogError) {
        var sink = sink(path: path)
        defer { self = sink.finish() }
        var reader = EventLogReader(bytes)
        var connections: LoggedConnections?
        while let event = try reader.next() {
            var known = connections ?? LoggedConnections(epoch: reader.epoch ?? 0)
            defer { connections = known }
            guard let decoded = known.decoded(event), let connection = event.connection else {
                continue
            }
            sink.take(decoded, name: ConnectionName(gateway: event.gateway, id: connection))
        }
        sink.note(reader.notes)
        sink.noteMissing()
    }

    /// A sink that takes a recording, and this importer with it.
    ///
    /// - Parameters:
    ///   - path: Where it is read, for the fixtures' names.
    ///   - facts: Get everything too, when there are some.
    package mutating func sink(path: String, diagnosing facts: WireFacts?) -> DiagnosedImport {
        DiagnosedImport(sink(path: path), facts)
    }

    /// Tells what a diagnosis found in the recording that was read last; it goes into its fixtures.
    package mutating func explain(_ found: [Incident]) { incidents[lastStem] = found }

    /// What was hidden, complete after `makeFixtures`.
    package var redaction: RedactionReport { redactor.report }

    // Helpers, in the order they are called.

    private mutating func sink(origin: String, fileName: String) -> ImportingSink {
        lastStem = uniqueStem(of: fileName)
        let stem = lastStem
        // Moved, so that nothing of it is copied.
        let importer = self
        self = CaptureImporter(options: options)
        return ImportingSink(importer, stem: stem, origin: origin)
    }

    private mutating func sink(path: String) -> ImportingSink {
        let origin = Self.fileName(path)
        return sink(origin: origin, fileName: origin)
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
        // Standard input has no name.
        let name = stem.isEmpty || stem == "-" ? "capture" : String(stem)
        stems[name, default: 0] += 1
        let count = stems[name, default: 1]
        return count == 1 ? name : "\(name)_\(count)"
    }

    func conversation(number: Int) -> RecordedConversation {
        RecordedConversation(
            number: number, folding: options.isMinimal ? .least : options.folding, store: store)
    }

    mutating func keep(
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
}

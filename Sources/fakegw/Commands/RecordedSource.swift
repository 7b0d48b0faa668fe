import CaptureImport
import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation

/// A recording that the command line names: captures, which are one, or a log.
///
/// Several captures are one recording, as `tcpdump -C` and `-G` rotate them. Logs are one each, because a
/// rotated log begins when no connection is open.
enum RecordedSource {
    /// At least one; `-` is standard input.
    case captures([String])
    /// An event log.
    case log(String)
    case clientLog(String, ClientLog.Library)
    case gatewayLog(String)
    /// A folder of rust-ibapi's recorder.
    case folder(String)
    /// A folder or a file of rust-ibapi's raw capture.
    case rawCapture(String)
    case live(LiveReading)

    /// The captures stand where the first of them does.
    ///
    /// A file that cannot be read counts as a capture, so that reading says why.
    static func sources(_ paths: [String]) -> [RecordedSource] {
        var captures: [String] = []
        var place = 0
        var sources: [RecordedSource] = []
        for path in paths {
            if let log = recognized(path) {
                sources.append(log)
            } else {
                if captures.isEmpty { place = sources.count }
                captures.append(path)
            }
        }
        if !captures.isEmpty { sources.insert(.captures(captures), at: place) }
        return sources
    }

    var paths: [String] {
        switch self {
        case .captures(let paths): paths
        case .log(let path), .clientLog(let path, _), .gatewayLog(let path), .folder(let path),
            .rawCapture(let path):
            [path]
        case .live(let live): [live.interface]
        }
    }

    /// It has no handshake, so that its server version is inferred or told.
    var lacksVersion: Bool {
        switch self {
        case .gatewayLog, .folder: true
        case .captures, .log, .clientLog, .rawCapture, .live: false
        }
    }

    /// Connections to several ports may stand in it.
    var hasPorts: Bool {
        switch self {
        case .captures, .live: true
        case .log, .clientLog, .gatewayLog, .folder, .rawCapture: false
        }
    }

    /// The suspects of which such a recording can tell.
    func fitting(_ suspects: [Suspect]) -> [Suspect] {
        // What the client said was not recorded.
        if case .rawCapture = self { suspects.map(\.withoutClient) } else { suspects }
    }

    /// The server version that `--server-version` tells, for those of the sources that lack it.
    static func version(
        for sources: [RecordedSource], _ arguments: ParsedArguments
    ) throws(CommandFailure) -> Int? {
        guard arguments.has("server-version") else { return nil }
        guard sources.contains(where: \.lacksVersion) else {
            throw CommandFailure(
                text: "--server-version is for --raw, a gateway's log and a folder of rust-ibapi",
                hint: "everything else tells its server version by itself")
        }
        return try arguments.integer("server-version", in: ProtocolSchema.serverVersions)
    }

    /// What its fixtures are called after.
    var importPath: String {
        let path = paths[0]
        guard case .rawCapture = self, !Files.isFolder(path) else { return path }
        // Without the ending, of which a connection has two.
        return String(path.dropLast(4))
    }

    /// What it is called in a report.
    var title: String {
        let paths = paths
        return paths.count == 1 ? paths[0] : "\(paths[0]) and \(paths.count - 1) more"
    }

    /// Reads it to its end, and names what it shows.
    ///
    /// - Parameter take: Gets every event, its time from 1970. Without it messages that show nothing
    ///   are passed over much faster.
    func diagnosis(
        _ suspects: [Suspect], _ choices: ReadingChoices, take: ((LogEvent) -> Void)? = nil
    ) throws(CommandFailure) -> SourceDiagnosis {
        let suspects = fitting(suspects)
        var facts = Self.facts(for: suspects)
        var found: (notes: [String], isDamaged: Bool)
        switch self {
        case .captures(let paths): found = try Self.read(paths, choices, into: &facts, take)
        case .log(let path): found = (try Self.read(log: path, into: &facts, take), false)
        case .clientLog, .gatewayLog, .folder, .rawCapture:
            found = try Self.read(messagesOf: self, choices.version, into: &facts, take)
        case .live(let live): found = try Self.read(live, into: &facts, take)
        }
        return SourceDiagnosis(
            source: self, diagnosis: Diagnosis(of: facts.finish(), suspects: suspects),
            notes: found.notes, isDamaged: found.isDamaged)
    }

    /// The facts that tell whether any of some pathologies is there.
    static func facts(for suspects: [Suspect]) -> WireFacts {
        WireFacts(clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
    }

    // Helpers, in the order they are called.

    /// A log begins with an object, which no capture does.
    static func isEventLog(_ path: String) throws(CommandFailure) -> Bool {
        try Files.front(of: path, count: 1) == [UInt8(ascii: "{")]
    }

    /// - Returns: `nil` for what is a capture, or nothing that is known.
    private static func recognized(_ path: String) -> RecordedSource? {
        // A pipe cannot be looked at first; tcpdump's is a capture.
        if path == "-" { return nil }
        if RustRawCapture.isOne(path) { return .rawCapture(path) }
        if Files.isFolder(path) { return .folder(path) }
        guard let front = try? Files.front(of: path, count: 1 << 16), let first = front.first else {
            return nil
        }
        if first == UInt8(ascii: "{") { return .log(path) }
        // Captures and archives have zeros or more in front.
        guard first >= 0x20, first < 0x7F, !front.prefix(64).contains(0) else { return nil }
        if let library = ClientLog.library(of: front[...]) { return .clientLog(path, library) }
        return GatewayLog.isLog(front[...]) ? .gatewayLog(path) : nil
    }

    private static func read(
        _ paths: [String], _ choices: ReadingChoices, into facts: inout WireFacts,
        _ take: ((LogEvent) -> Void)?
    ) throws(CommandFailure) -> ([String], Bool) {
        defer { choices.progress.end() }
        do throws(CaptureError) {
            var capture = try DecodedCapture(paths: paths, ports: choices.ports)
            try capture.read(into: &facts, log: take) { choices.progress.show($0.progress) }
            return (capture.notes, capture.isDamaged)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    private static func read(
        messagesOf source: RecordedSource, _ version: Int?, into facts: inout WireFacts,
        _ take: ((LogEvent) -> Void)?
    ) throws(CommandFailure) -> ([String], Bool) {
        var sink = DiagnosingSink(facts, take)
        defer { facts = sink.facts }
        return try source.readMessages(version, into: &sink)
    }

    private static func read(
        _ live: LiveReading, into facts: inout WireFacts, _ take: ((LogEvent) -> Void)?
    ) throws(CommandFailure) -> ([String], Bool) {
        var sink = DiagnosingSink(facts, take)
        defer { facts = sink.facts }
        let outcome = try live.read(into: [DecodedEvent]()) { events in
            for event in events { sink.take(event) }
            events.removeAll(keepingCapacity: true)
        }
        return (outcome.notes, outcome.isDamaged)
    }

    /// Reads an event log.
    ///
    /// - Returns: What could not be seen, in sentences.
    @discardableResult
    static func read(
        log path: String, into facts: inout WireFacts, _ take: ((LogEvent) -> Void)? = nil
    ) throws(CommandFailure) -> [String] {
        var reader = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        var number = 0
        do throws(EventLogError) {
            while let event = try reader.next() {
                number += 1
                // As captures have them: nanoseconds since 1970.
                let logged = LogEvent(
                    at: SimInstant(nanoseconds: event.at.nanoseconds &+ (reader.epoch ?? 0)),
                    gateway: event.gateway, connection: event.connection, kind: event.kind)
                facts.take(Observation(number: number, event: logged))
                take?(logged)
            }
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
        return reader.notes
    }
}

extension RecordedSource {
    /// Hands on the messages of a client's or a gateway's log, or of what rust-ibapi wrote.
    ///
    /// - Parameters:
    ///   - version: The server version, where it is given and the recording does not tell it.
    ///   - completesHandshake: What is not recorded of it is made up, so that it can be replayed.
    /// - Returns: What is not known, in sentences, and whether something could not be read.
    func readMessages<Sink: DecodedEventSink>(
        _ version: Int?, completesHandshake: Bool = false, into sink: inout Sink
    ) throws(CommandFailure) -> (notes: [String], isDamaged: Bool) {
        do throws(CaptureError) {
            switch self {
            case .clientLog(let path, let library):
                return try Self.read(ClientLog.File(path: path, library), into: &sink)
            case .gatewayLog(let path):
                let log = GatewayLog(
                    path: path, serverVersion: version, completesHandshake: completesHandshake)
                return try Self.read(log, into: &sink)
            case .folder(let path):
                let folder = try RustRecording(
                    path: path, serverVersion: version, completesHandshake: completesHandshake)
                return try Self.read(folder, into: &sink)
            case .rawCapture(let path):
                let capture = try RustRawCapture(
                    path: path, completesHandshake: completesHandshake)
                return try Self.read(capture, into: &sink)
            case .captures, .log, .live: preconditionFailure("these are read in another way")
            }
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    private static func read<Source: MessageSource, Sink: DecodedEventSink>(
        _ source: Source, into sink: inout Sink
    ) throws(CaptureError) -> (notes: [String], isDamaged: Bool) {
        var source = source
        try source.read(into: &sink)
        return (source.notes, source.isDamaged)
    }
}

/// What a recording shows, as far as it could be read.
struct SourceDiagnosis {
    let source: RecordedSource
    let diagnosis: Diagnosis
    /// What could not be seen, in sentences.
    let notes: [String]
    /// A capture stops early or cannot be read to its end; a note says where.
    let isDamaged: Bool
}

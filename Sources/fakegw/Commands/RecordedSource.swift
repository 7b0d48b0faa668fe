import CaptureImport
import Diagnosis
import EventLog
import ScenarioFormat
import Simulation

/// A recording that the command line names: captures, which are one, or an event log.
///
/// Several captures are one recording, as `tcpdump -C` and `-G` rotate them. Event logs are one each,
/// because a rotated log begins when no connection is open.
enum RecordedSource {
    /// At least one; `-` is standard input.
    case captures([String])
    case log(String)

    /// The captures stand where the first of them does.
    ///
    /// A file that cannot be read counts as a capture, so that reading says why.
    static func sources(_ paths: [String]) -> [RecordedSource] {
        var captures: [String] = []
        var place = 0
        var sources: [RecordedSource] = []
        for path in paths {
            if path != "-", (try? Decode.isEventLog(path)) == true {
                sources.append(.log(path))
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
        case .log(let path): [path]
        }
    }

    /// What it is called in a report.
    var title: String {
        let paths = paths
        return paths.count == 1 ? paths[0] : "\(paths[0]) and \(paths.count - 1) more"
    }

    /// Reads it to its end, and names what it shows.
    ///
    /// - Parameter take: Gets every event, its time from 1970.
    func diagnosis(
        _ suspects: [Suspect], take: (LogEvent) -> Void = { _ in }
    ) throws(CommandFailure) -> SourceDiagnosis {
        var facts = WireFacts(
            clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
        var found: (notes: [String], isDamaged: Bool)
        switch self {
        case .captures(let paths): found = try Self.read(paths, into: &facts, take)
        case .log(let path): found = (try Self.read(log: path, into: &facts, take), false)
        }
        return SourceDiagnosis(
            source: self, diagnosis: Diagnosis(of: facts.finish(), suspects: suspects),
            notes: found.notes, isDamaged: found.isDamaged)
    }

    private static func read(
        _ paths: [String], into facts: inout WireFacts, _ take: (LogEvent) -> Void
    ) throws(CommandFailure) -> ([String], Bool) {
        do throws(CaptureError) {
            var capture = try DecodedCapture(paths: paths)
            var number = 0
            while let event = try capture.next() {
                number += 1
                let position = event.position
                let logged = event.logEvent
                facts.take(
                    Observation(
                        number: number, event: logged,
                        packets: position
                            .firstPacket...max(
                                position.firstPacket, position.lastPacket),
                        pieceCount: position.cuts.count + 1))
                take(logged)
            }
            return (capture.notes, capture.isDamaged)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    private static func read(
        log path: String, into facts: inout WireFacts, _ take: (LogEvent) -> Void
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
                take(logged)
            }
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
        return reader.notes
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

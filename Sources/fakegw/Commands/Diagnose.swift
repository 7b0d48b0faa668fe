import CaptureImport
import Diagnosis
import EventLog
import ScenarioFormat
import Simulation

/// `fakegw diagnose`: which known failures a capture shows.
enum Diagnose {
    static let subcommand = Subcommand(
        name: "diagnose", summary: "name the failure that a capture or an event log shows",
        usage: "FILE… [options]",
        about: """
            Reads captures (pcap, pcapng) and event logs, and names the pathologies of the catalogue that
            they show. For each it prints the events that prove it with their packets and times, how
            certain that is, what each client library says of it, what ends it, how to have it on
            purpose, and what else fits and how to tell.

            It knows only what was on the wire. Some failures look alike there; then it names them
            all, and says what would tell them apart. When nothing fits it says what is odd, and when
            nothing is odd that the session is healthy.

              fakegw diagnose last-night.pcap
              fakegw diagnose last-night.pcap --json
              fakegw pathologies NAME

            Signs are data: "recognize:" in a file of the catalogue, or of your own (--catalogue).
            docs/diagnosis.md explains them, and lists what a sign can ask for.

            Exit status: 0 healthy; 1 a pathology was recognized, or something is odd; 2 a file cannot be
            read, or holds no connection to a gateway. With several files the highest counts.
            """,
        options: [
            Option("json", nil, "one JSON object a file (see docs/diagnosis.md)"),
            Option(
                "facts", nil,
                "print what was computed from the wire, one fact a line, for who writes signs"),
            Option("markdown", nil, "print the tables of facts for docs/diagnosis.md"),
            Catalogues.option,
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try diagnose(arguments) }
        })

    private static func diagnose(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        if arguments.has("markdown") {
            Terminal.out(FactReference.markdown)
            return .success
        }
        guard !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "diagnose takes captures or event logs", hint: "fakegw diagnose FILE.pcap")
        }
        let catalogue = try Catalogues.all(arguments)
        let suspects = catalogue.suspects
        var code = ExitCode.success
        for (index, path) in arguments.rest.enumerated() {
            do throws(CommandFailure) {
                let (diagnosis, notes) = try diagnosis(of: path, suspects)
                if index > 0, !arguments.has("json") { Terminal.out("") }
                show(diagnosis, notes, path, catalogue, arguments)
                let own: ExitCode =
                    switch diagnosis.verdict {
                    case .healthy: .success
                    case .recognized, .unknown: .failed
                    case .empty: .usage
                    }
                if own.rawValue > code.rawValue { code = own }
            } catch {
                // One file that cannot be read does not hide what the others show.
                Terminal.fail(error.text, hint: error.hint)
                code = .usage
            }
        }
        return code
    }

    private static func show(
        _ diagnosis: Diagnosis, _ notes: [String], _ path: String,
        _ catalogue: PathologyCatalogue, _ arguments: ParsedArguments
    ) {
        let text = DiagnosisText(diagnosis, path: path, notes: notes, catalogue: catalogue)
        if arguments.has("facts") {
            Terminal.out(text.facts)
        } else {
            Terminal.out(arguments.has("json") ? text.json : text.page)
        }
        if !arguments.has("json") { for note in notes { Terminal.error("note: \(note)") } }
    }

    private static func diagnosis(
        of path: String, _ suspects: [Suspect]
    ) throws(CommandFailure) -> (Diagnosis, notes: [String]) {
        var facts = WireFacts(
            clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
        let notes: [String]
        if try Decode.isEventLog(path) {
            notes = try readLog(path, into: &facts)
        } else {
            notes = try readCapture(path, into: &facts)
        }
        return (Diagnosis(of: facts.finish(), suspects: suspects), notes)
    }

    private static func readCapture(
        _ path: String, into facts: inout WireFacts
    ) throws(CommandFailure) -> [String] {
        do throws(CaptureError) {
            var capture = try DecodedCapture(path: path)
            var number = 0
            while let event = try capture.next() {
                number += 1
                facts.take(
                    Observation(
                        number: number, event: event.logEvent,
                        packets: event.position
                            .firstPacket...max(
                                event.position.firstPacket, event.position.lastPacket),
                        pieceCount: event.position.cuts.count + 1))
            }
            return capture.notes
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    private static func readLog(
        _ path: String, into facts: inout WireFacts
    ) throws(CommandFailure) -> [String] {
        var reader = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        var number = 0
        do throws(EventLogError) {
            while let event = try reader.next() {
                number += 1
                // As captures have them: nanoseconds since 1970.
                let at = SimInstant(nanoseconds: event.at.nanoseconds &+ (reader.epoch ?? 0))
                facts.take(
                    Observation(
                        number: number,
                        event: LogEvent(
                            at: at, gateway: event.gateway, connection: event.connection,
                            kind: event.kind)))
            }
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
        return reader.notes
    }
}

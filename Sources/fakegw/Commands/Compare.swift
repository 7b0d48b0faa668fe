import CaptureImport
import Comparison
import EventLog
import ScenarioFormat

/// `fakegw compare`: recordings held against the healthy model.
enum Compare {
    static let subcommand = Subcommand(
        name: "compare", summary: "hold recordings of a gateway against the model",
        usage: "RECORDING… [options]",
        about: """
            Plays the client's requests of each recording against the healthy model, in memory and
            under a virtual clock, and compares the answers: types, order, filled and empty fields,
            how numbers and dates are written, codes and texts. Prices, accounts, times and ids are
            aligned, not compared.

            A recording is an event log (.jsonl), a capture (.pcap, .pcapng), a transcript that
            'import' wrote, or a transcript of handshake, raw and named lines as public client
            libraries keep them, or a client's or a gateway's log. A folder stands for the files
            in it. Named transcripts whose comments name no capture say nothing about a gateway,
            and are left out. A raw capture of rust-ibapi has no requests, and is refused.

            The world and the settings come from the recording: account, hour, farms, data rights,
            prices. The tolerance file says what it does not tell, and which differences may be,
            each with a reason. What depends on chance may be as any of 64 seeds gives it: pairs
            are repeated any number of times, and of a stream the first message of each kind is
            compared, in any order.

            Exit status: 0 without differences that the tolerance file does not name, 1 with some,
            2 for a file that cannot be read or when nothing was compared.
            """,
        options: [
            Option("tolerate", "FILE", "differences that may be, and what recordings do not tell"),
            Option("tolerated", nil, "also print what was tolerated and left out"),
            Option("json", nil, "one JSON object"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try compare(arguments) }
        })

    private static func compare(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "compare takes recordings", hint: "fakegw compare --help names the kinds")
        }
        if let path = arguments.rest.first(where: RustRawCapture.isOne) {
            throw CommandFailure(
                text: "\(path): a raw capture of rust-ibapi has no requests that the model could "
                    + "answer",
                hint: "record both sides, with IBAPI_RECORDING_DIR or 'fakegw record'; "
                    + "'fakegw diff' compares two raw captures")
        }
        var tolerances = Tolerances()
        if let path = arguments.last("tolerate") {
            let text = try Files.readText(path)
            tolerances = try CommandFailure.ofScenario { () throws(ScenarioError) in
                try loadTolerances(text: text, file: path)
            }
        }
        var report = ComparisonReport(tolerances)
        let files = try ScenarioFiles.find(
            arguments.rest, endings: endings, called: "recordings")
        for file in files { report.compare(try recording(file)) }
        guard !report.isEmpty else {
            throw CommandFailure(
                text: "nothing was compared: no message of a recording has a counterpart",
                hint: "fakegw decode FILE shows what a recording holds")
        }
        Terminal.out(
            arguments.has("json")
                ? report.json : report.text(showsTolerated: arguments.has("tolerated")))
        return report.isEqual ? .success : .failed
    }

    /// In a folder; a `.log` may be anything there.
    private static let endings = [".jsonl", ".pcap", ".pcapng", ".cap", ".transcript", ".txt"]

    /// - Parameter version: The server version, where a recording does not tell it.
    static func recording(
        _ path: String, version: Int? = nil
    ) throws(CommandFailure) -> Recording {
        for source in RecordedSource.sources([path]) {
            switch source {
            case .log: return try recording(log: path)
            case .clientLog, .gatewayLog, .folder, .rawCapture:
                var sink = RecordingSink()
                _ = try source.readMessages(version, completesHandshake: true, into: &sink)
                return sink.recording(path: path)
            case .captures, .live: break
            }
        }
        return try recording(captureOrTranscript: path)
    }

    private static func recording(log path: String) throws(CommandFailure) -> Recording {
        let bytes = try Files.read(path, maxBytes: Files.maxLogBytes)
        do throws(EventLogError) {
            return try Recording.read(log: bytes, path: path)
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
    }

    private static func recording(
        captureOrTranscript path: String
    ) throws(CommandFailure) -> Recording {
        let bytes = try Files.read(path)
        if let text = String(validating: bytes, as: UTF8.self) {
            do throws(TranscriptError) {
                if HandshakeTranscript.isOne(text) {
                    return try HandshakeTranscript.read(text, path: path)
                }
                return try Recording.read(transcript: text, path: path)
            } catch {
                throw CommandFailure(text: error.description)
            }
        }
        do throws(CaptureError) {
            return try Recording.read(capture: path)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }
}

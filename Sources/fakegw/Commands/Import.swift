import CaptureImport
import EventLog
import Glibc

/// `fakegw import`: captures to fixtures.
enum Import {
    static let subcommand = Subcommand(
        name: "import", summary: "turn captures into fixtures that serve and run replay",
        usage: "CAPTURE… -o DIR [options] [-- PROGRAM ARGUMENT…]",
        about: """
            Writes a scenario and a transcript for every gateway connection of the captures. Account
            ids are replaced. The scenario runs the program after '--', whose arguments may contain
            ${gateway.port}. Without a program, it runs a small one for the recorded library.

            CAPTURE is a pcap or pcapng file, or an event log that serve or run has written with
            --events.
            """,
        options: [
            Option("output", "DIR", "folder for the fixtures; also -o; made when missing"),
            Option("connection", "N", "only this gateway connection, as decode numbers them"),
            Option("python", "ENV", "Python environment that runs the program"),
            Option("no-redact", nil, "keep account ids as recorded"),
            Option("redact-time", nil, "hide the connection time too"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try importCaptures(arguments) }
        })

    private static func importCaptures(
        _ arguments: ParsedArguments
    ) throws(CommandFailure) -> ExitCode {
        let captures = arguments.rest
        guard !captures.isEmpty, let folder = arguments.last("output") else {
            throw CommandFailure(
                text: "import needs a capture and a folder",
                hint: "fakegw import CAPTURE -o DIR")
        }
        var options = ImportOptions()
        options.connection = try arguments.integer("connection", in: 1...Int.max)
        options.redaction = RedactionOptions(
            accounts: !arguments.has("no-redact"), connectionTime: arguments.has("redact-time"))
        options.program = arguments.trailing
        options.python = arguments.last("python")
        var importer = CaptureImporter(options: options)
        for path in captures {
            try read(path, with: &importer)
        }
        let fixtures = importer.makeFixtures()
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CommandFailure(
                text: "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        for fixture in fixtures {
            for file in fixture.files { try Files.write(file.text, to: "\(folder)/\(file.name)") }
            Terminal.out("\(folder)/\(fixture.name).yaml  \(fixture.about)")
        }
        for sentence in importer.redaction.sentences + importer.notes {
            Terminal.error("note: \(sentence)")
        }
        guard !fixtures.isEmpty else { throw CommandFailure(text: "nothing to replay was found") }
        return .success
    }

    private static func read(
        _ path: String, with importer: inout CaptureImporter
    ) throws(CommandFailure) {
        guard try !Decode.isEventLog(path) else {
            let log = try Files.read(path, maxBytes: Files.maxLogBytes)
            do throws(EventLogError) {
                try importer.read(log: log, path: path)
            } catch {
                throw CommandFailure(text: "\(path):\(error)")
            }
            return
        }
        do throws(CaptureError) {
            try importer.read(path: path)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }
}

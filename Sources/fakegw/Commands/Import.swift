import CaptureImport
import Diagnosis
import EventLog
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun

/// `fakegw import`: captures to fixtures.
enum Import {
    static let subcommand = Subcommand(
        name: "import", summary: "turn captures into fixtures that serve and run replay",
        usage: "CAPTURE… -o DIR [options] [-- PROGRAM ARGUMENT…]",
        about: """
            Writes fixtures that replay what was recorded: a scenario, and a transcript for each
            gateway connection. Connections to one gateway of one capture are one fixture, in their
            order and overlap; --apart makes one of each. The scenario expects what was recorded:
            how each connection ended, and what was never answered.

            The scenario runs the program after '--', whose arguments may contain ${gateway.port}.
            Without a program, it runs a small one for the recorded library where that asks as much
            as the recorded client did. Otherwise 'fakegw run FIXTURE -- PROGRAM …' names yours.

            Accounts, names that users chose, order references, news texts, e-mail addresses and
            telephone numbers are replaced, the same by the same. What was replaced, what was kept
            and what could not be judged is printed: read that before you share a fixture.

            Of repeated market data the first 20 and the last 20 messages of each kind and
            subscription are kept, and so are those of an account's news: of each value and each
            position, counted anew when the client asks for them. --whole keeps all. The beginning
            and the end of a connection always stay, 16 MiB of each.
            --minimize keeps three, leaves out healthy connections beside broken ones, and requests
            without which the diagnosis is the same, and plays what is left: when the recorded
            outcome does not come, it keeps the requests, and then everything.

            CAPTURE is a pcap or pcapng file, an event log that serve or run has written with
            --events, or another log or folder that decode reads; what these lack of a handshake is
            made up. '-' is standard input. Several captures are one recording, as 'tcpdump -C' and
            '-G' rotate them. The pathologies that diagnose finds in it stand in the fixtures as
            'explained-by', which tells and does nothing: the recording has what they did.

            Exits with 1 when a capture is damaged; what could be read of it is imported.

              fakegw import last-night.pcap -o fixtures -- python3 bot.py --port '${gateway.port}'
              fakegw run fixtures
            """,
        options: [
            Option(
                "output", "DIR", "folder for the fixtures; also -o; made when missing, with parents"
            ),
            Option(
                "connection", "N",
                "only this gateway connection, as decode numbers them; repeatable"),
            ReadingChoices.portOption, ReadingChoices.versionOption,
            Option("apart", nil, "a fixture for each connection"),
            Option(
                "minimize", nil, "leave out healthy connections and requests that do not matter"),
            Option("whole", nil, "keep all market data and account news"),
            Option("timing", "X", "keep, drop, or a factor for recorded times, such as 0.1 (keep)"),
            Option("python", "ENV", "Python environment that runs the program"),
            Option("no-redact", nil, "replace nothing"),
            Catalogues.option,
            Option("redact-time", nil, "hide the connection time too"),
            Option("redact-amounts", "N", "multiply balances and quantities by N, 2 to 1000"),
            Option("keep-lengths", nil, "stand-ins as long as what they stand for"),
        ],
        run: { arguments in
            var code = ExitCode.success
            let outcome = Tool.reportingErrors { () throws(CommandFailure) in
                code = try importCaptures(arguments)
                return .success
            }
            return outcome == .success ? code : outcome
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
        options.connections = Set(
            try arguments.all("connection").map { text throws(CommandFailure) in
                guard let number = Int(text), number > 0 else {
                    throw CommandFailure(
                        text: "--connection takes a number from 1, not '\(text)'",
                        hint: "fakegw decode CAPTURE numbers them")
                }
                return number
            })
        if arguments.has("no-redact") { options.redaction = .nothing }
        options.redaction.connectionTime = arguments.has("redact-time")
        options.redaction.keepsLengths = arguments.has("keep-lengths")
        options.redaction.amountFactor = try arguments.integer("redact-amounts", in: 2...1000)
        options.isApart = arguments.has("apart")
        options.isMinimal = arguments.has("minimize")
        if arguments.has("whole") { options.folding = nil }
        options.timeScale = try timeScale(arguments)
        options.program = arguments.trailing
        options.python = arguments.last("python")
        let suspects = try Catalogues.all(arguments).suspects
        let sources = RecordedSource.sources(captures)
        let choices = try ReadingChoices(arguments, for: sources)
        // To leave something out and to play what is left takes reading everything again.
        if options.isMinimal, captures.contains("-") {
            throw CommandFailure(
                text: "--minimize cannot read standard input a second time",
                hint: "save the capture to a file, and import that")
        }
        if options.isMinimal { options.minimizingFor = suspects }
        var found: [[Incident]] = []
        var importer = try imported(sources, choices, options, suspects, &found)
        try Files.makeFolder(folder)
        var fixtures = try write(&importer, to: folder)
        while options.isMinimal, let reason = try failure(of: fixtures, in: folder) {
            options.minimizingFor = []
            if importer.removedRequestCount == 0 {
                options.isMinimal = false
                Terminal.error("note: not minimized: \(reason)")
            }
            importer = try imported(sources, choices, options, suspects, &found)
            Files.remove(fixtures.flatMap(\.fileNames).map { "\(folder)/\($0)" })
            fixtures = try write(&importer, to: folder)
        }
        for fixture in fixtures {
            Terminal.out("\(folder)/\(fixture.name).yaml  \(fixture.about)")
        }
        for sentence in importer.redaction.sentences + importer.notes {
            Terminal.error("note: \(sentence)")
        }
        guard !fixtures.isEmpty else { throw CommandFailure(text: "nothing to replay was found") }
        return importer.isDamaged ? .failed : .success
    }

    /// Reads the recordings, and tells the importer what is found in them.
    ///
    /// - Parameter found: What was found in each; looked for when nothing is known.
    private static func imported(
        _ sources: [RecordedSource], _ choices: ReadingChoices, _ options: ImportOptions,
        _ suspects: [Suspect], _ found: inout [[Incident]]
    ) throws(CommandFailure) -> CaptureImporter {
        var importer = CaptureImporter(options: options)
        for (index, source) in sources.enumerated() {
            let suspects = source.fitting(suspects)
            var facts = index < found.count ? nil : RecordedSource.facts(for: suspects)
            try read(source, choices, diagnosing: &facts, with: &importer)
            if var facts {
                found.append(Diagnosis(of: facts.finish(), suspects: suspects).incidents)
            }
            importer.explain(found[index])
        }
        return importer
    }

    /// Makes the fixtures, and writes each file as it is made.
    private static func write(
        _ importer: inout CaptureImporter, to folder: String
    ) throws(CommandFailure) -> [CaptureImporter.MadeFixture] {
        // Of the fixture that is being made: transcripts without their scenario are no fixture.
        var written: [String] = []
        do throws(CommandFailure) {
            return try importer.makeFixtures { file throws(CommandFailure) in
                let path = "\(folder)/\(file.name)"
                try Files.write(file.text, to: path)
                written.append(path)
                if file.isScenario { written = [] }
            }
        } catch {
            Files.remove(written)
            throw error
        }
    }

    /// Plays the smaller fixtures.
    ///
    /// - Returns: Why the recorded outcome did not come; `nil` when it did, or when there is no
    ///   program to play them with.
    private static func failure(
        of fixtures: [CaptureImporter.MadeFixture], in folder: String
    ) throws(CommandFailure) -> String? {
        StrayProcess.adoptAll()
        for fixture in fixtures {
            let path = "\(folder)/\(fixture.name).yaml"
            for scenario in try ScenarioFiles.load(path, .shipped) {
                if scenario.tags.contains("needs-program") {
                    Terminal.error("note: \(path) was not played, because no program is named")
                    continue
                }
                let session = try ScenarioSession(scenario, options: SessionOptions())
                guard let result = session.play() else {
                    throw CommandFailure(text: "stopped by a signal", code: .failed)
                }
                if result.verdict != .passed {
                    return "played small, \(scenario.title) did not give the recorded outcome"
                }
            }
        }
        return nil
    }

    private static func timeScale(
        _ arguments: ParsedArguments
    ) throws(CommandFailure) -> Double {
        switch arguments.last("timing") {
        case nil, "keep"?: return 1
        case "drop"?: return 0
        case let text?:
            guard let factor = Double(text), factor > 0, factor <= 1000 else {
                throw CommandFailure(
                    text: "--timing takes keep, drop or a factor up to 1000, not '\(text)'",
                    hint: "--timing 0.1 plays ten times as fast")
            }
            return factor
        }
    }

    /// - Parameter facts: Get everything too, when there are some.
    private static func read(
        _ source: RecordedSource, _ choices: ReadingChoices, diagnosing facts: inout WireFacts?,
        with importer: inout CaptureImporter
    ) throws(CommandFailure) {
        switch source {
        case .log(let path):
            if var known = facts {
                try RecordedSource.read(log: path, into: &known)
                facts = known
            }
            let log = try Files.read(path, maxBytes: Files.maxLogBytes)
            do throws(EventLogError) {
                try importer.read(log: log, path: path)
            } catch {
                throw CommandFailure(text: "\(path):\(error)")
            }
        case .captures(let paths):
            defer { choices.progress.end() }
            do throws(CaptureError) {
                try importer.read(paths: paths, ports: choices.ports, diagnosing: &facts) {
                    choices.progress.show($0.progress)
                }
            } catch {
                throw CommandFailure(text: "\(error)")
            }
        case .clientLog, .gatewayLog, .folder, .rawCapture:
            var sink = importer.sink(path: source.importPath, diagnosing: facts)
            let outcome = try source.readMessages(
                choices.version, completesHandshake: true, into: &sink)
            (importer, facts) = sink.finish(notes: outcome.notes, isDamaged: outcome.isDamaged)
        case .live: preconditionFailure("what is live is not imported")
        }
    }
}

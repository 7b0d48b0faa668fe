import Diagnosis
import RunReport
import ScenarioFormat

/// `fakegw diagnose`: which known failures a capture shows.
enum Diagnose {
    static let subcommand = Subcommand(
        name: "diagnose", summary: "name the failure that a capture or an event log shows",
        usage: "FILE… [options] | --live INTERFACE [options]",
        about: """
            Reads captures (pcap, pcapng) and logs of every kind that decode reads, and names the
            pathologies of the catalogue that they show. For each it prints the events that prove it
            with their packets and times, how certain that is, what each client library says of it,
            what ends it, how to have it on purpose, and what else fits and how to tell.

            It knows only what was on the wire. Some failures look alike there; then it names them
            all, and says what would tell them apart. When nothing fits it says what is odd, and when
            nothing is odd that the session is healthy.

            Several captures are one recording, as 'tcpdump -C' and '-G' rotate them, and '-' is
            standard input. Logs are diagnosed one by one. Those of clients and gateways show messages and
            nothing of TCP. With --live it listens on a network interface until Ctrl-C or for --seconds,
            and diagnoses what passed.

              fakegw diagnose last-night.pcap
              fakegw diagnose last-night.pcap --json
              fakegw pathologies NAME

            Signs are data: "recognize:" in a file of the catalogue, or of your own (--catalogue).
            docs/diagnosis.md explains them, and lists what a sign can ask for.

            Exit status: 0 healthy; 1 a pathology was recognized, or something is odd; 2 a file cannot be
            read, is damaged, or holds no connection to a gateway; of a damaged one, what could be read is
            diagnosed. With several recordings the highest counts.
            """,
        options: LiveReading.options + [
            Option("json", nil, "one JSON object a recording (see docs/diagnosis.md)"),
            Option("html", "FILE", "write it as one HTML file with a timeline; of one recording"),
            Option(
                "facts", nil,
                "print what was computed from the wire, one fact a line, for who writes signs"),
            ReadingChoices.portOption, ReadingChoices.versionOption,
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
        let live = try LiveReading(arguments)
        guard live != nil || !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "diagnose takes captures or event logs", hint: "fakegw diagnose FILE.pcap")
        }
        let sources = live.map { [.live($0)] } ?? RecordedSource.sources(arguments.rest)
        let choices = try ReadingChoices(arguments, for: sources)
        let page = arguments.last("html")
        if let page {
            guard sources.count == 1 else {
                throw CommandFailure(
                    text: "--html takes one recording, and there are \(sources.count)",
                    hint: "several captures are one; logs are one each")
            }
            try Files.prepare(page)
        }
        let catalogue = try Catalogues.all(arguments)
        let suspects = catalogue.suspects
        var code = ExitCode.success
        for (index, source) in sources.enumerated() {
            do throws(CommandFailure) {
                let limits = ReportLimits()
                var excerpt = ExcerptMaker(epoch: 0, maxBytes: limits.maxFailedBytes)
                let found = try source.diagnosis(
                    suspects, choices, take: page == nil ? nil : { excerpt.take($0) })
                if index > 0, !arguments.has("json") { Terminal.out("") }
                show(found, catalogue, arguments)
                if let page { try write(found, excerpt.excerpt, catalogue, to: page) }
                let own = exitCode(of: found)
                if own.rawValue > code.rawValue { code = own }
            } catch {
                // One that cannot be read does not hide what the others show.
                Terminal.fail(error.text, hint: error.hint)
                code = .usage
            }
        }
        return code
    }

    private static func write(
        _ found: SourceDiagnosis, _ excerpt: LogExcerpt, _ catalogue: PathologyCatalogue,
        to path: String
    ) throws(CommandFailure) {
        let text = DiagnosisText(found, catalogue: catalogue)
        try Files.write(
            DiagnosisPage(
                diagnosis: text.json, headline: text.headline, excerpt: excerpt,
                version: BuildVersion.number, nonce: Nonce.drawn()
            ).html, to: path)
    }

    private static func exitCode(of found: SourceDiagnosis) -> ExitCode {
        if found.isDamaged { return .usage }
        switch found.diagnosis.verdict {
        case .healthy: return .success
        case .recognized, .unknown: return .failed
        case .empty: return .usage
        }
    }

    private static func show(
        _ found: SourceDiagnosis, _ catalogue: PathologyCatalogue, _ arguments: ParsedArguments
    ) {
        let text = DiagnosisText(found, catalogue: catalogue)
        if arguments.has("facts") {
            Terminal.out(text.facts)
        } else {
            Terminal.out(arguments.has("json") ? text.json : text.page)
        }
        if !arguments.has("json") { for note in found.notes { Terminal.error("note: \(note)") } }
    }
}

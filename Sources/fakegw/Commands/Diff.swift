import Comparison
import ScenarioFormat

/// `fakegw diff`: two recordings held against each other.
enum Diff {
    static let subcommand = Subcommand(
        name: "diff", summary: "compare two captures, logs or transcripts field by field",
        usage: "A B [options]",
        about: """
            Compares what two gateways said: a paper gateway and fakegw, yesterday and today, one
            version and the next. A and B are captures, logs of every kind that decode reads, or
            transcripts. Connections are compared in their order.

            Requests are matched as a replay matches them, by what they ask for. Then the ids of
            requests, orders and clients, accounts and order references of B are written as those
            of A. Messages about one request or order are compared in their order; between them
            the order is chance. Times and prices agree when they are written in the same form, and
            repetitions count once; --exact compares every message and every value.

              fakegw diff real.pcapng fake.pcapng --ignore 'tick*' --ignore error.errorString

            Exit status: 0 without a difference that matters, 1 with some, 2 for a file that cannot
            be read or when nothing was compared.
            """,
        options: [
            Option(
                "ignore", "PATTERN",
                "a message, or MESSAGE.FIELD, that does not matter; * stands for anything; repeatable"
            ),
            Option("tolerate", "FILE", "differences that may be, each with its reason"),
            ReadingChoices.versionOption,
            Option("exact", nil, "every message and every value counts"),
            Option("json", nil, "one JSON object"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try diff(arguments) }
        })

    private static func diff(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count == 2 else {
            throw CommandFailure(
                text: "diff takes two recordings", hint: "fakegw diff A.pcapng B.pcapng")
        }
        var tolerances = Tolerances()
        if let path = arguments.last("tolerate") {
            let text = try Files.readText(path)
            tolerances = try CommandFailure.ofScenario { () throws(ScenarioError) in
                try loadTolerances(text: text, file: path)
            }
        }
        tolerances.differences += arguments.all("ignore").flatMap(Tolerance.ignoring)
        // Which id a gateway gives first is its own affair.
        tolerances.differences += Tolerance.ignoring("nextValidId.orderId")
        let sources = RecordedSource.sources(arguments.rest)
        let version = try RecordedSource.version(for: sources, arguments)
        let first = try Compare.recording(arguments.rest[0], version: version)
        let second = try Compare.recording(arguments.rest[1], version: version)
        var report = ComparisonReport(tolerances, against: "other")
        report.compare(first, against: second, isExact: arguments.has("exact"))
        guard !report.isEmpty else {
            throw CommandFailure(
                text: "nothing was compared: the two have no message in common",
                hint: "fakegw decode FILE shows what a recording holds")
        }
        Terminal.out(arguments.has("json") ? report.json : report.text())
        return report.isEqual ? .success : .failed
    }
}

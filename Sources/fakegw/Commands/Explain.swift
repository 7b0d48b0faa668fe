import ScenarioFormat

/// `fakegw explain`: a scenario file with defaults, variables and pathologies written out.
enum Explain {
    static let subcommand = Subcommand(
        name: "explain", summary: "print a scenario fully expanded",
        usage: "FILE [options]",
        about: """
            Prints a scenario file with defaults, variables and the rules of its pathologies written
            out, one YAML document for each matrix row. The output is a scenario again.

            With --words it lists the steps and expectations that a scenario can have.

            Exit status: 0; 2 a mistake in the file, or nothing to print.
            """,
        options: [
            Catalogues.option,
            Option("filter", "TEXT", "only scenarios whose title contains the text"),
            Option("words", nil, "list steps and expectations, with examples; without FILE"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try explain(arguments) }
        })

    private static func explain(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        if arguments.has("words") {
            guard arguments.rest.isEmpty else {
                throw CommandFailure(text: "explain --words takes no file")
            }
            Terminal.out(words)
            return .success
        }
        guard arguments.rest.count == 1, let file = arguments.rest.first else {
            throw CommandFailure(
                text: "explain takes one scenario file",
                hint: "fakegw explain FILE; fakegw check takes many")
        }
        let filter = arguments.last("filter")
        let scenarios = try ScenarioFiles.load(file, Catalogues.all(arguments)).filter { scenario in
            filter.map { scenario.title.contains($0) } ?? true
        }
        guard !scenarios.isEmpty else {
            throw CommandFailure(
                text: "no scenario of \(file) is left to print",
                hint: "fakegw run --list \(file) shows their titles")
        }
        Terminal.outPart(scenarios.map(\.explained).joined(separator: "---\n"))
        return .success
    }

    /// Every step and expectation, from their descriptions.
    private static var words: String {
        let groups: [(String, [[String]])] = [
            (
                "Steps. Each can have 'within' and 'expect' too.",
                StepWord.all.map { [$0.keyword, $0.example, $0.meaning] }
            ),
            (
                "Expectations of a client program: {client: NAME, WORD: VALUE, …}",
                ClientClaimWord.all.map { [$0.keyword, $0.example, $0.meaning] }
            ),
            (
                "Expectations of a gateway: {gateway: NAME, WORD: VALUE, …}",
                GatewayClaimWord.all.map { [$0.keyword, $0.example, $0.meaning] }
            ),
        ]
        return groups.map { title, rows in
            ([title, ""] + Text.table(rows).map { "  " + $0 }).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }
}

import ScenarioFormat

/// `fakegw explain`: a scenario file with nothing left to look up.
enum Explain {
    static let subcommand = Subcommand(
        name: "explain", summary: "print a scenario fully expanded",
        usage: "FILE [options]",
        about: """
            Prints what a scenario file means: defaults, variables and the rules of its pathologies
            written out, one YAML document a matrix row. What is printed is a scenario again.

            Exit status: 0; 2 a mistake in the file, or nothing to print.
            """,
        options: [
            Option("filter", "TEXT", "only scenarios whose title contains the text")
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try explain(arguments) }
        })

    private static func explain(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count == 1, let file = arguments.rest.first else {
            throw CommandFailure(
                text: "explain takes one scenario file",
                hint: "fakegw explain FILE; fakegw check takes many")
        }
        let filter = arguments.last("filter")
        let scenarios = try ScenarioFiles.load(file).filter { scenario in
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
}

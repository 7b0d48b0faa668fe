import ScenarioFormat

/// `fakegw pathologies`: the catalogue of failures, and how to use them.
enum Pathologies {
    static let subcommand = Subcommand(
        name: "pathologies", summary: "list what can go wrong, or explain one of it",
        usage: "[NAME] [options]",
        about: """
            Without NAME it prints one line each: the name, the part of the conversation that it
            affects, the evidence that a real gateway does it, and what happens. With NAME it prints
            everything about it: what the client sees, what is on the wire, causes, cures, sources,
            parameters, and how to use it.

            Evidence: recorded, seen in frames of a real gateway; documented by the vendor, a log
            or a capture; measured with the public clients; reported by users, the bytes
            reconstructed; inferred; assumed.
            """,
        options: [Option("json", nil, "print one JSON object a pathology")],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try show(arguments) }
        })

    private static func show(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count <= 1 else {
            throw CommandFailure(
                text: "pathologies takes one name, not \(arguments.rest.count)")
        }
        let catalogue = PathologyCatalogue.shipped
        let isJSON = arguments.has("json")
        guard let name = arguments.rest.first else {
            let lines =
                isJSON
                ? catalogue.pathologies.map(PathologyText.json)
                : PathologyText.table(catalogue.pathologies)
            for line in lines { Terminal.out(line) }
            return .success
        }
        guard let pathology = catalogue[name] else {
            throw CommandFailure(
                text: "no pathology '\(name)'",
                hint: Suggestion.question(for: name, among: catalogue.names)
                    ?? "fakegw pathologies lists them")
        }
        Terminal.out(isJSON ? PathologyText.json(pathology) : PathologyText.entry(pathology))
        return .success
    }
}

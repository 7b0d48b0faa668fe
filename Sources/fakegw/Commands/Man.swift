import ScenarioFormat

/// `fakegw man`: manual pages.
enum Man {
    static let subcommand = Subcommand(
        name: "man", summary: "write manual pages",
        usage: "[COMMAND | -o DIR]",
        about: """
            Writes the manual page of fakegw, or of a command, in troff to standard output. With -o it
            writes all of them: fakegw.1, fakegw-serve.1, …

              fakegw man serve | man -l -
            """,
        options: [Option("output", "DIR", "write every page there; also -o")],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                try write(arguments)
                return .success
            }
        })

    private static func write(_ arguments: ParsedArguments) throws(CommandFailure) {
        if let folder = arguments.last("output") {
            guard arguments.rest.isEmpty else {
                throw CommandFailure(text: "man -o writes every page, and takes no command")
            }
            try Files.makeFolder(folder)
            try Files.write(ManPage.overview, to: "\(folder)/fakegw.1")
            for command in Tool.subcommands {
                try Files.write(ManPage.page(of: command), to: "\(folder)/fakegw-\(command.name).1")
            }
            return
        }
        guard let name = arguments.rest.first else {
            Terminal.outPart(ManPage.overview)
            return
        }
        guard arguments.rest.count == 1,
            let command = Tool.subcommands.first(where: { $0.name == name })
        else {
            throw CommandFailure(
                text: arguments.rest.count > 1 ? "man takes one command" : "no command '\(name)'",
                hint: Suggestion.question(for: name, among: Tool.subcommands.map(\.name))
                    ?? "fakegw --help lists the commands")
        }
        Terminal.outPart(ManPage.page(of: command))
    }
}

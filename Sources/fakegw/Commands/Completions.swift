import ScenarioFormat

/// `fakegw completions`: a script that lets a shell complete the command line.
enum Completions {
    static let subcommand = Subcommand(
        name: "completions", summary: "write completions for bash, zsh or fish",
        usage: "bash | zsh | fish",
        about: """
            Writes a script to standard output. It completes commands, options, and what they take:
            pathologies and their parameters, settings, dialects, messages, client libraries, files.

              bash: \(Shell.bash.place)
              zsh:  \(Shell.zsh.place)
              fish: \(Shell.fish.place)

            Or for this shell only: source <(fakegw completions bash).
            """,
        options: [],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                let names = Shell.allCases.map(\.rawValue)
                guard arguments.rest.count == 1, let shell = Shell(rawValue: arguments.rest[0])
                else {
                    throw CommandFailure(
                        text: arguments.rest.count == 1
                            ? "no completions for '\(arguments.rest[0])'"
                            : "completions takes one shell",
                        hint: "shells are \(names.joined(separator: ", "))")
                }
                Terminal.outPart(shell.script)
                return .success
            }
        })
}

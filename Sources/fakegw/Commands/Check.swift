import ScenarioFormat

/// `fakegw check`: every mistake in scenario and pathology files, without running anything.
enum Check {
    static let subcommand = Subcommand(
        name: "check", summary: "find every mistake in scenario files without running them",
        usage: "PATH…",
        about: """
            Reads every scenario file named, or below the folders named, and prints "ok FILE: N
            scenarios", or all mistakes of the file with their places. A world or pathology file
            may be named too. A pathology in a folder that is called as a layer of the catalogue
            ("fakegw pathologies" lists them), below a folder "pathologies", must be documented in
            full, as the shipped ones are.

            Exit status: 0 all files are good; 2 a mistake, a file that cannot be read, or none.
            """,
        options: [Catalogues.option],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try check(arguments) }
        })

    private static func check(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard !arguments.rest.isEmpty else {
            throw CommandFailure(
                text: "check takes scenario files or folders of them",
                hint: "fakegw check Scenarios")
        }
        let catalogue = try Catalogues.all(arguments)
        var fileCount = 0
        var badCount = 0
        for path in arguments.rest {
            let code = Tool.reportingErrors { () throws(CommandFailure) in
                for file in try ScenarioFiles.find([path]) {
                    fileCount += 1
                    let code = Tool.reportingErrors { () throws(CommandFailure) in
                        Terminal.out("ok \(file): \(try contents(of: file, catalogue))")
                        return .success
                    }
                    if code != .success { badCount += 1 }
                }
                return .success
            }
            if code != .success { badCount += 1 }
        }
        guard fileCount + badCount > 0 else {
            throw CommandFailure(
                text: "no scenario file is below \(arguments.rest.joined(separator: ", "))",
                hint: "scenario files end in .yaml")
        }
        return badCount == 0 ? .success : .usage
    }

    private static func contents(
        of file: String, _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> String {
        let text = try Files.readText(file)
        return try CommandFailure.ofScenario { () throws(ScenarioError) in
            // No scenario has the key `pathology`.
            if isPathologyText(text) { return try catalogue.checked(text, file: file) }
            if isBaselineText(text) {
                let count = try loadBaseline(text: text, file: file).entries.count
                return "baseline, \(count) known \(count == 1 ? "failure" : "failures")"
            }
            if isWorldText(text) { return try loadWorld(text: text, file: file).summary }
            let count = try ScenarioFiles.scenarios(text, file: file, catalogue).count
            return "\(count) scenario\(count == 1 ? "" : "s")"
        }
    }
}

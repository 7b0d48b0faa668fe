import Faults
import Glibc
import ScenarioFormat

/// The shipped catalogue with a person's own pathologies beside it.
enum Catalogues {
    static let option = Option(
        "catalogue", "DIR", "pathologies of your own; may be repeated; also $FAKEGW_PATH")
    static let pathology = Option(
        "pathology", "NAME[:k=v,…]",
        "add a failure; a name or ./FILE.yaml; repeatable (see: fakegw pathologies)")

    /// Every pathology below the folders of `--catalogue` and `$FAKEGW_PATH`.
    static func all(_ arguments: ParsedArguments) throws(CommandFailure) -> PathologyCatalogue {
        var files: [(file: String, text: String)] = []
        for folder in arguments.all("catalogue") { try add(folder, to: &files) }
        for folder in foldersOfEnvironment {
            do throws(CommandFailure) {
                try add(folder, to: &files)
            } catch {
                throw CommandFailure(
                    text: "$FAKEGW_PATH: \(error.text)", hint: "it names folders, joined by ':'")
            }
        }
        guard !files.isEmpty else { return .shipped }
        return try CommandFailure.ofScenario { () throws(ScenarioError) in
            try PathologyCatalogue.shipped.adding(files)
        }
    }

    /// Those that `all` reads.
    static func folders(_ arguments: ParsedArguments) -> [String] {
        arguments.all("catalogue") + foldersOfEnvironment
    }

    private static var foldersOfEnvironment: [String] {
        let text = getenv("FAKEGW_PATH").map { String(cString: $0) } ?? ""
        return text.split(separator: ":").map(String.init)
    }

    private static func add(
        _ folder: String, to files: inout [(file: String, text: String)]
    ) throws(CommandFailure) {
        let found = try ScenarioFiles.find([folder], called: "files of pathologies", skipping: [])
        for file in found where !files.contains(where: { $0.file == file }) {
            let text = try Files.readText(file)
            if isPathologyText(text) { files.append((file, text)) }
        }
    }

    /// What `--pathology` names, and the catalogue it was found in.
    static func used(
        _ arguments: ParsedArguments
    ) throws(CommandFailure) -> (
        used: [(use: PathologyUse, rules: [FaultRule])], catalogue: PathologyCatalogue
    ) {
        var catalogue = try all(arguments)
        var used: [(use: PathologyUse, rules: [FaultRule])] = []
        for argument in arguments.all("pathology") {
            let name = String(argument.prefix { $0 != ":" })
            if PathologyCatalogue.isPath(name), catalogue[name] == nil {
                let text = try Files.readText(name)
                let known = catalogue
                catalogue = try CommandFailure.ofScenario { () throws(ScenarioError) in
                    try known.adding(text, file: name, as: name)
                }
            }
            let known = catalogue
            used.append(
                try CommandFailure.ofScenario { () throws(ScenarioError) in
                    try known.use(argument: argument)
                })
        }
        return (used, catalogue)
    }
}

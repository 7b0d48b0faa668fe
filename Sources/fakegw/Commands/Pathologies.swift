import Glibc
import ScenarioFormat

/// `fakegw pathologies`: the catalogue of failures, and how to use them.
enum Pathologies {
    static let subcommand = Subcommand(
        name: "pathologies", summary: "find the failure behind a symptom, or explain one",
        usage: "[NAME] [options]",
        about: """
            Without NAME it prints one line each, by the layer of the conversation that a failure
            affects, the most frequent and costly first. P0 is the highest priority, P2 the lowest.
            With NAME, or one of its other names, it prints everything about one: what each client
            sees, what is on the wire, what tells it from similar ones, causes, cures, sources,
            parameters, and commands to have it.

            With --symptom it looks for what you have in hand: an exception, a line of a log, an
            error code, a state from the socket table. Numbers, times, quotes and capital letters
            make no difference.

              fakegw pathologies --symptom "API connection failed: TimeoutError()"
              fakegw pathologies --symptom "Error 326"
              fakegw pathologies --symptom CLOSE-WAIT
              fakegw pathologies silent-handshake
              fakegw serve --pathology silent-handshake

            A pathology of your own is a file: fakegw serve --pathology ./mine.yaml:key=value. It can
            build on a shipped one with "extends: NAME". fakegw check finds its mistakes.

            Evidence: recorded, seen in frames of a real gateway; documented by the vendor, a log
            or a capture; measured with the public clients; reported by users, the bytes
            reconstructed; inferred; assumed.

            Exit status: 0; 1 nothing matches the symptom; 2 there is no such pathology or layer.
            """,
        options: [
            Option("symptom", "TEXT", "what may be behind an error, a log line, a code, a state"),
            Option("layer", "NAME", "only this layer: \(Pathology.layers[0]), session, orders, …"),
            Option("json", nil, "print one JSON object a pathology (see docs/pathologies.md)"),
            Option("markdown", "DIR", "write docs/pathologies, the catalogue as pages, there"),
            Catalogues.option,
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try show(arguments) }
        })

    private static func show(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count <= 1 else {
            throw CommandFailure(
                text: "pathologies takes one name, not \(arguments.rest.count)")
        }
        let catalogue = try Catalogues.all(arguments)
        let ways = ["symptom", "layer", "markdown"].filter(arguments.has)
        if let way = ways.first, !arguments.rest.isEmpty || ways.count > 1 {
            throw CommandFailure(
                text: "--\(way) stands alone, not with "
                    + (arguments.rest.first.map { "'\($0)'" } ?? "--\(ways[1])"))
        }
        if let folder = arguments.last("markdown") { return try write(catalogue, to: folder) }
        let isJSON = arguments.has("json")
        if let text = arguments.last("symptom") {
            return try search(text, in: catalogue, isJSON: isJSON)
        }
        guard let name = arguments.rest.first else {
            return try list(catalogue, layer: arguments.last("layer"), isJSON: isJSON)
        }
        guard let pathology = catalogue[name] else {
            throw CommandFailure(
                text: "no pathology '\(name)'",
                hint: nearest(to: name, in: catalogue)
                    ?? "fakegw pathologies lists them; --symptom TEXT searches")
        }
        Terminal.out(
            isJSON
                ? pathology.json : PathologyText.entry(pathology, in: catalogue))
        return .success
    }

    /// A question with up to four names.
    private static func nearest(to name: String, in catalogue: PathologyCatalogue) -> String? {
        let holding = catalogue.allNames.filter { $0.contains(name) }.prefix(3)
        let near = Suggestion.nearest(to: name, among: catalogue.allNames).map { [$0] } ?? []
        let names = near + holding.filter { !near.contains($0) }
        guard !names.isEmpty else { return nil }
        return "did you mean \(names.map { "'\($0)'" }.joined(separator: ", "))?"
    }

    private static func list(
        _ catalogue: PathologyCatalogue, layer: String?, isJSON: Bool
    ) throws(CommandFailure) -> ExitCode {
        let layers = catalogue.byLayer.filter { layer == nil || $0.layer == layer }
        let known = Pathology.layers + [Pathology.ownLayer]
        if let layer, !known.contains(layer) {
            throw CommandFailure(
                text: "no layer '\(layer)'",
                hint: Suggestion.question(for: layer, among: known)
                    ?? "layers are \(known.joined(separator: ", "))")
        }
        if isJSON {
            for pathology in layers.flatMap(\.pathologies) {
                Terminal.out(pathology.json)
            }
        } else {
            Terminal.out(PathologyText.list(layers))
        }
        return .success
    }

    private static func search(
        _ text: String, in catalogue: PathologyCatalogue, isJSON: Bool
    ) throws(CommandFailure) -> ExitCode {
        let candidates = catalogue.candidates(forSymptom: text)
        guard !candidates.isEmpty else {
            throw CommandFailure(
                text: "no pathology has a symptom like '\(text)'",
                hint: "a shorter piece may match: the exception's name, a code, a state of ss",
                code: .failed)
        }
        if isJSON {
            for candidate in candidates { Terminal.out(PathologyText.json(candidate)) }
        } else {
            Terminal.out(PathologyText.candidates(candidates))
        }
        return .success
    }

    private static func write(
        _ catalogue: PathologyCatalogue, to folder: String
    ) throws(CommandFailure) -> ExitCode {
        if mkdir(folder, 0o755) != 0, errno != EEXIST {
            throw CommandFailure(
                text: "cannot make \(folder): \(String(cString: strerror(errno)))", code: .failed)
        }
        let files = PathologyPages(of: catalogue).files
        for file in files { try Files.write(file.text, to: "\(folder)/\(file.name)") }
        Terminal.out("\(files.count) pages in \(folder)")
        return .success
    }
}

import Faults
import GatewayWire
import ScenarioFormat

/// `fakegw dialects`: what differs between gateways of several generations and set-ups.
enum Dialects {
    static let subcommand = Subcommand(
        name: "dialects", summary: "list presets for generations and set-ups of a gateway",
        usage: "[NAME] [options]",
        about: """
            Without NAME it prints one line each: the name, the evidence, and what it stands for.
            With NAME it prints everything: what is known, what is assumed, and the settings.

            A scenario takes one with "dialect: NAME", and serve with --dialect NAME. Settings that
            are given besides win over it.
            """,
        options: [Option("json", nil, "print one JSON object a dialect")],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try show(arguments) }
        })

    static func dialect(named name: String) throws(CommandFailure) -> GatewayDialect {
        if let dialect = GatewayDialect.named(name) { return dialect }
        throw CommandFailure(
            text: "no dialect '\(name)'",
            hint: Suggestion.question(for: name, among: GatewayDialect.names)
                ?? "fakegw dialects lists them")
    }

    private static func show(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard arguments.rest.count <= 1 else {
            throw CommandFailure(text: "dialects takes one name, not \(arguments.rest.count)")
        }
        let dialects =
            try arguments.rest.first.map { name throws(CommandFailure) in
                [try dialect(named: name)]
            } ?? GatewayDialect.shipped
        if arguments.has("json") {
            for dialect in dialects { Terminal.out(json(dialect)) }
        } else if arguments.rest.isEmpty {
            let rows = dialects.map { [$0.name, $0.evidence.rawValue, $0.about] }
            for line in Text.table(rows) { Terminal.out(line) }
        } else {
            for dialect in dialects { Terminal.out(entry(dialect)) }
        }
        return .success
    }

    private static func json(_ dialect: GatewayDialect) -> String {
        var line = JSONLine()
        line.add("name", dialect.name)
        line.add("about", dialect.about)
        line.add("evidence", dialect.evidence.rawValue)
        line.add("known", dialect.known)
        line.addRaw("sources", JSONLine.array(dialect.sources.map(JSONLine.quoted)))
        line.add("front", dialect.front.rawValue)
        var settings = JSONLine()
        for (name, text) in dialect.settings { settings.add(name, text) }
        line.addRaw("settings", settings.finished)
        let names = dialect.pathologies.map { JSONLine.quoted($0.use.name) }
        line.addRaw("pathologies", JSONLine.array(names))
        return line.finished
    }

    private static func entry(_ dialect: GatewayDialect) -> String {
        var lines = [dialect.name, ""]
        let sections = [
            ("what", dialect.about), ("evidence", "\(dialect.evidence.rawValue). \(dialect.known)"),
            ("sources", dialect.sources.joined(separator: ", ")),
        ]
        for (title, text) in sections { lines += Text.paragraph(title, text, width: 96) }
        lines += ["", "settings:"]
        lines += dialect.settings.map { "  \($0.name): \($0.text)" }
        if dialect.front != .none { lines.append("  front: \(dialect.front.rawValue)") }
        lines += dialect.pathologies.map { "  pathology \($0.use.name)" }
        lines += ["", "use it:", "  fakegw serve --dialect \(dialect.name)"]
        return lines.joined(separator: "\n")
    }
}

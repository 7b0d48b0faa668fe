import Faults
import GatewayWire
import ScenarioFormat

/// The catalogue of pathologies as text for people.
enum PathologyText {
    private static let width = 96

    /// One line each, layer by layer.
    static func list(_ layers: [(layer: String, pathologies: [Pathology])]) -> String {
        let rows = layers.flatMap(\.pathologies).map {
            ["  \($0.name)", "P\($0.priority)", $0.evidence.rawValue, $0.summary]
        }
        var lines = Text.table(rows)[...]
        return layers.map { layer, pathologies in
            let own = lines.prefix(pathologies.count)
            lines = lines.dropFirst(pathologies.count)
            return ([layer] + own).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    static func entry(_ pathology: Pathology, in catalogue: PathologyCatalogue) -> String {
        var lines = [pathology.name, ""]
        let codes = pathology.codes.map(String.init).joined(separator: ", ")
        let sections = [
            ("what", pathology.summary), ("also called", pathology.aliases.joined(separator: ", ")),
            ("priority", "P\(pathology.priority), in the layer \(pathology.layer)"),
            ("client sees", pathology.clientSees), ("on the wire", pathology.wire),
            ("codes", codes), ("sockets", pathology.sockets), ("caused by", pathology.causedBy),
            ("cleared by", pathology.clearedBy),
            ("evidence", "\(pathology.evidence.rawValue). \(pathology.evidenceDetail)"),
            ("sources", pathology.sources.joined(separator: ", ")),
            ("builds on", pathology.extends ?? ""),
            (
                "sets",
                pathology.defaultSettings.map { "\($0.name): \($0.text)" }.joined(separator: ", ")
            ),
            ("front", pathology.front?.rawValue ?? ""),
            ("excludes", pathology.excludes.map(\.name).joined(separator: ", ")),
        ]
        for (title, text) in sections where !text.isEmpty {
            lines += Text.paragraph(title, text, width: width)
        }
        lines +=
            clients(pathology) + neighbours(pathology.tellApart.map { ($0.name, $0.observation) })
        lines += [""] + parameters(pathology) + usage(pathology)
        return lines.joined(separator: "\n")
    }

    /// What may be behind a symptom.
    static func candidates(_ candidates: [SymptomCandidate]) -> String {
        let most = 12
        let names = candidates.map(\.pathology.name)
        var lines: [String] = []
        for (index, candidate) in candidates.prefix(most).enumerated() {
            let pathology = candidate.pathology
            lines += [
                "\(index + 1). \(pathology.name) (P\(pathology.priority), \(pathology.layer))"
            ]
            lines += indented(pathology.summary) + indented("matches \(candidate.match)")
            // The next one first, then those before it.
            let told = candidate.tellApart.prefix(2)
            for (name, observation) in told {
                lines += indented("not \(name): \(observation)")
            }
            if told.isEmpty, !pathology.sockets.isEmpty, names.count > 1 {
                lines += indented("look for: \(pathology.sockets)")
            }
            lines.append("")
        }
        if candidates.count > most {
            lines +=
                Text.wrapped(
                    "and \(candidates.count - most) more: "
                        + names.dropFirst(most).joined(separator: ", "), width: width) + [""]
        }
        let first = candidates[0].pathology
        lines += [
            "fakegw pathologies \(first.name)", "fakegw serve --pathology \(first.useName)",
        ]
        return lines.joined(separator: "\n")
    }

    private static func indented(_ text: String) -> [String] {
        Text.wrapped(text, width: width - 5).enumerated().map { index, line in
            (index == 0 ? "   " : "     ") + line
        }
    }

    private static func clients(_ pathology: Pathology) -> [String] {
        guard !pathology.clients.isEmpty else { return [] }
        return ["", "what each client does:"]
            + pathology.clients.flatMap { client in
                let libraries = client.libraries.joined(separator: ", ")
                return ["  \(libraries): \(client.outcome.rawValue), \(client.outcome.meaning)"]
                    + client.says.map { "      says: \($0)" }
                    + client.logs.map { "      logs: \($0)" }
            }
    }

    private static func neighbours(_ neighbours: [(String, String)]) -> [String] {
        guard !neighbours.isEmpty else { return [] }
        return ["", "how to tell it from others:"]
            + neighbours.flatMap { name, observation in
                Text.wrapped("not \(name): \(observation)", width: width - 6).enumerated().map {
                    ($0.offset == 0 ? "  " : "      ") + $0.element
                }
            }
    }

    private static func parameters(_ pathology: Pathology) -> [String] {
        guard !pathology.parameters.isEmpty else { return ["It has no parameters."] }
        return ["parameters:"]
            + pathology.parameters.flatMap { parameter in
                ["  \(parameter.name)=\(parameter.defaultValue)"]
                    + Text.wrapped(parameter.about, width: width - 6).map { "      \($0)" }
                    + Text.wrapped("accepts \(parameter.accepts)", width: width - 6)
                    .map { "      \($0)" }
            }
    }

    private static func usage(_ pathology: Pathology) -> [String] {
        let defaults = pathology.parameters.map { ($0.name, $0.defaultValue) }
        let name = pathology.useName
        let argument =
            defaults.isEmpty
            ? name : name + ":" + defaults.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
        var lines = [""]
        if let file = pathology.demonstration {
            lines += ["shown on real clients by:", "  fakegw run \(file)", ""]
        }
        lines += [
            "on the command line, parameters only where they differ from these defaults:",
            "  fakegw serve --pathology '\(argument)'", "", "in a scenario:", "  gateway:",
            "    pathologies:",
        ]
        if defaults.isEmpty { return lines + ["      - \(name)"] }
        lines += ["      - use: \(name)", "        with:"]
        return lines + defaults.map { "          \($0.0): \(yaml($0.1))" }
    }

    /// Quoted, unless it is a plain word or a number.
    private static func yaml(_ value: String) -> String {
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
        if isPlain, !value.hasPrefix("-") { return value }
        let escaped = value.reduce(into: "") { text, character in
            switch character {
            case "\n": text += "\\n"
            case "\"", "\\": text += "\\\(character)"
            default: text.append(character)
            }
        }
        return "\"\(escaped)\""
    }
}

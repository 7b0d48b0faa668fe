import GatewayWire
import ScenarioFormat

/// The catalogue of pathologies as text for people and as JSON for programs.
enum PathologyText {
    private static let width = 96

    static func table(_ pathologies: [Pathology]) -> [String] {
        Text.table(
            pathologies.map { [$0.name, $0.layer, $0.evidence.rawValue, $0.summary] })
    }

    static func entry(_ pathology: Pathology) -> String {
        var lines = [pathology.name, ""]
        let sections = [
            ("what", pathology.summary), ("client sees", pathology.clientSees),
            ("on the wire", pathology.wire), ("caused by", pathology.causedBy),
            ("cleared by", pathology.clearedBy), ("strikes", pathology.layer),
            ("evidence", "\(pathology.evidence.rawValue). \(pathology.evidenceDetail)"),
            ("sources", pathology.sources.joined(separator: ", ")),
        ]
        for (title, text) in sections { lines += Text.paragraph(title, text, width: width) }
        lines += [""] + parameters(pathology) + usage(pathology)
        return lines.joined(separator: "\n")
    }

    static func json(_ pathology: Pathology) -> String {
        var line = JSONLine()
        line.add("name", pathology.name)
        line.add("layer", pathology.layer)
        line.add("summary", pathology.summary)
        line.add("clientSees", pathology.clientSees)
        line.add("wire", pathology.wire)
        line.add("causedBy", pathology.causedBy)
        line.add("clearedBy", pathology.clearedBy)
        line.add("evidence", pathology.evidence.rawValue)
        line.add("evidenceDetail", pathology.evidenceDetail)
        line.addRaw("sources", JSONLine.array(pathology.sources.map(JSONLine.quoted)))
        line.addRaw("parameters", JSONLine.array(pathology.parameters.map(json)))
        return line.finished
    }

    private static func json(_ parameter: PathologyParameter) -> String {
        var line = JSONLine()
        line.add("name", parameter.name)
        line.add("default", parameter.defaultValue)
        line.add("accepts", parameter.accepts)
        line.add("about", parameter.about)
        return line.finished
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
        let argument =
            defaults.isEmpty
            ? pathology.name
            : pathology.name + ":" + defaults.map { "\($0.0)=\($0.1)" }.joined(separator: ",")
        var lines = [
            "", "on the command line, parameters only where they differ from these defaults:",
            "  fakegw serve --pathology '\(argument)'", "", "in a scenario:", "  gateway:",
            "    pathologies:",
        ]
        if defaults.isEmpty { return lines + ["      - \(pathology.name)"] }
        lines += ["      - use: \(pathology.name)", "        with:"]
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
        return isPlain && !value.hasPrefix("-") ? value : "\"\(value)\""
    }
}

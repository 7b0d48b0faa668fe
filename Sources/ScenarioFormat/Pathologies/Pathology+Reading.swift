internal import Faults

extension Pathology {
    private static let keys = [
        "pathology", "summary", "client-sees", "wire", "caused-by", "cleared-by", "evidence",
        "known", "sources", "parameters", "faults",
    ]

    /// Reads one catalogue file, and checks its rules with the default parameters.
    static func read(_ yaml: String, file: String) throws(ScenarioError) -> Pathology {
        let source = SourceText(file: file, text: yaml)
        let root = try YAMLReader.read(yaml, source: source, limits: YAMLLimits())
        var reading = Reading(source: source, catalogue: .empty)
        let required = keys.filter { $0 != "parameters" }
        guard let fields = reading.fields(root, of: "pathology", keys: keys, required: required)
        else { throw ScenarioError(reading.diagnostics) }
        var pathology = reading.pathology(fields, file: file)
        let fileName = file.split(separator: "/").last.map(String.init) ?? file
        if fileName != "\(pathology.name).yaml" {
            reading.report(
                "'\(pathology.name)' does not match the file's name '\(fileName)'",
                at: fields["pathology"]?.span ?? root.span)
        }
        try reading.throwIfAny()
        var defaults: [String: VariableValue] = [:]
        for parameter in pathology.parameters {
            defaults[parameter.name] = parameter.value(parameter.defaultValue)
        }
        pathology.defaultRules = try pathology.rules(with: defaults)
        return pathology
    }

    /// The rules with these parameter values.
    ///
    /// A rule whose `given:` does not match is left out.
    func rules(with values: [String: VariableValue]) throws(ScenarioError) -> [FaultRule] {
        var reading = Reading(
            source: source, catalogue: .empty, variables: values,
            variablesComeFrom: "the parameters")
        var rules: [FaultRule] = []
        reading.rulePrefix = "\(name)/"
        for (index, node) in faults.enumerated() where reading.isGiven(node) {
            guard
                let rule = reading.faultRule(
                    node, number: index + 1, keys: Reading.faultKeys + ["given"]
                )
            else { continue }
            if rules.contains(where: { $0.name == rule.name }) {
                reading.report("two rules are called '\(rule.name)'", at: node.span)
            }
            rules.append(rule)
        }
        for mention in reading.mentionedClients {
            reading.report(
                "a pathology cannot wait for the program '\(mention.name)': it knows no scenario",
                at: mention.span)
        }
        try reading.throwIfAny()
        return rules
    }
}

extension Reading {
    /// Whether the parameters have one of the values that `given:` lists for each.
    fileprivate mutating func isGiven(_ rule: YAMLNode) -> Bool {
        guard case .mapping(let entries) = rule.content,
            let given = entries.first(where: { $0.key == "given" })
        else { return true }
        var isGiven = true
        for condition in self.entries(given.value, of: "given") ?? [] {
            guard let value = variables[condition.key] else {
                reportUnknown(
                    "no parameter '\(condition.key)'", condition.key,
                    among: variables.keys.sorted(), called: "Parameters", at: condition.keySpan)
                continue
            }
            isGiven = isGiven && texts(condition.value).contains(value.text)
        }
        return isGiven
    }

    fileprivate mutating func pathology(_ fields: Fields, file: String) -> Pathology {
        let folder = file.split(separator: "/").dropLast().last.map(String.init)
        return Pathology(
            name: text(fields["pathology"]) ?? "", layer: folder ?? "", file: file,
            summary: text(fields["summary"]) ?? "", clientSees: text(fields["client-sees"]) ?? "",
            wire: text(fields["wire"]) ?? "", causedBy: text(fields["caused-by"]) ?? "",
            clearedBy: text(fields["cleared-by"]) ?? "",
            evidence: word(fields["evidence"], "evidence", of: PathologyEvidence.self) ?? .assumed,
            evidenceDetail: text(fields["known"]) ?? "", sources: texts(fields["sources"]),
            parameters: parameters(fields["parameters"]), defaultRules: [], source: source,
            faults: sequence(fields["faults"], of: "faults"))
    }

    private mutating func parameters(_ node: YAMLNode?) -> [PathologyParameter] {
        (entries(node, of: "parameters") ?? []).compactMap { parameter($0) }
    }

    private mutating func parameter(_ entry: YAMLEntry) -> PathologyParameter? {
        let keys = [
            "type", "default", "about", "choices", "at-least", "at-most", "or", "direction",
        ]
        guard
            let fields = fields(
                entry.value, of: "parameter '\(entry.key)'", keys: keys,
                required: ["type", "default", "about"]),
            let kind = parameterKind(fields)
        else { return nil }
        let values = items(fields["default"]).compactMap { text($0) }
        let parameter = PathologyParameter(
            name: entry.key, kind: kind, words: texts(fields["or"]),
            defaultValue: values.joined(separator: "+"), about: text(fields["about"]) ?? "")
        if let node = fields["default"], parameter.value(parameter.defaultValue) == nil {
            report(
                "the default of '\(entry.key)' is not one of its values", at: node.span,
                hint: parameter.hint(for: parameter.defaultValue))
        }
        return parameter
    }

    private mutating func parameterKind(_ fields: Fields) -> PathologyParameter.Kind? {
        let types = [
            "count", "integer", "range", "duration", "text", "boolean", "choice", "messages",
        ]
        switch word(fields["type"], "type", among: types) {
        case "count", "integer":
            let lowest = integer(fields["at-least"], in: 0...Int(Int32.max)) ?? 0
            let highest = integer(fields["at-most"], in: lowest...Int(Int32.max)) ?? .max
            return .integer(lowest...highest)
        case "range": return .range
        case "duration": return .duration
        case "text": return .text
        case "boolean": return .boolean
        case "choice": return .choice(texts(fields["choices"]))
        case "messages":
            let ways = ["toClient", "toGateway"]
            return .messages(
                toClient: word(fields["direction"], "direction", among: ways) != ways[1])
        default: return nil
        }
    }
}

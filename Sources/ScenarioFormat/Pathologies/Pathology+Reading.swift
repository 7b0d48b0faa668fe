internal import Diagnosis
internal import Faults

/// A catalogue file as YAML.
///
/// It is read when the pathology that it builds on has been read.
struct PathologyDocument {
    let file: String
    let source: SourceText
    let root: YAMLNode

    init(_ yaml: String, file: String) throws(ScenarioError) {
        self.file = file
        source = SourceText(file: file, text: yaml)
        root = try YAMLReader.read(yaml, source: source, limits: YAMLLimits())
    }

    var name: String? { scalar("pathology")?.text }
    /// The name of the pathology that it builds on.
    var extends: (text: String, span: SourceSpan)? { scalar("extends") }

    private func scalar(_ key: String) -> (text: String, span: SourceSpan)? {
        guard case .mapping(let entries) = root.content,
            let node = entries.first(where: { $0.key == key })?.value,
            case .scalar(let text, _) = node.content
        else { return nil }
        return (text, node.span)
    }
}

extension Pathology {
    /// What an entry may say.
    package static let keys = [
        "pathology", "aliases", "priority", "summary", "client-sees", "clients", "codes",
        "sockets", "tell-apart", "recognize", "excludes", "wire", "caused-by", "cleared-by",
        "evidence",
        "known", "sources", "extends", "with", "parameters", "settings", "front", "faults",
    ]
    /// What a shipped entry says too.
    private static let documentation = [
        "priority", "client-sees", "clients", "wire", "caused-by", "cleared-by", "evidence",
        "known", "sources",
    ]

    /// Reads one catalogue file, and checks its rules with the default parameters.
    ///
    /// - Parameters:
    ///   - base: The pathology that it builds on, when it names one.
    ///   - isShipped: Its place and its documentation are checked too.
    static func read(
        _ document: PathologyDocument, base: Pathology?, isShipped: Bool
    ) throws(ScenarioError) -> Pathology {
        var reading = Reading(source: document.source, catalogue: .empty)
        let required = ["pathology", "summary"] + (isShipped ? documentation : [])
        guard
            let fields = reading.fields(
                document.root, of: "pathology", keys: keys, required: required)
        else { throw ScenarioError(reading.diagnostics) }
        if fields.present(["faults", "settings", "front", "extends"]).isEmpty {
            reading.report(
                "a pathology needs 'faults', 'settings', 'front' or 'extends'", at: fields.span)
        }
        var pathology = reading.pathology(fields, file: document.file, base: base)
        if isShipped { reading.checkPlace(of: pathology, fields) }
        do {
            let expansion = try pathology.expansion(with: pathology.defaults)
            pathology.defaultRules = expansion.rules
            pathology.defaultSettings = expansion.settings
        } catch {
            // A parameter that could not be read would be missed in the rules as well.
            throw ScenarioError(
                reading.diagnostics + (reading.parametersAreRead ? error.diagnostics : []))
        }
        try reading.throwIfAny()
        return pathology
    }

    var defaults: [String: VariableValue] {
        var defaults: [String: VariableValue] = [:]
        for parameter in parameters {
            defaults[parameter.name] = parameter.value(parameter.defaultValue)
        }
        return defaults
    }
}

extension Reading {
    /// The file is called as the pathology, and its folder as a layer.
    fileprivate mutating func checkPlace(of pathology: Pathology, _ fields: Fields) {
        let parts = pathology.file.split(separator: "/").map(String.init)
        let span = fields["pathology"]?.span ?? fields.span
        if parts.last != "\(pathology.name).yaml" {
            report(
                "'\(pathology.name)' does not match the file's name '\(parts.last ?? "")'",
                at: span)
        }
        let folder = parts.dropLast().last ?? ""
        if !Pathology.layers.contains(folder) {
            reportUnknown(
                "the folder '\(folder)' is no layer", folder, among: Pathology.layers,
                called: "Layers", at: span)
        }
    }

    fileprivate mutating func pathology(
        _ fields: Fields, file: String, base: Pathology?
    ) -> Pathology {
        let name = text(fields["pathology"]) ?? ""
        if let node = fields["pathology"] { checkName(name, of: "pathology", at: node.span) }
        if fields["with"] != nil, fields["extends"] == nil {
            report(
                "'with' gives values to a pathology that 'extends' names",
                at: fields.keySpan("with"))
        }
        let folder = file.split(separator: "/").dropLast().last.map(String.init) ?? ""
        let own = parameters(fields["parameters"])
        let fixed = entries(fields["with"], of: "with") ?? []
        let inherited = (base?.parameters ?? []).filter { parameter in
            !fixed.contains { $0.key == parameter.name }
                && !own.contains { $0.name == parameter.name }
        }
        return Pathology(
            name: name, aliases: aliases(fields["aliases"]),
            layer: Pathology.layers.contains(folder) ? folder : Pathology.ownLayer, file: file,
            priority: fields["priority"].flatMap { integer($0, in: Pathology.priorities) }
                ?? base?.priority ?? Pathology.priorities.upperBound,
            summary: text(fields["summary"]) ?? "",
            clientSees: text(fields["client-sees"]) ?? base?.clientSees ?? "",
            clients: clients(of: fields),
            codes: fields["codes"] == nil ? base?.codes ?? [] : codes(fields["codes"]),
            sockets: text(fields["sockets"]) ?? base?.sockets ?? "",
            tellApart: neighbours(fields["tell-apart"]),
            recognition: recognition(fields["recognize"]) ?? base?.recognition,
            excludes: fields["excludes"] == nil
                ? base?.excludes ?? [] : excluded(fields["excludes"]),
            wire: text(fields["wire"]) ?? base?.wire ?? "",
            causedBy: text(fields["caused-by"]) ?? base?.causedBy ?? "",
            clearedBy: text(fields["cleared-by"]) ?? base?.clearedBy ?? "",
            evidence: word(fields["evidence"], "evidence", of: PathologyEvidence.self)
                ?? .assumed,
            evidenceDetail: text(fields["known"]) ?? "",
            sources: fields["sources"] == nil ? base?.sources ?? [] : texts(fields["sources"]),
            parameters: inherited + own,
            front: word(fields["front"], "front", of: Front.self) ?? base?.front, source: source,
            faults: sequence(fields["faults"], of: "faults"),
            settings: entries(fields["settings"], of: "settings") ?? [],
            base: base.map { [$0] } ?? [], fixed: fixed)
    }

    private mutating func aliases(_ node: YAMLNode?) -> [String] {
        let aliases = texts(node)
        for alias in aliases { checkName(alias, of: "pathology", at: node?.span ?? .start) }
        return aliases
    }

    private mutating func codes(_ node: YAMLNode?) -> [Int] {
        items(node).compactMap { integer($0, in: 0...Int(Int32.max)) }
    }

    /// `tell-apart:`, a mapping from names to observations.
    private mutating func neighbours(_ node: YAMLNode?) -> [PathologyNeighbour] {
        (entries(node, of: "tell-apart") ?? []).compactMap { entry in
            text(entry.value).map {
                PathologyNeighbour(name: entry.key, observation: $0, span: entry.keySpan)
            }
        }
    }

    private mutating func excluded(_ node: YAMLNode?) -> [PathologyNeighbour] {
        items(node).compactMap { item in
            text(item).map { PathologyNeighbour(name: $0, observation: "", span: item.span) }
        }
    }

    private mutating func clients(of fields: Fields) -> [PathologyClient] {
        var seen: Set<String> = []
        return sequence(fields["clients"], of: "clients").compactMap { node in
            let keys = ["client", "outcome", "says", "logs"]
            guard
                let line = self.fields(
                    node, of: "client", keys: keys, required: ["client", "outcome"])
            else { return nil }
            let libraries = items(line["client"]).compactMap {
                word($0, "client", among: PathologyClient.libraries)
            }
            for library in libraries where !seen.insert(library).inserted {
                report("the client '\(library)' has two lines", at: node.span)
            }
            guard
                let outcome = word(line["outcome"], "outcome", of: PathologyClient.Outcome.self)
            else { return nil }
            return PathologyClient(
                libraries: libraries, outcome: outcome, says: texts(line["says"]),
                logs: texts(line["logs"]))
        }
    }
}

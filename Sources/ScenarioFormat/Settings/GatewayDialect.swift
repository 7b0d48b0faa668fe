package import Faults
package import GatewayModel

/// A preset: what gateways of one generation, or in one set-up, have in common.
package struct GatewayDialect: Sendable {
    package let name: String
    package let about: String
    /// How it is known.
    package let evidence: PathologyEvidence
    /// What exactly is known, and what is not.
    package let known: String
    package let sources: [String]
    package let front: Front
    /// Settings by name, as a scenario writes them; `server-version` is one of them.
    package let settings: [(name: String, text: String)]

    /// Failures that such gateways have by themselves.
    ///
    /// Their rules need not fire.
    package let pathologies: [(use: PathologyUse, rules: [FaultRule])]

    package func apply(to settings: inout GatewaySettings) {
        for (name, text) in self.settings {
            if name == "server-version" {
                settings.newestVersion = Int(text) ?? settings.newestVersion
            } else {
                _ = GatewaySetting.named(name)?.set(text, &settings)
            }
        }
    }

    package static func named(_ name: String) -> GatewayDialect? {
        shipped.first { $0.name == name }
    }

    package static let names = shipped.map(\.name)

    /// The presets this program was built with, by name.
    package static let shipped: [GatewayDialect] = EmbeddedCatalogue.files
        .filter { $0.file.hasPrefix("Scenarios/dialects/") }
        .map { file, text in
            do {
                return try read(text, file: file)
            } catch {
                preconditionFailure("the built-in dialects are not well-formed:\n\(error)")
            }
        }
        .sorted { $0.name < $1.name }

    /// Reads one preset.
    package static func read(_ yaml: String, file: String) throws(ScenarioError) -> GatewayDialect {
        let source = SourceText(file: file, text: yaml)
        let root = try YAMLReader.read(yaml, source: source, limits: YAMLLimits())
        var reading = Reading(source: source, catalogue: .shipped)
        let keys = [
            "dialect", "about", "evidence", "known", "sources", "front", "settings", "pathologies",
        ]
        let required = ["dialect", "about", "evidence", "known", "sources"]
        guard let fields = reading.fields(root, of: "dialect", keys: keys, required: required)
        else { throw ScenarioError(reading.diagnostics) }
        let dialect = reading.dialect(fields)
        try reading.throwIfAny()
        return dialect
    }
}

extension Reading {
    /// `dialect: NAME` of a gateway.
    mutating func dialect(_ node: YAMLNode?) -> GatewayDialect? {
        guard let scalar = scalar(node, "a dialect's name") else { return nil }
        if let dialect = GatewayDialect.named(scalar.text) { return dialect }
        reportUnknown(
            "no dialect '\(scalar.text)'", scalar.text, among: GatewayDialect.names,
            called: "Dialects", at: scalar.span)
        return nil
    }

    fileprivate mutating func dialect(_ fields: Fields) -> GatewayDialect {
        var settings: [(name: String, text: String)] = []
        for entry in entries(fields["settings"], of: "settings") ?? [] {
            let text = texts(entry.value).joined(separator: "+")
            if entry.key == "server-version" {
                _ = integer(entry.value, in: GatewaySpec.versions)
            } else if let setting = GatewaySetting.named(entry.key) {
                var trial = GatewaySettings()
                if !setting.set(text, &trial) {
                    report(setting.refusal(of: text), at: entry.value.span)
                }
            } else {
                reportUnknown(
                    "a gateway has no setting '\(entry.key)'", entry.key,
                    among: GatewaySetting.all.map(\.name), called: "Settings", at: entry.keySpan)
            }
            settings.append((entry.key, text))
        }
        var pathologies: [(use: PathologyUse, rules: [FaultRule])] = []
        for node in items(fields["pathologies"]) {
            guard var used = pathologyUse(node) else { continue }
            if let objection = catalogue.objection(to: used.use, beside: pathologies.map(\.use)) {
                report(objection, at: node.span)
            }
            for index in used.rules.indices { used.rules[index].isOptional = true }
            pathologies.append(used)
        }
        return GatewayDialect(
            name: text(fields["dialect"]) ?? "", about: text(fields["about"]) ?? "",
            evidence: word(fields["evidence"], "evidence", of: PathologyEvidence.self) ?? .assumed,
            known: text(fields["known"]) ?? "", sources: texts(fields["sources"]),
            front: word(fields["front"], "front", of: Front.self) ?? .none, settings: settings,
            pathologies: pathologies)
    }
}

internal import EventLog

/// Whether a file's text is a pathology: a line of it starts with the key `pathology`.
package func isPathologyText(_ text: String) -> Bool {
    text.hasPrefix("pathology:") || text.contains("\npathology:")
}

extension PathologyCatalogue {
    /// Checks one pathology file beside this catalogue, and says what it is.
    ///
    /// A file of the shipped catalogue may differ from what this program was built with.
    package func checked(_ text: String, file: String) throws(ScenarioError) -> String {
        let document = try PathologyDocument(text, file: file)
        let folders = file.split(separator: "/").dropLast().suffix(2)
        let isShipped =
            folders.first == "pathologies"
            && folders.last.map { Pathology.layers.contains(String($0)) } == true
        let others = isShipped ? without([document.name ?? ""]) : self
        let catalogue = try others.adding([(file, text)], areShipped: isShipped)
        let missing = catalogue.missingNeighbours.filter { $0.mark.file == file }
        if !missing.isEmpty { throw ScenarioError(missing) }
        return "pathology \(document.name ?? "")"
    }

    /// Whether a use names a file and not an entry: `./mine.yaml`, `mine.yaml`, `ills/mine`.
    package static func isPath(_ name: String) -> Bool {
        name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    /// With the pathologies that a scenario names by their files.
    ///
    /// - Parameter read: Given the path as the scenario has it.
    package func adding(
        namedIn text: String, file: String, read: (String) -> FileText
    ) throws(ScenarioError) -> PathologyCatalogue {
        let source = SourceText(file: file, text: text)
        // A text that is no YAML is reported when the scenario is read.
        guard text.contains("pathologies"),
            let root = try? YAMLReader.read(text, source: source, limits: YAMLLimits())
        else { return self }
        var catalogue = self
        for name in Self.uses(in: root) {
            guard case .scalar(let path, _) = name.content, Self.isPath(path),
                catalogue[path] == nil
            else { continue }
            switch read(path) {
            case .text(let content, let place):
                catalogue = try catalogue.adding(content, file: place, as: path)
            case .unreadable(let reason):
                throw ScenarioError([source.diagnostic(reason, at: name.span)])
            }
        }
        return catalogue
    }

    /// The nodes that name pathologies in a scenario.
    private static func uses(in root: YAMLNode) -> [YAMLNode] {
        var gateways = root.values(of: "gateway")
        for node in root.values(of: "gateways") {
            if case .mapping(let entries) = node.content { gateways += entries.map(\.value) }
        }
        return gateways.flatMap { $0.values(of: "pathologies") }.flatMap { list in
            let items: [YAMLNode] =
                if case .sequence(let items) = list.content { items } else { [list] }
            return items.flatMap { item in
                if case .mapping = item.content { return item.values(of: "use") }
                return [item]
            }
        }
    }
}

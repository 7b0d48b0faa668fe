extension Pathology {
    private static let shippedFolder = "Scenarios/pathologies/"

    /// The scenario that shows it on real clients; `nil` for a person's own.
    package var demonstration: String? {
        file.hasPrefix(Self.shippedFolder)
            ? "Scenarios/catalogue/\(layer)/\(name).yaml" : nil
    }

    /// How `--pathology` and `use:` name it: by its name, or by its file.
    package var useName: String { file.hasPrefix(Self.shippedFolder) ? name : file }
}

extension PathologyCatalogue {
    /// Layer by layer in the order of a session, each by priority and then by name.
    package var byLayer: [(layer: String, pathologies: [Pathology])] {
        (Pathology.layers + [Pathology.ownLayer]).compactMap { layer in
            let inside = pathologies.filter { $0.layer == layer }
                .sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
            return inside.isEmpty ? nil : (layer, inside)
        }
    }
}

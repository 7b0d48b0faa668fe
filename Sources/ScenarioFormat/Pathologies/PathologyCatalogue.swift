/// Every known pathology, by name.
package struct PathologyCatalogue: Sendable {
    /// In the order of their names.
    package let pathologies: [Pathology]
    /// Places of pathologies by all their names.
    private let places: [String: Int]
    /// Names of pathologies by the paths that uses name them by.
    private var paths: [String: String] = [:]

    package static let empty = PathologyCatalogue([])

    private init(_ pathologies: [Pathology]) {
        let sorted = pathologies.sorted { $0.name < $1.name }
        self.pathologies = sorted
        var places: [String: Int] = [:]
        for (index, pathology) in sorted.enumerated() {
            for name in [pathology.name] + pathology.aliases { places[name] = index }
        }
        self.places = places
    }

    /// Reads the shipped catalogue's files.
    ///
    /// - Throws: Every mistake in every file, and names that stand twice.
    package init(files: [(file: String, text: String)]) throws(ScenarioError) {
        self = try Self.empty.adding(files, areShipped: true)
    }

    /// With a person's own pathologies beside these.
    ///
    /// A file with the very text of a known one adds nothing. A file of the shipped catalogue itself
    /// that has changed since this program was built takes the place of what was built in.
    ///
    /// - Throws: Every mistake in every file, and names that are known already.
    package func adding(
        _ files: [(file: String, text: String)], areShipped: Bool = false
    ) throws(ScenarioError) -> PathologyCatalogue {
        var documents: [PathologyDocument] = []
        var diagnostics: [Diagnostic] = []
        for (file, text) in files {
            do {
                documents.append(try PathologyDocument(text, file: file))
            } catch {
                diagnostics += error.diagnostics
            }
        }
        var catalogue = self
        var pending = documents.filter { !holds($0) }
        if documents.contains(where: isNewer) {
            // Others may build on the one that has changed.
            let own = documents.filter { isNewer($0) || holds($0) }
            catalogue = without(own.compactMap(\.name))
            pending = documents
        }
        var added: [String] = []
        // Each pass reads what builds on nothing that is still to be read.
        while !pending.isEmpty {
            let waiting = pending.filter { document in
                guard let base = document.extends else { return false }
                return pending.contains { $0.name == base.text }
            }
            let ready = pending.filter { document in !waiting.contains { $0.file == document.file }
            }
            guard !ready.isEmpty else {
                diagnostics += pending.map(Self.circle)
                break
            }
            var read: [Pathology] = []
            for document in ready {
                do {
                    let pathology = try catalogue.read(document, isShipped: areShipped)
                    diagnostics += catalogue.repeated(pathology, beside: read)
                    read.append(pathology)
                } catch {
                    diagnostics += error.diagnostics
                }
            }
            var next = PathologyCatalogue(catalogue.pathologies + read)
            next.paths = paths
            catalogue = next
            if !areShipped { added += read.map(\.name) }
            pending = waiting
        }
        diagnostics += catalogue.missingNeighbours(of: added)
        if !diagnostics.isEmpty { throw ScenarioError(diagnostics) }
        return catalogue
    }

    /// Whether it has a pathology with the very text of the file.
    private func holds(_ document: PathologyDocument) -> Bool {
        document.name.flatMap { self[$0] }?.source.isSameText(as: document.source) == true
    }

    /// Whether the file is that of a shipped pathology, with another text.
    private func isNewer(_ document: PathologyDocument) -> Bool {
        guard let known = document.name.flatMap({ self[$0] }), known.demonstration != nil else {
            return false
        }
        return "/\(document.file)".hasSuffix("/\(known.file)") && !holds(document)
    }

    /// The pathology with this name or alias.
    ///
    /// Also the one that was added from this path.
    package subscript(_ name: String) -> Pathology? {
        places[paths[name] ?? name].map { pathologies[$0] }
    }

    /// With a person's own pathology, which uses may name by its path.
    ///
    /// - Parameter path: As the uses write it.
    package func adding(
        _ text: String, file: String, as path: String
    ) throws(ScenarioError) -> PathologyCatalogue {
        var catalogue = try adding([(file, text)])
        catalogue.paths[path] = try PathologyDocument(text, file: file).name
        return catalogue
    }

    func without(_ names: [String]) -> PathologyCatalogue {
        PathologyCatalogue(pathologies.filter { !names.contains($0.name) })
    }

    package var names: [String] { pathologies.map(\.name) }

    /// Names and aliases.
    package var allNames: [String] { names + pathologies.flatMap(\.aliases) }

    /// Neighbours that entries name and the catalogue does not have.
    package var missingNeighbours: [Diagnostic] { missingNeighbours(of: names) }

    private func missingNeighbours(of names: [String]) -> [Diagnostic] {
        names.compactMap { self[$0] }.flatMap { pathology in
            (pathology.tellApart + pathology.excludes).compactMap { neighbour in
                guard self[neighbour.name] == nil || neighbour.name == pathology.name else {
                    return nil
                }
                let hint = Suggestion.question(for: neighbour.name, among: self.names)
                return pathology.source.diagnostic(
                    "no other pathology '\(neighbour.name)'", at: neighbour.span,
                    hints: hint.map { [$0] } ?? [])
            }
        }
    }

    private func read(
        _ document: PathologyDocument, isShipped: Bool
    ) throws(ScenarioError) -> Pathology {
        guard let base = document.extends else {
            return try Pathology.read(document, base: nil, isShipped: isShipped)
        }
        guard let known = self[base.text] else {
            var reading = Reading(source: document.source, catalogue: self)
            reading.reportUnknown(
                "no pathology '\(base.text)'", base.text, among: allNames, called: "Pathologies",
                at: base.span)
            throw ScenarioError(reading.diagnostics)
        }
        return try Pathology.read(document, base: known, isShipped: isShipped)
    }

    /// Names that another pathology has too.
    private func repeated(_ pathology: Pathology, beside others: [Pathology]) -> [Diagnostic] {
        let names = [pathology.name] + pathology.aliases
        return names.enumerated().compactMap { index, name in
            let other =
                self[name] ?? others.first { $0.name == name || $0.aliases.contains(name) }
            let isTwice = names[..<index].contains(name)
            guard let file = other?.file ?? (isTwice ? pathology.file : nil) else { return nil }
            return pathology.source.diagnostic("'\(name)' is already in \(file)", at: .start)
        }
    }

    private static func circle(_ document: PathologyDocument) -> Diagnostic {
        document.source.diagnostic(
            "'\(document.name ?? "")' builds on itself", at: document.extends?.span ?? .start)
    }
}

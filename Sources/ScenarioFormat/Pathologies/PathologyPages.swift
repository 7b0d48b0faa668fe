internal import Faults

/// Makes the pages of `docs/pathologies` from the catalogue.
package struct PathologyPages {
    private let catalogue: PathologyCatalogue

    package init(of catalogue: PathologyCatalogue) {
        self.catalogue = catalogue
    }

    /// Each file's name and its text.
    package var files: [(name: String, text: String)] {
        [("README.md", index), ("matrix.md", matrix)]
            + catalogue.pathologies.map { ("\($0.name).md", page($0)) }
    }

    // MARK: The index

    private var index: String {
        var lines = [
            "# Pathologies", "",
            "A pathology is a failure of the gateway that has a name. `fakegw serve --pathology NAME` starts a gateway",
            "that has it. Look for what you have in hand in the first four tables, or let",
            "`fakegw pathologies --symptom TEXT` do it. [matrix.md](matrix.md) shows what each client library makes of",
            "each pathology. These pages are generated from [Scenarios/pathologies](../../Scenarios/pathologies) with",
            "`fakegw pathologies --markdown docs/pathologies`.", "",
            "Within a row the most frequent and costly pathology comes first.", "",
        ]
        lines += symptoms(
            "A program says or raises", "text", catalogue.texts { $0.says.map { code($0) } })
        lines += symptoms("A library logs", "text", catalogue.texts { $0.logs.map { code($0) } })
        lines += symptoms(
            "Error codes", "code",
            catalogue.grouped { $0.codes.map { String($0) } }.sorted {
                (Int($0.key) ?? 0) < (Int($1.key) ?? 0)
            })
        lines += symptoms(
            "The socket table", "state",
            catalogue.grouped { SymptomText($0.sockets).states.sorted().map { "`\($0)`" } })
        for (layer, pathologies) in catalogue.byLayer {
            lines += [
                "## Layer: \(layer)", "", "| pathology | priority | evidence | what happens |",
            ]
            lines += ["|---|---|---|---|"]
            lines += pathologies.map {
                row([link($0), String($0.priority), $0.evidence.rawValue, plain($0.summary)])
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private func symptoms(
        _ title: String, _ what: String, _ groups: [(key: String, pathologies: [Pathology])]
    ) -> [String] {
        guard !groups.isEmpty else { return [] }
        return ["## \(title)", "", "| \(what) | pathologies |", "|---|---|"]
            + groups.map { row([$0.key, $0.pathologies.map(link).joined(separator: ", ")]) } + [""]
    }

    // MARK: The matrix

    private var matrix: String {
        var lines = [
            "# Pathologies and clients", "",
            "What each client library makes of each pathology, as measured by its demonstration. The words are what",
            "the program prints or raises, then what the library logs. An empty field was not measured.",
            "",
            "| outcome | the program |", "|---|---|",
        ]
        lines += PathologyClient.Outcome.allCases.map { row([$0.rawValue, $0.meaning]) } + [""]
        for (layer, pathologies) in catalogue.byLayer {
            lines += ["## \(layer)", ""]
            lines.append(row(["pathology"] + PathologyClient.libraries))
            lines.append("|" + PathologyClient.libraries.map { _ in "---|" }.joined() + "---|")
            lines += pathologies.map { pathology in
                row(
                    [link(pathology)]
                        + PathologyClient.libraries.map { library in
                            pathology.clients.first { $0.libraries.contains(library) }
                                .map(cell) ?? ""
                        })
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private func cell(_ client: PathologyClient) -> String {
        let words = client.says.map(code) + client.logs.map { "log: \(code($0))" }
        return ([client.outcome.rawValue] + words).joined(separator: "<br>")
    }

    // MARK: One page

    private func page(_ pathology: Pathology) -> String {
        var lines = ["# \(pathology.name)", "", plain(pathology.summary), ""]
        if !pathology.aliases.isEmpty {
            lines += ["Also called: \(pathology.aliases.joined(separator: ", ")).", ""]
        }
        lines += [
            "Layer: \(pathology.layer). Priority: \(pathology.priority) of 0 to 2. "
                + "Evidence: \(pathology.evidence.rawValue).", "",
        ]
        lines += tryIt(pathology) + section("What the client sees", pathology.clientSees)
        lines += clients(pathology)
        if !pathology.codes.isEmpty {
            lines += [
                "Error codes: \(pathology.codes.map(String.init).joined(separator: ", ")).", "",
            ]
        }
        lines += section("On the wire", pathology.wire)
        lines += section("In the socket table", pathology.sockets)
        lines += neighbours(pathology) + section("Caused by", pathology.causedBy)
        lines += section("Cleared by", pathology.clearedBy)
        lines += section("What is known", pathology.evidenceDetail) + parameters(pathology)
        lines += needs(pathology)
        if !pathology.sources.isEmpty {
            lines += ["## Sources", ""] + pathology.sources.map { "- \(plain($0))" } + [""]
        }
        return lines.joined(separator: "\n")
    }

    private func tryIt(_ pathology: Pathology) -> [String] {
        var commands = ["fakegw serve --pathology \(pathology.useName)"]
        if let file = pathology.demonstration { commands.append("fakegw run \(file)") }
        return ["```console"] + commands.map { "$ \($0)" } + ["```", ""]
            + (pathology.demonstration.map {
                ["The second command plays [its demonstration](../../\($0)) on real clients.", ""]
            } ?? [])
    }

    private func clients(_ pathology: Pathology) -> [String] {
        guard !pathology.clients.isEmpty else { return [] }
        return ["| client | outcome | says | logs |", "|---|---|---|---|"]
            + pathology.clients.map { client in
                row([
                    client.libraries.joined(separator: ", "), client.outcome.rawValue,
                    client.says.map(code).joined(separator: "<br>"),
                    client.logs.map(code).joined(separator: "<br>"),
                ])
            } + [""]
    }

    private func neighbours(_ pathology: Pathology) -> [String] {
        guard !pathology.tellApart.isEmpty else { return [] }
        return ["## How to tell it from others", "", "| not | because here |", "|---|---|"]
            + pathology.tellApart.map { row([link($0.name), plain($0.observation)]) } + [""]
    }

    private func parameters(_ pathology: Pathology) -> [String] {
        guard !pathology.parameters.isEmpty else { return [] }
        return ["## Parameters", "", "| name | default | accepts | meaning |", "|---|---|---|---|"]
            + pathology.parameters.map { parameter in
                row([
                    "`\(parameter.name)`", code(parameter.defaultValue),
                    plain(parameter.accepts), plain(parameter.about),
                ])
            } + [""]
    }

    private func needs(_ pathology: Pathology) -> [String] {
        var lines: [String] = []
        if let base = pathology.extends { lines.append("It builds on \(link(base)).") }
        if !pathology.defaultSettings.isEmpty {
            let settings = pathology.defaultSettings.map { code("\($0.name): \($0.text)") }
            lines.append("It sets \(settings.joined(separator: ", ")).")
        }
        if let front = pathology.front {
            lines.append("It needs the front \(code(front.rawValue)).")
        }
        if !pathology.excludes.isEmpty {
            let others = pathology.excludes.map { link($0.name) }
            lines.append("It cannot act beside \(others.joined(separator: ", ")).")
        }
        return lines.isEmpty ? [] : ["## Combination", ""] + lines + [""]
    }

    // MARK: Markdown

    private func section(_ title: String, _ text: String) -> [String] {
        text.isEmpty ? [] : ["## \(title)", "", plain(text), ""]
    }

    private func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }
    private func link(_ pathology: Pathology) -> String { link(pathology.name) }
    private func link(_ name: String) -> String {
        let name = catalogue[name]?.name ?? name
        return "[\(name)](\(name).md)"
    }

    /// Prose: nothing in it is taken for markup.
    private func plain(_ text: String) -> String {
        text.trimmingLineEnds.reduce(into: "") { escaped, character in
            if "|<>*".contains(character) { escaped += "\\" }
            escaped.append(character)
        }
    }

    private func code(_ text: String) -> String {
        let inner = text.reduce(into: "") { $0 += $1 == "|" ? "\\|" : String($1) }
        return text.contains("`") ? "`` \(inner) ``" : "`\(inner)`"
    }
}

extension String {
    fileprivate var trimmingLineEnds: String {
        split(separator: "\n").joined(separator: " ")
    }
}

extension PathologyCatalogue {
    /// Pathologies by a text of their clients, in the order of the texts.
    fileprivate func texts(
        _ texts: (PathologyClient) -> [String]
    ) -> [(key: String, pathologies: [Pathology])] {
        grouped { $0.clients.filter { $0.outcome != .unaffected }.flatMap(texts) }
    }

    /// Pathologies by each of their keys, those by priority and then by name.
    fileprivate func grouped(
        _ keys: (Pathology) -> [String]
    ) -> [(key: String, pathologies: [Pathology])] {
        var groups: [String: [Pathology]] = [:]
        for pathology in pathologies {
            for key in Set(keys(pathology)) { groups[key, default: []].append(pathology) }
        }
        return groups.sorted { $0.key < $1.key }.map { key, found in
            (key, found.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) })
        }
    }
}

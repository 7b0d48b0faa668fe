import Diagnosis
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import Glibc
import ScenarioFormat
import Testing

/// The checkout as files.
private enum Checkout {
    static let root: String = {
        var parts = #filePath.split(separator: "/").dropLast(3).map(String.init)
        parts.insert("", at: 0)
        return parts.joined(separator: "/")
    }()

    static func read(_ path: String) -> String {
        guard let file = fopen("\(root)/\(path)", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&scratch, 1, scratch.count, file)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += scratch[..<count]
        }
    }

    static func exists(_ path: String) -> Bool { access("\(root)/\(path)", F_OK) == 0 }

    /// Files below a folder, with their paths from the root.
    static func files(below folder: String, ending suffix: String) -> [String] {
        guard let stream = opendir("\(root)/\(folder)") else { return [] }
        defer { closedir(stream) }
        var found: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            if entry.pointee.d_type == DT_DIR {
                found += files(below: path, ending: suffix)
            } else if name.hasSuffix(suffix) {
                found.append(path)
            }
        }
        return found.sorted()
    }
}

@Suite struct `The repository` {
    private static let mayImport: [String: Set<String>] = {
        let wire: Set = ["GatewayWire", "Simulation"]
        let faults = wire.union(["EventLog", "GatewayModel"])
        let machine = faults.union(["Faults"])
        let format = machine.union(["CYaml", "Diagnosis"])
        let run = machine.union(["GatewayMachine", "ScenarioFormat"])
        return [
            "Simulation": [], "GatewayWire": [], "EventLog": wire, "GatewayModel": wire,
            "Faults": faults, "Diagnosis": machine, "GatewayMachine": machine,
            "ScenarioFormat": format, "ScenarioRun": run,
            "Pages": [],
            "RunReport": wire.union(["EventLog", "Pages", "ScenarioRun"]),
            "Control": run.union(["HTTPMessages", "Pages"]),
            "CaptureImport": machine.union([
                "Diagnosis", "ScenarioFormat", "CLinux", "CPcap", "CZlib", "CZstd",
            ]),
            "Comparison": run.union(["CaptureImport"]),
            "Toxiproxy": wire.union(["HTTPMessages"]),
            "SocketDriver": ["Simulation", "CLinux", "Glibc"],
            "ProcessDriver": ["Simulation", "SocketDriver", "CLinux", "Glibc"],
        ]
    }()

    @Test(arguments: mayImport.keys.sorted())
    func `imports only what ARCHITECTURE.md allows`(module: String) {
        let files = Checkout.files(below: "Sources/\(module)", ending: ".swift")
        #expect(!files.isEmpty)
        for file in files {
            for line in Checkout.read(file).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard line.first != " ", line.first != "/",
                    let index = words.firstIndex(of: "import"), index + 1 < words.count
                else { continue }
                let imported = String(words[index + 1])
                #expect(
                    Self.mayImport[module]?.contains(imported) ?? false,
                    "\(file) imports \(imported)")
            }
        }
    }

    @Test func `has evidence on every schema entry, and lists the assumed ones`() {
        let architecture = Checkout.read("ARCHITECTURE.md")
        let unseen = ProtocolSchema.messages.filter { $0.evidence == .source }
        #expect(
            architecture.contains("\(ProtocolSchema.messages.count) messages"),
            "ARCHITECTURE.md counts the messages")
        let recorded = ProtocolSchema.messages.count { $0.evidence == .recorded }
        #expect(
            architecture.contains("messages \(recorded) are `recorded`"),
            "ARCHITECTURE.md counts the recorded messages")
        for message in unseen {
            #expect(
                architecture.contains("`\(message.name)`"), "\(message.name) was not round-tripped")
        }
        for message in ProtocolSchema.messages where message.evidence == .assumed {
            #expect(architecture.contains("`\(message.name)`"), "\(message.name) is assumed")
        }
    }

    @Test func `documents every trigger and action as they are`() {
        #expect(Checkout.read("docs/faults.md") == FaultReference.markdown + "\n")
    }

    @Test func `documents every wire fact as it is`() {
        #expect(Checkout.read("docs/diagnosis.md").contains(FactReference.markdown))
    }

    @Test func `says of every pathology how it is recognized, or why it is not`() {
        let page = Checkout.read("docs/diagnosis.md")
        for pathology in PathologyCatalogue.shipped.pathologies {
            #expect(
                PathologyCatalogue.shipped.recognition(of: pathology) != nil
                    || page.contains("`\(pathology.name)`"), "\(pathology.name)")
        }
    }

    /// Its demonstration, and other scenarios beside that one that use it.
    @Test(arguments: PathologyCatalogue.shipped.names)
    func `shows every pathology on the clients that it names`(name: String) throws {
        let pathology = try #require(PathologyCatalogue.shipped[name])
        let demonstration = try #require(pathology.demonstration)
        #expect(Checkout.exists(demonstration), "there is no \(demonstration)")
        var isShown = false
        var rows: [(texts: String, clients: [String])] = []
        for file in Checkout.files(
            below: "Scenarios/catalogue/\(pathology.layer)", ending: ".yaml")
        {
            let text = Checkout.read(file)
            guard text.contains(name) else { continue }
            for scenario in try loadScenarios(text: text, file: file, catalogue: .shipped)
            where scenario.gateways.flatMap(\.pathologies).contains(where: { $0.name == name }) {
                isShown = isShown || file == demonstration
                // What a row expects stands in its variables, or in the file for all rows.
                let others = scenario.variables.isEmpty ? text : text.withoutMatrix
                let texts = scenario.variables.map(\.value) + [others]
                rows.append((texts.joined(separator: "\n"), scenario.clients.compactMap(\.python)))
            }
        }
        #expect(isShown, "\(demonstration) does not use it")
        for client in pathology.clients {
            for library in client.libraries {
                let own = rows.filter { $0.clients.contains(library) }
                #expect(!own.isEmpty, "no scenario shows it on \(library)")
                for words in client.says + client.logs {
                    #expect(
                        own.contains { $0.texts.contains(words) },
                        "no row of \(library) expects '\(words)'")
                }
            }
        }
    }

    @Test func `names only neighbours that the catalogue has`() {
        #expect(PathologyCatalogue.shipped.missingNeighbours.map(\.text) == [])
    }

    @Test func `has the pages of the catalogue as they are`() {
        let pages = PathologyPages(of: .shipped).files
        for page in pages {
            let file = "docs/pathologies/\(page.name)"
            #expect(
                Checkout.read(file) == page.text,
                "\(file): fakegw pathologies --markdown docs/pathologies")
        }
        let files = Checkout.files(below: "docs/pathologies", ending: ".md")
        #expect(files == pages.map { "docs/pathologies/\($0.name)" }.sorted())
    }

    @Test func `has no scenario that does not load, and none twice`() throws {
        var titles: Set<String> = []
        for file in Checkout.files(below: "Scenarios", ending: ".yaml")
        where !file.contains("/pathologies/") && !file.contains("/dialects/")
            && !file.contains("/worlds/")
        {
            let text = Checkout.read(file)
            var scenarios = try loadScenarios(text: text, file: file, catalogue: .shipped)
            let folder = file.prefix(upTo: file.lastIndex(of: "/") ?? file.endIndex)
            try readWorlds(of: &scenarios, text: text) { name in
                let path = "\(folder)/\(name)"
                return Checkout.exists(path)
                    ? .text(Checkout.read(path), path: path) : .unreadable("there is no \(path)")
            }
            for scenario in scenarios {
                #expect(file.hasSuffix("/\(scenario.name).yaml"), "\(file): \(scenario.name)")
                #expect(titles.insert(scenario.title).inserted, "\(scenario.title) is there twice")
            }
        }
        #expect(!titles.isEmpty)
    }

    @Test func `has no world that does not load, and none unused`() throws {
        let scenarios = Checkout.files(below: "Scenarios", ending: ".yaml").map(Checkout.read)
        let worlds = Checkout.files(below: "Scenarios/worlds", ending: ".yaml")
        #expect(!worlds.isEmpty)
        for file in worlds {
            let world = try loadWorld(text: Checkout.read(file), file: file)
            #expect(file.hasSuffix("/\(world.name).yaml"))
            let use = "world: ../worlds/\(world.name).yaml"
            #expect(scenarios.contains { $0.contains(use) }, "nobody uses \(file)")
        }
    }

    @Test func `teaches the scenario format by an example that loads`() throws {
        let parts = Checkout.read("Scenarios/README.md").components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let scenarios = try loadScenarios(
            text: String(example), file: "Scenarios/README.yaml", catalogue: .shipped)
        #expect(scenarios.count == 3)
        let world = try #require(parts.last { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let read = try loadWorld(text: String(world), file: "Scenarios/README.yaml")
        #expect(read.name == "two-accounts")
    }

    @Test func `teaches how to write a pathology by an example that loads`() throws {
        let parts = Checkout.read("docs/pathologies.md").components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let catalogue = try PathologyCatalogue.shipped.adding([("mine.yaml", String(example))])
        #expect(catalogue["mine"]?.defaultRules.isEmpty == false)
        let keys = Pathology.keys.filter {
            !Checkout.read("docs/pathologies.md").contains("`\($0)`")
        }
        #expect(keys == [], "docs/pathologies.md lacks keys")
    }

    @Test func `shows a scenario for every client family that loads`() throws {
        let families = Checkout.read("docs/clients.md").components(separatedBy: "\n## ").dropFirst(
            3)
        #expect(families.count == 8)
        for family in families {
            let title = String(family.prefix { $0 != "\n" })
            let parts = String(family).components(separatedBy: "```")
            let example = try #require(parts.first { $0.hasPrefix("yaml\n") }, "\(title)")
            let scenarios = try loadScenarios(
                text: String(example.dropFirst(5)), file: "docs/\(title).yaml",
                catalogue: .shipped)
            #expect(scenarios.count == 1, "\(title)")
            #expect(!example.contains("python:"), "\(title)")
        }
    }

    /// Each row has the other tool's word, ours, and the scenarios that use ours; or a dash and why not.
    @Test func `shows each word of another tool by a scenario that uses ours`() throws {
        var rows = 0
        for line in Checkout.read("docs/equivalents.md").split(separator: "\n")
        where line.hasPrefix("| ") && !line.hasSuffix("| shown by |") {
            let cells = String(line.dropFirst(2).dropLast(2)).components(separatedBy: " | ")
            try #require(cells.count == 3, "\(line)")
            let links = String(cells[2]).components(separatedBy: "](../").dropFirst().map { link in
                String(link.prefix { $0 != ")" })
            }
            rows += 1
            guard cells[1] != "–" else {
                #expect(links.isEmpty, "a word and no word: \(cells[0])")
                continue
            }
            #expect(!links.isEmpty, "no scenario shows \(cells[0])")
            var used: Set<Substring> = []
            for link in links {
                #expect(Checkout.exists(link), "there is no \(link)")
                let text = Checkout.read(link)
                for scenario in try loadScenarios(text: text, file: link, catalogue: .shipped) {
                    // What pathologies do stands only in the explained form.
                    let rules = scenario.explained.split(separator: "\n").filter {
                        $0.drop { $0 == " " }.hasPrefix("- {") || $0.contains(" when: ")
                    }
                    let file = text.split(separator: "\n").drop { !$0.hasPrefix("tags:") }
                    for line in rules + file { used.formUnion(line.words) }
                }
            }
            let code = cells[1].split(separator: "`", omittingEmptySubsequences: false)
            for (index, piece) in code.enumerated() where index % 2 == 1 {
                let word = try #require(piece.words.first)
                #expect(used.contains(word), "\(cells[0]): \(links) do not use \(word)")
            }
        }
        #expect(rows > 80)
    }

    @Test func `has a row for every capture`() {
        let readme = Checkout.read("Captures/README.md")
        for suffix in [".pcap", ".pcapng"] {
            for file in Checkout.files(below: "Captures", ending: suffix) {
                let name = file.split(separator: "/").dropFirst().joined(separator: "/")
                #expect(readme.contains(name), "Captures/README.md lacks \(name)")
            }
        }
    }

    @Test(arguments: [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "Scenarios/README.md",
        "Captures/README.md", "docs/COVERAGE.md", "docs/clients.md", "docs/equivalents.md",
        "docs/pathologies.md", "docs/toxiproxy.md",
        "docs/pathologies/README.md",
    ])
    func `has no dead link`(document: String) {
        let folder = document.split(separator: "/").dropLast().joined(separator: "/")
        let text = Checkout.read(document)
        #expect(!text.isEmpty)
        for piece in text.components(separatedBy: "](").dropFirst() {
            let target = String(piece.prefix { $0 != ")" && $0 != "#" })
            guard !target.isEmpty, !target.contains("://") else { continue }
            let path = folder.isEmpty ? target : "\(folder)/\(target)"
            #expect(Checkout.exists(path), "\(document) links to \(target)")
        }
    }

    @Test func `names no file that is gone`() {
        let sources =
            ["Package.swift"] + Checkout.files(below: "Sources", ending: ".swift")
            + Checkout.files(below: "Tests", ending: ".swift")
        for document in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
            for word in Checkout.read(document).split(whereSeparator: { " `(),\n".contains($0) })
            where word.hasSuffix(".swift") && !word.contains("*") {
                let isThere = sources.contains { $0.hasSuffix("/\(word)") || $0 == word }
                #expect(isThere, "\(document) names \(word)")
            }
        }
    }
}

extension Substring {
    /// Runs of letters, digits and hyphens.
    fileprivate var words: [Substring] {
        split { !$0.isLetter && !$0.isNumber && $0 != "-" }
    }
}

extension String {
    /// A scenario's text without the rows of its matrix.
    fileprivate var withoutMatrix: String {
        var isInside = false
        return split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.first?.isWhitespace == false { isInside = line.hasPrefix("matrix:") }
            return !isInside
        }.joined(separator: "\n")
    }

    fileprivate func components(separatedBy separator: String) -> [Substring] {
        var parts: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return parts + [rest]
    }
}

import GatewayModel
import Glibc
import ScenarioFormat

/// Finds scenario files and loads them.
enum ScenarioFiles {
    /// Folders below `Scenarios` that hold something else.
    private static let otherFolders: Set<String> = ["clients", "dialects", "pathologies"]
    private static let maxDepth = 16

    static func load(
        _ path: String, _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> [Scenario] {
        let text = try Files.readText(path)
        guard !isWorldText(text) else {
            throw CommandFailure(
                text: "\(path) is a world, not a scenario",
                hint: "fakegw serve --world \(path), or 'world: \(path)' in a scenario's gateway")
        }
        guard !isBaselineText(text) else {
            throw CommandFailure(
                text: "\(path) is a baseline, not a scenario",
                hint: "fakegw run FILES --baseline \(path)")
        }
        return try CommandFailure.ofScenario { () throws(ScenarioError) in
            try scenarios(text, file: path, catalogue)
        }
    }

    /// The scenarios at or below the paths.
    ///
    /// Files of worlds and pathologies, and baselines, are skipped.
    static func loadAll(
        _ paths: [String], _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> [Scenario] {
        var scenarios: [Scenario] = []
        for file in try find(paths) {
            if !paths.contains(file) {
                let text = try Files.readText(file)
                if isWorldText(text) || isPathologyText(text) || isBaselineText(text) { continue }
            }
            scenarios += try load(file, catalogue)
        }
        return scenarios
    }

    /// The scenarios of a file's text, with the pathologies and worlds they name by their files.
    static func scenarios(
        _ text: String, file: String, _ catalogue: PathologyCatalogue
    ) throws(ScenarioError) -> [Scenario] {
        let folder = directory(of: file)
        func read(_ name: String) -> FileText {
            let path = name.hasPrefix("/") || folder == "." ? name : "\(folder)/\(name)"
            do throws(CommandFailure) {
                return .text(try Files.readText(path), path: path)
            } catch {
                return .unreadable(error.text)
            }
        }
        let catalogue = try catalogue.adding(namedIn: text, file: file, read: read)
        let environment = ClientLauncher.environment(of: EnvironmentVariable.names(in: text))
        var scenarios: [Scenario]
        do throws(ScenarioError) {
            scenarios = try loadScenarios(
                text: text, file: file, catalogue: catalogue, environment: environment)
        } catch {
            throw ScenarioError(
                error.diagnostics + mistakesInWorlds(namedIn: text, file: file, read: read))
        }
        try readWorlds(of: &scenarios, text: text, read: read)
        return scenarios
    }

    static func world(_ path: String) throws(CommandFailure) -> World {
        let text = try Files.readText(path)
        return try CommandFailure.ofScenario { () throws(ScenarioError) in
            try loadWorld(text: text, file: path)
        }
    }

    private static let endings = [".yaml", ".yml"]

    /// Every scenario or world file at or below the paths, in order of their names; or every file
    /// with other endings.
    static func find(
        _ paths: [String], endings: [String] = ScenarioFiles.endings,
        called what: String = "scenario files", skipping: Set<String> = otherFolders
    ) throws(CommandFailure) -> [String] {
        var files: [String] = []
        for path in paths {
            switch kind(of: path) {
            case S_IFDIR:
                var seen: Set<Folder> = []
                files += try below(path, endings, skipping, depth: 0, &seen).map { file in
                    file.hasPrefix("./") ? String(file.dropFirst(2)) : file
                }
            case S_IFREG: files.append(path)
            case let kind:
                throw CommandFailure(
                    text: objection(to: path, of: kind), hint: "name \(what), or folders of them")
            }
        }
        return files
    }

    static func directory(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }

    private static func below(
        _ folder: String, _ endings: [String], _ skipped: Set<String>, depth: Int,
        _ seen: inout Set<Folder>
    ) throws(CommandFailure) -> [String] {
        // A symbolic link can lead back to a folder above it, or to one beside it.
        guard depth < maxDepth, Folder(folder).map({ seen.insert($0).inserted }) ?? true else {
            return []
        }
        guard let stream = opendir(folder) else {
            throw CommandFailure(
                text: "cannot read the folder \(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        var files: [String] = []
        for name in names.sorted() where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
            let kind = kind(of: path)
            if kind == S_IFDIR, !skipped.contains(name) {
                files += try below(path, endings, skipped, depth: depth + 1, &seen)
            } else if kind == S_IFREG, endings.contains(where: { name.hasSuffix($0) }) {
                files.append(path)
            }
        }
        return files
    }

    /// A folder, whatever its path.
    private struct Folder: Hashable {
        let device: dev_t
        let number: ino_t

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
        }
    }

    private static func objection(to path: String, of kind: mode_t?) -> String {
        switch kind {
        case S_IFIFO: return "\(path) is a named pipe, not a file"
        case S_IFSOCK: return "\(path) is a socket, not a file"
        case S_IFCHR, S_IFBLK: return "\(path) is a device, not a file"
        case nil where errno != ENOENT:
            return "cannot look at \(path): \(String(cString: strerror(errno)))"
        default: return "there is no \(path)"
        }
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}

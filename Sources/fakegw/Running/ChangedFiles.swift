import Glibc
import ProcessDriver
import ScenarioFormat
import SocketDriver

/// What has changed since a commit, as git tells it: changed, added and untracked files.
struct ChangedFiles {
    private var paths: Set<String> = []

    /// - Parameters:
    ///   - reference: A commit, branch or tag.
    ///   - folders: The repositories are those that these folders are in.
    init(since reference: String, folders: [String]) throws(CommandFailure) {
        guard !reference.hasPrefix("-") else {
            throw CommandFailure(text: "--changed takes a commit, not '\(reference)'")
        }
        var seen: Set<String> = []
        for folder in folders {
            guard let root = try Self.git(folder, ["rev-parse", "--show-toplevel"]).first,
                seen.insert(root).inserted
            else { continue }
            let changed = try Self.git(root, ["diff", "--name-only", reference, "--"])
            let new = try Self.git(root, ["ls-files", "--others", "--exclude-standard"])
            paths.formUnion((changed + new).map { Self.real("\(root)/\($0)") })
        }
    }

    /// Whether the scenario's file, or one that it names, has changed.
    func concerns(_ scenario: Scenario) -> Bool {
        scenario.namedFiles.contains { paths.contains(Self.real($0)) }
    }

    /// Without symbolic links; a file that is gone keeps its own name.
    private static func real(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func git(
        _ folder: String, _ arguments: [String]
    ) throws(CommandFailure) -> [String] {
        var launch = Launch("git", ["-C", folder, "-c", "core.quotePath=false"] + arguments)
        launch.takesInput = false
        let process: ClientProcess
        do {
            let loop = try EventLoop()
            process = try ClientProcess(launch, on: loop)
            loop.run(until: { process.ending != nil })
        } catch {
            throw CommandFailure(text: "--changed needs git: \(error)")
        }
        let lines = process.output.lines
        guard process.ending == .exited(0) else {
            let words = lines.first { $0.source == .standardError }?.text ?? "it failed"
            throw CommandFailure(
                text: "git \(arguments[0]) in \(folder): \(words)",
                hint: "--changed compares with HEAD, --changed=REF with another commit")
        }
        return lines.filter { $0.source == .standardOutput }.map(\.text)
    }
}

extension Scenario {
    /// Its file, and the files that it names: worlds, recordings, pathologies and programs.
    var namedFiles: [String] {
        let folder = ScenarioFiles.directory(of: file)
        func place(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }
        var files = [file]
        for gateway in gateways {
            files += ([gateway.worldFile?.path].compactMap { $0 } + gateway.replay).map(place)
            files += gateway.pathologies.map(\.name).filter(PathologyCatalogue.isPath).map(place)
        }
        for client in clients {
            files += client.command.filter { !$0.hasPrefix("-") }.map(place)
        }
        return files
    }
}

import Foundation
import PackagePlugin

/// Compiles into the target which commit is built.
///
/// Git is asked at every build. The command runs again only when an answer, which is one of its
/// arguments, has changed.
@main struct EmbedCommit: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let checkout = Checkout(folder: context.package.directoryURL.path)
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedCommit.swift")
        return [
            .buildCommand(
                displayName: "Embedding the commit",
                executable: try context.tool(named: "embed-commit").url,
                arguments: [
                    output.path, checkout.commit, checkout.date, String(checkout.isChanged),
                ],
                inputFiles: [], outputFiles: [output])
        ]
    }
}

/// What git tells about a folder; "unknown" where it is not the top of a checkout.
private struct Checkout {
    var commit = "unknown"
    var date = "unknown"
    var isChanged = false

    init(folder: String) {
        // A release's files may lie inside a checkout of something else.
        if git(in: folder, "rev-parse", "--show-prefix") == "",
            let answer = git(in: folder, "log", "-1", "--format=%H %ct")?.split(separator: " "),
            answer.count == 2, let seconds = TimeInterval(answer[1])
        {
            commit = String(answer[0])
            date = text(of: seconds)
            isChanged = git(in: folder, "status", "--porcelain", "--untracked-files=no") != ""
        }
        let environment = ProcessInfo.processInfo.environment
        if let seconds = environment["SOURCE_DATE_EPOCH"].flatMap(TimeInterval.init) {
            date = text(of: seconds)
        }
    }

    private func text(of seconds: TimeInterval) -> String {
        ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: seconds))
    }

    /// The trimmed output; `nil` when git is missing or fails.
    private func git(in folder: String, _ words: String...) -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // Another user's checkout is built here anyway.
        process.arguments = ["git", "-c", "safe.directory=*", "-C", folder] + words
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }
}

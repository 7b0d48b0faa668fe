import Foundation
import PackagePlugin

/// Compiles the files of the HTML pages into the target, afresh whenever one of its files changes.
@main struct EmbedPages: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Sources/Pages/Files")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPages.swift")
        return [
            .buildCommand(
                displayName: "Embedding the HTML pages",
                executable: try context.tool(named: "embed-texts").url,
                arguments: [output.path, "EmbeddedPages", folder.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }
}

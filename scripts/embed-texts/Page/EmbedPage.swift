import Foundation
import PackagePlugin

/// Compiles the page of the run report into the target, afresh whenever one of its files changes.
@main struct EmbedPage: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let folder = context.package.directoryURL.appending(path: "Sources/RunReport/Page")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedPage.swift")
        return [
            .buildCommand(
                displayName: "Embedding the page of the run report",
                executable: try context.tool(named: "embed-texts").url,
                arguments: [output.path, "EmbeddedPage", folder.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }
}

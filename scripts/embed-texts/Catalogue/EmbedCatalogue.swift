import Foundation
import PackagePlugin

/// Compiles the pathology catalogue and the dialects into the target, afresh whenever one of its files changes.
@main struct EmbedCatalogue: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        var files: [URL] = []
        for folder in ["Scenarios/pathologies", "Scenarios/dialects"] {
            let found = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            while let file = found?.nextObject() as? URL {
                if file.pathExtension == "yaml" { files.append(file) }
            }
        }
        files.sort { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedCatalogue.swift")
        return [
            .buildCommand(
                displayName: "Embedding the pathology catalogue",
                executable: try context.tool(named: "embed-texts").url,
                arguments: [output.path, "EmbeddedCatalogue", root.path] + files.map(\.path),
                inputFiles: files, outputFiles: [output])
        ]
    }
}

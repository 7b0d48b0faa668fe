import Foundation
import PackagePlugin

/// Compiles Sources/TimeShim to a library, and that into the target, whenever one of its files changes.
@main struct EmbedTimeShim: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let sources = context.package.directoryURL.appending(path: "Sources")
        let headers = sources.appending(path: "CLinux/include")
        let files = try FileManager.default.contentsOfDirectory(
            at: sources.appending(path: "TimeShim"), includingPropertiesForKeys: nil
        ).sorted { $0.path < $1.path }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedTimeShim.swift")
        let compiler = try context.tool(named: "clang").url
        return [
            .buildCommand(
                displayName: "Compiling the time shim",
                executable: try context.tool(named: "embed-time-shim").url,
                arguments: [output.path, compiler.path, headers.path]
                    + files.filter { $0.pathExtension == "c" }.map(\.path),
                inputFiles: files + [headers.appending(path: "clock_page.h")],
                outputFiles: [output])
        ]
    }
}

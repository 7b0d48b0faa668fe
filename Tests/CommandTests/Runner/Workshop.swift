import Glibc
import ScenarioFormat
import TestSupport
import Testing

/// A folder with scenarios of the test's own, and the program run in it.
final class Workshop {
    let folder: Folder

    init(_ files: [String: String]) throws {
        folder = try Folder()
        for (name, text) in files { try write(text, to: name) }
    }

    func write(_ text: String, to name: String) throws {
        let path = "\(folder.path)/\(name)"
        if let slash = name.lastIndex(of: "/") {
            try #require(system("mkdir -p '\(folder.path)/\(name[..<slash])'") == 0)
        }
        let stream = try #require(fopen(path, "we"))
        fputs(text, stream)
        fclose(stream)
    }

    /// - Parameter script: Shell words, in the folder; `fakegw` is the built program.
    func shell(_ script: String) -> Program.Answer {
        let line =
            "unset GITHUB_ACTIONS; cd '\(folder.path)' && export TMPDIR='\(folder.path)/tmp' && mkdir -p tmp && "
            + "fakegw() { '\(Program.path)' \"$@\"; }; (\(script)) 2>&1 </dev/null"
        return Orphans.undisturbed {
            guard let pipe = popen(line, "r") else {
                return Program.Answer(output: "popen failed", exitCode: -1)
            }
            let output = Program.text(of: pipe)
            return Program.Answer(output: output, exitCode: (pclose(pipe) >> 8) & 0xFF)
        }
    }

    func text(of name: String) -> String {
        guard let stream = fopen("\(folder.path)/\(name)", "r") else { return "" }
        defer { fclose(stream) }
        return Program.text(of: stream)
    }

    /// A scenario that plays a shell script as its client.
    ///
    /// - Parameter script: Without double quotes and backslashes.
    static func scenario(_ name: String, _ script: String, more: String = "") -> String {
        """
        version: 1
        name: \(name)
        gateway: {}
        clients: {c: {run: [sh, -c, "\(script)"]}}
        \(more)

        """
    }

    /// Scenarios without clients.
    static func scenarios(_ text: String, file: String = "s.yaml") throws -> [Scenario] {
        try loadScenarios(text: "version: 1\n" + text, file: file, catalogue: .shipped)
    }
}

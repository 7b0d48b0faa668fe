import Glibc
import ScenarioFormat
import ScenarioRun

/// The file of `--baseline`: what it says of results, and how it is written anew.
///
/// In it, files are named from its own folder, so that it means the same wherever a run is started.
struct BaselineFile {
    let path: String
    private let baseline: Baseline
    private let folder: [Substring]

    /// - Parameter isNew: It need not be there yet.
    init(_ path: String, isNew: Bool) throws(CommandFailure) {
        self.path = path
        folder = Self.parts(of: ScenarioFiles.directory(of: path))
        if isNew, access(path, F_OK) != 0 {
            baseline = Baseline()
            return
        }
        guard access(path, F_OK) == 0 else {
            throw CommandFailure(
                text: "there is no baseline \(path)",
                hint: "with --update, the run writes one with all that fails now")
        }
        let text = try Files.readText(path)
        baseline = try CommandFailure.ofScenario { () throws(ScenarioError) in
            try loadBaseline(text: text, file: path)
        }
    }

    func judged(_ result: ScenarioResult) -> ScenarioResult {
        result.compared(with: baseline.failure(of: result.title, in: name(of: result.file)))
    }

    /// - Parameter scenarios: Every scenario that was found.
    func update(by outcome: RunOutcome, scenarios: [Scenario]) throws(CommandFailure) {
        let updated = baseline.updated(
            by: outcome, scenarios: scenarios.map { ($0.file, $0.title) }, name: name)
        try Files.write(updated.text, to: path)
    }

    /// A scenario file's path from the baseline's folder.
    func name(of file: String) -> String {
        let parts = Self.parts(of: file)
        let common = zip(parts, folder).prefix { $0 == $1 }.count
        let up = Array(repeating: Substring(".."), count: folder.count - common)
        return (up + parts[common...]).joined(separator: "/")
    }

    /// The absolute path's names, without `.` and `..`.
    private static func parts(of path: String) -> [Substring] {
        var parts: [Substring] = []
        let start = path.hasPrefix("/") ? "" : Self.workingFolder
        for part in "\(start)/\(path)".split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts
    }

    private static let workingFolder: String = {
        guard let bytes = getcwd(nil, 0) else { return "" }
        defer { free(bytes) }
        return String(cString: bytes)
    }()
}

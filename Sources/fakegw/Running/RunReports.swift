import Glibc
import ScenarioFormat
import ScenarioRun

/// The reports of a run that were asked for, beside the one on the terminal.
struct RunReports {
    /// One file, and the text that goes into it.
    private struct ReportFile {
        let path: String
        let text: (RunOutcome) -> String
    }

    private var files: [ReportFile] = []
    let baseline: BaselineFile?
    private let updatesBaseline: Bool
    /// GitHub reads the output of the run.
    let showsAnnotations: Bool
    /// The file of GitHub's page about the job.
    private let summaryPath: String?
    /// The top of the repository.
    private let workspace: String?

    static let options = [
        Option("junit", "FILE", "write the verdicts as JUnit XML"),
        Option("tap", "FILE", "write them in the Test Anything Protocol"),
        Option("json-lines", "FILE", "write one JSON object for each play and one for the run"),
        Option(
            "github", "[=no]",
            "annotations and a job summary for GitHub (where GITHUB_ACTIONS is true)"),
        Option("baseline", "FILE", "failures that FILE lists do not fail the run"),
        Option("update", nil, "write the baseline anew, with what fails in this run"),
    ]

    /// - Parameter variable: Reads a variable of the environment.
    init(
        _ arguments: ParsedArguments,
        variable: (String) -> String? = { getenv($0).map { String(cString: $0) } }
    ) throws(CommandFailure) {
        let began = WallClock.utcTime(RealClock.nanosecondsSince1970)
        if let path = arguments.last("junit") {
            files.append(ReportFile(path: path) { junitXML($0, timestamp: began) })
        }
        if let path = arguments.last("tap") { files.append(ReportFile(path: path, text: tapText)) }
        if let path = arguments.last("json-lines") {
            files.append(ReportFile(path: path, text: resultLines))
        }
        updatesBaseline = arguments.has("update")
        baseline = try arguments.last("baseline").map { path throws(CommandFailure) in
            try BaselineFile(path, isNew: arguments.has("update"))
        }
        if updatesBaseline, baseline == nil {
            throw CommandFailure(
                text: "--update writes the file of --baseline, and there is none",
                hint: "--baseline FILE --update")
        }
        let wish = arguments.last("github")
        guard wish ?? "" == "" || wish == "no" else {
            throw CommandFailure(
                text: "--github takes 'no' or nothing, not '\(wish ?? "")'", hint: "--github=no")
        }
        let isGitHub = variable("GITHUB_ACTIONS") == "true"
        showsAnnotations = wish.map { $0 != "no" } ?? isGitHub
        let summary = variable("GITHUB_STEP_SUMMARY")
        summaryPath = showsAnnotations && summary != "" ? summary : nil
        workspace = variable("GITHUB_WORKSPACE")
    }

    /// What cannot be written is refused before anything is played.
    func prepare() throws(CommandFailure) {
        let paths = files.map(\.path) + (updatesBaseline ? baseline.map { [$0.path] } ?? [] : [])
        for (index, path) in paths.enumerated() {
            guard !paths[..<index].contains(path) else {
                throw CommandFailure(text: "two reports cannot be one file: \(path)")
            }
            try Files.prepare(path)
        }
    }

    /// - Parameter scenarios: Every scenario that was found, chosen or not.
    /// - Returns: Whether all of them are written; what is not has been told.
    func write(_ outcome: RunOutcome, scenarios: [Scenario]) -> Bool {
        var isComplete = true
        func trying(_ body: () throws(CommandFailure) -> Void) {
            do throws(CommandFailure) {
                try body()
            } catch {
                Terminal.fail(error.text, hint: error.hint)
                isComplete = false
            }
        }
        for file in files {
            trying { () throws(CommandFailure) in
                try Files.write(file.text(outcome), to: file.path)
            }
        }
        if updatesBaseline, let baseline {
            trying { () throws(CommandFailure) in
                try baseline.update(by: outcome, scenarios: scenarios)
                Terminal.out("\(baseline.path) is written anew")
            }
        } else if let baseline, !outcome.fixed.isEmpty {
            Terminal.out("--update takes what passes now out of \(baseline.path)")
        }
        if showsAnnotations {
            for line in GitHub.annotations(outcome, place: place) { Terminal.error(line) }
        }
        // GitHub names the file, and nobody asked for it: without it, the run is what it is.
        if let summaryPath, let problem = Files.append(GitHub.summary(outcome), to: summaryPath) {
            Terminal.error("note: cannot write \(summaryPath) (GITHUB_STEP_SUMMARY): \(problem)")
        }
        return isComplete
    }

    /// What fails is known once the baseline has been written anew.
    func verdict(of outcome: RunOutcome) -> Verdict {
        guard updatesBaseline else { return outcome.verdict }
        return outcome.unknownCount > 0 ? .machineUnfit : .passed
    }

    /// A file's path as GitHub knows it.
    private func place(_ file: String) -> String {
        guard let workspace, !workspace.isEmpty, let real = realpath(file, nil),
            let top = realpath(workspace, nil)
        else { return file }
        defer {
            free(real)
            free(top)
        }
        let (path, folder) = (String(cString: real), String(cString: top))
        return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : file
    }
}

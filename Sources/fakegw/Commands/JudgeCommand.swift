import EventLog
import ScenarioFormat
import ScenarioRun
import Simulation

/// `fakegw judge`: the verdict of a run, from its event log alone.
enum JudgeCommand {
    static let subcommand = Subcommand(
        name: "judge", summary: "judge a recorded run again, from its event log",
        usage: "EVENTS [options]",
        about: """
            Reads an event log that 'run --events DIR' wrote, and plays the scenario's story over the
            recorded events. Nothing is started. Prints the verdict and the report as 'run' does.

            The first line of the log names the scenario file and the scenario in it.

            Exit status: as 'run'; 2 also when the log cannot be read or is incomplete.
            """,
        options: [
            Option("scenario", "FILE", "the scenario file, instead of the one the log names"),
            Catalogues.option,
        ] + RunPage.options,
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in try judge(arguments) }
        })

    private static func judge(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        guard let path = arguments.rest.first, arguments.rest.count == 1 else {
            throw CommandFailure(
                text: "judge takes one event log",
                hint: "fakegw run FILE --events DIR writes one for each scenario")
        }
        let page = try RunPage(arguments)
        var log = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        let first = try log.next(path)
        guard let first, let header = log.header, !header.scenario.isEmpty else {
            throw CommandFailure(
                text: "\(path) is no log of a scenario: its first line is not what 'run' writes",
                hint: "fakegw run FILE --events DIR writes one for each scenario")
        }
        let scenario = try scenario(
            header, file: arguments.last("scenario") ?? header.scenario,
            Catalogues.all(arguments))
        var recorded = RecordedStory(scenario, header: header)
        var event: LogEvent? = first
        while let known = event {
            recorded.take(known)
            event = try log.next(path)
        }
        for note in log.notes { Terminal.error("note: \(note)") }
        let isOver = recorded.finish()
        let story = recorded.story
        guard isOver else {
            throw CommandFailure(
                text: "\(path) ends before the story does, which \(story.standing)",
                hint: "the run was broken off, or another scenario was played")
        }
        var result = ScenarioResult(story).asItMust(scenario)
        let progress = RunProgress()
        progress.end(result)
        progress.summarize(RunOutcome([result]))
        result.eventsName = path.split(separator: "/").last.map(String.init)
        page?.take(result, of: scenario, log: path)
        try page?.write(RunOutcome([result]))
        return ExitCode(rawValue: Int32(result.verdict.rawValue)) ?? .failed
    }

    private static func scenario(
        _ header: RunHeader, file: String, _ catalogue: PathologyCatalogue
    ) throws(CommandFailure) -> Scenario {
        let scenarios = try ScenarioFiles.load(file, catalogue)
        guard let scenario = scenarios.first(where: { $0.title == header.title }) else {
            throw CommandFailure(
                text: "\(file) has no scenario '\(header.title)'",
                hint: "fakegw run --list \(file) shows what it has")
        }
        return scenario
    }
}

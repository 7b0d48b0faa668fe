import ScenarioFormat

/// How the program ended; `run`'s codes are part of the contract with scripts.
enum ExitCode: Int32 {
    case success = 0
    /// An expectation failed; for `probe`: could not connect.
    case failed = 1
    /// Bad arguments, scenario or fixture; for `probe`: timed out.
    case usage = 2
    case clientNotStarted = 3
    case deadlinePassed = 4
    case faultNeverFired = 5
    case machineUnfit = 6
    case leaked = 7
    case notDeterministic = 8
    case flaky = 9
    /// Stopped by SIGHUP, SIGINT or SIGTERM: 128 and the signal's number, as shells report it.
    case hungUp = 129
    case interrupted = 130
    case terminated = 143
}

/// One subcommand: its help, and what it does.
struct Subcommand: Sendable {
    let name: String
    let summary: String
    let usage: String
    let about: String
    let options: [Option]
    let run: @Sendable (ParsedArguments) -> ExitCode

    var help: String {
        var text = "usage: fakegw \(name) \(usage)\n\n\(about)\n"
        if !options.isEmpty {
            text += "\noptions:\n"
            for option in options {
                let separator = option.mayStandAlone ? "" : " "
                let left = "  --\(option.name)" + (option.value.map { separator + $0 } ?? "")
                text += Text.column(left, width: 28) + option.about + "\n"
            }
        }
        return text
    }
}

/// The program.
///
/// It picks the subcommand, and reports mistakes in the arguments.
enum Tool {
    static let subcommands: [Subcommand] = [
        Serve.subcommand, Record.subcommand, Run.subcommand, JudgeCommand.subcommand,
        Ctl.subcommand, Check.subcommand, Explain.subcommand,
        Import.subcommand, Decode.subcommand, Diagnose.subcommand, Compare.subcommand,
        Diff.subcommand,
        Probe.subcommand, Preflight.subcommand,
        Pathologies.subcommand, FaultWords.subcommand, WorldCommand.subcommand, Settings.subcommand,
        Dialects.subcommand,
        Messages.subcommand, Dissector.subcommand,
        Completions.subcommand, Man.subcommand,
    ]

    static func run(_ arguments: [String]) -> ExitCode {
        guard let first = arguments.first else {
            Terminal.error(overview)
            return .usage
        }
        switch first {
        case "--help", "-h", "help":
            if arguments.count > 1,
                let named = subcommands.first(where: { $0.name == arguments[1] })
            {
                Terminal.out(named.help)
            } else {
                Terminal.out(overview)
            }
            return .success
        case "--version":
            return reportingErrors { () throws(CommandFailure) in
                try BuildVersion.print(Array(arguments.dropFirst()))
            }
        default:
            break
        }
        guard let subcommand = subcommands.first(where: { $0.name == first }) else {
            Terminal.fail(
                "no command '\(first)'",
                hint: Suggestion.question(for: first, among: subcommands.map(\.name))
                    ?? "fakegw --help lists the commands")
            return .usage
        }
        if arguments.contains("--help") || arguments.contains("-h") {
            Terminal.out(subcommand.help)
            return .success
        }
        switch ParsedArguments.parse(Array(arguments.dropFirst()), options: subcommand.options) {
        case .success(let parsed):
            return subcommand.run(parsed)
        case .failure(let error):
            Terminal.fail(error.text, hint: error.hint ?? "fakegw \(first) --help explains them")
            return .usage
        }
    }

    private static var overview: String {
        var text = """
            fakegw simulates Interactive Brokers' Gateway and its failures.

            usage: fakegw COMMAND [arguments]


            """
        for subcommand in subcommands {
            text += Text.column("  \(subcommand.name)", width: 14) + subcommand.summary + "\n"
        }
        return text + """

            fakegw COMMAND --help explains a command. Try:
              fakegw serve --pathology silent-handshake
            """
    }
}

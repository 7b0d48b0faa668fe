import Faults
import ScenarioFormat

/// `fakegw faults`: the words that rules are made of.
enum FaultWords {
    static let subcommand = Subcommand(
        name: "faults", summary: "list the triggers and actions that faults are made of",
        usage: "[WORD] [--markdown]",
        about: """
            Lists every trigger for "when:" and every action for "do:", or explains one of them: its
            arguments, the occasions at which it can act, and an example. A scenario has faults in
            "gateway: {faults: [{when: TRIGGER, do: [ACTION]}]}". A pathology is made of faults.
            """,
        options: [Option("markdown", nil, "print docs/faults.md, the whole reference")],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                try show(arguments)
                return .success
            }
        })

    private static func show(_ arguments: ParsedArguments) throws(CommandFailure) {
        if arguments.has("markdown") {
            Terminal.out(FaultReference.markdown)
            return
        }
        guard let name = arguments.rest.first else {
            let triggers = TriggerWord.all.map { ["  \($0.keyword)", $0.summary] }
            let actions = ActionWord.all.map { ["  \($0.keyword)", $0.summary] }
            let rows = Text.table(triggers + actions)
            Terminal.out("when:")
            Terminal.out(rows.prefix(triggers.count).joined(separator: "\n"))
            Terminal.out("do:")
            Terminal.out(rows.dropFirst(triggers.count).joined(separator: "\n"))
            return
        }
        let known = TriggerWord.keywords + ActionWord.keywords
        guard arguments.rest.count == 1, known.contains(name) else {
            throw CommandFailure(
                text: arguments.rest.count > 1
                    ? "faults takes one word" : "there is no trigger or action '\(name)'",
                hint: Suggestion.question(for: name, among: known) ?? "fakegw faults lists them")
        }
        if let word = TriggerWord.named(name) { Terminal.out(word.help) }
        if let word = ActionWord.named(name) { Terminal.out(word.help) }
    }
}

extension TriggerWord {
    fileprivate var help: String {
        (["\(keyword): \(summary)"] + form.helpLines + ["for example: when: \(example)"])
            .joined(separator: "\n")
    }
}

extension ActionWord {
    fileprivate var help: String {
        let places = OccasionKind.allCases.filter(acts.contains).map(\.rawValue)
        var lines = ["\(keyword): \(summary)"] + form.helpLines
        lines.append("acts on: the \(scope.rawValue)")
        lines.append("acts at: \(places.joined(separator: ", "))")
        return (lines + ["for example: do: [\(example)]"]).joined(separator: "\n")
    }
}

extension WordForm {
    fileprivate var helpLines: [String] {
        arguments.map { argument in
            let name = argument.name.isEmpty ? "takes" : "  \(argument.name)"
            return "\(name): \(argument.kind.words), \(argument.about)"
                + (argument.isRequired ? "" : "; optional")
        }
    }
}

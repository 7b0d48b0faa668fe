import EventLog

/// Makes `docs/faults.md`, the reference of all words, from their descriptions.
package enum FaultReference {
    package static var markdown: String {
        (head + triggerLines + actionLines + tableLines).joined(separator: "\n")
    }

    private static let head = [
        "# Faults: triggers and actions", "",
        "A fault is a rule. When its trigger comes true, its actions are done. A moment at which a trigger can",
        "come true is an occasion: a connection is accepted, or a message arrives, for example. This page is",
        "generated from the descriptions of the words: `fakegw faults --markdown` prints it.", "",
        "```yaml", "gateway:", "  faults:", "    - name: second-client-waits   # optional",
        "      when: {message: {type: nextValidId}}",
        "      connection: 2               # also: phase, client-id, others",
        "      nth: 1                      # which of the matching occasions count (all)",
        "      chance: 0.5                 # how probable it is that an occasion counts (1)",
        "      times: 1                    # how often it may fire (unlimited)",
        "      after: 0s                   # how long after its occasion the actions are done (0s)",
        "      optional: true              # the rule need not fire (false)",
        "      do: [{delay: 200ms}]", "```", "",
        "A scenario fails when a rule of it never fires, unless the rule is optional.", "",
        "The actions of a rule are carried out in their order. When several rules act on one message, their",
        "actions are combined: fields are replaced, copies are made, the frame is cut, then it is delayed or",
        "kept back. On a connection, bytes are gathered (`coalesce`), then cut (`slice`), then limited (`limit`).",
        "",
        "Triggers can be combined: `{all: [TRIGGER, …]}`, `{any: [TRIGGER, …]}` and `{not: TRIGGER}`.",
        "`{state: {…}}` is a condition with the keys `phase`, `connection`, `client-id`, `others`, `held` and",
        "`light`. A trigger needs at least one part that happens. A condition alone never fires a rule.",
        "",
    ]

    private static var triggerLines: [String] {
        ["## Triggers", "", "| word | true when | arguments | example |", "|---|---|---|---|"]
            + TriggerWord.all.map { word in
                row([
                    "`\(word.keyword)`", word.summary, word.form.tableText,
                    "`when: \(word.example)`",
                ])
            } + [""]
    }

    private static var actionLines: [String] {
        ActionWord.Scope.allCases.flatMap { scope in
            [
                "## Actions on \(title(of: scope))", "", "| word | does | arguments | example |",
                "|---|---|---|---|",
            ]
                + ActionWord.all.filter { $0.scope == scope }.map { word in
                    row([
                        "`\(word.keyword)`", word.summary, word.form.tableText,
                        "`do: [\(word.example)]`",
                    ])
                } + [""]
        }
    }

    private static func title(of scope: ActionWord.Scope) -> String {
        switch scope {
        case .message: "the message, or on the answer to the hello"
        case .connection: "the connection"
        case .gateway: "the gateway"
        case .log: "the log"
        }
    }

    private static var tableLines: [String] {
        let occasions = OccasionKind.allCases
        let head = [
            "## Where an action can act", "",
            "`✓`: the action acts at this occasion. Empty: a scenario with this pair does not load. With `after:`,",
            "actions on the message are always refused, because the message has already passed.",
            "",
            row(["action"] + occasions.map(\.rawValue)),
            row(Array(repeating: "---", count: occasions.count + 1)),
        ]
        return head
            + ActionWord.all.map { word in
                row(["`\(word.keyword)`"] + occasions.map { word.acts.contains($0) ? "✓" : "" })
            }
    }

    private static func row(_ cells: [String]) -> String {
        "| " + cells.map { $0.replacing("|", "\\|") }.joined(separator: " | ") + " |"
    }
}

extension WordForm {
    fileprivate var tableText: String {
        arguments.map { argument in
            let name = argument.name.isEmpty ? "" : "`\(argument.name)` "
            return name + "(\(argument.kind.words)) \(argument.about)"
        }.joined(separator: "; ")
    }
}

extension WordArgument.Kind {
    /// What may stand there, in words.
    package var words: String {
        switch self {
        case .duration: "duration"
        case .count(let range): "number \(range.lowerBound) to \(range.upperBound)"
        case .countRange: "count"
        case .share: "number 0 to 1"
        case .text: "text"
        case .bytes: "hex or text"
        case .message: "message"
        case .fields: "fields"
        case .word(let words): words.joined(separator: " or ")
        case .words(let words): "some of \(words.joined(separator: ", "))"
        case .trigger: "trigger"
        case .pattern: "type, not, direction, fields"
        }
    }
}

extension String {
    fileprivate func replacing(_ character: Character, _ text: String) -> String {
        reduce(into: "") { result, next in
            if next == character { result += text } else { result.append(next) }
        }
    }
}

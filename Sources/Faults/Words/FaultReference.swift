import EventLog

/// The reference of all words, made from their descriptions: `docs/faults.md`.
package enum FaultReference {
    package static var markdown: String {
        (head + triggerLines + actionLines + tableLines).joined(separator: "\n")
    }

    private static let head = [
        "# Faults: triggers and actions", "",
        "A fault is a rule: when something happens, do something. This page is generated from the words'",
        "own descriptions (`fakegw faults --markdown`); a test holds it to them.", "",
        "```yaml", "gateway:", "  faults:", "    - name: second-client-waits   # optional",
        "      when: {message: {type: nextValidId}}",
        "      connection: 2               # also: phase, client-id, others",
        "      nth: 1                      # which of the matching occasions count (every one)",
        "      chance: 0.5                 # of those that count, from the rule's own seeded stream (1)",
        "      times: unlimited            # how often it may fire (1)",
        "      after: 0s                   # how long after its occasion the actions are done (0s)",
        "      optional: true              # need not fire; otherwise the scenario fails (false)",
        "      do: [{delay: 200ms}]", "```", "",
        "Actions of one rule are carried out in their order. What several rules want of one message is one",
        "verdict: fields are replaced, copies are made, the frame is cut, then it is delayed or kept back. On a",
        "connection, what is due is gathered (`coalesce`), then cut (`slice`), then limited (`limit`).",
        "",
        "Triggers may be combined: `{all: [TRIGGER, …]}`, `{any: [TRIGGER, …]}`, `{not: TRIGGER}`, and",
        "`{state: {…}}` for what must be so: `phase`, `connection`, `client-id`, `others`, `held`, `light`.",
        "At least one part must be something that happens.", "",
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
            "`✓` acts on the wire; an empty place: a scenario with this pair does not load. With `after:`",
            "actions on the message are refused everywhere, because the message has passed by then.",
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

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
        "      since: RULE                 # only after the actions of that earlier rule were done",
        "      until: {signal: enough}     # a trigger: the rule is over once it comes true",
        "      nth: 1                      # which of the matching occasions count (all)",
        "      chance: 0.5                 # how probable it is that an occasion counts (1)",
        "      times: 1                    # how often it may fire (unlimited)",
        "      per: connection             # what nth, chance and times count by: connection, client-id",
        "                                  # or gateway (gateway)",
        "      after: 0s                   # how long after its occasion the actions are done (0s)",
        "      every: 10s                  # the actions are done again and again, so long after",
        "                                  # they were done before (never)",
        "      optional: true              # the rule need not fire (false)",
        "      do: [{delay: 200ms}]", "```", "",
        "A scenario fails when a rule of it never fires, unless the rule is optional.", "",
        "The actions of a rule are carried out in their order, and the rules in theirs. What all of them want of",
        "one message is collected first, and then done in this order, whatever order it is written in:",
        "",
        "1. `drop` discards the message. Nothing below happens to it.",
        "2. `answer` puts other messages in its place. The last `answer` wins. `answer-hello` changes the reply.",
        "3. `replace` gives fields new values, one after the other: the next one sees what the last one did.",
        "4. `encode` chooses the encoding.",
        "5. The frame is changed: `remove-field`, `insert-field`, `retag`, `truncate`, `pad`, `corrupt`, `length`.",
        "   Only `corrupt` of the whole frame and `length` make the length wrong.",
        "6. `cut` keeps the first bytes. The last `cut` wins.",
        "7. `duplicate` makes copies. The largest number and the longest gap win.",
        "8. `redirect` chooses the connection. The last one wins.",
        "9. `delay` adds up. Then `hold` or `reorder` keeps the message back; the last one wins.",
        "",
        "On a connection, bytes are gathered (`coalesce`), then cut (`slice`), then limited (`limit`).",
        "",
        "A field's new value is a plain text, or one of these expressions:", "",
        "| expression | value |", "|---|---|",
        "| `{add: -4}`, `{times: 100}`, `{negate: true}` | computed exactly from the old value. A value that is not a plain decimal number stays |",
        "| `{is: unset}` | a value with a name: \(SpecialValue.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")) |",
        "| `{from: FIELD}` | in `replace`, what another field of the message says; in `send` and `answer`, what a field of the trigger's message says |",
        "| `{hex: \"e1ff\"}` | these bytes. They need not be UTF-8 |",
        "| `{repeat: x, count: 5000}` | the text, repeated |", "",
        "At each occasion a rule is asked these questions in this order. The first no ends it, and only an",
        "occasion that got a yes to the first three is counted by `nth`:", "",
        "1. Is the rule not over? `until` is looked at first. When rule and `until` are both about a connection,",
        "   the rule is over on that connection; otherwise it is over as a whole.",
        "2. Does its condition hold (`phase`, `connection`, `client-id`, `others`), and is its trigger true?",
        "3. Has the rule that `since` names acted at an earlier occasion?",
        "4. Has it fired less often than `times`?",
        "5. Is this the occasion with the number that `nth` wants?",
        "6. Does `chance` choose it? Each rule draws from its own stream; with `per`, so does each connection",
        "   or client id.",
        "",
        "Then it fires. The actions are done at once, or when `after` is over if the rule is not over by then.",
        "With `every` they are done again while the connection lives; a rule without a connection goes on until",
        "the gateway restarts. Each time counts for `times`. While this goes on, further occasions on the same",
        "connection start nothing. `since` and the trigger `fired` name a rule that stands earlier in the file, so",
        "that no rule waits for itself. In a pathology they name a rule of the same pathology.",
        "",
        "A field in `fields:` of a message is compared with a text (`symbol: AAPL`), a number (`orderId: \">= 5\"`,",
        "also `>`, `<`, `<=`), or one of these: `{not: AAPL}`, `{one-of: [AAPL, MSFT]}`, `{contains: text}`,",
        "`{set: false}` (it has no value) and `{is: \">= 5\"}` (exactly this text).",
        "",
        "Triggers can be combined: `{all: [TRIGGER, …]}`, `{any: [TRIGGER, …]}` and `{not: TRIGGER}`.",
        "`{state: {…}}` is a condition with the keys `phase`, `connection`, `client-id`, `others`, `held`,",
        "`light`, `listening: true`, `server: lost` and `farm: {usfarm: broken}`. A trigger needs at least one part that happens. A condition alone never fires a rule.",
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
        case .text: "text"
        case .number(let range): "number \(plain(range.lowerBound)) to \(plain(range.upperBound))"
        case .texts: "list of texts"
        case .fieldBytes: "text, or hex"
        case .bytes: "hex, text or random"
        case .message: "message"
        case .messages: "message, or a list of them"
        case .messageName: "a message's name"
        case .fields: "fields"
        case .word(let words): words.joined(separator: " or ")
        case .words(let words): "some of \(words.joined(separator: ", "))"
        case .trigger: "trigger"
        case .pattern: "type, not, direction, fields"
        }
    }
}

/// A whole number without its fraction.
private func plain(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

extension String {
    fileprivate func replacing(_ character: Character, _ text: String) -> String {
        reduce(into: "") { result, next in
            if next == character { result += text } else { result.append(next) }
        }
    }
}

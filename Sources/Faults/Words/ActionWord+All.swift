extension ActionWord {
    package static let all: [ActionWord] =
        messageWords + frameWords + connectionWords + flowWords + sendingWords + gatewayWords
        + worldWords + kernelWords + [note, fail]

    // MARK: The log

    private static let note = word(
        "note", .log, "A line is written to the event log.",
        .value(WordArgument("", .text, isRequired: true, "the line")), at: .anywhere,
        "{note: here it begins}", { $0.text("").map(FaultAction.note) },
        { if case .note(let text) = $0 { ["": .text(text)] } else { nil } })

    private static let fail = word(
        "fail", .log,
        "The scenario fails. A rule with this action must never fire, and need not be optional.",
        .value(WordArgument("", .text, isRequired: true, "why, for the report")), at: .anywhere,
        "{fail: this must not happen}", { $0.text("").map(FaultAction.fail) },
        { if case .fail(let text) = $0 { ["": .text(text)] } else { nil } })

    // MARK: Shorthands

    static func word(
        _ keyword: String, _ scope: Scope, _ summary: String, _ form: WordForm,
        at acts: Set<OccasionKind>, _ example: String, elsewhere: String = "",
        _ make: @escaping @Sendable (WordArguments) -> FaultAction?,
        _ read: @escaping @Sendable (FaultAction) -> [String: ArgumentValue]?
    ) -> ActionWord {
        ActionWord(
            keyword: keyword, scope: scope, summary: summary, form: form, acts: acts,
            elsewhere: elsewhere, example: example, make: make, read: read)
    }

    static func plain(
        _ keyword: String, _ scope: Scope, _ summary: String, at acts: Set<OccasionKind>,
        elsewhere: String = "", _ action: FaultAction
    ) -> ActionWord {
        word(
            keyword, scope, summary, .plain, at: acts, keyword, elsewhere: elsewhere,
            { _ in action }, { $0 == action ? [:] : nil })
    }

    static func command(
        _ keyword: String, _ summary: String, _ command: GatewayCommand
    ) -> ActionWord {
        plain(keyword, .gateway, summary, at: .anywhere, .gateway(command))
    }
}

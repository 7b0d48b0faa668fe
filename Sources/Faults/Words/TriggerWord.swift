package import EventLog
import GatewayWire

/// The one description of a happening.
///
/// Reader, writer and documentation use it.
package struct TriggerWord: Sendable {
    package let keyword: String
    /// When it is true, in one sentence.
    package let summary: String
    package let form: WordForm
    /// How it is written after `when:`.
    package let example: String
    let make: @Sendable (WordArguments) -> Happening?
    let read: @Sendable (Happening) -> [String: ArgumentValue]?

    /// The happening with these arguments; `nil` when a required one is missing.
    package func happening(_ arguments: WordArguments) -> Happening? { make(arguments) }

    package static func named(_ keyword: String) -> TriggerWord? {
        all.first { $0.keyword == keyword }
    }

    package static let keywords = all.map(\.keyword)

    package static let all: [TriggerWord] = [
        TriggerWord(
            keyword: "start", summary: "The gateway has opened its port.", form: .plain,
            example: "start", make: { _ in .start }, read: { $0 == .start ? [:] : nil }),
        TriggerWord(
            keyword: "connect", summary: "A connection was accepted.",
            form: .keys([
                WordArgument("others", .countRange, "how many other connections are open"),
                WordArgument("open", .countRange, "how many are open, this one included"),
                WordArgument("held", .countRange, "how many descriptors are kept after a FIN"),
            ]), example: "{connect: {others: \">= 2\"}}",
            make: { arguments in
                // `open` counts the new connection too, `others` does not.
                let open = arguments.countRange("open").map { open in
                    CountRange(max(0, open.lowest - 1), open.highest.map { max(0, $0 - 1) })
                }
                return .connect(
                    others: arguments.countRange("others") ?? open,
                    held: arguments.countRange("held"))
            },
            read: { happening in
                guard case .connect(let others, let held) = happening else { return nil }
                var values: [String: ArgumentValue] = [:]
                values["others"] = others.map(ArgumentValue.countRange)
                values["held"] = held.map(ArgumentValue.countRange)
                return values
            }),
        TriggerWord(
            keyword: "hello", summary: "The client's hello is complete and not answered yet.",
            form: .plain, example: "hello", make: { _ in .hello },
            read: { $0 == .hello ? [:] : nil }),
        TriggerWord(
            keyword: "stranger", summary: "The client's first bytes are no hello.", form: .plain,
            example: "stranger", make: { _ in .stranger },
            read: { $0 == .stranger ? [:] : nil }),
        TriggerWord(
            keyword: "phase", summary: "A connection has reached this phase.",
            form: .value(
                WordArgument(
                    "", .word(ConnectionPhase.allCases.dropFirst().map(\.rawValue)),
                    isRequired: true, "the phase entered")),
            example: "{phase: ready}",
            make: { $0.word("").flatMap(ConnectionPhase.init).map(Happening.phase) },
            read: { if case .phase(let phase) = $0 { ["": .word(phase.rawValue)] } else { nil } }),
        TriggerWord(
            keyword: "message",
            summary: "A message has arrived and is not answered yet, or is about to be sent.",
            form: .value(WordArgument("", .pattern, isRequired: true, "which messages")),
            example: "{message: {type: startApi}}",
            make: { $0.pattern("").map(Happening.message) },
            read: { if case .message(let wanted) = $0 { ["": .pattern(wanted)] } else { nil } }),
        TriggerWord(
            keyword: "disconnect", summary: "The client's side of a connection has ended.",
            form: .keys([
                WordArgument("by", .word(["client"]), "who ended it: client"),
                WordArgument(
                    "kind", .words(EndingKind.allCases.map(\.rawValue)),
                    "how it ended (fin, rst or rst-unread)"),
            ]), example: "{disconnect: {by: client, kind: fin}}",
            make: { arguments in
                let kinds = arguments.words("kind")?.compactMap(EndingKind.init)
                return .disconnect(kinds ?? anyEnding)
            },
            read: { happening in
                guard case .disconnect(let kinds) = happening else { return nil }
                return ["by": .word("client"), "kind": .words(kinds.map(\.rawValue))]
            }),
        TriggerWord(
            keyword: "light", summary: "The API light has turned to this colour.",
            form: .value(
                WordArgument("", .word(["green", "red"]), isRequired: true, "the new colour")),
            example: "{light: red}",
            make: { $0.word("").flatMap(APILight.init).map(Happening.light) },
            read: { if case .light(let light) = $0 { ["": .word(light.rawValue)] } else { nil } }),
        TriggerWord(
            keyword: "signal", summary: "A step gave this signal.",
            form: .value(WordArgument("", .text, isRequired: true, "the signal's name")),
            example: "{signal: NAME}", make: { $0.text("").map(Happening.signal) },
            read: { if case .signal(let name) = $0 { ["": .text(name)] } else { nil } }),
    ]

    /// The endings that count without `kind`.
    ///
    /// A `half-close` follows a FIN, which is counted already.
    package static let anyEnding: [EndingKind] = [.fin, .rst, .rstUnread]
}

extension Happening {
    /// The happening's word and arguments.
    package var described: (word: TriggerWord, arguments: WordArguments) {
        for word in TriggerWord.all {
            if let values = word.read(self) { return (word, WordArguments(values)) }
        }
        preconditionFailure("a happening without a word: \(self)")
    }

    /// The word a scenario uses for it.
    package var keyword: String { described.word.keyword }
}

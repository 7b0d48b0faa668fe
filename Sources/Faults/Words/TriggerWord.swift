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
            keyword: "disconnect",
            summary:
                "The client has ended its side of a connection, or the gateway the whole of it.",
            form: .keys([
                WordArgument("by", .word(["client", "gateway"]), "who ended it first (client)"),
                WordArgument(
                    "kind", .words(EndingKind.allCases.map(\.rawValue)),
                    "how it ended (fin, rst or rst-unread); by the gateway: fin or rst"),
            ]), example: "{disconnect: {by: client, kind: fin}}",
            make: { arguments in
                let kinds = arguments.words("kind")?.compactMap(EndingKind.init)
                guard arguments.word("by") == "gateway" else {
                    return .disconnect(kinds ?? anyEnding)
                }
                return .ownEnd(kinds ?? ownEndings)
            },
            read: { happening in
                switch happening {
                case .disconnect(let kinds):
                    return ["by": .word("client"), "kind": .words(kinds.map(\.rawValue))]
                case .ownEnd(let kinds):
                    return ["by": .word("gateway"), "kind": .words(kinds.map(\.rawValue))]
                default: return nil
                }
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
        TriggerWord(
            keyword: "bytes",
            summary:
                "So many bytes have passed on a connection. It comes once for each connection.",
            form: .keys([
                WordArgument(
                    "direction", .word(Direction.allCases.map(\.rawValue)), isRequired: true,
                    "the bytes' way"),
                WordArgument(
                    "after", .count(1...1_000_000_000), isRequired: true, "how many bytes"),
            ]), example: "{bytes: {direction: toGateway, after: 64}}",
            make: { arguments in
                guard let direction = arguments.direction("direction"),
                    let count = arguments.count("after")
                else { return nil }
                return .bytes(direction, after: count)
            },
            read: { happening in
                guard case .bytes(let direction, let count) = happening else { return nil }
                return ["direction": .word(direction.rawValue), "after": .count(count)]
            }),
        TriggerWord(
            keyword: "idle",
            summary:
                "No byte has passed on a connection, either way, for so long. It comes again after each new silence.",
            form: .value(WordArgument("", .duration, isRequired: true, "how long")),
            example: "{idle: 2s}",
            make: { $0.duration("").map { .time(TimeMark($0, since: .lastByte)) } },
            read: { happening in
                guard case .time(let mark) = happening, mark.anchor == .lastByte else { return nil }
                return ["": .duration(mark.time)]
            }),
        TriggerWord(
            keyword: "elapsed",
            summary:
                "So much time has passed since then. Since last-message it comes again after each new message.",
            form: .keys([
                WordArgument("time", .duration, isRequired: true, "how long"),
                WordArgument(
                    "since", .word(TimeAnchor.allCases.filter { $0 != .lastByte }.map(\.rawValue)),
                    "when the time begins: at the gateway's start, or at that moment of a connection (start)"
                ),
            ]), example: "{elapsed: {time: 2s, since: ready}}",
            make: { arguments in
                arguments.duration("time").map {
                    let anchor = arguments.word("since").flatMap(TimeAnchor.init) ?? .start
                    return .time(TimeMark($0, since: anchor))
                }
            },
            read: { happening in
                guard case .time(let mark) = happening, mark.anchor != .lastByte else { return nil }
                return ["time": .duration(mark.time), "since": .word(mark.anchor.rawValue)]
            }),
        TriggerWord(
            keyword: "client",
            summary:
                "A client program of the scenario has printed a line, or has ended. Only `run` knows the programs.",
            form: .keys([
                WordArgument("name", .text, isRequired: true, "the program's name under `clients`"),
                WordArgument("says", .text, "a text in a line that it prints"),
                WordArgument("exits", .countRange, "its exit code; any: a signal too"),
            ]), example: "{client: {name: bot, says: Connected}}",
            make: { arguments in
                guard let name = arguments.text("name") else { return nil }
                let text = arguments.text("says")
                let exits = arguments.countRange("exits")
                guard text != nil || exits != nil else { return nil }
                return .client(name: name, says: text, exits: exits)
            },
            read: { happening in
                guard case .client(let name, let text, let exits) = happening else { return nil }
                var values: [String: ArgumentValue] = ["name": .text(name)]
                values["says"] = text.map(ArgumentValue.text)
                values["exits"] = exits.map(ArgumentValue.countRange)
                return values
            }),
        TriggerWord(
            keyword: "fired", summary: "The actions of an earlier rule were done.",
            form: .value(WordArgument("", .text, isRequired: true, "the rule's name")),
            example: "{fired: NAME}",
            make: { $0.text("").map { .fired(rule: $0, onConnection: false) } },
            read: { if case .fired(let rule, _) = $0 { ["": .text(rule)] } else { nil } }),
    ]

    /// How the gateway can end a connection as a whole.
    package static let ownEndings: [EndingKind] = [.fin, .rst]

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

import EventLog
import GatewayWire

extension ActionWord {
    package static let all: [ActionWord] = messageWords + connectionWords + gatewayWords + [note]

    // MARK: The message the trigger is about, or the answer to the hello

    private static let messageWords: [ActionWord] = [
        word(
            "delay", .message, "The message is delayed. Later messages may overtake it.",
            .value(WordArgument("", .duration, isRequired: true, "how long")),
            at: .spoken, "{delay: 500ms}",
            { $0.duration("").map { .message(.delay($0)) } },
            { if case .message(.delay(let time)) = $0 { ["": .duration(time)] } else { nil } }),
        word(
            "hold", .message,
            "The message is kept until a trigger comes true on its connection. Later messages pass.",
            .keys([WordArgument("until", .trigger, isRequired: true, "a trigger")]),
            at: .spoken, "{hold: {until: {phase: synchronized}}}",
            { $0.trigger("until").map { .message(.hold(until: $0)) } },
            { if case .message(.hold(let until)) = $0 { ["until": .trigger(until)] } else { nil } }),
        word(
            "reorder", .message, "Later messages in its direction pass first.",
            .keys([
                WordArgument(
                    "past", .count(1...1000), isRequired: true, "how many messages overtake it"),
                WordArgument(
                    "within", .duration, "the longest time that it waits for them (1s)"),
            ]), at: .messages, "{reorder: {past: 2}}",
            elsewhere: "nothing can overtake the answer to a hello",
            { arguments in
                arguments.count("past").map {
                    .message(
                        .reorder(past: $0, within: arguments.duration("within") ?? .seconds(1)))
                }
            },
            {
                if case .message(.reorder(let past, let within)) = $0 {
                    ["past": .count(past), "within": .duration(within)]
                } else {
                    nil
                }
            }),
        plain("drop", .message, "The message is discarded.", at: .spoken, .message(.drop)),
        word(
            "duplicate", .message, "The message passes several times.",
            .keys([WordArgument("copies", .count(2...100), "how often it passes in all (2)")]),
            at: .spoken, "duplicate",
            { .message(.duplicate(copies: $0.count("copies") ?? 2)) },
            {
                if case .message(.duplicate(let count)) = $0 {
                    ["copies": .count(count)]
                } else {
                    nil
                }
            }),
        word(
            "replace", .message, "Fields of the message get new values.",
            .value(WordArgument("", .fields, isRequired: true, "fields and their new values")),
            at: .messages, "{replace: {orderId: 7}}",
            elsewhere: "a hello and its answer have no fields",
            { $0.fields("").map { .message(.replace($0)) } },
            { if case .message(.replace(let fields)) = $0 { ["": .fields(fields)] } else { nil } }),
        word(
            "cut", .message,
            "Only the first bytes of the frame are sent. The connection stays open.",
            .keys([keptBytes]), at: [.hello, .toClient], "{cut: {kept: 7}}",
            elsewhere: cutsToClient, { cut($0, .nothing) }, { kept($0, .nothing) }),
        word(
            "rst-mid-frame", .message, "Only the first bytes of the frame are sent, then a RST.",
            .keys([keptBytes]), at: [.hello, .toClient], "{rst-mid-frame: {kept: 7}}",
            elsewhere: cutsToClient, { cut($0, .rst) }, { kept($0, .rst) }),
        word(
            "fin-mid-frame", .message, "Only the first bytes of the frame are sent, then a FIN.",
            .keys([keptBytes]), at: [.hello, .toClient], "{fin-mid-frame: {kept: 7}}",
            elsewhere: cutsToClient, { cut($0, .fin) }, { kept($0, .fin) }),
    ]

    private static let keptBytes = WordArgument(
        "kept", .count(0...1_000_000), isRequired: true, "bytes sent, the length prefix included")
    private static let cutsToClient = "it cuts a message to the client"

    private static func cut(_ arguments: WordArguments, _ ending: CutEnding) -> FaultAction? {
        arguments.count("kept").map { .message(.cut(kept: $0, then: ending)) }
    }

    private static func kept(
        _ action: FaultAction, _ ending: CutEnding
    ) -> [String: ArgumentValue]? {
        if case .message(.cut(let kept, ending)) = action { ["kept": .count(kept)] } else { nil }
    }

    // MARK: The connection the trigger is about

    private static let connectionWords: [ActionWord] = [
        plain(
            "mute", .connection,
            "The gateway sends nothing more to this client and ignores what it sends.",
            at: .living, elsewhere: clientHasEnded, .mute),
        plain(
            "stop-reading", .connection,
            "The gateway stops reading. The client's bytes stay in the kernel, and the TCP window closes.",
            at: .living, elsewhere: clientHasEnded, .stopReading),
        plain(
            "resume-reading", .connection, "The gateway reads again, unread bytes first.",
            at: .living, elsewhere: clientHasEnded, .resumeReading),
        plain(
            "fin", .connection, "The connection is closed with a FIN, after the queued bytes.",
            at: .living,
            elsewhere: "the gateway closes by itself then", .fin),
        plain(
            "half-close", .connection,
            "A FIN is sent after the queued bytes. The gateway still receives.", at: .living,
            elsewhere: clientHasEnded, .halfClose),
        plain(
            "rst", .connection, "The connection is aborted with a RST, after the queued bytes.",
            at: .living.union([.clientFIN]), .rst),
        plain(
            "close-with-unread", .connection,
            "The next bytes of the client stay unread. The gateway closes over them, which sends a RST.",
            at: .living, elsewhere: clientHasEnded, .closeWithUnread),
        plain(
            "hold-socket", .connection,
            "The descriptor is kept open. After the client's FIN it is a CLOSE_WAIT row.",
            at: .living.union([.clientFIN]), .holdSocket),
        word(
            "slice", .connection, "From here on, bytes are sent in small pieces.",
            .keys([
                WordArgument("size", .count(1...1_000_000), isRequired: true, "bytes a piece"),
                WordArgument("gap", .duration, "time between pieces (0s)"), direction,
            ]), at: .living, "{slice: {size: 1, gap: 1ms}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.count("size").map {
                    .slice(
                        size: $0, gap: arguments.duration("gap") ?? .zero,
                        arguments.direction("direction") ?? .toClient)
                }
            },
            {
                if case .slice(let size, let gap, let way) = $0 {
                    [
                        "size": .count(size), "gap": .duration(gap),
                        "direction": .word(way.rawValue),
                    ]
                } else {
                    nil
                }
            }),
        word(
            "coalesce", .connection,
            "From here on, bytes are gathered for a time and sent in one write.",
            .keys([
                WordArgument("window", .duration, isRequired: true, "how long bytes are gathered"),
                direction,
            ]), at: .living, "{coalesce: {window: 50ms}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.duration("window").map {
                    .coalesce(window: $0, arguments.direction("direction") ?? .toClient)
                }
            },
            {
                if case .coalesce(let window, let way) = $0 {
                    ["window": .duration(window), "direction": .word(way.rawValue)]
                } else {
                    nil
                }
            }),
        word(
            "limit", .connection, "From here on, bytes pass no faster than this rate.",
            .keys([
                WordArgument(
                    "rate", .count(1...1_000_000_000), isRequired: true, "bytes a second"),
                direction,
            ]), at: .living, "{limit: {rate: 1024}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.count("rate").map {
                    .limit(bytesPerSecond: $0, arguments.direction("direction") ?? .toClient)
                }
            },
            {
                if case .limit(let rate, let way) = $0 {
                    ["rate": .count(rate), "direction": .word(way.rawValue)]
                } else {
                    nil
                }
            }),
        word(
            "send", .connection, "A message that the scenario defines is sent.",
            .value(WordArgument("", .message, isRequired: true, "a message and its fields")),
            at: [.phase, .toGateway, .toClient, .flow], "{send: {nextValidId: {orderId: 1}}}",
            elsewhere: "a message needs a server version, which is not agreed on then",
            { $0.message("").map(FaultAction.send) },
            { if case .send(let message) = $0 { ["": .message(message)] } else { nil } }),
        word(
            "send-bytes", .connection, "Bytes that the scenario defines are sent, without a frame.",
            .value(WordArgument("", .bytes, isRequired: true, "the bytes")), at: .living,
            "{send-bytes: {hex: \"00ff\"}}", elsewhere: clientHasEnded,
            { $0.bytes("").map(FaultAction.sendBytes) },
            { if case .sendBytes(let bytes) = $0 { ["": .bytes(bytes)] } else { nil } }),
    ]

    private static let direction = WordArgument(
        "direction", .word(Direction.allCases.map(\.rawValue)), "toClient (default) or toGateway")
    private static let clientHasEnded = "the client has ended"

    // MARK: The gateway

    private static let gatewayWords: [ActionWord] = [
        command(
            "light-red", "The API light turns red. No new hello is answered.", .turnLight(.red)),
        command("light-green", "The API light turns green.", .turnLight(.green)),
        command(
            "close-listener", "The port is closed. New connections are refused.", .closeListener),
        command("open-listener", "The port is open again.", .openListener),
        command(
            "stop-accepting",
            "New connections stay in the kernel's accept queue. They are connected but not served.",
            .stopAccepting),
        command(
            "resume-accepting", "Connections are accepted again, waiting ones first.",
            .resumeAccepting),
        plain(
            "release-sockets", .gateway, "Every descriptor that was kept open is closed.",
            at: .anywhere.subtracting([.start]), elsewhere: "nothing is kept yet",
            .gateway(.releaseSockets)),
        word(
            "restart", .gateway,
            "Every connection ends and the port is closed for a time. Then the gateway starts again.",
            .keys([WordArgument("down", .duration, "how long the port is closed (0s)")]),
            at: .anywhere, "{restart: {down: 2s}}",
            { .gateway(.restart(down: $0.duration("down") ?? .zero)) },
            {
                if case .gateway(.restart(let down)) = $0 {
                    ["down": .duration(down)]
                } else {
                    nil
                }
            }),
        command("lose-server", "The link to the broker is lost (notice 1100).", .loseServer),
        word(
            "restore-server", .gateway, "The link to the broker is back (notice 1101 or 1102).",
            .keys([
                WordArgument(
                    "data", .word(["kept", "lost"]), isRequired: true,
                    "whether subscriptions survived")
            ]), at: .anywhere, "{restore-server: {data: lost}}",
            { $0.word("data").map { .gateway(.restoreServer(dataLost: $0 == "lost")) } },
            {
                if case .gateway(.restoreServer(let lost)) = $0 {
                    ["data": .word(lost ? "lost" : "kept")]
                } else {
                    nil
                }
            }),
    ]

    // MARK: The log

    private static let note = word(
        "note", .log, "A line is written to the event log.",
        .value(WordArgument("", .text, isRequired: true, "the line")), at: .anywhere,
        "{note: here it begins}", { $0.text("").map(FaultAction.note) },
        { if case .note(let text) = $0 { ["": .text(text)] } else { nil } })

    // MARK: Shorthands

    private static func word(
        _ keyword: String, _ scope: Scope, _ summary: String, _ form: WordForm,
        at acts: Set<OccasionKind>, _ example: String, elsewhere: String = "",
        _ make: @escaping @Sendable (WordArguments) -> FaultAction?,
        _ read: @escaping @Sendable (FaultAction) -> [String: ArgumentValue]?
    ) -> ActionWord {
        ActionWord(
            keyword: keyword, scope: scope, summary: summary, form: form, acts: acts,
            elsewhere: elsewhere, example: example, make: make, read: read)
    }

    private static func plain(
        _ keyword: String, _ scope: Scope, _ summary: String, at acts: Set<OccasionKind>,
        elsewhere: String = "", _ action: FaultAction
    ) -> ActionWord {
        word(
            keyword, scope, summary, .plain, at: acts, keyword, elsewhere: elsewhere,
            { _ in action }, { $0 == action ? [:] : nil })
    }

    private static func command(
        _ keyword: String, _ summary: String, _ command: GatewayCommand
    ) -> ActionWord {
        plain(keyword, .gateway, summary, at: .anywhere, .gateway(command))
    }
}

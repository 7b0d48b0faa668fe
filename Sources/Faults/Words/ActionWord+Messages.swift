/// What is done to the message that the trigger is about, or to the answer to a hello.
extension ActionWord {
    static let messageWords: [ActionWord] = [
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
}

import GatewayWire

/// What is done to the message that the trigger is about, or to the answer to a hello.
extension ActionWord {
    static let messageWords: [ActionWord] = [
        word(
            "delay", .message, "The message is delayed. Later messages may overtake it.",
            .firstOrKeys(
                latency + [
                    WordArgument(
                        "in-order", .word(["true", "false"]),
                        "whether later messages wait behind it (false)")
                ]),
            at: .spoken, "{delay: 500ms}",
            { arguments in
                arguments.latency.map {
                    .message(.delay($0, keepsOrder: arguments.word("in-order") == "true"))
                }
            },
            { action in
                guard case .message(.delay(let latency, let keepsOrder)) = action else {
                    return nil
                }
                var values = latency.values
                if keepsOrder { values["in-order"] = .word("true") }
                return values
            }),
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
            .keys([
                WordArgument("copies", .count(2...100), "how often it passes in all (2)"),
                WordArgument("gap", .duration, "how long after each other (0s)"),
            ]),
            at: .spoken, "duplicate",
            {
                .message(
                    .duplicate(
                        copies: $0.count("copies") ?? 2, gap: $0.duration("gap") ?? .zero))
            },
            {
                if case .message(.duplicate(let count, let gap)) = $0 {
                    gap > .zero
                        ? ["copies": .count(count), "gap": .duration(gap)]
                        : ["copies": .count(count)]
                } else {
                    nil
                }
            }),
        word(
            "replace", .message, "Fields of the message get new values.",
            .value(
                WordArgument(
                    "", .fields, isRequired: true, "fields and their new values or expressions")),
            at: .messages, "{replace: {orderId: 7}}",
            elsewhere: "a hello and its answer have no fields",
            { $0.fields("").map { .message(.replace($0)) } },
            { if case .message(.replace(let fields)) = $0 { ["": .fields(fields)] } else { nil } }),
        word(
            "answer", .message,
            "Other messages go to the client instead. A request is not heard by the gateway then.",
            .value(
                WordArgument("", .messages, isRequired: true, "messages to the client, fields")),
            at: .messages, "{answer: {error: {errorCode: 162, errorString: no data}}}",
            elsewhere: "a message needs a server version, which is not agreed on then",
            { $0.messages("").map { .message(.answer($0)) } },
            { if case .message(.answer(let all)) = $0 { ["": .messages(all)] } else { nil } }),
        word(
            "redirect", .message,
            "The message goes over another open connection: to its client, or as its request.",
            .keys([
                WordArgument(
                    "client-id", .count(0...2_147_483_647),
                    "the other connection's client id (the latest other connection)"),
                WordArgument(
                    "keep", .word(["true", "false"]), "whether it goes its own way too (false)"),
            ]),
            at: .messages, "redirect", elsewhere: "a hello belongs to its connection",
            {
                .message(
                    .redirect(clientID: $0.count("client-id"), also: $0.word("keep") == "true"))
            },
            {
                guard case .message(.redirect(let id, let also)) = $0 else { return nil }
                var values: [String: ArgumentValue] = ["keep": .word("\(also)")]
                values["client-id"] = id.map(ArgumentValue.count)
                return values
            }),
        word(
            "encode", .message,
            "The message leaves in this encoding, where both sides' version has it.",
            .value(
                WordArgument(
                    "", .word(MessageEncoding.allCases.map(\.rawValue)), isRequired: true,
                    "text or protobuf")),
            at: [.toClient], "{encode: text}",
            elsewhere: "it is about a message to the client",
            { $0.word("").flatMap(MessageEncoding.init).map { .message(.encode($0)) } },
            { if case .message(.encode(let form)) = $0 { ["": .word(form.rawValue)] } else { nil } }
        ),
        word(
            "answer-hello", .message,
            "The answer to the hello says something else. The gateway goes on in the version it chose.",
            .keys([
                WordArgument(
                    "version", .count(-2_147_483_648...2_147_483_647), "the server version"),
                WordArgument("time", .fieldBytes, "the connection time"),
                WordArgument("fields", .count(0...2), "how many of the two fields are sent (2)"),
            ]),
            at: [.hello], "{answer-hello: {version: 62}}",
            elsewhere: "only a hello gets this answer",
            { arguments in
                arguments.values.isEmpty
                    ? nil
                    : .message(
                        .answerHello(
                            version: arguments.count("version"), time: arguments.bytes("time"),
                            fields: arguments.count("fields")))
            },
            { action in
                guard case .message(.answerHello(let version, let time, let fields)) = action else {
                    return nil
                }
                var values: [String: ArgumentValue] = [:]
                values["version"] = version.map(ArgumentValue.count)
                values["time"] = time.map(ArgumentValue.bytes)
                values["fields"] = fields.map(ArgumentValue.count)
                return values
            }),
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

/// What is sent over the connection that the trigger is about.
extension ActionWord {
    static let sendingWords: [ActionWord] = [
        word(
            "send", .connection, "A message that the scenario defines is sent.",
            .value(WordArgument("", .message, isRequired: true, "a message and its fields")),
            at: conversing, "{send: {nextValidId: {orderId: 1}}}", elsewhere: noVersion,
            { $0.message("").map(FaultAction.send) },
            { if case .send(let message) = $0 { ["": .message(message)] } else { nil } }),
        word(
            "replay", .connection, "A message that this client got before is sent again.",
            .keys([
                WordArgument("type", .messageName, isRequired: true, "the message's name"),
                WordArgument(
                    "nth", .count(1...1000), "which of its messages of this name (the last one)"),
            ]), at: conversing, "{replay: {type: managedAccounts}}", elsewhere: noVersion,
            { arguments in
                arguments.text("type").map { .replay(type: $0, nth: arguments.count("nth")) }
            },
            { action in
                guard case .replay(let type, let nth) = action else { return nil }
                var values: [String: ArgumentValue] = ["type": .text(type)]
                values["nth"] = nth.map(ArgumentValue.count)
                return values
            }),
        word(
            "send-bytes", .connection,
            "Bytes that the scenario defines, or random ones, are sent without a frame.",
            .value(WordArgument("", .bytes, isRequired: true, "the bytes")), at: .living,
            "{send-bytes: {hex: \"00ff\"}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.bytes("").map(FaultAction.sendBytes)
                    ?? arguments.random("").map(FaultAction.sendRandom)
            },
            {
                switch $0 {
                case .sendBytes(let bytes): ["": .bytes(bytes)]
                case .sendRandom(let count): ["": .random(count)]
                default: nil
                }
            }),
        word(
            "send-frame", .connection,
            "Texts are sent as one frame with the right length, before any version is agreed on too.",
            .keys([
                WordArgument(
                    "fields", .texts, isRequired: true, "the texts, the message id first")
            ]), at: .living, "{send-frame: {fields: [4, 2, -1, 2104, farm is well]}}",
            elsewhere: clientHasEnded,
            { $0.texts("fields").map(FaultAction.sendFrame) },
            { if case .sendFrame(let texts) = $0 { ["fields": .texts(texts)] } else { nil } }),
    ]

    /// Occasions at which a server version is agreed on.
    private static let conversing: Set<OccasionKind> = [.phase, .toGateway, .toClient, .flow]
    private static let noVersion = "a message needs a server version, which is not agreed on then"
}

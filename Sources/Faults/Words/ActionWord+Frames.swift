/// What is done to the bytes of one frame to the client, or of the answer to a hello.
extension ActionWord {
    static let frameWords: [ActionWord] = [
        frame(
            "remove-field", "A field of a text frame is left out. The later ones move up.", [place],
            "{remove-field: {at: 1}}",
            { $0.count("at").map(FrameChange.removeField) },
            { if case .removeField(let at) = $0 { ["at": .count(at)] } else { nil } }),
        frame(
            "insert-field", "A field is put into a text frame. The later ones move down.",
            [place, WordArgument("text", .fieldBytes, isRequired: true, "what it says")],
            "{insert-field: {at: 1, text: surplus}}",
            { arguments in
                guard let at = arguments.count("at"), let text = arguments.bytes("text") else {
                    return nil
                }
                return .insertField(at: at, text)
            },
            {
                if case .insertField(let at, let text) = $0 {
                    ["at": .count(at), "text": .bytes(text)]
                } else {
                    nil
                }
            }),
        word(
            "retag", .message, "The message has another id. In a protobuf frame, 200 is added.",
            .value(WordArgument("", .count(0...65_535), isRequired: true, "the id")),
            at: [.toClient], "{retag: 99}", elsewhere: "it is about a message to the client",
            { $0.count("").map { .message(.frame(.retag($0))) } },
            { if case .message(.frame(.retag(let id))) = $0 { ["": .count(id)] } else { nil } }),
        frame(
            "truncate", "The body of the frame ends early. Its length says so.",
            [
                WordArgument(
                    "kept", .count(0...1_000_000), isRequired: true,
                    "bytes of the body that are sent")
            ], "{truncate: {kept: 3}}",
            { $0.count("kept").map(FrameChange.truncate) },
            { if case .truncate(let kept) = $0 { ["kept": .count(kept)] } else { nil } }),
        frame(
            "pad", "Zero bytes follow the body of the frame. Its length counts them.",
            [WordArgument("bytes", .count(1...1_000_000), isRequired: true, "how many")],
            "{pad: {bytes: 4}}",
            { $0.count("bytes").map(FrameChange.pad) },
            { if case .pad(let count) = $0 { ["bytes": .count(count)] } else { nil } }),
        frame(
            "corrupt", "Random bits or bytes of the frame are changed, by the run's seed.",
            [
                WordArgument("bits", .count(1...10_000), "how many bits are turned round (1)"),
                WordArgument("bytes", .count(1...10_000), "how many bytes get another value"),
                WordArgument(
                    "in", .word(CorruptedPart.allCases.map(\.rawValue)),
                    "body (default), or frame: the length too"),
            ], "{corrupt: {bits: 3}}",
            { arguments in
                let part = arguments.word("in").flatMap(CorruptedPart.init) ?? .body
                if let count = arguments.count("bytes") { return .corruptBytes(count, part) }
                return .corruptBits(arguments.count("bits") ?? 1, part)
            },
            {
                switch $0 {
                case .corruptBits(let count, let part):
                    ["bits": .count(count), "in": .word(part.rawValue)]
                case .corruptBytes(let count, let part):
                    ["bytes": .count(count), "in": .word(part.rawValue)]
                default: nil
                }
            }, excluding: ["bits", "bytes"]),
        frame(
            "length", "The frame has a wrong length. Its body stays.",
            [
                WordArgument("set", .count(0...4_294_967_295), "the length, in bytes"),
                WordArgument(
                    "add", .count(-1_000_000...1_000_000), "how much is added to the right length"),
            ], "{length: {add: 1}}",
            { arguments in
                arguments.count("set").map(FrameChange.setLength)
                    ?? arguments.count("add").map(FrameChange.addLength)
            },
            {
                switch $0 {
                case .setLength(let length): ["set": .count(length)]
                case .addLength(let summand): ["add": .count(summand)]
                default: nil
                }
            }, excluding: ["set", "add"]),
    ]

    private static let place = WordArgument(
        "at", .count(1...10_000), isRequired: true,
        "its place; 1 is the first field after the message id, or the version in the answer to a hello"
    )

    private static func frame(
        _ keyword: String, _ summary: String, _ arguments: [WordArgument], _ example: String,
        _ make: @escaping @Sendable (WordArguments) -> FrameChange?,
        _ read: @escaping @Sendable (FrameChange) -> [String: ArgumentValue]?,
        excluding keys: [String] = []
    ) -> ActionWord {
        word(
            keyword, .message, summary, .keys(arguments), at: [.hello, .toClient], example,
            elsewhere: "it changes a frame to the client",
            { values in
                // Two that exclude each other: the reader reports that nothing came of it.
                guard keys.filter({ values.values[$0] != nil }).count <= 1 else { return nil }
                return make(values).map { .message(.frame($0)) }
            },
            { if case .message(.frame(let change)) = $0 { read(change) } else { nil } })
    }
}

import EventLog
import GatewayWire

/// What is done to the connection that the trigger is about.
extension ActionWord {
    static let connectionWords: [ActionWord] = [
        plain(
            "mute", .connection,
            "The gateway sends nothing more to this client and ignores what it sends.",
            at: .living, elsewhere: clientHasEnded, .mute),
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
            "halve", .connection, "From here on, each frame is sent in two halves.",
            .keys([
                WordArgument("gap", .duration, isRequired: true, "time between the halves"),
                direction,
            ]), at: .living, "{halve: {gap: 1ms}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.duration("gap").map {
                    .halve(gap: $0, arguments.direction("direction") ?? .toClient)
                }
            },
            {
                if case .halve(let gap, let way) = $0 {
                    ["gap": .duration(gap), "direction": .word(way.rawValue)]
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
    ]

    static let direction = WordArgument(
        "direction", .word(Direction.allCases.map(\.rawValue)), "toClient (default) or toGateway")
    static let clientHasEnded = "the client has ended"
}

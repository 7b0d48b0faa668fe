import GatewayWire

/// Actions on how the bytes of a connection flow, and how it ends.
extension ActionWord {
    static let flowWords: [ActionWord] = [
        word(
            "stop-reading", .connection,
            """
            The gateway stops reading. The client's bytes stay in the kernel until its buffer is full. \
            Then the client sees a window of zero. \
            A buffer below 65000 breaks the window that was promised: what is beyond is lost and sent again.
            """,
            .keys([
                WordArgument(
                    "buffer", .count(1...1_000_000_000),
                    "bytes that the kernel keeps, at least about 2300 (its own choice)")
            ]), at: .living, "stop-reading", elsewhere: clientHasEnded,
            { .stopReading(buffer: $0.count("buffer")) },
            {
                guard case .stopReading(let buffer) = $0 else { return nil }
                return buffer.map { ["buffer": .count($0)] } ?? [:]
            }),
        plain(
            "blackhole", .connection,
            """
            The kernel loses every segment of the client, and the gateway sends none. Nothing is \
            acknowledged, a FIN neither. What the gateway would send waits.
            """, at: .living, elsewhere: clientHasEnded, .blackhole),
        plain(
            "heal", .connection,
            "A black hole ends. What was sent meanwhile arrives when its sender tries again.",
            at: .living, elsewhere: clientHasEnded, .heal),
        plain(
            "stop-writing", .connection,
            "Nothing more is sent. What would be sent waits, an end of the gateway's too.",
            at: .living, elsewhere: clientHasEnded, .stopWriting),
        plain(
            "resume-writing", .connection, "What has waited is sent at once.",
            at: .living, elsewhere: clientHasEnded, .resumeWriting),
        word(
            "pause", .connection,
            "Nothing passes for a time. Then everything passes at once.",
            .keys([
                WordArgument("time", .duration, isRequired: true, "how long nothing passes"),
                WordArgument(
                    "direction", .word(["both"] + Direction.allCases.map(\.rawValue)),
                    "both (default), toClient or toGateway"),
            ]), at: .living, "{pause: {time: 10s}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.duration("time").map {
                    .pause($0, arguments.direction("direction").map { [$0] } ?? Direction.allCases)
                }
            },
            {
                guard case .pause(let time, let ways) = $0 else { return nil }
                return [
                    "time": .duration(time),
                    "direction": .word(ways.count == 1 ? ways[0].rawValue : "both"),
                ]
            }),
        word(
            "latency", .connection,
            "From here on, each chunk arrives later. The order stays.",
            .keys(latency + [direction]), at: .living, "{latency: {time: 200ms, jitter: 50ms}}",
            elsewhere: clientHasEnded,
            { arguments in
                arguments.latency.map {
                    .latency($0, arguments.direction("direction") ?? .toClient)
                }
            },
            {
                guard case .latency(let latency, let way) = $0 else { return nil }
                return latency.values.merging(["direction": .word(way.rawValue)]) { $1 }
            }),
        word(
            "lose", .connection,
            "From here on, chunks of bytes vanish from the stream. What follows them arrives.",
            .keys([
                WordArgument(
                    "rate", .number(0...1), isRequired: true, "how probable it is for a chunk"),
                WordArgument(
                    "chunk", .count(1...1_000_000), "most bytes of a chunk, at most a frame (1460)"),
                correlation, direction,
            ]), at: .living, "{lose: {rate: 0.1, chunk: 20}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.number("rate").map {
                    .lose(
                        Loss(
                            rate: $0, correlation: arguments.number("correlation") ?? 0,
                            chunk: arguments.count("chunk") ?? 1460),
                        arguments.direction("direction") ?? .toClient)
                }
            },
            {
                guard case .lose(let loss, let way) = $0 else { return nil }
                return [
                    "rate": .number(loss.rate), "correlation": .number(loss.correlation),
                    "chunk": .count(loss.chunk), "direction": .word(way.rawValue),
                ]
            }),
        word(
            "end-after", .connection,
            "Exactly this many more bytes pass. Then the gateway ends the connection.",
            .keys([
                WordArgument(
                    "bytes", .count(1...1_000_000_000), isRequired: true, "bytes that pass"),
                wayToEnd, direction,
            ]), at: .living, "{end-after: {bytes: 100, by: rst}}", elsewhere: clientHasEnded,
            { arguments in
                arguments.count("bytes").map {
                    .endAfter(
                        bytes: $0, by: arguments.wayToEnd,
                        arguments.direction("direction") ?? .toClient)
                }
            },
            {
                guard case .endAfter(let bytes, let way, let direction) = $0 else { return nil }
                return [
                    "bytes": .count(bytes), "by": .word(way.rawValue),
                    "direction": .word(direction.rawValue),
                ]
            }),
        word(
            "delay-accept", .connection,
            """
            The new connection is served so much later. The kernel has accepted it, and keeps what \
            the client sends.
            """,
            .value(WordArgument("", .duration, isRequired: true, "how much later")),
            at: [.connect], "{delay-accept: 2s}", elsewhere: "the connection is served already",
            { $0.duration("").map(FaultAction.delayAccept) },
            { if case .delayAccept(let time) = $0 { ["": .duration(time)] } else { nil } }),
        word(
            "slow-close", .connection,
            "The gateway's end, or its answer to the client's FIN, comes so much later.",
            .value(WordArgument("", .duration, isRequired: true, "how much later")),
            at: .living.union([.clientFIN]), "{slow-close: 5s}",
            { $0.duration("").map(FaultAction.slowClose) },
            { if case .slowClose(let time) = $0 { ["": .duration(time)] } else { nil } }),
    ]

    /// The arguments of a `Latency`.
    static let latency = [
        WordArgument("time", .duration, isRequired: true, "how much later"),
        WordArgument("jitter", .duration, "how much earlier or later than that at most (0s)"),
        correlation,
    ]
    private static let correlation = WordArgument(
        "correlation", .number(0...1), "how much a draw resembles the one before (0)")
    static let wayToEnd = WordArgument(
        "by", .word(WayToEnd.allCases.map(\.rawValue)), "fin (default), rst or silence")
}

extension WordArguments {
    var latency: Latency? {
        duration("time").map {
            Latency(
                $0, jitter: duration("jitter") ?? .zero, correlation: number("correlation") ?? 0)
        }
    }

    var wayToEnd: WayToEnd { word("by").flatMap(WayToEnd.init) ?? .fin }
}

extension Latency {
    /// What differs from no jitter and no correlation.
    var values: [String: ArgumentValue] {
        var values: [String: ArgumentValue] = ["time": .duration(time)]
        if jitter > .zero { values["jitter"] = .duration(jitter) }
        if correlation > 0 { values["correlation"] = .number(correlation) }
        return values
    }
}

import EventLog

/// What is done to the gateway.
extension ActionWord {
    static let gatewayWords: [ActionWord] = [
        command(
            "light-red", "The API light turns red. No new hello is answered.", .turnLight(.red)),
        command("light-green", "The API light turns green.", .turnLight(.green)),
        command(
            "close-listener", "The port is closed. New connections are refused.", .closeListener),
        command("open-listener", "The port is open again.", .openListener),
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
        word(
            "change-port", .gateway,
            """
            The gateway listens on another port, tells its clients (notice 1300) and ends their \
            connections. It stays where it is when the port is taken.
            """,
            .keys([
                WordArgument("port", .count(0...65_535), "the port; 0 is any free one (0)")
            ]), at: .anywhere, "change-port",
            { .gateway(.changePort($0.count("port") ?? 0)) },
            { if case .gateway(.changePort(let port)) = $0 { ["port": .count(port)] } else { nil } }
        ),
        plain(
            "authenticate", .gateway, "A user completes the login that the gateway waits for.",
            at: [.light, .signal, .moment, .gatewayEnd],
            elsewhere: "a gateway that waits for a login has no connections",
            .gateway(.authenticate)),
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
}

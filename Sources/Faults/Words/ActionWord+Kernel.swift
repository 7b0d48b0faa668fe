import GatewayModel

/// Actions on the listening socket, on all connections, and on the rules.
extension ActionWord {
    static let kernelWords: [ActionWord] = [
        word(
            "stop-accepting", .gateway,
            """
            New connections stay in the kernel's accept queue. They are connected but not served. \
            When the queue is full, the kernel does not answer further clients.
            """,
            .keys([
                WordArgument(
                    "backlog", .count(0...65_535),
                    "how long the queue may be; the kernel adds one (as the gateway has it)")
            ]), at: .anywhere, "{stop-accepting: {backlog: 1}}",
            { .gateway(.stopAccepting(backlog: $0.count("backlog"))) },
            {
                guard case .gateway(.stopAccepting(let backlog)) = $0 else { return nil }
                return backlog.map { ["backlog": .count($0)] } ?? [:]
            }),
        command(
            "drop-connections",
            "The first segments of new clients are lost. They stay in SYN_SENT until they give up.",
            .dropConnections),
        command(
            "resume-accepting",
            "Connections are accepted again, waiting ones first. It undoes 'drop-connections' too.",
            .resumeAccepting),
        word(
            "freeze", .gateway,
            "Nothing is read, sent or accepted for a time. Then everything happens at once.",
            .value(WordArgument("", .duration, isRequired: true, "how long")), at: .anywhere,
            "{freeze: 10s}", { $0.duration("").map { .gateway(.freeze($0)) } },
            { if case .gateway(.freeze(let time)) = $0 { ["": .duration(time)] } else { nil } }),
        word(
            "end-all", .gateway, "Every connection ends, after its queued bytes.",
            .keys([
                wayToEnd,
                WordArgument(
                    "except", .word(["none", "triggering"]),
                    "none (default) or triggering: the connection that the trigger is about"),
            ]), at: .anywhere.subtracting([.start]), "{end-all: {by: rst}}", elsewhere: nobody,
            { .endAll(by: $0.wayToEnd, sparesOwn: $0.word("except") == "triggering") },
            {
                guard case .endAll(let way, let sparesOwn) = $0 else { return nil }
                return [
                    "by": .word(way.rawValue), "except": .word(sparesOwn ? "triggering" : "none"),
                ]
            }),
        word(
            "kick", .gateway, "The connections with this client id end with a FIN.",
            .keys([
                WordArgument(
                    "client-id", .count(0...2_147_483_647), isRequired: true, "the client id")
            ]), at: .anywhere.subtracting([.start]), "{kick: {client-id: 9}}", elsewhere: nobody,
            { $0.count("client-id").map { .gateway(.kick(clientID: $0)) } },
            {
                guard case .gateway(.kick(let clientID)) = $0 else { return nil }
                return ["client-id": .count(clientID)]
            }),
        plain(
            "interrupt-server", .gateway,
            "The link to the broker breaks and comes back by itself (notice 2110).",
            at: .anywhere.subtracting([.start]), elsewhere: nobody, .gateway(.interruptServer)),
        word(
            "set-farm", .gateway, "The state of a data farm changes.",
            .keys([
                WordArgument("name", .text, isRequired: true, "a farm of the gateway"),
                WordArgument(
                    "state", .word(FarmState.allCases.map(\.rawValue)), isRequired: true,
                    "its new state"),
            ]), at: .anywhere, "{set-farm: {name: usfarm, state: broken}}",
            { arguments in
                guard let name = arguments.text("name"),
                    let state = arguments.word("state").flatMap(FarmState.init)
                else { return nil }
                return .gateway(.setFarm(name, state))
            },
            {
                guard case .gateway(.setFarm(let name, let state)) = $0 else { return nil }
                return ["name": .text(name), "state": .word(state.rawValue)]
            }),
        word(
            "signal", .gateway, "The rules whose trigger is this signal fire.",
            .value(WordArgument("", .text, isRequired: true, "the signal's name")), at: .anywhere,
            "{signal: other}", { $0.text("").map { .gateway(.signal($0)) } },
            { if case .gateway(.signal(let name)) = $0 { ["": .text(name)] } else { nil } }),
        word(
            "enable-rule", .gateway, "A rule that was disabled can fire again. Its counts stay.",
            ruleName, at: .anywhere, "{enable-rule: NAME}",
            { $0.text("").map { .gateway(.enableRule($0, true)) } },
            {
                guard case .gateway(.enableRule(let name, true)) = $0 else { return nil }
                return ["": .text(name)]
            }),
        word(
            "disable-rule", .gateway, "A rule does not fire any more.",
            ruleName, at: .anywhere, "{disable-rule: NAME}",
            { $0.text("").map { .gateway(.enableRule($0, false)) } },
            {
                guard case .gateway(.enableRule(let name, false)) = $0 else { return nil }
                return ["": .text(name)]
            }),
        word(
            "remove-rule", .gateway, "A rule is removed, and its counts with it.",
            ruleName, at: .anywhere, "{remove-rule: NAME}",
            { $0.text("").map { .gateway(.removeRule($0)) } },
            {
                guard case .gateway(.removeRule(let name)) = $0 else { return nil }
                return ["": .text(name)]
            }),
    ]

    private static let nobody = "nobody is connected yet"
    private static let ruleName = WordForm.value(
        WordArgument("", .text, isRequired: true, "the rule's name"))
}

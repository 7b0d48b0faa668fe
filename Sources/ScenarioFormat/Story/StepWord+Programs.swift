internal import Simulation

/// Steps about client programs, and the steps `wait` and `check`.
extension StepWord {
    static let programs: [StepWord] = [
        StepWord(
            "run", ["args"], "start a client program, and wait for its end",
            example: "{run: bot, args: [--once]}"
        ) { reading, fields in
            guard let client = reading.clientName(fields["run"]) else { return nil }
            reading.noteBegun(client, inBackground: false)
            let arguments = reading.texts(fields["args"], runFacts: true)
            return (.run(client: client, arguments: arguments), client)
        } write: { action in
            guard case .run(let client, let arguments) = action else { return nil }
            return [("run", YAMLText.scalar(client)), ("args", templates(arguments))]
        },
        StepWord(
            "start", ["as", "args"], "start a client program, and go on while it runs",
            example: "{start: bot, as: watcher}", read: readStart
        ) { action in
            guard case .start(let client, let name, let arguments) = action else { return nil }
            return [
                ("start", YAMLText.scalar(client)), ("as", YAMLText.scalar(name)),
                ("args", templates(arguments)),
            ]
        },
        StepWord(
            "stop", ["signal"], "send a signal to a program's process group, and wait for its end",
            example: "{stop: holder, signal: INT}"
        ) { reading, fields in
            let signal = reading.word(fields["signal"], "signal", among: Reading.signals) ?? "TERM"
            return reading.backgroundName(fields["stop"])
                .map { (.stop(client: $0, signal: signal), $0) }
        } write: { action in
            guard case .stop(let client, let signal) = action else { return nil }
            return [("stop", YAMLText.scalar(client)), ("signal", signal)]
        },
        StepWord(
            "kill", ["unread"],
            "end a program by SIGKILL, with or without unread bytes in its sockets",
            example: "{kill: holder, unread: true}"
        ) { reading, fields in
            let unread = reading.boolean(fields["unread"])
            return reading.backgroundName(fields["kill"])
                .map { (.kill(client: $0, unread: unread), $0) }
        } write: { action in
            guard case .kill(let client, let unread) = action else { return nil }
            return [("kill", YAMLText.scalar(client))]
                + (unread.map { [("unread", "\($0)")] } ?? [])
        },
        StepWord(
            "feed", ["line", "close"], "write a line to a program's standard input, or end it",
            example: "{feed: holder, line: go on}", read: readFeed
        ) { action in
            switch action {
            case .feed(let client, let line):
                [("feed", YAMLText.scalar(client)), ("line", YAMLText.template(line))]
            case .closeInput(let client): [("feed", YAMLText.scalar(client)), ("close", "true")]
            case .run, .start, .stop, .kill, .command, .pause, .waitForOutput, .waitForExit,
                .waitFor, .check:
                nil
            }
        },
    ]

    static let wait = StepWord(
        "wait", [],
        "wait for a time, for a program's output or end, or until an expectation holds",
        example: "{wait: {client: holder, output: connected}, within: 5s}"
    ) { reading, fields in
        fields["wait"].flatMap { reading.wait($0) }.map { ($0, nil) }
    } write: { action in
        switch action {
        case .pause(let duration): [("wait", duration.scenarioText)]
        case .waitForOutput(let client, let text):
            [("wait", waiting(for: client, ("output", YAMLText.scalar(text))))]
        case .waitForExit(let client): [("wait", waiting(for: client, ("exited", "true")))]
        case .waitFor(let expectation): [("wait", expectation.explained)]
        case .run, .start, .stop, .kill, .feed, .closeInput, .command, .check: nil
        }
    }

    /// Its value is the list of expectations that other steps have in `expect`.
    static let check = StepWord(
        "check", [], "check expectations now",
        example: "{check: [{gateway: gateway, open: 0}]}"
    ) { _, _ in
        (.check, nil)
    } write: { action in
        if case .check = action { [] } else { nil }
    }

    private static let readStart: @Sendable (inout Reading, Fields) -> Meaning? = {
        reading, fields in
        guard let client = reading.clientName(fields["start"]) else { return nil }
        let name = reading.text(fields["as"]) ?? client
        if let node = fields["as"] {
            reading.checkName(name, of: "client", at: node.span)
            if name != client, reading.names.clients.contains(name) {
                reading.report("'\(name)' already names another client", at: node.span)
            }
        }
        reading.noteBegun(name, inBackground: true)
        let arguments = reading.texts(fields["args"], runFacts: true)
        return (.start(client: client, name: name, arguments: arguments), name)
    }

    private static let readFeed: @Sendable (inout Reading, Fields) -> Meaning? = {
        reading, fields in
        guard let client = reading.backgroundName(fields["feed"]) else { return nil }
        switch (fields["line"], fields["close"]) {
        case (let line?, nil):
            guard let text = reading.text(line, runFacts: true) else { return nil }
            return (.feed(client: client, line: text), client)
        case (nil, let close?):
            guard let isClosing = reading.boolean(close) else { return nil }
            if !isClosing { reading.report("'close' is only ever true", at: close.span) }
            return (.closeInput(client: client), client)
        case (nil, nil), (_?, _?):
            reading.report(
                "'feed' needs either 'line' or 'close'", at: fields.keySpan("feed"),
                hint: "line: TEXT, or close: true")
            return nil
        }
    }

    private static func templates(_ arguments: [String]) -> String {
        YAMLText.list(arguments.map(YAMLText.template))
    }

    private static func waiting(for client: String, _ what: Entry) -> String {
        YAMLText.mapping([("client", YAMLText.scalar(client)), what])
    }
}

extension Reading {
    /// A duration, or what to wait for.
    fileprivate mutating func wait(_ node: YAMLNode) -> Step.Action? {
        guard case .mapping(let entries) = node.content else {
            return duration(node).map(Step.Action.pause)
        }
        let keys = entries.map(\.key)
        if keys.contains("sockets") {
            return socketExpectation(node).map { .waitFor($0) }
        }
        if keys.contains("gateway") {
            return gatewayExpectation(node).map { .waitFor(.gateway($0)) }
        }
        guard keys.contains("client") else {
            report(
                "wait for what?", at: node.span,
                hint: "a duration, or a mapping with 'client', 'gateway' or 'sockets'")
            return nil
        }
        guard let fields = fields(node, of: "wait", keys: ["client", "output", "exited"]),
            let client = backgroundName(fields["client"])
        else { return nil }
        switch (fields["output"], fields["exited"]) {
        case (let output?, nil):
            return text(output).map { .waitForOutput(client: client, text: $0) }
        case (nil, let exited?):
            if boolean(exited) == false { report("'exited' is only ever true", at: exited.span) }
            return .waitForExit(client: client)
        case (nil, nil), (_?, _?):
            report("'wait' for a client needs either 'output' or 'exited'", at: fields.span)
            return nil
        }
    }
}

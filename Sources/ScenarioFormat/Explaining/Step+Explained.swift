internal import EventLog
internal import Faults
internal import GatewayModel
internal import Simulation

extension Step {
    var explainedLines: [String] {
        var entries = action.explainedEntries
        if let within { entries.append(("within", within.scenarioText)) }
        let isCheck = if case .check = action { true } else { false }
        var lines = entries.map { "\($0.key): \($0.value)" }
        if isCheck || !expectations.isEmpty {
            lines.append(isCheck ? "check:" : "expect:")
            lines += expectations.map { "  - \($0.explained)" }
            if expectations.isEmpty { lines[lines.count - 1] = "check: []" }
        }
        return zip(lines.indices, lines).map { ($0 == 0 ? "- " : "  ") + $1 }
    }
}

extension Step.Action {
    fileprivate var explainedEntries: [(key: String, value: String)] {
        switch self {
        case .run(let client, let arguments):
            [("run", YAMLText.scalar(client)), ("args", Self.list(arguments))]
        case .start(let client, let name, let arguments):
            [
                ("start", YAMLText.scalar(client)), ("as", YAMLText.scalar(name)),
                ("args", Self.list(arguments)),
            ]
        case .stop(let client, let signal):
            [("stop", YAMLText.scalar(client)), ("signal", signal)]
        case .kill(let client, nil): [("kill", YAMLText.scalar(client))]
        case .kill(let client, let unread?):
            [("kill", YAMLText.scalar(client)), ("unread", "\(unread)")]
        case .feed(let client, let line):
            [("feed", YAMLText.scalar(client)), ("line", YAMLText.template(line))]
        case .closeInput(let client): [("feed", YAMLText.scalar(client)), ("close", "true")]
        case .restart(let gateway, let down):
            [("restart", YAMLText.scalar(gateway)), ("down", down.scenarioText)]
        case .redden(let gateway): [("redden", YAMLText.scalar(gateway))]
        case .heal(let gateway): [("heal", YAMLText.scalar(gateway))]
        case .loseServer(let gateway): [("lose-server", YAMLText.scalar(gateway))]
        case .restoreServer(let gateway, let dataLost):
            [("restore-server", YAMLText.scalar(gateway)), ("data", dataLost ? "lost" : "kept")]
        case .interruptServer(let gateway): [("interrupt-server", YAMLText.scalar(gateway))]
        case .setFarm(let gateway, let farm, let state):
            [
                ("set-farm", YAMLText.scalar(gateway)), ("farm", YAMLText.scalar(farm)),
                ("state", state.rawValue),
            ]
        case .changePort(let gateway, let port):
            [("change-port", YAMLText.scalar(gateway)), ("port", "\(port)")]
        case .authenticate(let gateway): [("authenticate", YAMLText.scalar(gateway))]
        case .signal(let gateway, let name):
            [("signal", YAMLText.scalar(name)), ("gateway", YAMLText.scalar(gateway))]
        case .pause(let duration): [("wait", duration.scenarioText)]
        case .waitForOutput(let client, let text):
            [("wait", Self.wait(client, ("output", YAMLText.scalar(text))))]
        case .waitForExit(let client): [("wait", Self.wait(client, ("exited", "true")))]
        case .waitForGateway(let expectation):
            [("wait", Expectation.gateway(expectation).explained)]
        case .waitForSockets(let expectation):
            [("wait", Expectation.sockets(expectation).explained)]
        case .check: []
        }
    }

    private static func list(_ arguments: [String]) -> String {
        YAMLText.list(arguments.map(YAMLText.template))
    }

    private static func wait(_ client: String, _ what: (key: String, value: String)) -> String {
        YAMLText.mapping([("client", YAMLText.scalar(client)), what])
    }
}

extension Expectation {
    var explained: String {
        switch self {
        case .client(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .gateway(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .sockets(let expectation): YAMLText.mapping(expectation.explainedEntries)
        }
    }
}

extension ClientExpectation {
    fileprivate var explainedEntries: [(key: String, value: String)] {
        var entries = [(key: "client", value: YAMLText.scalar(client))]
        switch ending {
        case .exit(let code): entries.append(("exit", YAMLText.scalar(code.description)))
        case .signaled(let signal): entries.append(("signaled", signal))
        case .running: entries.append(("running", "true"))
        case nil: break
        }
        if let within { entries.append(("within", within.scenarioText)) }
        for (key, text) in [("stdout", stdout), ("stderr", stderr)]
        where text != TextExpectation() {
            let contains = YAMLText.list(text.contains.map(YAMLText.scalar))
            let lacks = YAMLText.list(text.lacks.map(YAMLText.scalar))
            entries.append((key, YAMLText.mapping([("contains", contains), ("lacks", lacks)])))
        }
        return entries
    }
}

extension GatewayExpectation {
    /// Message claims share one `count`; fired faults share one mapping.
    fileprivate var explainedEntries: [(key: String, value: String)] {
        var entries = [(key: "gateway", value: YAMLText.scalar(gateway))]
        var received: [String] = []
        var sent: [String] = []
        var fired: [(key: String, value: String)] = []
        var count: CountRange?
        for claim in claims {
            switch claim {
            case .received(let name, let range):
                received.append(name)
                count = range
            case .sent(let name, let range):
                sent.append(name)
                count = range
            case .accepted(let range): entries.append(("accepted", Self.text(range)))
            case .open(let range): entries.append(("open", Self.text(range)))
            case .held(let range): entries.append(("held", Self.text(range)))
            case .light(let light): entries.append(("light", light.rawValue))
            case .listening(let isListening): entries.append(("listening", "\(isListening)"))
            case .fired(let name, let range): fired.append((YAMLText.key(name), Self.text(range)))
            }
        }
        if !received.isEmpty { entries.append(("received", YAMLText.list(received))) }
        if !sent.isEmpty { entries.append(("sent", YAMLText.list(sent))) }
        // With both there is no count to say: each must have come at least once.
        if let count, received.isEmpty || sent.isEmpty {
            entries.append(("count", Self.text(count)))
        }
        if !fired.isEmpty { entries.append(("fired", YAMLText.mapping(fired))) }
        return entries
    }

    private static func text(_ range: CountRange) -> String { YAMLText.scalar(range.description) }
}

extension SocketExpectation {
    fileprivate var explainedEntries: [(key: String, value: String)] {
        var entries = [
            (key: "sockets", value: YAMLText.scalar(gateway)), (key: "side", value: side.rawValue),
            (key: "state", value: YAMLText.list(states)),
            (key: "count", value: YAMLText.scalar(count.description)),
        ]
        if let owner { entries.append(("owner", owner.rawValue)) }
        entries.append(("within", within.scenarioText))
        return entries
    }
}

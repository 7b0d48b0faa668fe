internal import GatewayModel

extension Reading {
    private static let stepKeys: [String: [String]] = [
        "run": ["args"], "start": ["as", "args"], "stop": ["signal"], "kill": ["unread"],
        "feed": ["line", "close"], "wait": [], "restart": ["down"], "redden": [], "heal": [],
        "lose-server": [], "restore-server": ["data"], "interrupt-server": [],
        "set-farm": ["farm", "state"], "change-port": ["port"], "authenticate": [],
        "signal": ["gateway"], "check": [],
    ]
    private static let stepWords = [
        "run", "start", "stop", "kill", "feed", "wait", "restart", "redden", "heal", "lose-server",
        "restore-server", "interrupt-server", "set-farm", "change-port", "authenticate", "signal",
        "check",
    ]

    /// The story; without `steps`, every client is run in the order of the file.
    mutating func steps(_ node: YAMLNode?, clients: [ClientSpec]) -> [Step] {
        guard let node else {
            return clients.map { client in
                noteBegun(client.name, inBackground: false)
                return Step(
                    action: .run(client: client.name, arguments: []), within: nil,
                    expectations: [], mark: client.mark)
            }
        }
        return sequence(node, of: "steps").compactMap { step($0) }
    }

    private mutating func step(_ node: YAMLNode) -> Step? {
        guard let entries = entries(node, of: "step") else { return nil }
        // 'signal' is a step of its own and a detail of 'stop'.
        let words = Self.stepWords.filter { word in entries.contains { $0.key == word } }
        guard let word = words.first else {
            let key = entries.first?.key ?? ""
            reportUnknown(
                "no step '\(key)'", key, among: Self.stepWords, called: "Steps",
                at: entries.first?.keySpan ?? node.span)
            return nil
        }
        let keys = [word, "within", "expect"] + (Self.stepKeys[word] ?? [])
        guard let fields = fields(node, of: "step '\(word)'", keys: keys) else { return nil }
        let step = action(word, fields)
        let expected = expectations(
            word == "check" ? fields["check"] : fields["expect"], client: step?.client)
        if word == "check", fields["expect"] != nil {
            report("'check' holds its expectations itself", at: fields.keySpan("expect"))
        }
        guard let step else { return nil }
        return Step(
            action: step.action, within: duration(fields["within"]), expectations: expected,
            mark: mark(fields.keySpan(word)))
    }

    /// A step's action, and the program it leaves its `expect` to be about.
    private mutating func action(
        _ word: String, _ fields: Fields
    ) -> (action: Step.Action, client: String?)? {
        switch word {
        case "run":
            guard let client = clientName(fields["run"]) else { return nil }
            noteBegun(client, inBackground: false)
            return (.run(client: client, arguments: texts(fields["args"], runFacts: true)), client)
        case "start": return start(fields)
        case "stop":
            let signal = self.word(fields["signal"], "signal", among: Self.signals) ?? "TERM"
            return backgroundName(fields["stop"]).map { (.stop(client: $0, signal: signal), $0) }
        case "kill":
            let unread = boolean(fields["unread"])
            return backgroundName(fields["kill"]).map { (.kill(client: $0, unread: unread), $0) }
        case "feed": return feed(fields)
        case "wait":
            return fields["wait"].flatMap { wait($0) }.map { ($0, nil) }
        case "check": return (.check, nil)
        default: return gatewayAction(word, fields).map { ($0, nil) }
        }
    }

    private mutating func start(
        _ fields: Fields
    ) -> (action: Step.Action, client: String?)? {
        guard let client = clientName(fields["start"]) else { return nil }
        let name = text(fields["as"]) ?? client
        if let node = fields["as"] {
            checkName(name, of: "client", at: node.span)
            if name != client, names.clients.contains(name) {
                report("'\(name)' already names another client", at: node.span)
            }
        }
        noteBegun(name, inBackground: true)
        let arguments = texts(fields["args"], runFacts: true)
        return (.start(client: client, name: name, arguments: arguments), name)
    }

    private mutating func feed(
        _ fields: Fields
    ) -> (action: Step.Action, client: String?)? {
        guard let client = backgroundName(fields["feed"]) else { return nil }
        switch (fields["line"], fields["close"]) {
        case (let line?, nil):
            guard let text = text(line, runFacts: true) else { return nil }
            return (.feed(client: client, line: text), client)
        case (nil, let close?):
            guard let isClosing = boolean(close) else { return nil }
            if !isClosing { report("'close' is only ever true", at: close.span) }
            return (.closeInput(client: client), client)
        case (nil, nil), (_?, _?):
            report(
                "'feed' needs either 'line' or 'close'", at: fields.keySpan("feed"),
                hint: "line: TEXT, or close: true")
            return nil
        }
    }

    private mutating func gatewayAction(_ word: String, _ fields: Fields) -> Step.Action? {
        if word == "signal" { return signal(fields) }
        guard let gateway = gatewayName(fields[word]) else { return nil }
        switch word {
        case "restart":
            return .restart(gateway: gateway, down: duration(fields["down"]) ?? .zero)
        case "redden": return .redden(gateway: gateway)
        case "heal": return .heal(gateway: gateway)
        case "lose-server": return .loseServer(gateway: gateway)
        case "interrupt-server": return .interruptServer(gateway: gateway)
        case "set-farm": return setFarm(fields, of: gateway)
        case "change-port":
            let port = integer(fields["port"], in: 0...65_535) ?? 0
            return .changePort(gateway: gateway, port: port)
        case "authenticate": return .authenticate(gateway: gateway)
        default:
            let fate = self.word(fields["data"], "fate of the data", among: ["kept", "lost"])
            return .restoreServer(gateway: gateway, dataLost: fate == "lost")
        }
    }

    private mutating func setFarm(_ fields: Fields, of gateway: String) -> Step.Action? {
        for key in ["farm", "state"] where fields[key] == nil {
            report("'set-farm' needs the key '\(key)'", at: fields.keySpan("set-farm"))
        }
        let farm = word(
            fields["farm"], "farm of gateway '\(gateway)'", among: names.farms[gateway] ?? [])
        let state = word(fields["state"], "state of a farm", of: FarmState.self)
        guard let farm, let state else { return nil }
        return .setFarm(gateway: gateway, farm: farm, state: state)
    }

    private mutating func signal(_ fields: Fields) -> Step.Action? {
        guard let signal = scalar(fields["signal"], "a signal's name"),
            let gateway = gatewayNameOrOnly(fields["gateway"], at: fields.keySpan("signal"))
        else { return nil }
        let known = names.signals[gateway] ?? []
        if !known.contains(signal.text) {
            reportUnknown(
                "no fault of gateway '\(gateway)' waits for the signal '\(signal.text)'",
                signal.text, among: known, called: "Signals", at: signal.span)
        }
        return .signal(gateway: gateway, name: signal.text)
    }

    /// A duration, or what to wait for.
    private mutating func wait(_ node: YAMLNode) -> Step.Action? {
        guard case .mapping(let entries) = node.content else {
            return duration(node).map(Step.Action.pause)
        }
        let keys = entries.map(\.key)
        if keys.contains("sockets") {
            return socketExpectation(node).map(Step.Action.waitForSockets)
        }
        if keys.contains("gateway") {
            return gatewayExpectation(node).map(Step.Action.waitForGateway)
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

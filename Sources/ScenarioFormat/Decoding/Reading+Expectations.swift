internal import EventLog
internal import Faults
internal import GatewayWire

extension Reading {
    /// States as the kernel's socket table names them.
    static let socketStates = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
        "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
    ]

    static let signals = [
        "ABRT", "ALRM", "BUS", "CONT", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV",
        "STOP", "TERM", "TRAP", "TSTP", "USR1", "USR2",
    ]

    static let gatewayClaimKeys = [
        "received", "sent", "count", "accepted", "open", "held", "light", "listening", "fired",
    ]
    private static let clientKeys = [
        "client", "exit", "signaled", "running", "within", "stdout", "stderr",
    ]
    private static let socketKeys = ["sockets", "side", "state", "count", "owner", "within"]

    /// A list of expectations, or a single one.
    ///
    /// - Parameter client: Whom an expectation without a subject is about.
    mutating func expectations(_ node: YAMLNode?, client: String? = nil) -> [Expectation] {
        guard let node else { return [] }
        switch node.content {
        case .mapping: return [expectation(node, client: client)].compactMap(\.self)
        case .sequence(let items): return items.compactMap { expectation($0, client: client) }
        case .scalar:
            report("expected an expectation or a list of them, found a single value", at: node.span)
            return []
        }
    }

    private mutating func expectation(_ node: YAMLNode, client: String?) -> Expectation? {
        guard let entries = entries(node, of: "expectation") else { return nil }
        let keys = entries.map(\.key)
        if keys.contains("sockets") { return socketExpectation(node).map(Expectation.sockets) }
        if keys.contains("gateway") { return gatewayExpectation(node).map(Expectation.gateway) }
        if keys.contains("client") || client != nil {
            return clientExpectation(node, client: client).map(Expectation.client)
        }
        report(
            "what is expected of whom?", at: node.span,
            hint: "an expectation starts with 'client', 'gateway' or 'sockets'")
        return nil
    }

    private mutating func clientExpectation(
        _ node: YAMLNode, client: String?
    ) -> ClientExpectation? {
        guard let fields = fields(node, of: "client expectation", keys: Self.clientKeys) else {
            return nil
        }
        let name = fields["client"] == nil ? client : begunName(fields["client"])
        let endings = fields.present(["exit", "signaled", "running"])
        if endings.count > 1 {
            report(
                "'\(endings[0])' and '\(endings[1])' exclude each other",
                at: fields.keySpan(endings[1]))
        }
        let expectation = ClientExpectation(
            client: name ?? "", ending: ending(fields), within: duration(fields["within"]),
            stdout: textExpectation(fields["stdout"], of: "stdout"),
            stderr: textExpectation(fields["stderr"], of: "stderr"), mark: mark(fields.span))
        if fields.present(["exit", "signaled", "running", "within", "stdout", "stderr"]).isEmpty {
            report(
                "nothing is expected of the client", at: fields.span,
                hint: "say 'exit', 'signaled', 'running', 'within', 'stdout' or 'stderr'")
        }
        return name == nil ? nil : expectation
    }

    private mutating func ending(_ fields: Fields) -> ClientExpectation.Ending? {
        if let range = countRange(fields["exit"]) { return .exit(range) }
        if let signal = word(fields["signaled"], "signal", among: Self.signals) {
            return .signaled(signal)
        }
        guard let running = boolean(fields["running"]) else { return nil }
        if !running {
            report(
                "'running' is only ever true", at: fields.keySpan("running"),
                hint: "to expect an end, say 'exit' or 'signaled'")
        }
        return .running
    }

    private mutating func textExpectation(_ node: YAMLNode?, of what: String) -> TextExpectation {
        guard let node else { return TextExpectation() }
        guard case .mapping = node.content else { return TextExpectation(contains: texts(node)) }
        guard let fields = fields(node, of: what, keys: ["contains", "lacks"]) else {
            return TextExpectation()
        }
        return TextExpectation(contains: texts(fields["contains"]), lacks: texts(fields["lacks"]))
    }

    /// What a gateway has seen, done or become; also the condition of a `wait`.
    mutating func gatewayExpectation(_ node: YAMLNode) -> GatewayExpectation? {
        guard
            let fields = fields(
                node, of: "gateway expectation", keys: ["gateway"] + Self.gatewayClaimKeys)
        else { return nil }
        guard let gateway = gatewayName(fields["gateway"]) else { return nil }
        var claims = messageClaims(fields)
        if let count = countRange(fields["accepted"]) { claims.append(.accepted(count)) }
        if let count = countRange(fields["open"]) { claims.append(.open(count)) }
        if let count = countRange(fields["held"]) { claims.append(.held(count)) }
        let light = word(fields["light"], "light", among: ["green", "red"]).flatMap(APILight.init)
        if let light { claims.append(.light(light)) }
        if let isListening = boolean(fields["listening"]) { claims.append(.listening(isListening)) }
        for entry in entries(fields["fired"], of: "fired") ?? [] {
            guard let name = ruleName(entry.key, of: gateway, at: entry.keySpan),
                let count = countRange(entry.value)
            else { continue }
            claims.append(.fired(name, count))
        }
        if fields.present(Self.gatewayClaimKeys).isEmpty {
            report(
                "nothing is expected of the gateway", at: fields.span,
                hint: "say one of \(Self.gatewayClaimKeys.joined(separator: ", "))")
        }
        return GatewayExpectation(gateway: gateway, claims: claims, mark: mark(fields.span))
    }

    private mutating func messageClaims(_ fields: Fields) -> [GatewayExpectation.Claim] {
        let count = countRange(fields["count"])
        let keys = fields.present(["received", "sent"])
        if fields["count"] != nil, keys.count != 1 {
            report(
                "'count' needs one of 'received' and 'sent'", at: fields.keySpan("count"))
        }
        // Without a count it is enough to have come once.
        let range = count ?? CountRange(1, nil)
        var claims: [GatewayExpectation.Claim] = []
        for name in items(fields["received"]).compactMap({ messageSchema($0, .toGateway)?.name }) {
            claims.append(.received(name, range))
        }
        for name in items(fields["sent"]).compactMap({ messageSchema($0, .toClient)?.name }) {
            claims.append(.sent(name, range))
        }
        return claims
    }

    /// A rule's name; a pathology's may be given without its pathology while that is clear.
    private mutating func ruleName(
        _ name: String, of gateway: String, at span: SourceSpan
    ) -> String? {
        let rules = names.rules[gateway] ?? []
        if rules.contains(name) { return name }
        let endings = rules.filter { $0.hasSuffix("/\(name)") }
        if endings.count == 1 { return endings[0] }
        if endings.count > 1 {
            report(
                "several faults are called '\(name)'", at: span,
                hint: "say one of \(endings.joined(separator: ", "))")
        } else {
            let short = rules.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            reportUnknown(
                "gateway '\(gateway)' has no fault '\(name)'", name, among: short,
                called: "Faults", at: span)
        }
        return nil
    }

    /// What the kernel's socket table must show; also the condition of a `wait`.
    mutating func socketExpectation(_ node: YAMLNode) -> SocketExpectation? {
        guard
            let fields = fields(
                node, of: "socket expectation", keys: Self.socketKeys, required: ["state", "count"])
        else { return nil }
        guard let gateway = gatewayName(fields["sockets"]) else { return nil }
        let states = items(fields["state"]).compactMap {
            word($0, "kernel socket state", among: Self.socketStates)
        }
        return SocketExpectation(
            gateway: gateway,
            side: word(fields["side"], "side", of: SocketExpectation.Side.self) ?? .gateway,
            states: states, count: countRange(fields["count"]) ?? .exactly(0),
            owner: word(fields["owner"], "owner", of: SocketExpectation.Owner.self),
            within: duration(fields["within"]) ?? .zero, mark: mark(fields.span))
    }
}

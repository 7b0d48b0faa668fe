internal import Faults

extension Reading {
    static let signals = [
        "ABRT", "ALRM", "BUS", "CONT", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "QUIT", "SEGV",
        "STOP", "TERM", "TRAP", "TSTP", "USR1", "USR2",
    ]

    /// A list of expectations, or a single one.
    ///
    /// - Parameter client: The client that an expectation without a subject is about.
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
        if keys.contains("sockets") { return socketExpectation(node) }
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
        let keys = ClientClaimWord.all.map(\.keyword)
        guard let fields = fields(node, of: "client expectation", keys: ["client"] + keys) else {
            return nil
        }
        let name = fields["client"] == nil ? client : begunName(fields["client"])
        let endings = fields.present(ClientClaimWord.all.filter(\.isEnding).map(\.keyword))
        if endings.count > 1 {
            report(
                "'\(endings[0])' and '\(endings[1])' exclude each other",
                at: fields.keySpan(endings[1]))
        }
        var claims: [ClientClaim] = []
        for word in ClientClaimWord.all {
            if let claim = word.read(&self, fields) { claims.append(claim) }
        }
        if fields.present(keys).isEmpty {
            let quoted = keys.map { "'\($0)'" }
            report(
                "nothing is expected of the client", at: fields.span,
                hint: "say \(quoted.dropLast().joined(separator: ", ")) or \(quoted.last ?? "")")
        }
        return name.map { ClientExpectation(client: $0, claims: claims, mark: mark(fields.span)) }
    }

    /// What a gateway has seen, done or become; also the condition of a `wait`.
    mutating func gatewayExpectation(_ node: YAMLNode) -> GatewayExpectation? {
        // 'count' belongs to the messages before it.
        let messages = GatewayClaimWord.all.filter(\.countsMessages).map(\.keyword)
        let others = GatewayClaimWord.all.filter { !$0.countsMessages }.map(\.keyword)
        let keys = messages + ["count", "fields"] + others + ["profile"]
        guard let fields = fields(node, of: "gateway expectation", keys: ["gateway"] + keys)
        else { return nil }
        guard let gateway = gatewayName(fields["gateway"]) else { return nil }
        let count = countRange(fields["count"])
        if fields["count"] != nil, fields.present(messages).count != 1 {
            report(
                "'count' needs one of \(messages.map { "'\($0)'" }.joined(separator: " and "))",
                at: fields.keySpan("count"))
        }
        if fields["fields"] != nil, fields.present(messages).count != 1 {
            report(
                "'fields' needs one of \(messages.map { "'\($0)'" }.joined(separator: " and "))",
                at: fields.keySpan("fields"))
        }
        var claims: [GatewayClaim] = []
        for word in GatewayClaimWord.all {
            // Without a count, at least one message must have come.
            claims += word.read(&self, fields, of: gateway, count: count ?? CountRange(1, nil))
        }
        if let profile = fields["profile"],
            let found = word(profile, "profile", of: ClientProfile.self)
        {
            claims += found.claims.filter { claim in
                !claims.contains { $0.keyword == claim.keyword }
            }
        }
        if fields.present(keys).isEmpty {
            report(
                "nothing is expected of the gateway", at: fields.span,
                hint: "say one of \(keys.joined(separator: ", "))")
        }
        return GatewayExpectation(gateway: gateway, claims: claims, mark: mark(fields.span))
    }
}

extension GatewayClaimWord {
    fileprivate var countsMessages: Bool {
        if case .messages = form { true } else { false }
    }
}

package import EventLog
internal import Faults
package import GatewayWire
internal import Simulation

/// What a gateway has seen, done or become.
package struct GatewayExpectation: Sendable {
    package var gateway: String
    package var claims: [GatewayClaim]
    package var mark: SourceMark

    /// The directions whose messages it looks at one by one.
    package var neededMessages: Set<Direction> {
        Set(
            claims.compactMap { claim in
                switch GatewayClaimWord.named(claim.keyword)?.form {
                case .messages(let direction, _, _, _): claim.fields.isEmpty ? nil : direction
                case .order: .toGateway
                case .count, .gaps, .faults, .word, .truth, .endings, .givingUp, nil: nil
                }
            })
    }

    func holds(in log: LogTally, at now: SimInstant) -> Bool {
        let tally = log.gateway(gateway) ?? GatewayTally(name: gateway)
        let hasGivenUp = hasGivenUp(log, tally, at: now)
        return claims.allSatisfy {
            GatewayClaimWord.named($0.keyword)?.holds($0, in: tally, hasGivenUp: hasGivenUp)
                ?? false
        }
    }

    func findings(in log: LogTally, at now: SimInstant) -> [Finding] {
        let tally = log.gateway(gateway) ?? GatewayTally(name: gateway)
        let hasGivenUp = hasGivenUp(log, tally, at: now)
        return claims.compactMap {
            GatewayClaimWord.named($0.keyword)?
                .outcome($0, in: tally, of: gateway, hasGivenUp: hasGivenUp)
                .finding(at: mark)
        }
    }

    /// When it can become true without any event.
    func nextChange(in log: LogTally, at now: SimInstant) -> SimInstant? {
        guard needsSilence else { return nil }
        return log.gateway(gateway)?.history.givenUpAt.flatMap { $0 > now ? $0 : nil }
    }

    /// Whether it claims that nobody connects any more.
    package var needsSilence: Bool {
        claims.contains {
            if case .givingUp = GatewayClaimWord.named($0.keyword)?.form { true } else { false }
        }
    }

    private func hasGivenUp(
        _ log: LogTally, _ tally: GatewayTally, at now: SimInstant
    ) -> Bool {
        guard needsSilence, let givenUpAt = tally.history.givenUpAt else { return false }
        return givenUpAt <= now || log.runs.allSatisfy { $0.ending != nil }
    }

    /// Message claims share one `count`; the faults of one word share one mapping.
    var explainedEntries: [(key: String, value: String)] {
        var single: [(key: String, value: String)] = []
        var messages: [(key: String, value: String)] = []
        var faults: [(key: String, value: String)] = []
        var count: String?
        for word in GatewayClaimWord.all {
            let claims = claims.filter { $0.keyword == word.keyword }
            guard let first = claims.first else { continue }
            switch word.form {
            case .count, .word, .truth, .gaps, .givingUp:
                single += claims.map { (word.keyword, Self.text($0)) }
            case .messages:
                messages.append((word.keyword, YAMLText.list(claims.map(\.subject))))
                count = Self.text(first)
            case .order, .endings:
                single += claims.map { claim in
                    let names = if case .names(let all) = claim.wanted { all } else { [String]() }
                    return (word.keyword, YAMLText.list(names))
                }
            case .faults:
                let counts = claims.map { (YAMLText.key($0.subject), Self.text($0)) }
                faults.append((word.keyword, YAMLText.mapping(counts)))
            }
        }
        // With both there is no count to say: each must have come at least once.
        if let count, messages.count == 1 { messages.append(("count", count)) }
        if let tests = claims.first(where: { !$0.fields.isEmpty })?.fields {
            messages.append(("fields", explainedTests(tests)))
        }
        return [("gateway", YAMLText.scalar(gateway))] + single + messages + faults
    }

    private static func text(_ claim: GatewayClaim) -> String {
        switch claim.wanted {
        case .count: YAMLText.scalar(claim.wantedText)
        case .word, .truth, .duration, .names: claim.wantedText
        }
    }
}

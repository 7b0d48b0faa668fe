package import EventLog
package import Simulation

/// What must hold at some point of the story.
package enum Expectation: Sendable {
    case client(ClientExpectation)
    case gateway(GatewayExpectation)
    case sockets(SocketExpectation)

    /// Whether all of it holds.
    ///
    /// It is cheap and is called after every event.
    package func holds(in tally: LogTally, at now: SimInstant) -> Bool {
        switch self {
        case .client, .sockets: findings(in: tally, at: now).allSatisfy(\.holds)
        case .gateway(let expectation): expectation.holds(in: tally)
        }
    }

    /// Every claim with what was seen, in words.
    package func findings(in tally: LogTally, at now: SimInstant) -> [Finding] {
        switch self {
        case .client(let expectation): expectation.findings(in: tally, at: now)
        case .gateway(let expectation): expectation.findings(in: tally)
        case .sockets(let expectation): [expectation.finding(in: tally)]
        }
    }

    /// As a scenario writes it.
    var explained: String {
        switch self {
        case .client(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .gateway(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .sockets(let expectation): YAMLText.mapping(expectation.explainedEntries)
        }
    }
}

/// Whether a claim holds, and the words for it.
struct Outcome {
    let holds: Bool
    let expected: String
    let seen: String

    init(_ holds: Bool, _ expected: String, seen: String) {
        self.holds = holds
        self.expected = expected
        self.seen = seen
    }

    func finding(at mark: SourceMark) -> Finding {
        Finding(mark: mark, expected: expected, seen: seen, holds: holds)
    }
}

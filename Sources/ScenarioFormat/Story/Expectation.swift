package import EventLog
package import Simulation

/// What must hold at some point of the story.
package enum Expectation: Sendable {
    case client(ClientExpectation)
    case gateway(GatewayExpectation)
    case sockets(SocketExpectation)
    case socketPaths(SocketPathExpectation)

    /// Whether all of it holds.
    ///
    /// It is cheap and is called after every event.
    package func holds(in tally: LogTally, at now: SimInstant) -> Bool {
        switch self {
        case .client, .sockets, .socketPaths: findings(in: tally, at: now).allSatisfy(\.holds)
        case .gateway(let expectation): expectation.holds(in: tally, at: now)
        }
    }

    /// Whether it could neither be told to hold nor not to hold.
    package func isUndecided(in tally: LogTally, at now: SimInstant) -> Bool {
        switch self {
        case .client, .gateway, .sockets: false
        case .socketPaths(let expectation): expectation.judgement(in: tally, at: now).isUndecided
        }
    }

    /// Whether it does not hold because a program holds or leaves behind what it must not.
    package func failsByLeaks(in tally: LogTally, at now: SimInstant) -> Bool {
        switch self {
        case .client(let expectation): expectation.failsByLeaks(in: tally, at: now)
        case .gateway, .sockets, .socketPaths: false
        }
    }

    /// When it can become true without any event.
    package func nextChange(in tally: LogTally, at now: SimInstant) -> SimInstant? {
        switch self {
        case .client, .sockets: nil
        case .gateway(let expectation): expectation.nextChange(in: tally, at: now)
        case .socketPaths(let expectation): expectation.judgement(in: tally, at: now).next
        }
    }

    /// Every claim with what was seen, in words.
    package func findings(in tally: LogTally, at now: SimInstant) -> [Finding] {
        switch self {
        case .client(let expectation): expectation.findings(in: tally, at: now)
        case .gateway(let expectation): expectation.findings(in: tally, at: now)
        case .sockets(let expectation): [expectation.finding(in: tally)]
        case .socketPaths(let expectation): [expectation.finding(in: tally, at: now)]
        }
    }

    /// As a scenario writes it.
    var explained: String {
        switch self {
        case .client(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .gateway(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .sockets(let expectation): YAMLText.mapping(expectation.explainedEntries)
        case .socketPaths(let expectation): YAMLText.mapping(expectation.explainedEntries)
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

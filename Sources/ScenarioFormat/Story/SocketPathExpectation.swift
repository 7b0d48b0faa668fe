package import EventLog
package import Faults
package import Simulation

/// What must be true of a gateway's sockets over time, at one end of its connections.
///
/// It is judged by looks at the kernel's table, 5 ms of real time apart. A state that is over sooner is
/// in none of them, or in one by chance. So claims rest only on what lasts `briefest` or longer, or is
/// known from the gateway's own socket at that moment. Where the runner looked too late to tell, the
/// claim cannot be decided (`isUndecided`).
package struct SocketPathExpectation: Sendable {
    package var gateway: String
    package var side: SocketExpectation.Side
    /// Only these connections, 1 is the first accepted one; `nil` for all, those not accepted too.
    package var connection: CountRange?
    package var claim: SocketClaim
    /// What the time is counted from.
    package var after: StoryMoment?
    package var mark: SourceMark

    /// A shorter time is too short for a claim, in real time.
    package static let briefest = Duration.milliseconds(50)
    /// How long a state that must never be may last unless the scenario says so.
    static let usualNever = Duration.milliseconds(500)
    /// All states of connections but TIME_WAIT, which lasts a minute whatever a program does.
    static let openStates = [
        "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "CLOSE_WAIT", "LAST_ACK",
        "CLOSING",
    ]
    static let firstEnds = AttemptEnding.ofOneSide.map(\.rawValue)

    /// Whether the claim holds, in words, and when it can change by itself.
    package struct Judgement {
        package var holds: Bool
        package var seen: String
        /// The table was not looked at for so long that the claim can be neither true nor false.
        package var isUndecided = false
        /// The claim can become true at this instant, without any event.
        package var next: SimInstant?
    }

    func finding(in tally: LogTally, at now: SimInstant) -> Finding {
        let judgement = judgement(in: tally, at: now)
        return Finding(
            mark: mark, expected: expected, seen: judgement.seen, holds: judgement.holds)
    }

    package func judgement(in tally: LogTally, at now: SimInstant) -> Judgement {
        let gatewayTally = tally.gateway(gateway) ?? GatewayTally(name: gateway)
        let view = SocketView(
            history: gatewayTally.socketHistory,
            lives: gatewayTally.socketHistory.lives.filter { life in
                guard life.isGatewaySide == (side == .gateway) else { return false }
                return connection.map { wanted in
                    life.connection.map { wanted.contains(Int($0.number)) } ?? false
                } ?? true
            }, attempts: gatewayTally.history.attempts,
            briefest: Self.briefest.scaled(by: tally.header?.speed ?? 1), now: now)
        var since = SimInstant.start
        if let after {
            guard let instant = after.instant(in: tally) else {
                return Judgement(holds: false, seen: "\(after.words) has not happened")
            }
            since = max(instant, .start)
        }
        switch claim {
        case .passes(let states, let count): return view.passes(states, count)
        case .never(let states, let bound): return view.never(states, bound)
        case .stays(let state, let least, let count):
            return view.stays(state, atLeast: least, since: since, count)
        case .zero(let states, let bound): return view.zero(states, within: bound, of: since)
        case .endedFirst(let ends):
            return view.endedFirst(ends, connection)
        }
    }

    private var expected: String {
        let where_ =
            "on the \(side)'s side of \(gateway)"
            + (connection.map { ", connection \($0)" } ?? "")
        return switch claim {
        case .passes(let states, let count):
            "\(count) sockets pass through \(states.joined(separator: ", ")) \(where_)"
        case .never(let states, let bound):
            "no socket is \(states.joined(separator: " or ")) for longer than "
                + "\(bound.reportText) \(where_)"
        case .stays(let state, let least, let count):
            "\(count) sockets stay \(state) for at least \(least.reportText)"
                + (after.map { " after \($0.words)" } ?? "") + " \(where_)"
        case .zero(let states, let bound):
            "no socket is \(states.joined(separator: " or ")) within \(bound.reportText)"
                + (after.map { " after \($0.words)" } ?? "") + " \(where_)"
        case .endedFirst(let ends):
            "what ends connections of \(gateway) first is \(ends.joined(separator: " or "))"
        }
    }

    var explainedEntries: [(key: String, value: String)] {
        var entries = [(key: "sockets", value: YAMLText.scalar(gateway))]
        if case .endedFirst = claim {} else { entries.append(("side", side.rawValue)) }
        if let connection {
            entries.append(("connection", YAMLText.scalar(connection.description)))
        }
        switch claim {
        case .passes(let states, let count):
            entries.append(("passes", YAMLText.list(states)))
            entries.append(("count", YAMLText.scalar(count.description)))
        case .never(let states, let bound):
            entries.append(("never", YAMLText.list(states)))
            entries.append(("longer-than", bound.scenarioText))
        case .stays(let state, let least, let count):
            entries.append(("stays", state))
            entries.append(("at-least", least.scenarioText))
            entries.append(("count", YAMLText.scalar(count.description)))
        case .zero(let states, let bound):
            entries.append(("zero-within", bound.scenarioText))
            entries.append(("state", YAMLText.list(states)))
        case .endedFirst(let ends): entries.append(("ended-first", YAMLText.list(ends)))
        }
        if let after { entries.append(("after", YAMLText.mapping([after.entry]))) }
        return entries
    }
}

/// One thing that can be claimed of sockets over time.
package enum SocketClaim: Hashable, Sendable {
    /// So many sockets were in these states in this order, others between them or not.
    case passes([String], count: CountRange)
    /// No socket was in one of these states for longer.
    case never([String], longerThan: Duration)
    /// So many sockets were in the state for that time without a pause.
    case stays(String, atLeast: Duration, count: CountRange)
    /// At some moment within the time no socket was in one of these states.
    case zero([String], within: Duration)
    /// `client-fin`, `gateway-rst`: what ended each connection first.
    case endedFirst([String])
}

/// Something of the story that a time is counted from.
package enum StoryMoment: Hashable, Sendable {
    case exited(String)
    case started(String)
    /// The gateway opened its port last.
    case listened(String)

    func instant(in tally: LogTally) -> SimInstant? {
        switch self {
        case .exited(let run): tally.run(run)?.endedAt
        case .started(let run): tally.run(run)?.startedAt
        case .listened(let gateway): tally.gateway(gateway)?.listenedAt
        }
    }

    var words: String {
        switch self {
        case .exited(let run): "the end of \(run)"
        case .started(let run): "the start of \(run)"
        case .listened(let gateway): "the opening of \(gateway)'s port"
        }
    }

    var entry: (key: String, value: String) {
        switch self {
        case .exited(let run): ("exited", YAMLText.scalar(run))
        case .started(let run): ("started", YAMLText.scalar(run))
        case .listened(let gateway): ("listening", YAMLText.scalar(gateway))
        }
    }
}

extension Duration {
    /// The gateway time that passes in this real time.
    fileprivate func scaled(by speed: Double) -> Duration {
        let scaled = Double(nanoseconds) * speed
        return .nanoseconds(scaled < 9e18 ? Int64(scaled) : .max)
    }
}

import EventLog
import Faults
import GatewayWire
package import Simulation

/// Computes the facts of a source, event by event.
///
/// What it keeps is bounded by `DiagnosisLimits`, and not by the length of the source.
package struct WireFacts {
    let limits: DiagnosisLimits
    private let patterns: MessagePatterns
    private var watches: [ConnectionName: ConnectionWatch] = [:]
    private var finished = FactStore()
    /// What earlier connections to the same gateway were like, by its name or address.
    private var histories: [String: SourceHistory] = [:]
    private var connectionCount = 0
    private var pauses = PauseWatch()
    private var lastAt = SimInstant.start
    private var firstAt: SimInstant?
    private var messageCount = 0
    private var ignoredCount = 0

    /// - Parameter clauses: Every clause that will be asked for; those about messages are tried on each.
    package init(clauses: [Clause], limits: DiagnosisLimits = DiagnosisLimits()) {
        self.limits = limits
        patterns = MessagePatterns(clauses)
        finished = FactStore(limits: limits)
    }

    package mutating func take(_ observation: Observation) {
        let event = observation.event
        guard let id = event.connection, !id.isUpstream else { return }
        lastAt = max(lastAt, event.at)
        if firstAt == nil { firstAt = event.at }
        let name = ConnectionName(gateway: event.gateway, id: id)
        // Taken out for the time: its collections must not be copied.
        var watch: ConnectionWatch
        if let known = watches.removeValue(forKey: name) {
            watch = known
        } else {
            guard connectionCount < limits.maxConnections else {
                ignoredCount += 1
                return
            }
            connectionCount += 1
            let server = event.gateway ?? event.kind.gatewayAddress ?? ""
            watch = ConnectionWatch(
                name, observation, server: server,
                history: &histories[server, default: SourceHistory()],
                limits)
        }
        if case .message(let message) = event.kind {
            messageCount += 1
            pauses.take(message, observation, on: name, into: &finished)
        } else {
            pauses.take(observation, on: name, into: &finished)
        }
        watch.take(
            observation, patterns, history: &histories[watch.server, default: SourceHistory()],
            into: &finished)
        watches[name] = watch
    }

    /// Closes what is still open, and hands out all facts in the order of time.
    package mutating func finish() -> FactSheet {
        pauses.finish(at: lastAt, into: &finished)
        for name in watches.keys.sorted(by: {
            ($0.id, $0.gateway ?? "") < ($1.id, $1.gateway ?? "")
        }) {
            guard var watch = watches.removeValue(forKey: name) else { continue }
            let history = histories[watch.server] ?? SourceHistory()
            watch.finish(at: lastAt, history: history, into: &finished)
            // Only now is it known what came after it.
            if let fact = watch.connectionFact(history) { finished.add(fact) }
        }
        let facts = finished.facts.sorted {
            ($0.at, $0.evidence.first?.number ?? 0) < ($1.at, $1.evidence.first?.number ?? 0)
        }
        return FactSheet(
            facts: facts, omittedCount: finished.omittedCount + ignoredCount,
            connectionCount: connectionCount, messageCount: messageCount,
            firstAt: firstAt ?? .start, lastAt: lastAt)
    }
}

extension LogEvent.Kind {
    /// The gateway's address, where the event tells it.
    fileprivate var gatewayAddress: String? {
        switch self {
        case .attempted(_, let gateway): gateway
        case .opened(_, let gateway, _): gateway
        case .run, .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .hello, .legacyHello, .version, .message, .unknown, .malformed,
            .raw, .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged, .stalled,
            .resumed, .over,
            .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            nil
        }
    }
}

/// Everything that is known of a source.
package struct FactSheet: Sendable {
    /// In the order of time.
    package let facts: [Fact]
    /// Facts that were too many to be kept.
    package let omittedCount: Int
    package let connectionCount: Int
    package let messageCount: Int
    package let firstAt: SimInstant
    package let lastAt: SimInstant
}

/// The facts so far, within bounds.
struct FactStore {
    private(set) var facts: [Fact] = []
    private(set) var omittedCount = 0
    private var counts: [String: Int] = [:]
    private let limits: DiagnosisLimits

    init(limits: DiagnosisLimits = DiagnosisLimits()) { self.limits = limits }

    mutating func add(_ fact: Fact) {
        let key =
            "\(fact.word) \(fact.connection?.gateway ?? "") \(fact.connection?.id.number ?? 0)"
        let count = counts[key, default: 0]
        // A message is kept for a rule that asks for it; the first ones of each connection are enough.
        guard count < limits.maxFactsOfAWord, facts.count < limits.maxFacts else {
            omittedCount += 1
            return
        }
        counts[key] = count + 1
        facts.append(fact)
    }
}

/// The clauses about messages, by the names of messages.
struct MessagePatterns {
    /// Messages that some clause wants by name; the number is the clause's place.
    private var byName: [String: [(number: Int, clause: Clause)]] = [:]

    init(_ clauses: [Clause]) {
        for (number, clause) in clauses.enumerated() where clause.word == "message" {
            for name in clause.messageNames { byName[name, default: []].append((number, clause)) }
        }
    }

    func wants(_ message: Message) -> Bool { byName[message.name] != nil }

    /// The clauses whose fields hold.
    func matching(_ message: Message) -> [Clause] {
        (byName[message.name] ?? []).filter { entry in
            entry.clause.fields.allSatisfy { $0.value.holds(message[$0.key]) }
        }.map(\.clause)
    }
}

extension Clause {
    /// Of clauses about messages: the names that the clause wants.
    package var messageNames: [String] {
        for test in tests where test.attribute == "type" {
            if case .oneOf(let names) = test.test { return names }
        }
        return []
    }
}

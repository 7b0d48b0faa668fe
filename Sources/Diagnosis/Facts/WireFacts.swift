import EventLog
import Faults
import GatewayWire
package import Simulation

/// Computes the facts of a source, event by event.
///
/// What it keeps is bounded by `DiagnosisLimits`, and not by the length of the source.
package struct WireFacts {
    let limits: DiagnosisLimits
    let patterns: MessagePatterns
    /// In the order in which the connections began; changed where they are.
    var watches: [ConnectionWatch] = []
    private var places: [ConnectionName: Int] = [:]
    /// The places of a capture's connections, by their numbers; -1 for one that is not known.
    private(set) var numberedPlaces: [Int] = []
    var finished = FactStore()
    /// What earlier connections to the same gateway were like.
    private var histories: [SourceHistory] = []
    /// By the gateway's name or address.
    private var historyPlaces: [String: Int] = [:]
    var pauses = PauseWatch()
    var lastAt = SimInstant.start
    private var firstAt: SimInstant?
    var messageCount = 0
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
        guard let place = places[name] ?? begin(name, observation) else {
            ignoredCount += 1
            return
        }
        if case .message(let message) = event.kind {
            messageCount += 1
            pauses.take(message, observation, on: name, into: &finished)
        } else {
            pauses.take(observation, on: name, into: &finished)
        }
        let history = watches[place].history
        watches[place].take(
            observation, patterns, history: &histories[history], into: &finished)
    }

    /// Follows another connection.
    ///
    /// - Returns: Its place, or nil when there are too many.
    private mutating func begin(_ name: ConnectionName, _ observation: Observation) -> Int? {
        guard watches.count < limits.maxConnections else { return nil }
        let event = observation.event
        let server = event.gateway ?? event.kind.gatewayAddress ?? ""
        let history = historyPlaces[server] ?? histories.count
        if history == histories.count {
            histories.append(SourceHistory())
            historyPlaces[server] = history
        }
        watches.append(
            ConnectionWatch(
                name, observation, history: history, of: &histories[history], limits))
        let place = watches.count - 1
        places[name] = place
        if name.gateway == nil { number(name.id.number, place) }
        return place
    }

    private mutating func number(_ number: Int, _ place: Int) {
        guard number >= 0, number <= limits.maxConnections else { return }
        let missing = number + 1 - numberedPlaces.count
        if missing > 0 { numberedPlaces.append(contentsOf: repeatElement(-1, count: missing)) }
        numberedPlaces[number] = place
    }

    /// Closes what is still open, and hands out all facts in the order of time.
    package mutating func finish() -> FactSheet {
        pauses.finish(at: lastAt, into: &finished)
        let inOrder = watches.indices.sorted {
            let (one, other) = (watches[$0].name, watches[$1].name)
            return (one.id, one.gateway ?? "") < (other.id, other.gateway ?? "")
        }
        for watch in watches {
            if let at = watch.heardAt { histories[watch.history].hear(watch.pastPlace, at: at) }
        }
        for place in inOrder {
            let history = histories[watches[place].history]
            watches[place].finish(at: lastAt, history: history, into: &finished)
            // Only now is it known what came after it.
            if let fact = watches[place].connectionFact(history) { finished.add(fact) }
        }
        let facts = finished.facts.sorted {
            ($0.at, $0.evidence.first?.number ?? 0) < ($1.at, $1.evidence.first?.number ?? 0)
        }
        return FactSheet(
            facts: facts, patternNumbers: patterns.numbers,
            omittedCount: finished.omittedCount + ignoredCount,
            connectionCount: watches.count, messageCount: messageCount,
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
    /// The clauses about messages by which these were judged.
    let patternNumbers: [Clause: Int]
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
    private var counts: [Subject: Int] = [:]
    private let limits: DiagnosisLimits

    init(limits: DiagnosisLimits = DiagnosisLimits()) { self.limits = limits }

    private struct Subject: Hashable {
        let word: String
        let connection: ConnectionName?
    }

    /// Whether another fact would be kept; the first ones of each connection are enough.
    func hasRoom(for word: String, on connection: ConnectionName?) -> Bool {
        let subject = Subject(word: word, connection: connection)
        return counts[subject, default: 0] < limits.maxFactsOfAWord
            && facts.count < limits.maxFacts
    }

    mutating func omit() { omittedCount += 1 }

    mutating func add(_ fact: Fact) {
        guard hasRoom(for: fact.word, on: fact.connection) else {
            omit()
            return
        }
        counts[Subject(word: fact.word, connection: fact.connection), default: 0] += 1
        facts.append(fact)
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

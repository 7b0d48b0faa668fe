import Simulation

/// How often a rule has matched and fired: for the gateway, or for each connection or client id.
struct RuleCounts: Sendable {
    /// For whom something is counted.
    enum Key: Hashable, Sendable {
        case gateway
        case connection(ConnectionID)
        case client(Int)
    }

    private struct Count: Sendable {
        var matches = 0
        var firings = 0
        var random: SeededRandom
    }

    /// Client ids that are counted by themselves.
    ///
    /// Further ones are counted together, because a client chooses its id.
    private static let mostKeys = 10_000

    private let random: SeededRandom
    private var counts: [Key: Count] = [:]
    /// Every firing, whoever it is counted for.
    private(set) var fireCount = 0

    init(random: SeededRandom) {
        self.random = random
    }

    /// Counts an occasion, and a firing when the rule fires at it.
    ///
    /// - Returns: For whom it fires; `nil` when it does not.
    mutating func count(_ surroundings: Surroundings, _ rule: FaultRule) -> Key? {
        let key = key(surroundings, rule.per)
        var count = counts[key] ?? Count(random: stream(of: key))
        defer { counts[key] = count }
        if let times = rule.times, count.firings >= times { return nil }
        count.matches += 1
        guard rule.nth?.contains(count.matches) ?? true,
            rule.chance >= 1 || count.random.chance(rule.chance)
        else { return nil }
        count.firings += 1
        fireCount += 1
        return key
    }

    /// Counts a firing without an occasion of its own.
    ///
    /// - Returns: False when the rule has fired often enough.
    mutating func countAgain(_ key: Key, _ rule: FaultRule) -> Bool {
        let firings = counts[key]?.firings ?? 0
        if let times = rule.times, firings >= times { return false }
        counts[key]?.firings += 1
        fireCount += 1
        return true
    }

    mutating func forget(_ connection: ConnectionID) {
        counts[.connection(connection)] = nil
    }

    private func key(_ surroundings: Surroundings, _ scope: CountScope) -> Key {
        let key: Key =
            switch scope {
            case .gateway: .gateway
            case .connection: surroundings.connection.map(Key.connection) ?? .gateway
            case .clientID: surroundings.clientID.map(Key.client) ?? .gateway
            }
        return counts[key] == nil && counts.count >= Self.mostKeys ? .gateway : key
    }

    /// Each connection and each client id draws from a stream of its own, so that none changes the
    /// draws of another.
    private func stream(of key: Key) -> SeededRandom {
        switch key {
        case .gateway: random
        case .connection(let connection): random.stream("connection \(connection.number)")
        case .client(let id): random.stream("client \(id)")
        }
    }
}

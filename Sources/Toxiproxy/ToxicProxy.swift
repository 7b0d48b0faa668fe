package import Simulation

/// A proxy that passes bytes through toxics, both ways, for each client's connection.
///
/// It decides when bytes go on and how connections end. It does not know what the bytes mean, except
/// that it counts length-prefixed frames. A client is read once its server is reached.
///
/// A half-close is passed on as one. A change of the toxics never waits for data, and loses none: what
/// waited in a toxic that is removed goes on at once.
package struct ToxicProxy: StreamHandler {
    package private(set) var traffic = ProxyTraffic()
    /// Clients that wait for the address of the server to be known.
    package private(set) var unresolved: [ConnectionID] = []
    private var toxics: [Toxic]
    private let seed: SeededRandom
    private let dialsAtOnce: Bool
    private var pairs: [Int: ProxiedPair] = [:]
    /// Those of `pairs` in which something will be due.
    private var deadlines: [Int: SimInstant] = [:]
    /// When it will be woken.
    private var alarm: SimInstant?
    private var effects: [StreamEffect] = []

    /// - Parameters:
    ///   - toxics: In the order in which they were made.
    ///   - dialsAtOnce: The driver knows where connections go. Without, clients wait in `unresolved`
    ///     until `resolve(_:)` is called.
    package init(_ toxics: [Toxic], seed: SeededRandom, dialsAtOnce: Bool) {
        self.toxics = toxics
        self.seed = seed
        self.dialsAtOnce = dialsAtOnce
    }

    package mutating func handle(_ event: StreamEvent, at now: SimInstant) -> [StreamEffect] {
        switch event {
        case .started, .stayedHalfOpen, .listenerMoved: break
        case .accepted(let client): accept(client)
        case .connected(let side): begin(side.client, at: now)
        case .connectFailed(let side, reason: _): refuse(side.client)
        case .received(let side, let bytes): receive(bytes, from: side, at: now)
        case .ended(let side, let ending):
            pairs[side.number]?.end(side, ending, at: now, into: &effects)
            settle(side.number, at: now)
        case .congested(let side): pairs[side.number]?.setOpen(false, to: side)
        case .drained(let side):
            pairs[side.number]?.setOpen(true, to: side)
            settle(side.number, at: now)
        case .deadlineReached: settleDue(at: now)
        }
        return takeEffects()
    }

    /// Works with these toxics from now on, on open connections too.
    package mutating func take(_ toxics: [Toxic], at now: SimInstant) -> [StreamEffect] {
        self.toxics = toxics
        for number in pairs.keys.sorted() {
            pairs[number]?.take(toxics, at: now)
            settle(number, at: now)
        }
        return takeEffects()
    }

    /// Connects those that waited for it, or lets them go when there is no address.
    package mutating func resolve(_ isFound: Bool) -> [StreamEffect] {
        for client in unresolved {
            if isFound { effects.append(.connect(client.upstream)) } else { refuse(client) }
        }
        unresolved = []
        return takeEffects()
    }

    private mutating func accept(_ client: ConnectionID) {
        effects.append(.stopReading(client))
        if dialsAtOnce {
            effects.append(.connect(client.upstream))
        } else {
            unresolved.append(client)
        }
    }

    private mutating func begin(_ client: ConnectionID, at now: SimInstant) {
        pairs[client.number] = ProxiedPair(client, toxics, seed, at: now)
        effects.append(.resumeReading(client))
        settle(client.number, at: now)
    }

    /// What the client has sent is read and discarded, so that it sees an end and no reset.
    private mutating func refuse(_ client: ConnectionID) {
        effects += [.resumeReading(client), .hangUp(client)]
    }

    private mutating func receive(_ bytes: [UInt8], from side: ConnectionID, at now: SimInstant) {
        traffic[side.isUpstream ? .downstream : .upstream].receivedBytes += bytes.count
        pairs[side.number]?.receive(bytes, from: side, at: now)
        settle(side.number, at: now)
    }

    private mutating func settleDue(at now: SimInstant) {
        alarm = nil
        for (number, deadline) in deadlines.sorted(by: { $0.key < $1.key }) where deadline <= now {
            settle(number, at: now)
        }
        if let first = deadlines.values.min() { wake(at: first) }
    }

    private mutating func settle(_ number: Int, at now: SimInstant) {
        guard let isOver = pairs[number]?.settle(at: now, into: &effects, &traffic) else { return }
        if isOver { pairs[number] = nil }
        let deadline = pairs[number]?.deadline
        if deadline != deadlines[number] { deadlines[number] = deadline }
        if let deadline { wake(at: deadline) }
    }

    /// Is woken too early rather than too late: what it waited for may have been removed.
    private mutating func wake(at instant: SimInstant) {
        if let alarm, alarm <= instant { return }
        alarm = instant
        effects.append(.wake(at: instant))
    }

    private mutating func takeEffects() -> [StreamEffect] {
        defer { effects = [] }
        return effects
    }
}

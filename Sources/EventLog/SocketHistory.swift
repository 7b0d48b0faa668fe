import GatewayWire
package import Simulation

/// One state of one socket, from the first look that showed it to the first that did not.
package struct SocketStay: Hashable, Sendable {
    /// As the kernel names it: `CLOSE_WAIT`.
    package let state: String
    package let from: SimInstant
    /// `nil` while it goes on.
    package var until: SimInstant?

    package init(state: String, from: SimInstant, until: SimInstant? = nil) {
        self.state = state
        self.from = from
        self.until = until
    }

    /// How long it has lasted, counted from an instant at the earliest.
    package func length(at now: SimInstant, since: SimInstant = .start) -> Duration {
        max(.zero, max(until ?? now, .start) - max(from, since, .start))
    }

    package func covers(_ instant: SimInstant) -> Bool {
        from <= instant && (until.map { instant < $0 } ?? true)
    }
}

/// One socket of a connection, at either end, and the states that it was seen in.
package struct SocketLife: Hashable, Sendable {
    package let isGatewaySide: Bool
    /// The address of the connection's client end.
    package let client: String
    /// `nil` as long as the gateway has not accepted it.
    package var connection: ConnectionID?
    package fileprivate(set) var stays: [SocketStay]
}

/// A time without a look at the kernel's table.
package struct UnwatchedTime: Hashable, Sendable {
    package let from: SimInstant
    package let until: SimInstant
    package var length: Duration { until - from }
}

/// What looks at the kernel's table show of a gateway's connections over time, within a bound.
///
/// A state that began and ended between two looks is in no table. Sockets that were there at the first
/// look belong to an earlier run on the same port, and are left out.
package struct SocketHistory: Hashable, Sendable {
    /// Sockets and unwatched times that are kept.
    package static let mostCount = 20_000

    /// In the order in which they were first seen.
    package private(set) var lives: [SocketLife] = []
    package private(set) var unwatched: [UnwatchedTime] = []
    /// When the table was first looked at.
    package private(set) var firstLook: SimInstant?
    package private(set) var isIncomplete = false

    private struct Key: Hashable {
        let isGatewaySide: Bool
        let client: String
    }

    private var live: [Key: Int] = [:]
    private var strangers: Set<Key> = []
    private var connections: [String: ConnectionID] = [:]

    package init() {}

    mutating func take(_ event: LogEvent) {
        switch event.kind {
        case .sockets(let rows): take(rows, at: event.at)
        case .opened(let client?, _, _): name(client, event.connection)
        default: break
        }
    }

    mutating func takeUnwatched(_ length: Duration, until end: SimInstant) {
        guard unwatched.count < Self.mostCount else {
            isIncomplete = true
            return
        }
        // A log from elsewhere can say anything.
        let until = max(end, .start)
        unwatched.append(UnwatchedTime(from: max(.start, until - length), until: until))
    }

    private mutating func take(_ rows: [SocketRow], at now: SimInstant) {
        var states: [Key: String] = [:]
        var order: [Key] = []
        for row in rows {
            guard let client = row.client else { continue }
            let key = Key(isGatewaySide: row.isGatewaySide, client: client)
            if states.updateValue(row.state, forKey: key) == nil { order.append(key) }
        }
        if firstLook == nil {
            firstLook = now
            strangers = Set(order)
        }
        strangers.formIntersection(order)
        for (key, index) in live where states[key] == nil {
            end(index, at: now)
            live[key] = nil
        }
        for key in order where !strangers.contains(key) {
            if let state = states[key] { note(state, of: key, at: now) }
        }
    }

    private mutating func note(_ state: String, of key: Key, at now: SimInstant) {
        if let index = live[key], let last = lives[index].stays.last {
            if last.state == state { return }
            end(index, at: now)
            if !(Self.isBeginning(state) && !Self.isBeginning(last.state)) {
                lives[index].stays.append(SocketStay(state: state, from: now))
                return
            }
            // The client's port is used again.
        }
        guard lives.count < Self.mostCount else {
            isIncomplete = true
            return
        }
        live[key] = lives.count
        lives.append(
            SocketLife(
                isGatewaySide: key.isGatewaySide, client: key.client,
                connection: connections[key.client],
                stays: [SocketStay(state: state, from: now)]))
    }

    private mutating func end(_ index: Int, at now: SimInstant) {
        let last = lives[index].stays.count - 1
        if lives[index].stays[last].until == nil { lives[index].stays[last].until = now }
    }

    private mutating func name(_ client: String, _ connection: ConnectionID?) {
        guard connections.count < Self.mostCount else {
            isIncomplete = true
            return
        }
        connections[client] = connection
        for side in [true, false] {
            guard let index = live[Key(isGatewaySide: side, client: client)],
                lives[index].connection == nil
            else { continue }
            lives[index].connection = connection
        }
    }

    private static func isBeginning(_ state: String) -> Bool {
        ["SYN_SENT", "SYN_RECV", "ESTABLISHED"].contains(state)
    }
}

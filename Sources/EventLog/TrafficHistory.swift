package import GatewayWire
package import Simulation

/// One connection of a client, for judging its manners.
package struct ConnectionAttempt: Hashable, Sendable {
    package let openedAt: SimInstant
    /// When either side has ended it; `nil` while both go on.
    package var endedAt: SimInstant?
    /// What startApi said.
    package var clientID: Int?
    package let connection: ConnectionID?
    /// The FIN or RST that came first, of either side.
    package var firstEnd: AttemptEnding?
    /// How it ended, both sides together.
    package var ending = AttemptEnding.open
}

/// How a connection ended, in the word that an expectation has for it.
package enum AttemptEnding: String, Hashable, Sendable, CaseIterable {
    case open
    case clientFin = "client-fin"
    case clientReset = "client-rst"
    case gatewayFin = "gateway-fin"
    case gatewayReset = "gateway-rst"
    /// The client's FIN was answered with a RST.
    case resetAfterFin = "client-fin-gateway-rst"
    /// The client's FIN was never answered, and the descriptor is kept.
    case held

    /// What the first FIN or RST of either side can be.
    package static let ofOneSide: [AttemptEnding] = [
        .clientFin, .clientReset, .gatewayFin, .gatewayReset,
    ]

    /// The end that an event is by itself; `nil` when it is none.
    init?(firstOf kind: LogEvent.Kind) {
        self = .open
        take(kind)
        guard Self.ofOneSide.contains(self) else { return nil }
    }

    /// What it becomes with the next event.
    mutating func take(_ kind: LogEvent.Kind) {
        switch (self, kind) {
        case (.open, .ended(.fin)), (.open, .ended(.halfClose)): self = .clientFin
        case (.open, .ended): self = .clientReset
        case (.open, .closed(.fin)), (.open, .closed(.halfClose)): self = .gatewayFin
        case (.open, .closed(.rst)), (.gatewayFin, .closed(.rst)): self = .gatewayReset
        case (.clientFin, .closed(.rst)): self = .resetAfterFin
        case (_, .closed(.held)): self = .held
        default: break
        }
    }
}

/// The time from a connection's end to the opening of the next one.
package struct ConnectionGap: Hashable, Sendable {
    /// The one that was opened after it, counted from 1.
    package let next: Int
    package let length: Duration
}

/// What the clients of one gateway have done, in its order, within a bound.
package struct TrafficHistory: Hashable, Sendable {
    /// Connections and messages of each direction that are kept.
    package static let mostCount = 20_000
    /// About the memory that messages take when the latest are kept.
    package static let mostBytes = 64 << 20

    package private(set) var attempts: [ConnectionAttempt] = []
    /// The most connections that were open at once.
    package private(set) var mostOpen = 0
    /// The connection whose opening made them so many, counted from 1; `nil` while there was none.
    package private(set) var mostOpenSince: Int?
    /// Messages from clients and to them, of the directions in `kept`.
    package private(set) var received: [Message] = []
    package private(set) var sent: [Message] = []
    /// Order references that were used for several order ids, each once.
    package private(set) var referencesUsedTwice: Set<String> = []
    /// Whether something is not kept.
    package private(set) var isIncomplete = false
    /// The directions of which messages are kept.
    package var kept: Set<Direction> = []
    /// When there is no more room, the oldest messages are given up, and not the new ones.
    package var keepsLatest = false
    private var keptBytes = 0
    private var openCount = 0
    private var openedCount = 0
    private var indexes: [ConnectionID: Int] = [:]
    private var orderIDs: [String: String] = [:]

    package init() {}

    mutating func take(_ event: LogEvent) {
        if let index = event.connection.flatMap({ indexes[$0] }) {
            attempts[index].ending.take(event.kind)
            attempts[index].firstEnd =
                attempts[index].firstEnd ?? AttemptEnding(firstOf: event.kind)
        }
        switch event.kind {
        case .opened: open(event)
        case .ended, .closed(.fin), .closed(.rst), .closed(.held): end(event)
        case .message(let message): take(message, on: event.connection)
        default: break
        }
    }

    private mutating func open(_ event: LogEvent) {
        openCount += 1
        openedCount += 1
        if openCount > mostOpen {
            mostOpen = openCount
            mostOpenSince = openedCount
        }
        guard attempts.count < Self.mostCount else {
            isIncomplete = true
            return
        }
        if let connection = event.connection { indexes[connection] = attempts.count }
        attempts.append(ConnectionAttempt(openedAt: event.at, connection: event.connection))
    }

    private mutating func end(_ event: LogEvent) {
        guard let connection = event.connection, let index = indexes[connection],
            attempts[index].endedAt == nil
        else { return }
        attempts[index].endedAt = event.at
        openCount -= 1
    }

    private mutating func take(_ message: Message, on connection: ConnectionID?) {
        switch message.schema.direction {
        case .toGateway:
            if message.name == "startApi", let index = connection.flatMap({ indexes[$0] }) {
                attempts[index].clientID = message["clientId"].flatMap { Int($0) }
            }
            if message.name == "placeOrder" { noteOrder(message) }
            if kept.contains(.toGateway) { keep(message, in: \.received) }
        case .toClient:
            if kept.contains(.toClient) { keep(message, in: \.sent) }
        }
    }

    private mutating func keep(
        _ message: Message, in list: WritableKeyPath<TrafficHistory, [Message]>
    ) {
        guard keepsLatest else {
            if self[keyPath: list].count < Self.mostCount {
                self[keyPath: list].append(message)
            } else {
                isIncomplete = true
            }
            return
        }
        self[keyPath: list].append(message)
        keptBytes += message.approximateBytes
        if self[keyPath: list].count > Self.mostCount { forgetOlderHalf(of: list) }
        if keptBytes > Self.mostBytes {
            forgetOlderHalf(of: \.received)
            forgetOlderHalf(of: \.sent)
        }
    }

    /// Each message is moved at most once.
    private mutating func forgetOlderHalf(
        of list: WritableKeyPath<TrafficHistory, [Message]>
    ) {
        let count = (self[keyPath: list].count + 1) / 2
        keptBytes -= self[keyPath: list].prefix(count).reduce(0) { $0 + $1.approximateBytes }
        self[keyPath: list].removeFirst(count)
        isIncomplete = true
    }

    private mutating func noteOrder(_ message: Message) {
        guard let reference = message["order.orderRef"], !reference.isEmpty,
            let id = message["orderId"]
        else { return }
        guard let known = orderIDs[reference] else {
            if orderIDs.count < Self.mostCount {
                orderIDs[reference] = id
            } else {
                isIncomplete = true
            }
            return
        }
        if known != id { referencesUsedTwice.insert(reference) }
    }
}

extension TrafficHistory {
    /// The times between the end of a connection and the opening of the next one.
    ///
    /// A connection that was opened beside another one has no gap before it.
    package var gaps: [ConnectionGap] {
        var gaps: [ConnectionGap] = []
        for (index, (before, next)) in zip(attempts, attempts.dropFirst()).enumerated() {
            if let end = before.endedAt, end <= next.openedAt {
                gaps.append(ConnectionGap(next: index + 2, length: next.openedAt - end))
            }
        }
        return gaps
    }

    /// From when on nobody connecting any more means that the clients have given up.
    ///
    /// That is twice the longest gap after the last connection's end, and a second at the least; `nil`
    /// while a connection goes on.
    package var givenUpAt: SimInstant? {
        guard let last = attempts.last, attempts.allSatisfy({ $0.endedAt != nil }) else {
            return nil
        }
        let end = attempts.compactMap(\.endedAt).max() ?? last.openedAt
        return end + max(.seconds(1), (gaps.map(\.length).max() ?? .zero) * 2)
    }

    /// The client ids that were used.
    package var clientIDs: Set<Int> { Set(attempts.compactMap(\.clientID)) }

    /// Whether a client waited longer and longer: at least two gaps, none more than a tenth shorter
    /// than the one before, and the last at least half as long again as the first.
    package var backsOff: Bool {
        let gaps = gaps.map(\.length)
        guard gaps.count >= 2, let first = gaps.first, let last = gaps.last else { return false }
        return zip(gaps, gaps.dropFirst()).allSatisfy { $0 * 9 <= $1 * 10 } && last * 2 >= first * 3
    }

    /// How many of these names came in this order, other messages between them or not.
    package func progress(of names: [String]) -> Int {
        var count = 0
        for message in received where count < names.count && message.name == names[count] {
            count += 1
        }
        return count
    }
}

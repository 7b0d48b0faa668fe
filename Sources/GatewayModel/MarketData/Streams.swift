import GatewayWire
import Simulation

/// A kind of subscription; ids are counted apart for each.
enum StreamKind: Int, Hashable, Sendable, Comparable {
    case snapshot, tickByTick, depth, realTimeBars, keptBars, scanner, bulletins
    /// Answered at once, but open until cancelled.
    case headTimestamp, histogram, fundamentals, impliedVolatility, optionPrice
    case displayGroup, calendarMeta, calendarEvents

    static func < (one: StreamKind, other: StreamKind) -> Bool { one.rawValue < other.rawValue }
}

struct StreamKey: Hashable, Sendable, Comparable {
    let kind: StreamKind
    let request: Int

    static func < (one: StreamKey, other: StreamKey) -> Bool {
        (one.kind, one.request) < (other.kind, other.request)
    }
}

/// What a subscription remembers between two messages.
enum Stream: Sendable {
    case snapshot
    case tickByTick(TickByTick)
    case depth(DepthBook)
    case realTimeBars(RealTimeBars)
    case keptBars(KeptBars)
    case scanner(ScannerQuery)
    case bulletins
    case answered
    case displayGroup(Int)
}

/// Everything one client subscribed to besides accounts and orders.
struct ClientStreams: Sendable {
    struct Entry: Sendable {
        var stream: Stream
        var ticket: Schedule.Ticket?
    }

    /// Streaming level 1 lines.
    var lines: [Int: FeedKey] = [:]
    var entries: [StreamKey: Entry] = [:]
    var recentHistory = HistoryPacing()
    /// The event calendar's metadata was asked for once; it counts even after its cancel.
    var calendarWasRead = false

    var lineCount: Int { lines.count + count(.snapshot) }

    func has(_ kind: StreamKind, _ request: Int) -> Bool {
        entries[StreamKey(kind: kind, request: request)] != nil
    }

    func count(_ kind: StreamKind) -> Int { entries.keys.count { $0.kind == kind } }
}

extension HealthyGateway {
    /// Opens a subscription under the request's id, with its first task if it has one.
    mutating func startStream(
        _ kind: StreamKind, _ request: Request, _ stream: Stream, at instant: SimInstant? = nil
    ) {
        let key = StreamKey(kind: kind, request: request.id)
        let ticket = instant.map { schedule.add(.stream(request.connection, key), at: $0) }
        clients[request.connection]?.streams.entries[key] = ClientStreams.Entry(
            stream: stream, ticket: ticket)
    }

    /// Opens what was answered at once and lives on only to be cancelled.
    ///
    /// The same id again replaces it; when a client never cancels, the lowest ids are forgotten.
    mutating func rememberAnswered(_ kind: StreamKind, _ request: Request) {
        guard let streams = clients[request.connection]?.streams else { return }
        if streams.count(kind) >= limits.streams {
            let oldest = streams.entries.keys.filter { $0.kind == kind }.min()
            if let oldest { clients[request.connection]?.streams.entries[oldest] = nil }
        }
        startStream(kind, request, .answered)
    }

    /// Ends a subscription; false when there was none.
    mutating func stopStream(_ kind: StreamKind, _ request: Int, of connection: ConnectionID)
        -> Bool
    {
        let key = StreamKey(kind: kind, request: request)
        guard let entry = clients[connection]?.streams.entries.removeValue(forKey: key) else {
            return false
        }
        if let ticket = entry.ticket { schedule.cancel(ticket) }
        return true
    }

    /// Cancels by request, or says with an error that there is nothing to cancel.
    mutating func cancelStream(
        _ kind: StreamKind, _ request: Request, orFail code: Int, _ text: String
    ) {
        if !stopStream(kind, request.id, of: request.connection) { fail(request, code, text) }
    }

    /// Whether the client may open one more of a kind; answers with an error when not.
    mutating func mayOpen(
        _ kind: StreamKind, _ request: Request, atMost limit: Int, duplicate: (Int, String),
        tooMany: (Int, String)
    ) -> Bool {
        guard let streams = clients[request.connection]?.streams else { return false }
        if streams.has(kind, request.id) {
            fail(request, duplicate.0, duplicate.1)
            return false
        }
        if streams.count(kind) >= limit {
            fail(request, tooMany.0, tooMany.1)
            return false
        }
        return true
    }

    /// A subscription's next task is due; while the broker is out of reach nothing is sent.
    mutating func advance(_ connection: ConnectionID, _ key: StreamKey, at now: SimInstant) {
        guard var entry = clients[connection]?.streams.entries[key] else { return }
        let next: SimInstant?
        switch entry.stream {
        case .snapshot:
            send(Message("tickSnapshotEnd", ["reqId": String(key.request)]), to: connection)
            next = nil
        case .tickByTick(var ticks):
            next = advance(&ticks, key.request, connection, at: now)
            entry.stream = .tickByTick(ticks)
        case .depth(var book):
            next = advance(&book, key.request, connection, at: now)
            entry.stream = .depth(book)
        case .realTimeBars(let bars): next = advance(bars, key.request, connection, at: now)
        case .keptBars(let bars): next = advance(bars, key.request, connection, at: now)
        case .scanner(let query): next = advance(query, key.request, connection, at: now)
        case .bulletins: next = advanceBulletins(connection, at: now)
        case .answered, .displayGroup: next = nil
        }
        entry.ticket = next.map { schedule.add(.stream(connection, key), at: $0) }
        clients[connection]?.streams.entries[key] = next == nil ? nil : entry
    }

    /// Ends every market data subscription of a client: it left, or the broker lost its data.
    mutating func dropMarketData(of connection: ConnectionID) {
        guard let streams = clients[connection]?.streams else { return }
        drop(streams, of: connection)
        clients[connection]?.streams = ClientStreams()
    }

    mutating func drop(_ streams: ClientStreams, of connection: ConnectionID) {
        for key in streams.entries.keys.sorted() {
            if let ticket = streams.entries[key]?.ticket { schedule.cancel(ticket) }
        }
        for request in streams.lines.keys.sorted() {
            if let key = streams.lines[request] { leave(key, connection, request) }
        }
    }
}

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

/// The subscriptions of all clients to one part of the gateway, by kind and request id.
///
/// A subscription may have a task in the schedule: its next message, or its end.
struct Subscriptions<Content: Sendable>: Sendable {
    private struct Entry: Sendable {
        var content: Content
        var ticket: Schedule.Ticket?
    }

    private var entries: [ConnectionID: [StreamKey: Entry]] = [:]

    /// Of all clients.
    var count: Int { entries.values.reduce(0) { $0 + $1.count } }

    /// Clients with subscriptions, oldest connection first.
    var connections: [ConnectionID] { entries.keys.sorted() }

    /// What a client's subscription remembers; `nil` when there is none.
    func content(of key: StreamKey, _ connection: ConnectionID) -> Content? {
        entries[connection]?[key]?.content
    }

    /// A client's subscriptions, by kind and then by id.
    func all(of connection: ConnectionID) -> [(key: StreamKey, content: Content)] {
        (entries[connection] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value.content) }
    }

    func has(_ kind: StreamKind, _ request: Request) -> Bool {
        entries[request.connection]?[StreamKey(kind: kind, request: request.id)] != nil
    }

    func count(_ kind: StreamKind, of connection: ConnectionID) -> Int {
        entries[connection]?.keys.count { $0.kind == kind } ?? 0
    }

    /// Whether the client may open one more of a kind; answers with an error when not.
    func mayOpen(
        _ kind: StreamKind, _ request: Request, atMost limit: Int, duplicate: (Int, String),
        tooMany: (Int, String), _ context: inout GatewayContext
    ) -> Bool {
        if has(kind, request) {
            context.fail(request, duplicate.0, duplicate.1)
            return false
        }
        if count(kind, of: request.connection) >= limit {
            context.fail(request, tooMany.0, tooMany.1)
            return false
        }
        return true
    }

    /// Opens a subscription under the request's id, with its first task if it has one.
    mutating func start(
        _ kind: StreamKind, _ request: Request, _ content: Content, at instant: SimInstant? = nil,
        _ context: inout GatewayContext
    ) {
        let key = StreamKey(kind: kind, request: request.id)
        let ticket = instant.map { context.schedule.add(.stream(request.connection, key), at: $0) }
        entries[request.connection, default: [:]][key] = Entry(content: content, ticket: ticket)
    }

    /// Opens what was answered at once and lives on only to be cancelled.
    ///
    /// The same id again replaces it; when a client never cancels, the lowest ids are forgotten.
    mutating func remember(
        _ kind: StreamKind, _ request: Request, _ content: Content,
        _ context: inout GatewayContext
    ) {
        if count(kind, of: request.connection) >= context.limits.streams {
            let oldest = entries[request.connection]?.keys.filter { $0.kind == kind }.min()
            if let oldest { entries[request.connection]?[oldest] = nil }
        }
        start(kind, request, content, &context)
    }

    /// A subscription's task was done: keeps what it remembers now until its next one, or ends it.
    mutating func goOn(
        _ key: StreamKey, _ connection: ConnectionID, _ content: Content, at next: SimInstant?,
        _ context: inout GatewayContext
    ) {
        guard let next else {
            entries[connection]?[key] = nil
            return
        }
        let ticket = context.schedule.add(.stream(connection, key), at: next)
        entries[connection]?[key] = Entry(content: content, ticket: ticket)
    }

    /// Ends a subscription; false when there was none.
    mutating func stop(
        _ kind: StreamKind, _ request: Request, _ context: inout GatewayContext
    ) -> Bool {
        let key = StreamKey(kind: kind, request: request.id)
        guard let entry = entries[request.connection]?.removeValue(forKey: key) else {
            return false
        }
        if let ticket = entry.ticket { context.schedule.cancel(ticket) }
        return true
    }

    /// Cancels by request, or says with an error that there is nothing to cancel.
    mutating func cancel(
        _ kind: StreamKind, _ request: Request, orFail code: Int, _ text: String,
        _ context: inout GatewayContext
    ) {
        if !stop(kind, request, &context) { context.fail(request, code, text) }
    }

    /// Ends everything a client subscribed to here: it left, or the broker lost its data.
    mutating func forget(_ connection: ConnectionID, _ context: inout GatewayContext) {
        guard let streams = entries.removeValue(forKey: connection) else { return }
        for key in streams.keys.sorted() {
            if let ticket = streams[key]?.ticket { context.schedule.cancel(ticket) }
        }
    }
}

import GatewayWire
import Simulation

/// The gateway connections of a recording, understood, as one stream of events.
///
/// Reads on demand. Connections that turn out to be something else are counted and no longer
/// followed.
package struct DecodedCapture: ~Copyable {
    private var connections: CapturedConnections
    private var table: ConversationTable
    private var events: OrderingSink<WaitingEvents>
    private var isAtEnd = false

    /// Opens a file and reads its header.
    package init(path: String, ports: GatewayPorts = GatewayPorts()) throws(CaptureError) {
        try self.init(paths: [path], ports: ports)
    }

    /// Opens the files of one recording, in any order, and reads their headers.
    package init(paths: [String], ports: GatewayPorts = GatewayPorts()) throws(CaptureError) {
        connections = try CapturedConnections(paths: paths)
        table = ConversationTable(ports: ports)
        events = OrderingSink(WaitingEvents())
    }

    /// Takes the next event, nil after the last.
    ///
    /// Events come in the order of their times, also of connections that are known late.
    ///
    /// - Throws: `CaptureError.noTCP` at the end of a recording that had none.
    package mutating func next() throws(CaptureError) -> DecodedEvent? {
        while events.sink.count == 0 {
            if isAtEnd { return nil }
            var sorting = ConversationSink(table: table, sink: events)
            table = ConversationTable(ports: GatewayPorts())
            events = OrderingSink(WaitingEvents())
            defer {
                table = sorting.table
                events = sorting.sink
            }
            isAtEnd = try !readPacket(into: &sorting)
        }
        return events.sink.takeFirst()
    }

    /// Hands everything that is left to a sink, as it comes and in the order of times.
    ///
    /// - Parameter progress: Called now and then.
    /// - Throws: `CaptureError.noTCP` at the end of a recording that had none.
    package mutating func read<Sink: DecodedEventSink>(
        into sink: inout Sink, progress: (borrowing CapturedConnections) -> Void = { _ in }
    ) throws(CaptureError) {
        var sorting = ConversationSink(table: table, sink: OrderingSink(sink))
        table = ConversationTable(ports: GatewayPorts())
        defer {
            sink = sorting.sink.sink
            table = sorting.table
        }
        var count = 0
        while try readPacket(into: &sorting) {
            count += 1
            if count & 0x3FFF == 0 { progress(connections) }
        }
        isAtEnd = true
    }

    @inline(__always)
    private mutating func readPacket<Sink: DecodedEventSink>(
        into sorting: inout ConversationSink<OrderingSink<Sink>>
    ) throws(CaptureError) -> Bool {
        let isMore = try connections.readPacket(into: &sorting)
        if !sorting.table.unwanted.isEmpty {
            for id in sorting.table.unwanted { connections.ignore(id) }
            sorting.table.unwanted = []
        }
        sorting.sink.release(undecidedSince: isMore ? sorting.table.undecidedSince : nil)
        return isMore
    }

    /// What was read so far; complete after `next()` has returned nil.
    package var summary: CaptureSummary { connections.summary }

    /// Whether a file stops early or cannot be read to its end.
    package var isDamaged: Bool { summary.notes.contains(where: \.isDamage) }

    /// Gateway connections seen so far.
    package var gatewayCount: Int { table.gatewayCount }

    /// What could not be seen, and what was left out, in sentences.
    package var notes: [String] {
        summary.notes.map(\.description) + table.notes
    }
}

/// Events in the order of their times.
struct WaitingEvents: DecodedEventSink {
    private var events: [DecodedEvent] = []
    private var next = 0

    var count: Int { events.count - next }
    var first: DecodedEvent? { next < events.count ? events[next] : nil }

    mutating func takeFirst() -> DecodedEvent {
        defer {
            next += 1
            if next == events.count {
                events.removeAll(keepingCapacity: events.capacity <= 65_536)
                next = 0
            } else if next > 1024, next > events.count / 2 {
                events.removeFirst(next)
                next = 0
            }
        }
        return events[next]
    }

    mutating func take(_ event: DecodedEvent) {
        guard let last = events.last, count > 0, event.at < last.at else {
            events.append(event)
            return
        }
        // Behind all that are not later.
        var low = next
        var high = events.count
        while low < high {
            let middle = (low + high) / 2
            if events[middle].at <= event.at { low = middle + 1 } else { high = middle }
        }
        events.insert(event, at: low)
    }

    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        take(place.event(body, scanner))
    }
}

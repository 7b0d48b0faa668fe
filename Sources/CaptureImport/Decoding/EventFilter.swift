package import EventLog
package import GatewayWire
import Simulation

/// Which events of a recording are wanted.
package struct EventFilter: Sendable {
    /// As `decode` numbers gateway connections.
    package var connections: Set<Int> = []
    package var from: Moment?
    package var to: Moment?
    /// Names of messages; then nothing else is wanted.
    package var types: Set<String> = []

    package init() {}

    /// A point in time of a recording.
    package enum Moment: Sendable, Equatable {
        case instant(CaptureInstant)
        /// From the first event.
        case after(Duration)
    }

    package var isEmpty: Bool {
        connections.isEmpty && from == nil && to == nil && types.isEmpty
    }

    func wants(
        connection: Int, at: CaptureInstant, since first: CaptureInstant, name: () -> String?
    ) -> Bool {
        if !connections.isEmpty, !connections.contains(connection) { return false }
        if let from, at < from.instant(since: first) { return false }
        if let to, at > to.instant(since: first) { return false }
        return types.isEmpty || name().map(types.contains) ?? false
    }
}

extension LogEvent.Kind {
    /// The message's name as `--type` takes it.
    fileprivate var messageName: String? {
        if case .message(let message) = self { return message.name }
        if case .hello = self { return "hello" }
        if case .version = self { return "serverVersion" }
        return nil
    }
}

/// Which events of a log are wanted, those of no connection included.
package struct LoggedEventFilter {
    private let filter: EventFilter
    private var first: CaptureInstant?

    package init(_ filter: EventFilter) {
        self.filter = filter
    }

    /// - Parameters:
    ///   - connection: Its number; `nil` for what is of none.
    ///   - at: Never before the events that were asked about before.
    package mutating func wants(
        _ event: LogEvent, connection: Int?, at: CaptureInstant
    ) -> Bool {
        let since = first ?? at
        first = since
        // Numbers count from 1, so that what is of no connection is wanted by none.
        return filter.wants(
            connection: connection ?? 0, at: at, since: since, name: { event.kind.messageName })
    }
}

extension EventFilter.Moment {
    func instant(since first: CaptureInstant) -> CaptureInstant {
        switch self {
        case .instant(let instant): instant
        case .after(let duration):
            CaptureInstant(
                nanosecondsSinceEpoch: first.nanosecondsSinceEpoch
                    &+ duration.nanoseconds)
        }
    }
}

/// Hands on what a filter wants.
package struct FilteringSink<Sink: DecodedEventSink>: DecodedEventSink {
    package private(set) var sink: Sink
    private let filter: EventFilter
    private var first: CaptureInstant?

    package init(_ sink: Sink, _ filter: EventFilter) {
        self.sink = sink
        self.filter = filter
    }

    package mutating func take(_ event: DecodedEvent) {
        let since = first ?? event.at
        first = since
        if filter.wants(
            connection: event.connection, at: event.at, since: since,
            name: { event.kind.messageName })
        {
            sink.take(event)
        }
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        let since = first ?? place.at
        first = since
        if filter.isEmpty {
            sink.take(place, body, scanner)
            return
        }
        let schema = scanner.schema
        if filter.wants(
            connection: place.connection, at: place.at, since: since, name: { schema.name })
        {
            sink.take(place, body, scanner)
        }
    }

    /// The sink has all that it was to get.
    package mutating func finish(_ body: (inout Sink) -> Void) { body(&sink) }
}

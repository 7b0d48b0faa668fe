import EventLog
package import GatewayWire
import Simulation

/// What a page says of a recording: its connections, and sums over all of them.
///
/// Memory is bounded by the connections open at the same time, and by `maxListed` ended ones.
package struct CaptureDigest: DecodedEventSink {
    /// Ended connections kept one by one; of others only the sums.
    static let maxListed = 1000

    /// The connections that ended, in the order of their ends, and then the open ones.
    package private(set) var ended: [ConnectionSummary] = []
    package private(set) var connectionCount = 0
    package private(set) var messageCount = 0
    package private(set) var errorCodes: [Int: Int] = [:]
    package private(set) var firstAt: CaptureInstant?
    package private(set) var lastAt: CaptureInstant?
    /// Connections not listed one by one.
    package var unlistedCount: Int { connectionCount - ended.count - places.count }

    private var open: [ConnectionSummary] = []
    private var freePlaces: [Int] = []
    private var places: [Int: Int] = [:]
    private var recent = RecentPlaces()

    package init() {}

    /// All connections listed, in their order.
    package var connections: [ConnectionSummary] {
        (ended + places.values.map { open[$0] }).sorted { $0.number < $1.number }
    }

    @inline(__always)
    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        messageCount += 1
        lastAt = place.at
        open[self.place(of: place.connection)].take(place, body, scanner)
    }

    package mutating func take(_ event: DecodedEvent) {
        firstAt = firstAt ?? event.at
        lastAt = event.at
        let place = place(of: event.connection)
        if event.kind.isMessage { messageCount += 1 }
        open[place].take(event)
        guard case .over = event.kind else { return }
        for (code, count) in open[place].errorCodes where errorCodes.count < 1000 {
            errorCodes[code, default: 0] += count
        }
        if ended.count < Self.maxListed { ended.append(open[place]) }
        open[place] = ConnectionSummary(number: 0)
        freePlaces.append(place)
        places[event.connection] = nil
        recent[event.connection] = nil
    }

    @inline(__always)
    private mutating func place(of number: Int) -> Int {
        if let place = recent[number] { return place }
        return newPlace(of: number)
    }

    private mutating func newPlace(of number: Int) -> Int {
        if let place = places[number] {
            recent[number] = place
            return place
        }
        connectionCount += 1
        let place = freePlaces.popLast() ?? open.count
        if place == open.count {
            open.append(ConnectionSummary(number: number))
        } else {
            open[place] = ConnectionSummary(number: number)
        }
        places[number] = place
        recent[number] = place
        return place
    }
}

extension LogEvent.Kind {
    /// Whether it is a whole frame or the hello.
    fileprivate var isMessage: Bool {
        if case .message = self { return true }
        if case .hello = self { return true }
        if case .version = self { return true }
        if case .unknown = self { return true }
        if case .malformed = self { return true }
        return false
    }
}

import GatewayWire
import Simulation

/// The gateway connections of a capture file, understood, as one stream of events.
///
/// Reads on demand. Connections that turn out to be something else are counted and no longer
/// followed.
package struct DecodedCapture: ~Copyable {
    private enum Place {
        case sorting(ConnectionSorter)
        case following(GatewayConversation, isFlipped: Bool)
        case ignoring
    }

    private var connections: CapturedConnections
    private var places: [ConnectionID: Place] = [:]
    private var waiting: [DecodedEvent] = []
    private var nextWaiting = 0
    /// Gateway connections seen so far.
    package private(set) var gatewayCount = 0
    /// Connections of other programs, and the reason for the first few.
    package private(set) var otherCount = 0
    package private(set) var otherReasons: [String] = []

    /// Opens the file and reads its header.
    package init(path: String) throws(CaptureError) {
        connections = try CapturedConnections(path: path)
    }

    /// Takes the next event, nil after the last.
    ///
    /// - Throws: `CaptureError.noTCP` at the end of a file that had none.
    package mutating func next() throws(CaptureError) -> DecodedEvent? {
        while nextWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
            guard let event = try connections.next() else { return nil }
            take(event)
        }
        defer { nextWaiting += 1 }
        return waiting[nextWaiting]
    }

    /// What was read so far; complete after `next()` has returned nil.
    package var summary: CaptureSummary { connections.summary }

    /// What could not be seen, and what was left out, in sentences.
    package var notes: [String] {
        var notes = summary.notes.map(\.description)
        if otherCount > 0 {
            let reasons = otherReasons.joined(separator: "; ")
            notes.append("\(otherCount) connections are not TWS API and were left out: \(reasons)")
        }
        if gatewayCount == 0 {
            notes.append(
                "no gateway connection was found: none begins with a hello or uses the ports "
                    + KnownPort.listed(with: "or"))
        }
        return notes
    }

    private mutating func take(_ event: CapturedEvent) {
        let isLast = if case .closed = event.happening { true } else { false }
        // Taken out for the time: its buffers must not be copied.
        let place = places.removeValue(forKey: event.connection)
        switch place ?? .sorting(ConnectionSorter()) {
        case .following(var conversation, let isFlipped):
            conversation.take(isFlipped ? event.flipped : event, into: &waiting)
            if !isLast { places[event.connection] = .following(conversation, isFlipped: isFlipped) }
        case .ignoring:
            if !isLast { places[event.connection] = .ignoring }
        case .sorting(var sorter):
            let verdict = sorter.take(event)
            settle(verdict, sorter, event.connection, isLast: isLast)
        }
    }

    private mutating func settle(
        _ verdict: ConnectionSorter.Verdict, _ sorter: ConnectionSorter, _ id: ConnectionID,
        isLast: Bool
    ) {
        switch verdict {
        case .undecided:
            places[id] = .sorting(sorter)
        case .gateway(let start, let isFlipped):
            gatewayCount += 1
            var conversation = GatewayConversation(number: gatewayCount, start: start)
            for event in sorter.waiting {
                conversation.take(isFlipped ? event.flipped : event, into: &waiting)
            }
            if !isLast { places[id] = .following(conversation, isFlipped: isFlipped) }
        case .other(let reason):
            otherCount += 1
            if otherReasons.count < 3, !otherReasons.contains(reason) {
                otherReasons.append(reason)
            }
            guard !isLast else { return }
            connections.ignore(id)
            places[id] = .ignoring
        }
    }
}

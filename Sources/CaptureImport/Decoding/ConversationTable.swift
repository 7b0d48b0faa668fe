import EventLog
import GatewayWire
import Simulation

/// The conversations of a capture, and which of its connections are none.
struct ConversationTable {
    /// Gateway connections seen so far.
    private(set) var gatewayCount = 0
    /// Connections of other programs, and the reason for the first few.
    private(set) var otherCount = 0
    private(set) var otherReasons: [String] = []
    /// Connections that nobody wants to follow further; whoever reads them forgets them here.
    var unwanted: [ConnectionID] = []

    private let ports: GatewayPorts
    /// A conversation keeps its place until its end; then another one takes it.
    private var conversations: [GatewayConversation] = []
    private var isFlipped: [Bool] = []
    private var freePlaces: [Int] = []
    private var places: [ConnectionID: Int] = [:]
    private var sorters: [ConnectionID: ConnectionSorter] = [:]
    /// Since when the oldest connection is undecided; nil when there is none.
    private(set) var undecidedSince: CaptureInstant?
    private var ignored: Set<ConnectionID> = []
    private var recent = RecentPlaces()

    init(ports: GatewayPorts) {
        self.ports = ports
    }

    @inline(__always)
    mutating func take<Sink: DecodedEventSink>(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int, into sink: inout Sink
    ) {
        guard let place = place(of: connection) else {
            if ignored.contains(connection) { return }
            sort(
                CapturedEvent(
                    connection: connection, at: at, packet: packet,
                    happening: .bytes(direction, bytes.copied(0..<bytes.count))), &sink)
            return
        }
        conversations[place].take(
            bytes, isFlipped[place] ? direction.opposite : direction, at: at, packet: packet,
            into: &sink)
    }

    mutating func take<Sink: DecodedEventSink>(_ event: CapturedEvent, into sink: inout Sink) {
        guard let place = place(of: event.connection) else {
            sort(event, &sink)
            return
        }
        conversations[place].take(isFlipped[place] ? event.flipped : event, into: &sink)
        if event.isLast { remove(event.connection, place) }
    }

    /// What was left out, in sentences.
    var notes: [String] {
        var notes: [String] = []
        if otherCount > 0 {
            let reasons = otherReasons.joined(separator: "; ")
            notes.append(
                "\(otherCount) connections are not TWS API and were left out: \(reasons)")
        }
        if gatewayCount == 0 {
            notes.append(
                "no gateway connection was found: none begins with a hello or uses the ports "
                    + KnownPort.listed(with: "or"))
        }
        return notes
    }

    // Helpers, in the order they are called.

    @inline(__always)
    private mutating func place(of connection: ConnectionID) -> Int? {
        if let place = recent[connection.number] { return place }
        guard let place = places[connection] else { return nil }
        recent[connection.number] = place
        return place
    }

    private mutating func sort<Sink: DecodedEventSink>(
        _ event: CapturedEvent, _ sink: inout Sink
    ) {
        let id = event.connection
        if ignored.contains(id) {
            if event.isLast { ignored.remove(id) }
            return
        }
        // Taken out for the time: its buffers must not be copied.
        var sorter =
            sorters.removeValue(forKey: id) ?? ConnectionSorter(since: event.at, ports: ports)
        let verdict = sorter.take(event)
        if verdict != .undecided, sorter.since == undecidedSince {
            undecidedSince = sorters.values.lazy.map(\.since).min()
        }
        switch verdict {
        case .undecided:
            undecidedSince = min(undecidedSince ?? sorter.since, sorter.since)
            sorters[id] = sorter
        case .gateway(let start, let isFlipped):
            follow(id, sorter.waiting, start, isFlipped: isFlipped, isLast: event.isLast, &sink)
        case .other(let reason):
            otherCount += 1
            if otherReasons.count < 3, !otherReasons.contains(reason) {
                otherReasons.append(reason)
            }
            guard !event.isLast else { return }
            unwanted.append(id)
            ignored.insert(id)
        }
    }

    private mutating func follow<Sink: DecodedEventSink>(
        _ id: ConnectionID, _ waiting: [CapturedEvent], _ start: ConnectionStart,
        isFlipped: Bool, isLast: Bool, _ sink: inout Sink
    ) {
        gatewayCount += 1
        var conversation = GatewayConversation(number: gatewayCount, start: start)
        for event in waiting {
            conversation.take(isFlipped ? event.flipped : event, into: &sink)
        }
        if isLast { return }
        let place = freePlaces.popLast() ?? conversations.count
        if place == conversations.count {
            conversations.append(conversation)
            self.isFlipped.append(isFlipped)
        } else {
            conversations[place] = conversation
            self.isFlipped[place] = isFlipped
        }
        places[id] = place
    }

    private mutating func remove(_ id: ConnectionID, _ place: Int) {
        places[id] = nil
        recent[id.number] = nil
        // Its buffers go at once.
        conversations[place] = GatewayConversation(number: 0, start: .handshake)
        freePlaces.append(place)
    }
}

/// Where numbered things were found last, so that they need not be looked up.
package struct RecentPlaces {
    private static let count = 256

    /// Empty until the first place is known: tables are made more often than filled.
    private var numbers: [Int] = []
    private var places: [Int] = []

    package init() {}

    /// The place of a number, when it is still known.
    package subscript(number: Int) -> Int? {
        get {
            let index = number & (Self.count - 1)
            return index < numbers.count && numbers[index] == number ? places[index] : nil
        }
        set {
            if numbers.isEmpty {
                numbers = [Int](repeating: -1, count: Self.count)
                places = [Int](repeating: 0, count: Self.count)
            }
            let index = number & (Self.count - 1)
            numbers[index] = newValue == nil ? -1 : number
            places[index] = newValue ?? 0
        }
    }
}

extension CapturedEvent {
    /// Whether the connection is over.
    var isLast: Bool { if case .closed = happening { true } else { false } }
}

/// Hands what a capture shows to its conversations, and what these understand to a sink.
struct ConversationSink<Sink: DecodedEventSink>: CapturedEventSink {
    var table: ConversationTable
    var sink: Sink

    mutating func take(_ event: CapturedEvent) { table.take(event, into: &sink) }

    @inline(__always)
    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {
        table.take(
            bytes, direction, of: connection, at: at, packet: packet, into: &sink)
    }
}

import EventLog
import GatewayWire
import Simulation

/// How much of repeated market data a fixture keeps.
package struct Folding: Hashable, Sendable {
    /// Messages of one kind and one subscription that are kept from the beginning and from the end.
    package var first: Int
    package var last: Int

    package static let usual = Folding(first: 20, last: 20)
    package static let least = Folding(first: 2, last: 1)

    package init(first: Int, last: Int) {
        self.first = first
        self.last = last
    }
}

/// The lines of a connection, within a bound.
///
/// The beginning and the end are always kept, because failures are at the end. Of repeated market
/// data the middle is left out, and the time that it took stays.
struct KeptLines: Sendable {
    /// Other lines that are kept from the beginning, and from the end.
    static let maxHalf = 250_000
    /// Subscriptions and kinds of market data that are told apart.
    static let maxStreams = 65_536

    private struct Entry: Sendable {
        let sequence: Int
        let event: Transcript.Event
        let direction: Direction?
        let from: CaptureInstant
        let to: CaptureInstant
        let firstPacket: Int
        let lastPacket: Int
    }

    private struct Stream: Hashable {
        /// The message's id in the schema.
        let message: Int
        let id: String
        let kind: String
    }

    /// What came of one stream behind its first lines.
    private struct Repetition: Sendable {
        var count = 0
        /// The last lines, a ring once it is full.
        var latest: [Entry] = []
        var start = 0

        /// - Returns: Whether an earlier line made way.
        mutating func keep(_ entry: Entry, _ size: Int) -> Bool {
            if latest.count < size {
                latest.append(entry)
                return false
            }
            guard size > 0 else { return true }
            latest[start] = entry
            start = (start + 1) % size
            return true
        }
    }

    private let folding: Folding?
    private var entries: [Entry] = []
    /// The last lines, a ring once it is full.
    private var ring: [Entry] = []
    private var ringStart = 0
    private var places: [Stream: Int] = [:]
    private var repetitions: [Repetition] = []
    private var sequence = 0
    private(set) var foldedCount = 0
    private(set) var droppedCount = 0

    init(folding: Folding?) {
        self.folding = folding
    }

    mutating func add(
        _ event: Transcript.Event, _ direction: Direction?, from: CaptureInstant,
        to: CaptureInstant, _ position: FramePosition
    ) {
        sequence += 1
        let entry = Entry(
            sequence: sequence, event: event, direction: direction, from: from, to: to,
            firstPacket: position.firstPacket, lastPacket: position.lastPacket)
        if let folding, let place = place(of: event) {
            repetitions[place].count += 1
            if repetitions[place].count > folding.first {
                if repetitions[place].keep(entry, folding.last) { foldedCount += 1 }
                return
            }
        }
        if entries.count < Self.maxHalf {
            entries.append(entry)
        } else if ring.count < Self.maxHalf {
            ring.append(entry)
        } else {
            ring[ringStart] = entry
            ringStart = (ringStart + 1) % ring.count
            droppedCount += 1
        }
    }

    /// What the client asked about, in the order in which it first did.
    var askedTopics: [Topic] {
        var teller = TopicTeller()
        var seen: Set<Topic> = []
        return all.compactMap { entry -> Topic? in
            guard let topic = teller.topic(of: entry.event), entry.direction == .toGateway else {
                return nil
            }
            return seen.insert(topic).inserted ? topic : nil
        }
    }

    /// Leaves out what is about some topics; the time that it took stays.
    mutating func remove(_ topics: Set<Topic>) {
        var teller = TopicTeller()
        entries = all.filter { entry in
            teller.topic(of: entry.event).map { !topics.contains($0) } ?? true
        }
        ring = []
        ringStart = 0
        for place in repetitions.indices { repetitions[place].latest = [] }
    }

    private var all: [Entry] {
        var all = entries + ring[ringStart...] + ring[..<ringStart]
        if repetitions.contains(where: { !$0.latest.isEmpty }) {
            all += repetitions.lazy.map(\.latest).joined()
            all.sort { $0.sequence < $1.sequence }
        }
        return all
    }

    /// In order, with the times between them.
    var lines: [Transcript.Line] {
        let all = all
        var lines: [Transcript.Line] = []
        lines.reserveCapacity(all.count)
        var last: Entry?
        var lastAt = all.first?.from ?? CaptureInstant(nanosecondsSinceEpoch: 0)
        for entry in all {
            let isSameSegment =
                entry.direction != nil && entry.direction == last?.direction
                && entry.firstPacket == last?.lastPacket
            let after = isSameSegment ? nil : Self.rounded(entry.from - lastAt)
            lines.append(Transcript.Line(after: after, event: entry.event))
            lastAt = max(lastAt, entry.to)
            last = entry
        }
        return lines
    }

    // Helpers, in the order they are called.

    /// Where the stream of a message is, if it is market data and there are not too many.
    private mutating func place(of event: Transcript.Event) -> Int? {
        guard case .message(let message, _) = event, message.schema.direction == .toClient,
            let kinds = Self.streams[message.schema.id]
        else { return nil }
        let stream = Stream(
            message: message.schema.id, id: TopicFinder.requestID(of: message) ?? "",
            kind: kinds.map { message.values[$0].string ?? message["tickType"] ?? "" } ?? "")
        if let place = places[stream] { return place }
        guard places.count < Self.maxStreams else { return nil }
        places[stream] = repetitions.count
        repetitions.append(Repetition())
        return repetitions.count - 1
    }

    /// Messages of market data by their ids, and which item tells what kind of it.
    private static let streams: [Int: Int?] = {
        var streams: [Int: Int?] = [:]
        for name in [
            "tickPrice", "tickSize", "tickString", "tickGeneric", "tickOptionComputation",
            "tickEFP", "updateMktDepth", "updateMktDepthL2", "realtimeBar", "tickByTick", "pnl",
            "pnlSingle", "historicalDataUpdate",
        ] {
            guard let schema = ProtocolSchema.message(named: name, .toClient) else { continue }
            streams[schema.id] = .some(schema.indexes(of: "tickType").first)
        }
        return streams
    }()

    /// To whole microseconds, never below zero.
    static func rounded(_ duration: Duration) -> Duration {
        let nanoseconds = max(0, duration.nanoseconds)
        return .microseconds(nanoseconds / 1000 + (nanoseconds % 1000 >= 500 ? 1 : 0))
    }

    static func rounded(_ cut: Transcript.Cut) -> Transcript.Cut {
        Transcript.Cut(offset: cut.offset, gap: rounded(cut.gap))
    }
}

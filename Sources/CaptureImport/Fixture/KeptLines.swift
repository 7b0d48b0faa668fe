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
        let name: String
        let id: String
        let kind: String
    }

    private let folding: Folding?
    private var entries: [Entry] = []
    /// The last lines, a ring once it is full.
    private var ring: [Entry] = []
    private var ringStart = 0
    private var counts: [Stream: Int] = [:]
    private var latest: [Stream: [Entry]] = [:]
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
        if let folding, let stream = Self.stream(of: event),
            counts[stream] != nil || counts.count < Self.maxStreams
        {
            counts[stream, default: 0] += 1
            if counts[stream, default: 0] > folding.first {
                latest[stream, default: []].append(entry)
                if latest[stream, default: []].count > folding.last {
                    latest[stream]?.removeFirst()
                    foldedCount += 1
                }
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
        latest = [:]
    }

    private var all: [Entry] {
        var all = entries + ring[ringStart...] + ring[..<ringStart]
        if !latest.isEmpty {
            all += latest.values.joined()
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

    private static let streams: Set<String> = [
        "tickPrice", "tickSize", "tickString", "tickGeneric", "tickOptionComputation", "tickEFP",
        "updateMktDepth", "updateMktDepthL2", "realtimeBar", "tickByTick", "pnl", "pnlSingle",
        "historicalDataUpdate",
    ]

    private static func stream(of event: Transcript.Event) -> Stream? {
        guard case .message(let message, _) = event, message.schema.direction == .toClient,
            streams.contains(message.name)
        else { return nil }
        let type = message.schema.indexes(of: "tickType").isEmpty ? nil : message["tickType"]
        return Stream(
            name: message.name, id: TopicFinder.requestID(of: message) ?? "", kind: type ?? "")
    }

    /// To whole microseconds, never below zero.
    static func rounded(_ duration: Duration) -> Duration {
        .microseconds(max(0, (duration.nanoseconds + 500) / 1000))
    }

    static func rounded(_ cut: Transcript.Cut) -> Transcript.Cut {
        Transcript.Cut(offset: cut.offset, gap: rounded(cut.gap))
    }
}

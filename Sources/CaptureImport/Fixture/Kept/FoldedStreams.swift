import EventLog
import GatewayWire

/// The streams of repeated messages of a connection: how many came, and the last lines of each.
///
/// A line that makes way leaves its bytes to the one that takes its place.
struct FoldedStreams {
    private struct Stream {
        /// First messages that were kept, since the last request for account news.
        var firstCount: Int32 = 0
        var round: Int32 = 0
        /// Of its slots, which are a ring once there is no more room.
        var firstSlot: Int32 = 0
        var slotCount: Int32 = 0
        var next: Int32 = 0
    }

    /// Where one of a stream's last lines is.
    private struct Slot {
        var start = 0
        /// What the line may take.
        var room = 0
        /// Where the event is that stands for its content; -1 for none.
        var event = -1
    }

    private let folding: Folding
    private let limits: KeptLimits
    private var places: StreamPlaces
    private var streams: [Stream] = []
    private var slots: [Slot] = []
    private var bytes: [UInt8] = []
    /// What stands for the content of some lines.
    private var events: [Transcript.Event] = []
    /// Counts the requests for account news.
    private var round: Int32 = 0
    /// Messages of market data, and of account news, that were left out.
    private(set) var foldedDataCount = 0
    private(set) var foldedNewsCount = 0

    init(_ folding: Folding, _ limits: KeptLimits) {
        self.folding = folding
        self.limits = limits
        places = StreamPlaces(maxCount: limits.maxStreams)
    }

    /// The first messages of account news stay again.
    mutating func beginRound() { round &+= 1 }

    /// Takes a message of a stream.
    ///
    /// - Parameters:
    ///   - key: Tells the stream.
    ///   - event: Stands for a content that is no bytes.
    /// - Returns: Whether it was taken; if not, it is a line like any other.
    mutating func take(
        _ kind: FoldedMessage.Kind, key: borrowing StreamKey, _ kept: KeptLine,
        _ cuts: [Transcript.Cut], _ content: Span<UInt8>, event: Transcript.Event?
    ) -> Bool {
        guard let place = places.place(of: key) else { return false }
        if place == streams.count { streams.append(Stream()) }
        if kind == .accountNews, streams[place].round != round {
            streams[place].round = round
            streams[place].firstCount = 0
        }
        if streams[place].firstCount < folding.first {
            streams[place].firstCount += 1
            return false
        }
        if keep(kept, cuts, content, event, in: place) { return true }
        switch kind {
        case .marketData: foldedDataCount += 1
        case .accountNews: foldedNewsCount += 1
        }
        return true
    }

    /// Hands on the lines that are left, in their order, and forgets all streams.
    mutating func finish(_ take: (PlacedLine, Span<UInt8>, Transcript.Event?) -> Void) {
        let lines = slots.compactMap { slot in
            slot.room == 0
                ? nil : (placed: PlacedLine(in: bytes.span, at: slot.start), event: slot.event)
        }
        for line in lines.sorted(by: { $0.placed.line.sequence < $1.placed.line.sequence }) {
            let isEvent = line.placed.line.form == .event
            take(line.placed, bytes.span, isEvent ? events[line.event] : nil)
        }
        places = StreamPlaces(maxCount: limits.maxStreams)
        streams = []
        slots = []
        bytes = []
        events = []
    }

    // Helpers, in the order they are called.

    /// Keeps a line among the last of its stream.
    ///
    /// - Returns: Whether no line was left out for it.
    private mutating func keep(
        _ kept: KeptLine, _ cuts: [Transcript.Cut], _ content: Span<UInt8>,
        _ event: Transcript.Event?, in place: Int
    ) -> Bool {
        let size = KeptLine.size(cutCount: cuts.count, contentCount: content.count)
        // A later line may be a little longer.
        let room = (size + 31) / 32 * 32
        let isRoom = bytes.count + room <= limits.streamBytes
        var stream = streams[place]
        let isNew = stream.slotCount < folding.last && isRoom
        if isNew {
            if stream.slotCount == 0 {
                stream.firstSlot = Int32(truncatingIfNeeded: slots.count)
                slots.append(contentsOf: repeatElement(Slot(), count: folding.last))
            }
            stream.slotCount += 1
        } else if stream.slotCount == 0 {
            return false
        }
        let index = Int(stream.firstSlot + (isNew ? stream.slotCount - 1 : stream.next))
        if slots[index].room < size {
            guard isRoom else { return false }
            slots[index].start = bytes.count
            slots[index].room = room
            bytes.append(kept, cuts, content, room: room)
        } else {
            bytes.replace(at: slots[index].start, with: kept, cuts, content)
        }
        if !isNew { stream.next = (stream.next + 1) % stream.slotCount }
        streams[place] = stream
        if let event { hold(event, index) }
        return isNew
    }

    private mutating func hold(_ event: Transcript.Event, _ index: Int) {
        if slots[index].event >= 0 {
            events[slots[index].event] = event
        } else {
            slots[index].event = events.count
            events.append(event)
        }
    }
}

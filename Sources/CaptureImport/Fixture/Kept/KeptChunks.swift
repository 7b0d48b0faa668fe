import EventLog
import GatewayWire

/// Lines in their order, packed into chunks that go to a store when they are full.
struct KeptChunks {
    struct Chunk {
        let piece: KeptStore.Piece
        let lineCount: Int
        /// What is kept of some of its lines instead of bytes.
        let events: [Transcript.Event]
        /// What it takes, wherever it is.
        let size: Int
    }

    private let store: KeptStore
    private(set) var chunks: [Chunk] = []
    private var bytes: [UInt8] = []
    private var lineCount = 0
    private var events: [Transcript.Event] = []
    /// About the memory that the events take.
    private var eventBytes = 0

    init(store: KeptStore) {
        self.store = store
    }

    /// Adds a line.
    ///
    /// - Parameter event: Stands for a content that is no bytes.
    /// - Returns: Whether a chunk was finished before it.
    @discardableResult
    mutating func add(
        _ line: KeptLine, _ cuts: [Transcript.Cut], _ content: Span<UInt8>,
        event: Transcript.Event? = nil
    ) -> Bool {
        let size = KeptLine.size(cutCount: cuts.count, contentCount: content.count)
        let isFull =
            lineCount > 0 && bytes.count + eventBytes + size > store.limits.chunkBytes
        if isFull { finish(keepingCapacity: true) }
        if bytes.isEmpty { bytes.reserveCapacity(size) }
        bytes.append(line, cuts, content, room: size)
        lineCount += 1
        if let event {
            events.append(event)
            eventBytes += event.approximateBytes
        }
        return isFull
    }

    /// Adds a line as it stands elsewhere.
    mutating func add(_ placed: PlacedLine, of source: Span<UInt8>, event: Transcript.Event?) {
        add(
            placed.line, placed.cuts(in: source), source.extracting(placed.content), event: event)
    }

    /// Hands what is left to the store.
    ///
    /// - Returns: Whether there was anything.
    @discardableResult
    mutating func finish(keepingCapacity: Bool = false) -> Bool {
        guard lineCount > 0 else { return false }
        chunks.append(
            Chunk(
                piece: store.keep(bytes), lineCount: lineCount, events: events,
                size: bytes.count + eventBytes))
        if keepingCapacity, bytes.capacity <= 2 * store.limits.chunkBytes {
            bytes.removeAll(keepingCapacity: true)
        } else {
            bytes = []
        }
        lineCount = 0
        events = []
        eventBytes = 0
        return true
    }

    mutating func dropChunk(at index: Int) -> Chunk { chunks.remove(at: index) }
}

extension Transcript.Event {
    fileprivate var approximateBytes: Int {
        switch self {
        case .message(let message, let cuts): message.approximateBytes + 24 * cuts.count + 64
        case .bytes(_, let bytes): bytes.count + 64
        case .hello, .version, .clientOpens, .clientEnds, .gatewayEnds, .gatewayHolds,
            .gatewayReads:
            64
        }
    }
}

/// Reads kept lines one after the other, a chunk at a time.
struct KeptLineReader {
    private let chunks: [KeptChunks.Chunk]
    private var nextChunk = 0
    /// The current chunk's.
    private(set) var bytes: [UInt8] = []
    private var events: ArraySlice<Transcript.Event> = []
    private var end = 0
    /// The current line; `nil` behind the last.
    private(set) var current: PlacedLine?
    /// Lines that could not be read back.
    private(set) var lostCount = 0

    init(_ chunks: [KeptChunks.Chunk]) {
        self.chunks = chunks
        advance()
    }

    /// What is kept instead of bytes.
    var event: Transcript.Event? { events.first }

    mutating func advance() {
        if current?.line.form == .event { events.removeFirst() }
        while end >= bytes.count {
            guard nextChunk < chunks.count else {
                current = nil
                return
            }
            let chunk = chunks[nextChunk]
            nextChunk += 1
            events = chunk.events[...]
            end = 0
            bytes = chunk.piece.bytes ?? []
            if bytes.isEmpty { lostCount += chunk.lineCount }
        }
        let placed = PlacedLine(in: bytes.span, at: end)
        current = placed
        end = placed.content.upperBound
    }
}

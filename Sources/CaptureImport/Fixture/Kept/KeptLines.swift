import EventLog
import GatewayWire
import Simulation

/// The lines of a connection, within a bound.
///
/// The beginning and the end are always kept, because failures are at the end. Of repeated market
/// data and account news the middle is left out, and the time that it took stays.
struct KeptLines {
    private let halfBytes: Int
    private var chunks: KeptChunks
    /// Chunks of the beginning; nil until it is full.
    private var beginningCount: Int?
    /// In finished chunks: of the beginning, and later of the end.
    private var byteCount = 0
    private var streams: FoldedStreams?
    /// The last lines of each stream, once the connection is over.
    private var latest: KeptChunks
    private var sequence = 0
    private(set) var droppedCount = 0
    /// Whether lines are kept at all.
    var isKeeping = true

    /// - Parameter folding: How much of repeated messages is kept; `nil` for all.
    init(folding: Folding?, store: KeptStore) {
        streams = folding.map { FoldedStreams($0, store.limits) }
        chunks = KeptChunks(store: store)
        latest = KeptChunks(store: store)
        halfBytes = store.limits.halfBytes
    }

    /// Messages of repeated market data that were left out.
    var foldedDataCount: Int { streams?.foldedDataCount ?? 0 }
    /// Messages of repeated account news that were left out.
    var foldedNewsCount: Int { streams?.foldedNewsCount ?? 0 }

    /// Adds a message as its bytes.
    ///
    /// - Parameters:
    ///   - cuts: Those that matter, rounded.
    ///   - kind: Of one that may be folded.
    ///   - key: Tells its stream.
    mutating func add(
        _ line: KeptLine, _ cuts: [Transcript.Cut], _ body: Span<UInt8>,
        _ kind: FoldedMessage.Kind?, key: borrowing StreamKey
    ) {
        add(line, cuts, body, event: nil, kind, key)
    }

    /// Adds what is no message at the connection's own server version, or is not at hand as bytes.
    mutating func add(_ event: Transcript.Event, _ line: KeptLine) {
        switch event {
        case .bytes(_, let bytes): add(line, [], bytes.span, event: nil, nil, StreamKey())
        case .message(let message, let cuts):
            var key = StreamKey()
            let kind = FoldedMessage.kind(of: message, key: &key)
            add(line, cuts, Span(), event: event, kind, key)
        case .clientOpens, .hello, .version, .clientEnds, .gatewayEnds, .gatewayHolds,
            .gatewayReads:
            add(line, [], Span(), event: event, nil, StreamKey())
        }
    }

    /// Keeps the first messages of account news again, as the client has asked for it.
    mutating func beginAccountNews() { streams?.beginRound() }

    /// The connection is over: what is left goes to the store.
    mutating func finish() {
        if chunks.finish() { account() }
        streams?.finish { placed, bytes, event in
            latest.add(placed, of: bytes, event: event)
        }
        latest.finish()
    }

    /// Hands on the lines in their order.
    ///
    /// - Returns: How many could not be read back.
    func read(_ take: (_ lines: borrowing KeptLineReader) -> Void) -> Int {
        var whole = self
        whole.finish()
        var early = KeptLineReader(whole.chunks.chunks)
        var late = KeptLineReader(whole.latest.chunks)
        while true {
            let (one, other) = (early.current?.line.sequence, late.current?.line.sequence)
            if let other, one.map({ other < $0 }) ?? true {
                take(late)
                late.advance()
            } else if one != nil {
                take(early)
                early.advance()
            } else {
                return early.lostCount + late.lostCount
            }
        }
    }

    // Helpers, in the order they are called.

    private mutating func add(
        _ line: KeptLine, _ cuts: [Transcript.Cut], _ content: Span<UInt8>,
        event: Transcript.Event?, _ kind: FoldedMessage.Kind?, _ key: borrowing StreamKey
    ) {
        guard isKeeping else { return }
        sequence += 1
        var line = line
        line.sequence = sequence
        if let kind,
            streams?.take(kind, key: key, line, cuts, content, event: event) == true
        {
            return
        }
        if chunks.add(line, cuts, content, event: event) { account() }
    }

    /// Counts the chunk that was finished last; when the end is too long, its oldest makes way.
    private mutating func account() {
        guard let last = chunks.chunks.last else { return }
        byteCount += last.size
        guard let beginningCount else {
            if byteCount >= halfBytes {
                beginningCount = chunks.chunks.count
                byteCount = 0
            }
            return
        }
        while byteCount > halfBytes, chunks.chunks.count > beginningCount + 1 {
            let dropped = chunks.dropChunk(at: beginningCount)
            byteCount -= dropped.size
            droppedCount += dropped.lineCount
        }
    }

    /// To whole microseconds, never below zero.
    static func rounded(_ duration: Duration) -> Duration {
        let nanoseconds = max(0, duration.nanoseconds)
        return .microseconds(nanoseconds / 1000 + (nanoseconds % 1000 >= 500 ? 1 : 0))
    }

    static func rounded(_ cut: Transcript.Cut) -> Transcript.Cut {
        Transcript.Cut(offset: cut.offset, gap: rounded(cut.gap))
    }
}

internal import Simulation

/// One toxic at work in one direction of one connection.
///
/// It holds what it has not passed on yet. It decides when something goes on and how the link ends; the
/// link carries it to the next stage.
struct ToxicStage {
    enum Step: Equatable {
        /// Nothing happens before something comes.
        case idle
        /// Nothing happens before that instant, unless something comes.
        case wait(until: SimInstant)
        /// Goes on in another step, so that what passed before is a write of its own.
        case pause
        /// The item goes on, as of that instant.
        case pass(LinkItem, at: SimInstant)
    }

    private(set) var toxic: Toxic
    private var effect: ToxicEffect
    private var queue = ArrivalQueue()
    /// The connection's draw: it is affected when this is below the toxicity.
    private let draw: Double
    /// Bytes of the stream up to the end of the last message that is left alone; `nil` while that has
    /// not come.
    private var messageOffset: Int?
    /// Bytes of the stream up to the last one that has come out of the queue.
    private var takenOffset: Int
    /// When it began to act as it does now.
    private var began: SimInstant
    /// When the line is free for the next bytes of a limited bandwidth, or the slicer's pause ends.
    private var freeAt = SimInstant.start
    private var passedCount = 0
    /// Bytes of the pieces into which the slicer cuts the first chunk.
    private var pieces: [Int] = []
    private var hasPassedPiece = false
    /// Ends the link behind what has just passed.
    private var pendingEnd: LinkEnd?
    /// It has ended the link: what still comes is discarded.
    private var isOver = false

    init(_ toxic: Toxic, draw: Double, counter: FrameCounter, at now: SimInstant) {
        self.toxic = toxic
        self.draw = draw
        effect = ToxicEffect(toxic)
        takenOffset = counter.byteCount
        began = now
        findMessage(counter)
    }

    var queuedBytes: Int { queue.byteCount }
    var queuedChunks: Int { queue.count }
    var isDelaying: Bool {
        if case .latency = effect { isActing } else { false }
    }
    /// Its removal closes the connection: data is missing there.
    var closesOnRemoval: Bool {
        if case .timeout = effect { isActing && !isOver } else { false }
    }
    /// How many messages must have come; `nil` when it does not wait for one.
    var awaitedMessage: Int? { messageOffset == nil ? toxic.attributes["after_messages"] : nil }

    mutating func messageEnded(at offset: Int) { messageOffset = offset }

    mutating func append(_ arrival: Arrival) { queue.append(arrival) }

    /// Takes everything that waits, when the toxic is removed.
    mutating func takeQueue() -> [LinkItem] {
        var items: [LinkItem] = []
        while let arrival = queue.removeFirst() { if !isOver { items.append(arrival.item) } }
        return items
    }

    mutating func change(to changed: Toxic, counter: FrameCounter, at now: SimInstant) {
        let count = toxic.attributes["after_messages"]
        toxic = changed
        effect = ToxicEffect(changed)
        began = now
        freeAt = max(freeAt, now)
        pieces = []
        if toxic.attributes["after_messages"] != count { findMessage(counter) }
    }

    /// Begins a step: one piece may pass.
    mutating func beginStep() { hasPassedPiece = false }

    mutating func next(at now: SimInstant, _ random: inout SeededRandom) -> Step {
        if isOver {
            queue.removeAll()
            return .idle
        }
        if let pendingEnd { return endLink(pendingEnd, at: now) }
        if !isActing { return passUntouched(at: now) }
        switch effect {
        case .nothing: return passFirst()
        case .latency(let latency, let jitter): return delay(latency, jitter, at: now)
        case .bandwidth(let rate): return throttle(rate, at: now)
        case .slowClose(let delay): return holdEnd(delay, at: now)
        case .timeout(let timeout): return swallow(closingAfter: timeout, at: now)
        case .resetPeer(let timeout): return reset(after: timeout, at: now)
        case .slicer(let average, let variation, let pause):
            return slice(average, variation, pause, at: now, &random)
        case .limit(let bytes, let end): return limit(to: bytes, end)
        }
    }

    // Whether it acts.

    private var isDrawn: Bool { draw < Double(toxic.toxicity) }
    /// Bytes of the stream that are left alone; `nil` while nobody knows.
    private var threshold: Int? {
        messageOffset.map { max($0, toxic.attributes["after_bytes"]) }
    }
    private var isActing: Bool { isDrawn && (threshold.map { takenOffset >= $0 } ?? false) }

    private mutating func findMessage(_ counter: FrameCounter) {
        messageOffset = counter.frameCount >= toxic.attributes["after_messages"] ? 0 : nil
    }

    private mutating func passUntouched(at now: SimInstant) -> Step {
        guard let arrival = queue.first else { return .idle }
        guard isDrawn, case .data(let chunk) = arrival.item, let threshold else {
            return passFirst()
        }
        let front = max(1, threshold - chunk.offset)
        guard let chunk = queue.takeFirst(front) else { return .idle }
        takenOffset = max(takenOffset, chunk.endOffset)
        if isActing { began = now }
        return .pass(.data(chunk), at: arrival.at)
    }

    private mutating func passFirst(at instant: SimInstant? = nil) -> Step {
        guard let arrival = queue.removeFirst() else { return .idle }
        if case .data(let chunk) = arrival.item { takenOffset = max(takenOffset, chunk.endOffset) }
        return .pass(arrival.item, at: instant ?? arrival.at)
    }

    // What each toxic does. The end of the stream follows what came before it.

    private mutating func delay(
        _ latency: Duration, _ jitter: Int, at now: SimInstant
    ) -> Step {
        guard let arrival = queue.first else { return .idle }
        guard case .data = arrival.item else { return passFirst() }
        let shift =
            jitter == 0
            ? 0 : Int(arrival.chance.multipliedFullWidth(by: UInt64(2 * jitter)).high) - jitter
        let due = max(arrival.at, arrival.at + latency + .milliseconds(shift))
        return due <= now ? passFirst(at: due) : .wait(until: due)
    }

    private mutating func throttle(_ rate: Int, at now: SimInstant) -> Step {
        guard let arrival = queue.first else { return .idle }
        guard case .data(let chunk) = arrival.item else { return passFirst() }
        guard rate > 0 else { return .idle }
        let size = min(chunk.bytes.count, 100 * rate)
        let due = max(arrival.at, freeAt, began) + .nanoseconds(size * 1_000_000 / rate)
        guard due <= now else { return .wait(until: due) }
        freeAt = due
        return passFront(size, at: due)
    }

    private mutating func holdEnd(_ delay: Duration, at now: SimInstant) -> Step {
        guard let arrival = queue.first else { return .idle }
        guard case .end = arrival.item else { return passFirst() }
        let due = max(arrival.at, began) + delay
        return due <= now ? passFirst(at: due) : .wait(until: due)
    }

    private mutating func swallow(closingAfter timeout: Duration?, at now: SimInstant) -> Step {
        while let arrival = queue.first {
            guard case .data = arrival.item else { return passFirst() }
            _ = passFirst()
        }
        guard let timeout else { return .idle }
        let due = began + timeout
        return due <= now ? endLink(.closed, at: due) : .wait(until: due)
    }

    /// Keeps what comes meanwhile, so that nothing is missing when the toxic is removed in time.
    private mutating func reset(after timeout: Duration, at now: SimInstant) -> Step {
        guard let arrival = queue.first else { return .idle }
        let due = arrival.at + timeout
        return due <= now ? endLink(.reset, at: due) : .wait(until: due)
    }

    private mutating func slice(
        _ average: Int, _ variation: Int, _ pause: Duration, at now: SimInstant,
        _ random: inout SeededRandom
    ) -> Step {
        guard let arrival = queue.first else { return .idle }
        let due = max(arrival.at, freeAt)
        guard due <= now else { return .wait(until: due) }
        guard case .data(let chunk) = arrival.item else { return passFirst(at: due) }
        if hasPassedPiece { return .pause }
        if pieces.isEmpty {
            pieces = Slicing.pieces(
                of: chunk.bytes.count, average: average, variation: variation, &random
            ).reversed()
        }
        hasPassedPiece = true
        freeAt = due + pause
        return passFront(pieces.popLast() ?? chunk.bytes.count, at: due)
    }

    private mutating func limit(to bytes: Int, _ end: LinkEnd) -> Step {
        guard let arrival = queue.first else { return .idle }
        guard case .data = arrival.item else { return passFirst() }
        guard passedCount < bytes, let chunk = queue.takeFirst(bytes - passedCount) else {
            return endLink(end, at: arrival.at)
        }
        passedCount += chunk.bytes.count
        takenOffset = max(takenOffset, chunk.endOffset)
        // What ends the link comes behind the last bytes.
        if passedCount >= bytes { pendingEnd = end }
        return .pass(.data(chunk), at: arrival.at)
    }

    private mutating func passFront(_ count: Int, at instant: SimInstant) -> Step {
        guard let chunk = queue.takeFirst(count) else { return .idle }
        takenOffset = max(takenOffset, chunk.endOffset)
        return .pass(.data(chunk), at: instant)
    }

    private mutating func endLink(_ end: LinkEnd, at instant: SimInstant) -> Step {
        isOver = true
        queue.removeAll()
        return .pass(.end(end), at: instant)
    }
}

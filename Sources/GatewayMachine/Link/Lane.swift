import Faults
import GatewayWire
import Simulation

/// One direction of a connection.
///
/// It delays, keeps, reorders, cuts and gathers frames.
///
/// Each frame has its own due time, so a later frame can overtake a delayed one, unless the delayed
/// one keeps the order. What is due is given its latency, gathered, then cut by the recorded cuts, by
/// `slicing`, by `loss` and by `rate`, in this order. After that nothing overtakes. A lane that is
/// stopped or paused lets nothing leave. `Tag` tells the end of the lane what the bytes are.
struct Lane<Tag: Sendable>: Sendable {
    /// Bytes and their tag, which the end of the lane gets with the last byte.
    ///
    /// A mark is a tag without bytes. It stays behind everything queued before it.
    struct Cargo: Sendable {
        var bytes: [UInt8]
        var tag: Tag?
        /// Where the bytes are cut, and how long the rest waits.
        ///
        /// In ascending order.
        var cuts: [FrameBreak] = []
        var isMark = false

        static func bytes(_ bytes: [UInt8], _ tag: Tag?) -> Cargo { Cargo(bytes: bytes, tag: tag) }
        static func mark(_ tag: Tag) -> Cargo { Cargo(bytes: [], tag: tag, isMark: true) }
    }

    private struct Item: Sendable {
        var due: SimInstant
        var cargo: Cargo
    }

    private struct Kept: Sendable {
        let id: Int?
        /// How many more frames must overtake it before it is released.
        var past: Int?
        let until: SimInstant?
        let cargo: Cargo
    }

    private var waiting: [Item] = []
    private var pieces: [Item] = []
    private var kept: [Kept] = []
    private var lastPieceDue = SimInstant.start
    /// Frames behind everything that waits, gathered into one cargo.
    private var frames = FrameBuffer()
    private var framesDue = SimInstant.start
    /// Nothing that is put here later is due before this instant.
    private var orderedUntil = SimInstant.start
    private var windowEnd: SimInstant?

    /// Bytes on the lane, gathered frames not counted.
    private(set) var byteCount = 0
    /// What the lane takes of memory: its bytes, and what each piece costs besides.
    var storedBytes: Int {
        byteCount + Self.pieceBytes * (waiting.count + pieces.count + kept.count)
    }
    private static var pieceBytes: Int { 128 }

    /// Cuts everything into pieces.
    var slicing: Slicing?
    /// Gathers what becomes due within this time into one write.
    var window: Duration?
    /// How many bytes may pass in a second.
    var rate: Int?

    /// How much later everything leaves.
    var latency: Delays?
    /// What vanishes.
    var loss: (Loss, CorrelatedDraws)?
    /// How many bytes may still leave, and what follows the last one.
    ///
    /// The rest is dropped.
    var allowance: (byteCount: Int, end: Tag)?
    var isStopped = false
    private var pausedUntil: SimInstant?
    /// Bytes that have vanished and were not taken yet.
    private var lostByteCount = 0

    /// Whether what is due leaves unchanged.
    var isPlain: Bool {
        slicing == nil && window == nil && rate == nil && latency == nil && loss == nil
            && allowance == nil && !isStopped && pausedUntil == nil
    }

    /// Takes back every change to what passes.
    ///
    /// What waits for its time still does.
    mutating func clear() {
        (slicing, window, rate, latency, loss, allowance) = (nil, nil, nil, nil, nil, nil)
        pausedUntil = nil
    }

    /// Nothing leaves before `end`.
    mutating func pause(until end: SimInstant) {
        pausedUntil = max(pausedUntil ?? end, end)
    }

    /// How many bytes have vanished since this was last asked.
    mutating func takeLostByteCount() -> Int {
        defer { lostByteCount = 0 }
        return lostByteCount
    }

    var nextDue: SimInstant? {
        guard !isStopped, let next = nextByItself else { return nil }
        return pausedUntil.map { max($0, next) } ?? next
    }

    private var nextByItself: SimInstant? {
        var next = frames.isEmpty ? nil : framesDue
        if let due = waiting.first?.due { next = next.map { min($0, due) } ?? due }
        if let due = pieces.first?.due { next = next.map { min($0, due) } ?? due }
        if kept.isEmpty { return next }
        for item in kept {
            if let until = item.until { next = next.map { min($0, until) } ?? until }
        }
        return next
    }

    var isEmpty: Bool {
        frames.isEmpty && waiting.isEmpty && pieces.isEmpty && kept.isEmpty
    }

    /// Frames and marks on the lane, gathered frames not counted.
    var count: Int { waiting.count + pieces.count + kept.count }

    /// Queues frames without a tag of their own, due at once.
    mutating func gather(due: SimInstant, _ write: (inout FrameBuffer) -> Void) {
        framesDue = max(due, orderedUntil)
        write(&frames)
    }

    /// - Parameter keepsOrder: Nothing later overtakes it.
    mutating func put(_ cargo: Cargo, due requested: SimInstant, keepsOrder: Bool = false) {
        queueFrames()
        let due = max(requested, orderedUntil)
        if keepsOrder { orderedUntil = due }
        queue(cargo, due: due)
        if !cargo.isMark { letPass(due: due) }
    }

    /// Keeps cargo until `release(id)`.
    mutating func keep(_ cargo: Cargo, id: Int) {
        byteCount += cargo.bytes.count
        kept.append(Kept(id: id, past: nil, until: nil, cargo: cargo))
    }

    /// Keeps cargo until `count` frames have overtaken it, or until the instant.
    mutating func keep(_ cargo: Cargo, past count: Int, until: SimInstant) {
        byteCount += cargo.bytes.count
        kept.append(Kept(id: nil, past: count, until: until, cargo: cargo))
    }

    /// Releases what was kept with this id.
    mutating func release(_ id: Int, at now: SimInstant) {
        while let index = kept.firstIndex(where: { $0.id == id }) { letGo(index, due: now) }
    }

    private mutating func letGo(_ index: Int, due: SimInstant) {
        let cargo = kept.remove(at: index).cargo
        byteCount -= cargo.bytes.count
        queueFrames()
        queue(cargo, due: due)
    }

    /// Counts a frame that has overtaken what is kept.
    private mutating func letPass(due: SimInstant) {
        for index in kept.indices { kept[index].past = kept[index].past.map { $0 - 1 } }
        while let index = kept.firstIndex(where: { $0.past == 0 }) { letGo(index, due: due) }
    }

    private mutating func queueFrames() {
        guard !frames.isEmpty else { return }
        queue(.bytes(frames.take(), nil), due: framesDue)
    }

    private mutating func queue(_ cargo: Cargo, due requested: SimInstant) {
        byteCount += cargo.bytes.count
        let due = cargo.isMark ? max(requested, waiting.last?.due ?? requested) : requested
        let index = waiting.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
        waiting.insert(Item(due: due, cargo: cargo), at: index)
    }

    mutating func removeAll() {
        waiting = []
        pieces = []
        kept = []
        byteCount = 0
        _ = frames.take()
    }

    /// What leaves by `now`, in order; `nil` when nothing is due.
    mutating func releaseDue(at now: SimInstant) -> [Cargo]? {
        guard let nextDue, nextDue <= now else { return nil }
        return release(at: now)
    }

    /// What leaves by `now`, in order.
    mutating func release(at now: SimInstant) -> [Cargo] {
        if let end = pausedUntil, end <= now { pausedUntil = nil }
        if isPlain, waiting.isEmpty, pieces.isEmpty, kept.isEmpty, framesDue <= now,
            !frames.isEmpty
        {
            lastPieceDue = max(lastPieceDue, framesDue)
            return [.bytes(frames.take(), nil)]
        }
        queueFrames()
        while let index = kept.firstIndex(where: { $0.until.map { $0 <= now } ?? false }) {
            letGo(index, due: now)
        }
        var dueCount = 0
        while dueCount < waiting.count, waiting[dueCount].due <= now {
            cut(waiting[dueCount])
            dueCount += 1
        }
        waiting.removeFirst(dueCount)
        let leaving = pieces.prefix { $0.due <= now }
        pieces.removeFirst(leaving.count)
        for piece in leaving { byteCount -= piece.cargo.bytes.count }
        // A real clock may be late. What is queued now then still leaves in the same write.
        if !leaving.isEmpty, let end = windowEnd, end <= now { windowEnd = now }
        return allowed(leaving.map(\.cargo))
    }

    /// As many bytes as may leave, and what follows the last one.
    private mutating func allowed(_ cargos: [Cargo]) -> [Cargo] {
        guard let allowance else { return cargos }
        var left = allowance.byteCount
        var passing: [Cargo] = []
        for cargo in cargos {
            guard cargo.bytes.count >= left else {
                left -= cargo.bytes.count
                passing.append(cargo)
                continue
            }
            let isWhole = cargo.bytes.count == left
            passing.append(.bytes(Array(cargo.bytes.prefix(left)), isWhole ? cargo.tag : nil))
            self.allowance = nil
            removeAll()
            return passing + [.mark(allowance.end)]
        }
        self.allowance?.byteCount = left
        return passing
    }

    private mutating func cut(_ item: Item) {
        var due = item.due
        if let late = latency?.next() { due = due + late }
        due = max(due, lastPieceDue)
        guard !item.cargo.isMark else {
            append(item.cargo, due: due)
            return
        }
        if let window {
            let end = windowEnd.flatMap { $0 >= due ? $0 : nil } ?? due + window
            windowEnd = end
            due = end
        }
        let parts = parts(of: item.cargo)
        var isWhole = true
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            if vanishes() {
                (lostByteCount, isWhole) = (lostByteCount + part.bytes.count, false)
                byteCount -= part.bytes.count
            } else {
                let tag = isLast && isWhole ? item.cargo.tag : nil
                append(.bytes(Array(part.bytes), tag), due: due)
            }
            due = due + part.gap
        }
        lastPieceDue = due
    }

    private mutating func vanishes() -> Bool {
        guard let (loss, _) = loss, let draw = self.loss?.1.next() else { return false }
        return draw < loss.rate
    }

    /// The pieces of a cargo, and how long the lane waits after each.
    private func parts(of cargo: Cargo) -> [(bytes: ArraySlice<UInt8>, gap: Duration)] {
        var parts: [(bytes: ArraySlice<UInt8>, gap: Duration)] = []
        var rest = cargo.bytes[...]
        for cut in cargo.cuts where cut.offset > rest.startIndex && cut.offset < rest.endIndex {
            parts.append((rest[..<cut.offset], cut.gap))
            rest = rest[cut.offset...]
        }
        parts.append((rest, .zero))
        if let slicing {
            parts = parts.flatMap { part in
                switch slicing {
                case .pieces(let size, let gap):
                    part.bytes.count > size ? Self.chunks(of: part, size) { _ in gap } : [part]
                case .halves(let gap): Self.halves(of: part, gap: gap)
                }
            }
        }
        if let (loss, _) = loss {
            parts = parts.flatMap { part in
                part.bytes.count > loss.chunk
                    ? Self.chunks(of: part, loss.chunk) { _ in .zero } : [part]
            }
        }
        guard let rate else { return parts }
        // Twenty pieces a second look even and cost little.
        return parts.flatMap { part in
            Self.chunks(of: part, max(1, rate / 20)) { count in
                .nanoseconds(Int64(count) * 1_000_000_000 / Int64(rate))
            }
        }
    }

    private static func chunks(
        of part: (bytes: ArraySlice<UInt8>, gap: Duration), _ size: Int,
        gap: (Int) -> Duration
    ) -> [(bytes: ArraySlice<UInt8>, gap: Duration)] {
        var chunks: [(bytes: ArraySlice<UInt8>, gap: Duration)] = []
        var rest = part.bytes
        repeat {
            let chunk = rest.prefix(size)
            rest = rest.dropFirst(size)
            chunks.append((chunk, gap(chunk.count) + (rest.isEmpty ? part.gap : .zero)))
        } while !rest.isEmpty
        return chunks
    }

    /// Two halves of each frame; of what is no whole frame too.
    private static func halves(
        of part: (bytes: ArraySlice<UInt8>, gap: Duration), gap: Duration
    ) -> [(bytes: ArraySlice<UInt8>, gap: Duration)] {
        var halves: [(bytes: ArraySlice<UInt8>, gap: Duration)] = []
        var rest = part.bytes
        repeat {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let frame = rest.prefix(rest.count < 4 ? rest.count : 4 + length)
            rest = rest.dropFirst(frame.count)
            let end = rest.isEmpty ? part.gap : .zero
            guard frame.count > 1 else {
                halves.append((frame, gap + end))
                continue
            }
            let half = (frame.count + 1) / 2
            halves.append((frame.prefix(half), gap))
            halves.append((frame.dropFirst(half), gap + end))
        } while !rest.isEmpty
        return halves
    }

    private mutating func append(_ cargo: Cargo, due: SimInstant) {
        pieces.append(Item(due: due, cargo: cargo))
        lastPieceDue = due
    }
}

/// Where a frame is cut between two segments, and how long the rest waits.
package struct FrameBreak: Hashable, Sendable {
    package var offset: Int
    package var gap: Duration

    package init(offset: Int, gap: Duration) {
        self.offset = offset
        self.gap = gap
    }
}

/// Into which pieces a lane cuts what passes, and how long it waits after each.
enum Slicing {
    case pieces(size: Int, gap: Duration)
    /// Two pieces of each frame.
    case halves(gap: Duration)
}

import GatewayWire
import Simulation

/// One direction of a connection: what is on its way, delayed, kept, cut and gathered.
///
/// Frames wait by their own due time, so a delayed one can be overtaken. What is due is gathered,
/// then cut by the recorded cuts, by `slicing` and by `rate`, in this order; from there on nothing
/// overtakes. `Tag` is what its end knows the bytes by.
struct Lane<Tag: Sendable>: Sendable {
    /// Bytes, and what they are once the last of them has left; or a tag alone, which stays behind
    /// everything queued before it.
    struct Cargo: Sendable {
        var bytes: [UInt8]
        var tag: Tag?
        /// Where the bytes are broken, and for how long; in ascending order.
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
        /// Frames that still have to pass.
        var past: Int?
        let until: SimInstant?
        let cargo: Cargo
    }

    private var waiting: [Item] = []
    private var pieces: [Item] = []
    private var kept: [Kept] = []
    private var lastPieceDue = SimInstant.start
    /// Frames that follow what waits, gathered into one piece of cargo.
    private var frames = FrameBuffer()
    private var framesDue = SimInstant.start
    private var windowEnd: SimInstant?

    /// Bytes on their way, without gathered frames.
    private(set) var byteCount = 0

    /// Cut everything into pieces of `size` bytes, `gap` apart.
    var slicing: (size: Int, gap: Duration)?
    /// Gather what becomes due within this time into one write.
    var window: Duration?
    /// Bytes that pass in a second.
    var rate: Int?

    /// What becomes due leaves as it is.
    var isPlain: Bool { slicing == nil && window == nil && rate == nil }

    var nextDue: SimInstant? {
        var next = frames.isEmpty ? nil : framesDue
        for item in [waiting.first?.due, pieces.first?.due] {
            if let item { next = min(next ?? item, item) }
        }
        for item in kept {
            if let until = item.until { next = min(next ?? until, until) }
        }
        return next
    }

    var isEmpty: Bool {
        frames.isEmpty && waiting.isEmpty && pieces.isEmpty && kept.isEmpty
    }

    /// Frames and marks on their way, gathered frames not counted.
    var count: Int { waiting.count + pieces.count + kept.count }

    /// Queues frames without a tag of their own, due at once.
    mutating func gather(due: SimInstant, _ write: (inout FrameBuffer) -> Void) {
        framesDue = due
        write(&frames)
    }

    mutating func put(_ cargo: Cargo, due: SimInstant) {
        queueFrames()
        queue(cargo, due: due)
        if !cargo.isMark { letPass(due: due) }
    }

    /// Keeps cargo until `release(id)`.
    mutating func keep(_ cargo: Cargo, id: Int) {
        byteCount += cargo.bytes.count
        kept.append(Kept(id: id, past: nil, until: nil, cargo: cargo))
    }

    /// Keeps cargo until so many frames have passed, or the instant has come.
    mutating func keep(_ cargo: Cargo, past count: Int, until: SimInstant) {
        byteCount += cargo.bytes.count
        kept.append(Kept(id: nil, past: count, until: until, cargo: cargo))
    }

    /// Lets go what was kept under the id.
    mutating func release(_ id: Int, at now: SimInstant) {
        while let index = kept.firstIndex(where: { $0.id == id }) { letGo(index, due: now) }
    }

    private mutating func letGo(_ index: Int, due: SimInstant) {
        let cargo = kept.remove(at: index).cargo
        byteCount -= cargo.bytes.count
        queueFrames()
        queue(cargo, due: due)
    }

    /// A frame has overtaken what was kept.
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
        // However late a real clock comes: what this sets in motion at once still leaves with it.
        if !leaving.isEmpty, let end = windowEnd, end <= now { windowEnd = now }
        return leaving.map(\.cargo)
    }

    private mutating func cut(_ item: Item) {
        var due = max(item.due, lastPieceDue)
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
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            append(.bytes(Array(part.bytes), isLast ? item.cargo.tag : nil), due: due)
            due = due + part.gap
        }
        lastPieceDue = due
    }

    /// The pieces of a cargo, and how long the lane rests after each.
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
                part.bytes.count > slicing.size
                    ? Self.chunks(of: part, slicing.size) { _ in slicing.gap } : [part]
            }
        }
        guard let rate else { return parts }
        // Twenty steps a second: fine enough to look even, coarse enough to cost little.
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

    private mutating func append(_ cargo: Cargo, due: SimInstant) {
        pieces.append(Item(due: due, cargo: cargo))
        lastPieceDue = due
    }
}

/// Where a frame is broken between two segments, and how long it takes until the rest comes.
package struct FrameBreak: Hashable, Sendable {
    package var offset: Int
    package var gap: Duration

    package init(offset: Int, gap: Duration) {
        self.offset = offset
        self.gap = gap
    }
}

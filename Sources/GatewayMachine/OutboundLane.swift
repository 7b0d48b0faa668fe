import EventLog
import Faults
import GatewayWire
import Simulation

/// What is on its way to one client: delayed, cut and gathered as the faults want it.
///
/// Messages wait by their own due time, so a delayed one can be overtaken. Once due they are cut
/// or gathered, and from there on nothing overtakes.
struct OutboundLane: Sendable {
    enum Cargo: Sendable {
        /// Bytes, and the log entry to make when the last of them leaves.
        case bytes([UInt8], LogEvent.Kind?)
        case phase(ConnectionPhase)
        case halfClose, close, hangUp, reset
    }

    private struct Item: Sendable {
        var due: SimInstant
        var cargo: Cargo
    }

    private var waiting: [Item] = []
    private var pieces: [Item] = []
    private var lastPieceDue = SimInstant.start
    /// Frames that follow what waits, gathered into one piece of cargo.
    private var frames = FrameBuffer()
    private var framesDue = SimInstant.start
    private var windowEnd: SimInstant?

    /// Cut everything into pieces of `size` bytes, `gap` apart.
    var slicing: (size: Int, gap: Duration)?
    /// Gather what becomes due within this time into one write.
    var window: Duration?

    /// What becomes due leaves as it is.
    var isPlain: Bool { slicing == nil && window == nil }

    var nextDue: SimInstant? {
        var next = frames.isEmpty ? nil : framesDue
        for item in [waiting.first?.due, pieces.first?.due] {
            if let item { next = min(next ?? item, item) }
        }
        return next
    }

    var isEmpty: Bool { frames.isEmpty && waiting.isEmpty && pieces.isEmpty }

    /// Queues frames without a log entry of their own, due at once.
    mutating func gather(due: SimInstant, _ write: (inout FrameBuffer) -> Void) {
        framesDue = due
        write(&frames)
    }

    /// Queues cargo; what is not bytes stays behind everything queued before it.
    mutating func put(_ cargo: Cargo, due: SimInstant) {
        queueFrames()
        queue(cargo, due: due)
    }

    private mutating func queueFrames() {
        if !frames.isEmpty { queue(.bytes(frames.take(), nil), due: framesDue) }
    }

    private mutating func queue(_ cargo: Cargo, due requested: SimInstant) {
        var due = requested
        if case .bytes = cargo {} else { due = max(due, waiting.last?.due ?? due) }
        let index = waiting.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
        waiting.insert(Item(due: due, cargo: cargo), at: index)
    }

    mutating func removeAll() {
        waiting = []
        pieces = []
        _ = frames.take()
    }

    /// What leaves by `now`, in order; `nil` when nothing is due.
    mutating func releaseDue(at now: SimInstant) -> [Cargo]? {
        guard let nextDue, nextDue <= now else { return nil }
        return release(at: now)
    }

    /// What leaves by `now`, in order.
    mutating func release(at now: SimInstant) -> [Cargo] {
        if isPlain, waiting.isEmpty, pieces.isEmpty, framesDue <= now, !frames.isEmpty {
            lastPieceDue = max(lastPieceDue, framesDue)
            return [.bytes(frames.take(), nil)]
        }
        queueFrames()
        var dueCount = 0
        while dueCount < waiting.count, waiting[dueCount].due <= now {
            cut(waiting[dueCount])
            dueCount += 1
        }
        waiting.removeFirst(dueCount)
        let leaving = pieces.prefix { $0.due <= now }
        pieces.removeFirst(leaving.count)
        // However late a real clock comes: what this sets in motion at once still leaves with it.
        if !leaving.isEmpty, let end = windowEnd, end <= now { windowEnd = now }
        return leaving.map(\.cargo)
    }

    private mutating func cut(_ item: Item) {
        var due = max(item.due, lastPieceDue)
        guard case .bytes(let bytes, let entry) = item.cargo else {
            append(item.cargo, due: due)
            return
        }
        if let window {
            let end = windowEnd.flatMap { $0 >= due ? $0 : nil } ?? due + window
            windowEnd = end
            due = end
        }
        guard let slicing, bytes.count > slicing.size else {
            append(.bytes(bytes, entry), due: due)
            return
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(slicing.size))
            rest = rest.dropFirst(slicing.size)
            append(.bytes(piece, rest.isEmpty ? entry : nil), due: due)
            due = due + slicing.gap
        }
        lastPieceDue = due
    }

    private mutating func append(_ cargo: Cargo, due: SimInstant) {
        pieces.append(Item(due: due, cargo: cargo))
        lastPieceDue = due
    }
}

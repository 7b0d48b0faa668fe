import Faults
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
        case halfClose, close, reset
    }

    private struct Item: Sendable {
        var due: SimInstant
        var cargo: Cargo
    }

    private var waiting: [Item] = []
    private var pieces: [Item] = []
    private var lastPieceDue = SimInstant.start
    private var windowEnd: SimInstant?

    /// Cut everything into pieces of `size` bytes, `gap` apart.
    var slicing: (size: Int, gap: Duration)?
    /// Gather what becomes due within this time into one write.
    var window: Duration?

    /// What becomes due leaves as it is.
    var isPlain: Bool { slicing == nil && window == nil }

    var nextDue: SimInstant? {
        [waiting.first?.due, pieces.first?.due].compactMap { $0 }.min()
    }

    var isEmpty: Bool { waiting.isEmpty && pieces.isEmpty }

    /// Queues cargo; what is not bytes stays behind everything queued before it.
    mutating func put(_ cargo: Cargo, due requested: SimInstant) {
        var due = requested
        if case .bytes = cargo {} else { due = max(due, waiting.last?.due ?? due) }
        let index = waiting.lastIndex { $0.due <= due }.map { $0 + 1 } ?? 0
        waiting.insert(Item(due: due, cargo: cargo), at: index)
    }

    mutating func removeAll() {
        waiting = []
        pieces = []
    }

    /// What leaves by `now`, in order.
    mutating func release(at now: SimInstant) -> [Cargo] {
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

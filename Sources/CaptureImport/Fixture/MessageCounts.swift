import GatewayWire

/// How many messages of each name travelled in one direction.
struct MessageCounts: Sendable {
    /// In the order in which the names were first seen.
    private(set) var counts: [(name: String, count: Int)] = []
    private let direction: Direction
    /// Where a message is counted, by its id; -1 where it was not seen.
    private var places: [Int] = []

    init(_ direction: Direction) {
        self.direction = direction
    }

    /// Counts a message.
    ///
    /// - Parameter id: In the schema.
    @inline(__always)
    mutating func add(_ id: Int) {
        if id < places.count, places[id] >= 0 {
            counts[places[id]].count += 1
        } else {
            addFirst(id)
        }
    }

    private mutating func addFirst(_ id: Int) {
        guard let name = ProtocolSchema.message(id: id, direction)?.name else { return }
        if id >= places.count {
            places.append(contentsOf: repeatElement(-1, count: id + 1 - places.count))
        }
        places[id] = counts.count
        counts.append((name, 1))
    }
}

import GatewayWire
import Simulation

/// Ended connections, so that their late packets do not open new connections.
struct EndedConnections {
    private struct Entry {
        let number: Int
        let client: TCPEndpoint
        let toGateway: StreamEnd
        let toClient: StreamEnd
    }

    private var entries: [ConnectionKey: Entry] = [:]
    /// Oldest first from `oldest` on; entries replaced meanwhile are still listed.
    private var order: [(key: ConnectionKey, number: Int)] = []
    private var oldest = 0

    mutating func remember(_ connection: TrackedConnection, limit: Int) {
        entries[connection.key] = Entry(
            number: connection.id.number, client: connection.client,
            toGateway: connection.toGateway.end, toClient: connection.toClient.end)
        order.append((connection.key, connection.id.number))
        while order.count - oldest > limit, oldest < order.count {
            let (key, number) = order[oldest]
            if entries[key]?.number == number { entries[key] = nil }
            oldest += 1
        }
        if oldest > 1024, oldest > order.count / 2 {
            order.removeFirst(oldest)
            oldest = 0
        }
    }

    /// True when the segment is a late one of the connection that ended on these ports.
    func explain(_ segment: TCPSegment, _ key: ConnectionKey) -> Bool {
        guard let entry = entries[key] else { return false }
        let stream = segment.source == entry.client ? entry.toGateway : entry.toClient
        let isSyn = segment.flags.contains(.syn)
        guard let numbers = stream.numbers else { return !isSyn }
        if isSyn { return segment.sequence &+ 1 == numbers.first }
        // Near where the stream stopped; a new connection starts somewhere else in 2^32.
        return Int32(bitPattern: segment.sequence &- numbers.next).magnitude <= 1 << 20
    }

    mutating func forget(_ key: ConnectionKey) {
        entries[key] = nil
    }
}

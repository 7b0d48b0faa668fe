package import Simulation

/// Sorts TCP segments into connections and each connection's bytes into order.
///
/// A pure machine: segments in, events out, no file and no clock. Packets must come in capture
/// order. Data sent along with a SYN is not followed and shows as a gap. It does not interpret the
/// bytes. The reader of its events finds out whether a connection speaks the gateway's protocol,
/// and in `midStream` connections which side is the gateway.
package struct TCPReassembler {
    /// Connections seen so far.
    package private(set) var connectionCount = 0

    private let limits: ReassemblyLimits
    private var connections: [TrackedConnection] = []
    private var places: [ConnectionKey: Int] = [:]
    private var ended = EndedConnections()
    private var recent: (key: ConnectionKey, index: Int)?

    package init(limits: ReassemblyLimits = ReassemblyLimits()) {
        self.limits = limits
    }

    /// Takes the next captured segment and appends what it shows to `events`.
    ///
    /// - Parameter packet: The captured bytes that `segment.payload` points into.
    /// - Parameter number: The packet's number in the capture, for the events.
    package mutating func take(
        _ segment: TCPSegment, in packet: Span<UInt8>, number: Int, at: CaptureInstant,
        into events: inout [CapturedEvent]
    ) {
        let key = ConnectionKey(segment)
        var moment = Moment(connection: ConnectionID(0), at: at, packet: number)
        var found = place(of: key)
        if let index = found, connections[index].isReplaced(by: segment) {
            moment.connection = connections[index].id
            if !connections[index].isIgnored {
                events.append(moment.event(.note(.portsReused)))
                connections[index].finish(moment, limits, into: &events)
            }
            remove(index)
            found = nil
        }
        let index: Int
        if let found {
            index = found
        } else {
            if ended.explain(segment, key) { return }
            index = add(segment, key, moment, into: &events)
        }
        recent = (key, index)
        moment.connection = connections[index].id
        if connections[index].isIgnored {
            // Its events are discarded, but its end frees the place.
            var unwanted: [CapturedEvent] = []
            var header = segment
            header.missingBytes += header.payload.count
            header.payload = 0..<0
            connections[index].take(header, packet, moment, limits, into: &unwanted)
        } else {
            connections[index].take(segment, packet, moment, limits, into: &events)
        }
        if connections[index].hasEnded {
            ended.remember(connections[index], limit: limits.endedConnections)
            remove(index)
        }
    }

    /// Stops following a connection.
    ///
    /// It causes no more events, and its bytes are not copied.
    package mutating func ignore(_ connection: ConnectionID) {
        guard let index = connections.firstIndex(where: { $0.id == connection }) else { return }
        connections[index].isIgnored = true
    }

    /// The capture is over.
    ///
    /// Adds the last event of every open connection.
    package mutating func finish(
        at: CaptureInstant, number: Int, into events: inout [CapturedEvent]
    ) {
        connections.sort { $0.id < $1.id }
        for index in connections.indices where !connections[index].isIgnored {
            let moment = Moment(connection: connections[index].id, at: at, packet: number)
            connections[index].finish(moment, limits, into: &events)
        }
        connections = []
        places = [:]
        recent = nil
    }

    // Helpers, in the order they are called.

    private func place(of key: ConnectionKey) -> Int? {
        if let recent, recent.key == key { return recent.index }
        return places[key]
    }

    private mutating func remove(_ index: Int) {
        recent = nil
        places[connections[index].key] = nil
        connections.swapAt(index, connections.count - 1)
        connections.removeLast()
        if index < connections.count { places[connections[index].key] = index }
    }

    private mutating func add(
        _ segment: TCPSegment, _ key: ConnectionKey, _ moment: Moment,
        into events: inout [CapturedEvent]
    ) -> Int {
        if connections.count >= max(1, limits.openConnections) {
            forgetSilent(moment, into: &events)
        }
        ended.forget(key)
        connectionCount += 1
        var moment = moment
        moment.connection = ConnectionID(connectionCount)
        let connection = TrackedConnection(
            id: moment.connection, key: key, first: segment, moment, into: &events)
        places[key] = connections.count
        connections.append(connection)
        return connections.count - 1
    }

    /// Gives up the eighth of the connections that has been idle the longest, at least one.
    private mutating func forgetSilent(_ moment: Moment, into events: inout [CapturedEvent]) {
        connections.sort { ($0.lastAt, $0.id) < ($1.lastAt, $1.id) }
        let count = max(1, connections.count / 8)
        for index in 0..<count where !connections[index].isIgnored {
            var moment = moment
            moment.connection = connections[index].id
            events.append(moment.event(.note(.forgotten)))
            connections[index].finish(moment, limits, into: &events)
        }
        connections.removeFirst(count)
        recent = nil
        places = [:]
        for index in connections.indices { places[connections[index].key] = index }
    }
}

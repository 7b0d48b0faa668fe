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
    /// A connection keeps its place until its end; then another one takes it.
    private var connections: [TrackedConnection] = []
    private var freePlaces: [Int] = []
    private var places: [ConnectionKey: Int] = [:]
    private var ended = EndedConnections()
    /// Where connections were found last, by their digests.
    private var recent = [Int32](repeating: -1, count: Self.recentCount)

    /// Where the last segment went.
    private var lastPlace = 0

    private static let recentCount = 1024

    package init(limits: ReassemblyLimits = ReassemblyLimits()) {
        self.limits = limits
    }

    /// Takes the next captured segment and hands on what it shows.
    ///
    /// - Parameter packet: The captured bytes that `segment.payload` points into.
    /// - Parameter number: The packet's number in the capture, for the events.
    package mutating func take<Sink: CapturedEventSink>(
        _ segment: TCPSegment, in packet: Span<UInt8>, number: Int, at: CaptureInstant,
        into events: inout Sink
    ) {
        let digest = segment.digest & (Self.recentCount - 1)
        let known = Int(recent[digest])
        let index: Int
        if known >= 0, known < connections.count, connections[known].isPart(segment),
            !segment.flags.contains(.syn)
        {
            // What nearly every segment is.
            index = known
        } else {
            guard let place = place(for: segment, number: number, at: at, into: &events) else {
                return
            }
            index = place
            recent[digest] = Int32(truncatingIfNeeded: index)
        }
        lastPlace = index
        let moment = Moment(connection: connections[index].id, at: at, packet: number)
        if connections[index].isIgnored {
            // Its events are discarded, but its end frees the place.
            var unwanted = IgnoringSink()
            var header = segment
            header.missingBytes += header.payload.count
            header.payload = 0..<0
            header.checksum = .unknown
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
        // Mostly the one whose segment has just told so.
        if lastPlace < connections.count, connections[lastPlace].id == connection {
            connections[lastPlace].isIgnored = true
        } else if let place = places.values.first(where: { connections[$0].id == connection }) {
            connections[place].isIgnored = true
        }
    }

    /// The capture is over.
    ///
    /// Adds the last event of every open connection.
    package mutating func finish<Sink: CapturedEventSink>(
        at: CaptureInstant, number: Int, into events: inout Sink
    ) {
        let open = places.values.sorted { connections[$0].id < connections[$1].id }
        for index in open where !connections[index].isIgnored {
            let moment = Moment(connection: connections[index].id, at: at, packet: number)
            connections[index].finish(moment, limits, into: &events)
        }
        connections = []
        freePlaces = []
        places = [:]
        recent = recent.map { _ in -1 }
    }

    // Helpers, in the order they are called.

    /// The place of a segment's connection, which may begin with it; nil when it is a late one.
    private mutating func place<Sink: CapturedEventSink>(
        for segment: TCPSegment, number: Int, at: CaptureInstant, into events: inout Sink
    ) -> Int? {
        let key = ConnectionKey(segment)
        if let found = places[key] {
            guard segment.flags.contains(.syn), connections[found].isReplaced(by: segment) else {
                return found
            }
            let moment = Moment(connection: connections[found].id, at: at, packet: number)
            if !connections[found].isIgnored {
                events.take(moment.event(.note(.portsReused)))
                connections[found].finish(moment, limits, into: &events)
            }
            remove(found)
        }
        if ended.explain(segment, key) { return nil }
        let moment = Moment(connection: ConnectionID(0), at: at, packet: number)
        return add(segment, key, moment, into: &events)
    }

    private mutating func remove(_ index: Int) {
        places[connections[index].key] = nil
        connections[index].release()
        freePlaces.append(index)
    }

    private mutating func add<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ key: ConnectionKey, _ moment: Moment,
        into events: inout Sink
    ) -> Int {
        if places.count >= max(1, limits.openConnections) {
            forgetSilent(moment, into: &events)
        }
        ended.forget(key)
        connectionCount += 1
        var moment = moment
        moment.connection = ConnectionID(connectionCount)
        let connection = TrackedConnection(
            id: moment.connection, key: key, first: segment, moment, into: &events)
        if let free = freePlaces.popLast() {
            connections[free] = connection
            places[key] = free
            return free
        }
        places[key] = connections.count
        connections.append(connection)
        return connections.count - 1
    }

    /// Gives up the eighth of the connections that has been idle the longest, at least one.
    private mutating func forgetSilent<Sink: CapturedEventSink>(
        _ moment: Moment, into events: inout Sink
    ) {
        let idle = places.values.sorted {
            (connections[$0].lastAt, connections[$0].id)
                < (connections[$1].lastAt, connections[$1].id)
        }
        for index in idle.prefix(max(1, idle.count / 8)) {
            if !connections[index].isIgnored {
                var moment = moment
                moment.connection = connections[index].id
                events.take(moment.event(.note(.forgotten)))
                connections[index].finish(moment, limits, into: &events)
            }
            remove(index)
        }
    }
}

package import Simulation

/// The connections of a capture file, as one stream of events.
///
/// Reads on demand: memory is bounded by the connections open at the same time, not by the file.
package struct CapturedConnections: ~Copyable {
    private let file: CaptureFile
    private let layers: PacketLayers
    private var reassembler: TCPReassembler
    private var tally = PacketTally()
    private var waiting: [CapturedEvent] = []
    private var nextWaiting = 0
    private var isAtEnd = false

    /// Opens the file and reads its header.
    package init(
        path: String, limits: ReassemblyLimits = ReassemblyLimits()
    ) throws(CaptureError) {
        file = try CaptureFile(path: path)
        layers = PacketLayers(linkType: file.linkType)
        reassembler = TCPReassembler(limits: limits)
    }

    /// Takes the next event, nil after the last.
    ///
    /// - Throws: `CaptureError.noTCP` at the end of a file that had none.
    package mutating func next() throws(CaptureError) -> CapturedEvent? {
        while nextWaiting == waiting.count {
            if isAtEnd { return nil }
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
            try readPacket()
        }
        defer { nextWaiting += 1 }
        return waiting[nextWaiting]
    }

    /// Stops following a connection: no further events of it but those already waiting.
    package mutating func ignore(_ connection: ConnectionID) {
        reassembler.ignore(connection)
    }

    /// What was read so far; complete after `next()` has returned nil.
    package var summary: CaptureSummary {
        CaptureSummary(
            packetCount: file.packetCount, segmentCount: tally.segmentCount,
            connectionCount: reassembler.connectionCount, firstAt: tally.firstAt,
            lastAt: tally.lastAt, notes: tally.notes + (file.note.map { [$0] } ?? []))
    }

    private mutating func readPacket() throws(CaptureError) {
        let number = file.packetCount + 1
        let hadPacket: Void? = file.withNextPacket { at, bytes, originalLength in
            let content = layers.read(bytes, originalLength: originalLength)
            tally.count(content, number: number, at: at)
            if case .segment(let segment) = content {
                reassembler.take(segment, in: bytes, number: number, at: at, into: &waiting)
            }
        }
        if hadPacket != nil { return }
        isAtEnd = true
        guard tally.segmentCount > 0, let lastAt = tally.lastAt else {
            // A damaged file says more about itself than that it has no TCP.
            if file.note != nil { return }
            throw .noTCP(path: file.path, packetCount: file.packetCount)
        }
        reassembler.finish(at: lastAt, number: file.packetCount, into: &waiting)
    }
}

/// What a capture held, and what could not be seen in it.
package struct CaptureSummary: Equatable, Sendable {
    package let packetCount: Int
    package let segmentCount: Int
    package let connectionCount: Int
    package let firstAt: CaptureInstant?
    /// The latest instant of all packets: when the recording stopped, as far as one can tell.
    package let lastAt: CaptureInstant?
    package let notes: [CaptureNote]
}

/// Counts what the packets of a capture turned out to be.
struct PacketTally {
    private(set) var segmentCount = 0
    private(set) var firstAt: CaptureInstant?
    private(set) var lastAt: CaptureInstant?

    private var fragments = Occurrences()
    private var cut = Occurrences()
    private var malformed = Occurrences()

    private struct Occurrences {
        var count = 0
        var first = 0

        mutating func add(_ number: Int) {
            if count == 0 { first = number }
            count += 1
        }
    }

    mutating func count(_ content: PacketContent, number: Int, at: CaptureInstant) {
        firstAt = min(firstAt ?? at, at)
        lastAt = max(lastAt ?? at, at)
        switch content {
        case .segment(let segment):
            segmentCount += 1
            if segment.missingBytes > 0 { cut.add(number) }
        case .tcpFragment: fragments.add(number)
        case .headersCut: cut.add(number)
        case .malformed: malformed.add(number)
        case .otherProtocol: break
        }
    }

    var notes: [CaptureNote] {
        var notes: [CaptureNote] = []
        if fragments.count > 0 {
            notes.append(.fragments(count: fragments.count, firstPacket: fragments.first))
        }
        if cut.count > 0 {
            notes.append(.cutBySnapshotLength(count: cut.count, firstPacket: cut.first))
        }
        if malformed.count > 0 {
            notes.append(.malformed(count: malformed.count, firstPacket: malformed.first))
        }
        return notes
    }
}

package import Simulation

/// The connections of a recording, as one stream of events.
///
/// A recording is one file, or several that a recorder has rotated. Reads on demand: memory is
/// bounded by the connections open at the same time, not by the files.
package struct CapturedConnections: ~Copyable {
    private var queue: PacketQueue
    /// The files that follow.
    private var paths: ArraySlice<String>
    private let isOneFile: Bool
    /// Packets of the files before.
    private var packetsBefore = 0
    private var reassembler: TCPReassembler
    private var fragments = FragmentStore()
    private var tally = PacketTally()
    private var fileNotes: [CaptureNote] = []
    private var foreignLink: (count: Int, number: Int)?
    private var waiting: [CapturedEvent] = []
    private var nextWaiting = 0
    private var isAtEnd = false
    /// The latest time handed on: times never run backwards.
    private var now = CaptureInstant(nanosecondsSinceEpoch: .min)

    /// Opens the files, reads their headers, and puts them in the order of their first packets.
    ///
    /// - Parameter paths: At least one.
    package init(
        paths: [String], limits: ReassemblyLimits = ReassemblyLimits()
    ) throws(CaptureError) {
        precondition(!paths.isEmpty, "a recording has a file")
        var ordered = paths
        if paths.count > 1 {
            var starts: [(path: String, at: CaptureInstant?)] = []
            for path in paths { starts.append((path, try CaptureFile.firstInstant(path: path))) }
            let last = CaptureInstant(nanosecondsSinceEpoch: .max)
            ordered = starts.enumerated().sorted {
                ($0.element.at ?? last, $0.offset) < ($1.element.at ?? last, $1.offset)
            }.map(\.element.path)
        }
        let file = try CaptureFile(path: ordered[0])
        queue = PacketQueue(file: file)
        self.paths = ordered[1...]
        isOneFile = paths.count == 1
        reassembler = TCPReassembler(limits: limits)
    }

    package init(
        path: String, limits: ReassemblyLimits = ReassemblyLimits()
    ) throws(CaptureError) {
        try self.init(paths: [path], limits: limits)
    }

    /// Takes the next event, nil after the last.
    ///
    /// - Throws: `CaptureError.noTCP` at the end of a recording that had none.
    package mutating func next() throws(CaptureError) -> CapturedEvent? {
        while nextWaiting == waiting.count {
            if isAtEnd { return nil }
            waiting.removeAll(keepingCapacity: true)
            nextWaiting = 0
            var events: [CapturedEvent] = []
            swap(&events, &waiting)
            defer { swap(&events, &waiting) }
            _ = try readPacket(into: &events)
        }
        defer { nextWaiting += 1 }
        return waiting[nextWaiting]
    }

    /// Reads one packet, and hands on what it shows.
    ///
    /// - Returns: False when there was none: everything has been handed on.
    /// - Throws: `CaptureError.noTCP` at the end of a recording that had none.
    @inline(__always)
    package mutating func readPacket<Sink: CapturedEventSink>(
        into sink: inout Sink
    ) throws(CaptureError) -> Bool {
        guard let record = queue.takeNext() else { return try finishFile(into: &sink) }
        take(record, into: &sink)
        return true
    }

    /// Stops following a connection: no further events of it but those already waiting.
    package mutating func ignore(_ connection: ConnectionID) {
        reassembler.ignore(connection)
    }

    /// What was read so far; complete after `next()` has returned nil.
    package var summary: CaptureSummary {
        CaptureSummary(
            packetCount: packetsBefore + queue.file.packetCount, segmentCount: tally.segmentCount,
            connectionCount: reassembler.connectionCount, firstAt: tally.firstAt,
            lastAt: tally.lastAt,
            notes: tally.notes(fragments.lost) + fileNotes
                + (isAtEnd ? [] : notes(about: queue)))
    }

    /// Bytes of the file being read, its size (0 for a pipe), and how many files follow it.
    package var progress: (read: Int, size: Int, followingFiles: Int) {
        let (read, size) = queue.file.progress
        return (read, size, paths.count)
    }

    // Helpers, in the order they are called.

    @inline(__always)
    private mutating func take<Sink: CapturedEventSink>(
        _ record: PacketRecord, into sink: inout Sink
    ) {
        let number = packetsBefore + record.number
        now = max(now, record.at)
        guard let linkType = record.linkType else {
            tally.countForeign(at: now)
            return
        }
        queue.file.withBytes(of: record) { bytes in
            let content = PacketLayers(linkType: linkType)
                .read(bytes, originalLength: record.originalLength)
            tally.count(content, number: number, at: now)
            switch content {
            case .segment(let segment):
                reassembler.take(segment, in: bytes, number: number, at: now, into: &sink)
            case .tcpFragment(let fragment):
                take(fragment, bytes, number: number, into: &sink)
            case .otherProtocol, .headersCut, .malformed: break
            }
        }
    }

    private mutating func take<Sink: CapturedEventSink>(
        _ fragment: IPFragment, _ bytes: Span<UInt8>, number: Int, into sink: inout Sink
    ) {
        guard let whole = fragments.take(fragment, in: bytes, number: number, at: now) else {
            return
        }
        let content = PacketLayers.read(
            transport: whole.span, from: fragment.key.source, to: fragment.key.destination)
        tally.count(content, number: number, at: now)
        if case .segment(let segment) = content {
            reassembler.take(segment, in: whole.span, number: number, at: now, into: &sink)
        }
    }

    /// Goes on to the next file, or ends.
    private mutating func finishFile<Sink: CapturedEventSink>(
        into sink: inout Sink
    ) throws(CaptureError) -> Bool {
        if isAtEnd { return false }
        if let foreign = queue.file.foreignLink {
            foreignLink = ((foreignLink?.count ?? 0) + foreign.count, foreign.number)
        }
        fileNotes += notes(about: queue)
        if let path = paths.popFirst() {
            let file = try CaptureFile(path: path)
            packetsBefore += queue.file.packetCount
            queue = PacketQueue(file: file)
            fileNotes.append(.nextFile(path: path, firstPacket: packetsBefore + 1))
            return true
        }
        isAtEnd = true
        fragments.finish()
        let packetCount = packetsBefore + queue.file.packetCount
        guard tally.segmentCount > 0, tally.lastAt != nil else {
            // A damaged file says more about itself than that it has no TCP.
            if queue.file.note != nil { return false }
            if let foreignLink, foreignLink.count == packetCount {
                throw .unsupportedLinkType(
                    path: queue.file.path, name: LinkType.name(ofFileNumber: foreignLink.number))
            }
            throw .noTCP(path: queue.file.path, packetCount: packetCount)
        }
        reassembler.finish(at: now, number: packetCount, into: &sink)
        return false
    }

    private func notes(about queue: borrowing PacketQueue) -> [CaptureNote] {
        var notes: [CaptureNote] = []
        if let (count, first) = queue.notes.disorder {
            notes.append(.disorder(count: count, firstPacket: packetsBefore + first))
        }
        if let (_, step, first) = queue.notes.setBack {
            notes.append(.clockSetBack(by: step, firstPacket: packetsBefore + first))
        }
        if let (count, number) = queue.file.foreignLink {
            notes.append(
                .foreignLink(count: count, name: LinkType.name(ofFileNumber: number)))
        }
        if let note = queue.file.note { notes.append(note) }
        return isOneFile ? notes : notes.map { .inFile(path: queue.file.path, $0) }
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

    private var cut = Occurrences()
    private var malformed = Occurrences()

    @inline(__always)
    mutating func count(_ content: PacketContent, number: Int, at: CaptureInstant) {
        countForeign(at: at)
        switch content {
        case .segment(let segment):
            segmentCount += 1
            if segment.missingBytes > 0 { cut.add(number) }
        case .headersCut: cut.add(number)
        case .malformed: malformed.add(number)
        case .tcpFragment, .otherProtocol: break
        }
    }

    /// A packet that was not looked into.
    @inline(__always)
    mutating func countForeign(at: CaptureInstant) {
        if firstAt == nil { firstAt = at }
        lastAt = at
    }

    func notes(_ lostFragments: Occurrences) -> [CaptureNote] {
        var notes: [CaptureNote] = []
        if lostFragments.count > 0 {
            notes.append(
                .fragments(count: lostFragments.count, firstPacket: lostFragments.first))
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

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
    private var intake: PacketIntake
    private var fileNotes: [CaptureNote] = []
    private var foreignLink: (count: Int, number: Int)?
    private var waiting: [CapturedEvent] = []
    private var nextWaiting = 0
    private var isAtEnd = false

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
        intake = PacketIntake(limits: limits)
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
        intake.ignore(connection)
    }

    /// What was read so far; complete after `next()` has returned nil.
    package var summary: CaptureSummary {
        CaptureSummary(
            packetCount: packetsBefore + queue.file.packetCount,
            segmentCount: intake.tally.segmentCount, connectionCount: intake.connectionCount,
            firstAt: intake.tally.firstAt, lastAt: intake.tally.lastAt,
            notes: intake.notes + fileNotes
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
        intake.advance(to: record.at)
        guard let linkType = record.linkType else {
            intake.countForeign()
            return
        }
        queue.withBytes(of: record) { bytes in
            intake.take(
                bytes, on: linkType, originalLength: record.originalLength, number: number,
                into: &sink)
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
        let packetCount = packetsBefore + queue.file.packetCount
        guard intake.tally.segmentCount > 0, intake.tally.lastAt != nil else {
            intake.finishFragments()
            // A damaged file says more about itself than that it has no TCP.
            if queue.file.note != nil { return false }
            if let foreignLink, foreignLink.count == packetCount {
                throw .unsupportedLinkType(
                    path: queue.file.path, name: LinkType.name(ofFileNumber: foreignLink.number))
            }
            throw .noTCP(path: queue.file.path, packetCount: packetCount)
        }
        intake.finish(number: packetCount, into: &sink)
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

import Simulation

/// The packets of a file in the order of their times.
///
/// Recorders with several queues store packets a little out of order. So a number of packets is read
/// ahead and sorted. A step back in time that is larger than `largestDisorder` is not disorder: the
/// clock was set back. Then the file's order stands, and times go on from where they were.
struct PacketQueue: ~Copyable {
    /// Packets read ahead at least, and their bytes at most.
    static let lookahead = (packets: 1024, bytes: 1 << 20)
    /// A step back beyond this is a clock that was set.
    static let largestDisorder = Duration.seconds(1)

    let file: CaptureFile
    private var records: [PacketRecord] = []
    /// The file's, until it reads on.
    private var bytes: UnsafeRawBufferPointer
    private var next = 0
    /// Up to here records may be handed out.
    private var ready = 0
    private var latest: CaptureInstant?
    /// Added to all times.
    private var shift: Int64 = 0
    private(set) var notes = TimeNotes()

    init(file: CaptureFile) {
        self.file = file
        bytes = file.bytes
    }

    /// What was odd about the times of a file.
    struct TimeNotes {
        /// Packets put in their place, and the first one's number.
        var disorder: (count: Int, first: Int)?
        /// How often the clock was set back, by how much in all, and the first packet after it.
        var setBack: (count: Int, by: Duration, first: Int)?
    }

    /// The next packet, nil at the end.
    @inline(__always)
    mutating func takeNext() -> PacketRecord? {
        if next == ready, !readAhead() { return nil }
        defer { next += 1 }
        return records[next]
    }

    /// The bytes of a packet taken last.
    @inline(__always)
    func withBytes<Result>(of record: PacketRecord, _ body: (Span<UInt8>) -> Result) -> Result {
        let part = UnsafeRawBufferPointer(
            rebasing: bytes[record.offset..<record.offset + record.count])
        return body(Span(_unsafeElements: part.assumingMemoryBound(to: UInt8.self)))
    }

    private mutating func readAhead() -> Bool {
        defer { bytes = file.bytes }
        records.removeFirst(next)
        next = 0
        ready = 0
        while ready == 0 {
            var kept = Int.max
            for record in records { kept = min(kept, record.offset) }
            let before = records.count
            let isMore = file.readMore(into: &records, keepingFrom: &kept)
            if kept > 0 { for index in 0..<before { records[index].offset -= kept } }
            if records.count > before { arrange(from: before) }
            if !isMore {
                ready = records.count
                return ready > 0
            }
            chooseReady()
        }
        return true
    }

    private mutating func arrange(from first: Int) {
        var isSorted = true
        var last = latest ?? records[first].at
        for index in first..<records.count {
            if shift != 0 {
                records[index].at = CaptureInstant(
                    nanosecondsSinceEpoch: records[index].at.nanosecondsSinceEpoch &+ shift)
            }
            let at = records[index].at
            if at >= last {
                last = at
            } else if last - at > Self.largestDisorder {
                note(setBackBy: last - at, records[index].number)
                shift = shift &+ (last - at).nanoseconds
                records[index].at = last
            } else {
                isSorted = false
                notes.disorder = (
                    (notes.disorder?.count ?? 0) + 1,
                    notes.disorder?.first ?? records[index].number
                )
            }
        }
        latest = last
        guard !isSorted else { return }
        records.sort { ($0.at, $0.number) < ($1.at, $1.number) }
    }

    private mutating func note(setBackBy step: Duration, _ number: Int) {
        notes.setBack = (
            (notes.setBack?.count ?? 0) + 1, (notes.setBack?.by ?? .zero) + step,
            notes.setBack?.first ?? number
        )
    }

    /// All but the last packets, which later ones may belong before.
    private mutating func chooseReady() {
        var count = max(0, records.count - Self.lookahead.packets)
        var bytes = 0
        var index = records.count
        while index > count {
            index -= 1
            bytes += records[index].count
            if bytes > Self.lookahead.bytes {
                count = index + 1
                break
            }
        }
        ready = count
    }
}

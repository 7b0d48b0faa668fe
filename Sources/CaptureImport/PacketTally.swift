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

import EventLog
import GatewayWire
import ScenarioFormat

/// One direction's bytes as frames that know in which segments they came.
///
/// Decides where frames begin and end, also after bytes went missing; what they mean is for the
/// reader of the frames.
struct FrameAssembler {
    private struct Segment {
        /// Stream offset behind its last byte.
        let end: Int
        let at: CaptureInstant
        let packet: Int
    }

    /// Bytes looked through for a frame before the oldest are given up.
    static let maxSearchedBytes = 1 << 18

    let direction: Direction
    private var reader = FrameReader()
    private var segments: [Segment] = []
    private var firstSegment = 0
    private var received = 0
    /// Bytes to drop before the next frame: the rest of one that a gap has spoilt.
    private var spoiltCount = 0
    /// Where in the pending bytes the search for a frame goes on.
    private var searchedCount = 0
    private(set) var isOutOfStep = false

    init(_ direction: Direction) {
        self.direction = direction
    }

    var pendingCount: Int { reader.pendingCount }

    /// The next byte begins a frame.
    @inline(__always)
    var isBetweenFrames: Bool { reader.pendingCount == 0 && spoiltCount == 0 && !isOutOfStep }

    mutating func append(_ bytes: Span<UInt8>, at: CaptureInstant, packet: Int) {
        let dropped = min(spoiltCount, bytes.count)
        spoiltCount -= dropped
        received += bytes.count - dropped
        guard dropped < bytes.count else { return }
        if reader.pendingCount == 0 {
            segments.removeAll(keepingCapacity: true)
            firstSegment = 0
        }
        reader.append(bytes.extracting(droppingFirst: dropped))
        segments.append(Segment(end: received, at: at, packet: packet))
    }

    /// Looks for the hello at the front.
    mutating func readHello() -> (Hello.Outcome, FramePosition) {
        let before = reader.pendingCount
        let outcome = Hello.read(from: &reader)
        let position = position(from: received - before, to: received - reader.pendingCount)
        return (outcome, position)
    }

    /// The next whole frame's body.
    mutating func next() throws(FrameError) -> (body: ArraySlice<UInt8>, FramePosition)? {
        guard !isOutOfStep else { return nil }
        let before = reader.pendingCount
        guard let body = try reader.next() else { return nil }
        let position = position(from: received - before, to: received - reader.pendingCount)
        return (body, position)
    }

    /// The body of the frame at the front, when it is whole, and left there.
    var firstBody: ArraySlice<UInt8>? {
        var copy = reader
        return (try? copy.next()) ?? nil
    }

    /// Everything that is left, out of frames.
    mutating func takePending() -> ([UInt8], FramePosition)? {
        take(reader.pendingCount)
    }

    /// Bytes are missing from here on.
    ///
    /// - Returns: The front of the frame they are missing from.
    mutating func skip(_ count: Int) -> ([UInt8], FramePosition)? {
        let pending = Array(reader.pending.prefix(4))
        let rest: Int
        if spoiltCount > 0 {
            rest = spoiltCount - count
        } else if !isOutOfStep, reader.pendingCount == 0 {
            rest = -1
        } else if !isOutOfStep, pending.count == 4 {
            let length = pending.reduce(0) { $0 << 8 | Int($1) }
            rest = length <= reader.maxBytes ? 4 + length - reader.pendingCount - count : -1
        } else {
            rest = -1
        }
        spoiltCount = max(0, rest)
        if rest < 0 { fallOutOfStep() }
        return takePending()
    }

    /// What comes next is not where a frame should be; `resynchronise` looks for one.
    mutating func fallOutOfStep() {
        isOutOfStep = true
        searchedCount = 0
    }

    /// Looks for a place where a frame plausibly begins.
    ///
    /// - Returns: The bytes given up before it, or because there were too many of them.
    mutating func resynchronise(_ form: FramePlausibility.Form) -> ([UInt8], FramePosition)? {
        guard isOutOfStep else { return nil }
        let pending = reader.pending
        while searchedCount < pending.count {
            switch FramePlausibility.begins(in: pending, at: searchedCount, direction, form) {
            case true?:
                isOutOfStep = false
                return take(searchedCount)
            case false?:
                searchedCount += 1
            case nil:
                guard pending.count > Self.maxSearchedBytes else { return nil }
                searchedCount += 1
            }
        }
        searchedCount = 0
        return takePending()
    }

    /// Nothing more will come: a frame that begins the pending bytes and is whole counts, whatever
    /// was waited for.
    mutating func stopSearching(_ form: FramePlausibility.Form) -> ([UInt8], FramePosition)? {
        guard isOutOfStep else { return nil }
        let pending = reader.pending
        var start = searchedCount
        while start < pending.count {
            if FramePlausibility.begins(in: pending, at: start, direction, form) == true {
                isOutOfStep = false
                return take(start)
            }
            start += 1
        }
        return nil
    }

    // Helpers, in the order they are called.

    private mutating func take(_ count: Int) -> ([UInt8], FramePosition)? {
        guard count > 0 else { return nil }
        let start = received - reader.pendingCount
        guard let bytes = reader.take(count) else { return nil }
        return (Array(bytes), position(from: start, to: start + count))
    }

    /// The segments of a stretch of the stream; forgets those before its end.
    private mutating func position(from start: Int, to end: Int) -> FramePosition {
        while firstSegment + 1 < segments.count, segments[firstSegment].end <= start {
            firstSegment += 1
        }
        guard firstSegment < segments.count else {
            return FramePosition(at: CaptureInstant(nanosecondsSinceEpoch: 0), packet: 0)
        }
        let first = segments[firstSegment]
        var position = FramePosition(at: first.at, packet: first.packet)
        while segments[firstSegment].end < end, firstSegment + 1 < segments.count {
            let before = segments[firstSegment]
            firstSegment += 1
            let next = segments[firstSegment]
            position.cuts.append(
                Transcript.Cut(offset: before.end - start, gap: max(.zero, next.at - before.at)))
            position.endedAt = next.at
            position.lastPacket = next.packet
        }
        if firstSegment > 64, firstSegment > segments.count / 2 {
            segments.removeFirst(firstSegment)
            firstSegment = 0
        }
        return position
    }
}

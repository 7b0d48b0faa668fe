import GatewayWire
/// One direction of a connection: puts its segments in order and says what is missing.
///
/// All positions are offsets in 64 bits, so the 32-bit sequence numbers wrap in one place only,
/// `offset(of:)`.
struct HalfStream {
    let direction: Direction
    /// False until a sequence number of this direction has been seen.
    private(set) var isKnown = false
    /// The next byte to deliver.
    private(set) var next: Int64 = 0
    /// Up to here the receiver's kernel has everything.
    private(set) var acknowledged: Int64 = 0
    /// When the FIN was delivered.
    private(set) var finAt: CaptureInstant?
    private(set) var isFinAcknowledged = false
    /// What the receiver last offered, in bytes; nil when the scale is unknown.
    var window: Int64?
    var isStalled = false

    /// Sequence number of offset 0.
    private var base: UInt32 = 0
    /// False in a stream joined midway before its first byte: then moving ahead is no gap.
    private var isAnchored = false
    private var finOffset: Int64?
    private var held = HeldPieces()
    private var remembered: [Piece] = []
    private var missing: (since: CaptureInstant, packets: Int)?

    init(_ direction: Direction) {
        self.direction = direction
    }

    /// Sets where the stream starts; `isAnchored` when nothing can have been sent before.
    mutating func begin(at sequence: UInt32, isAnchored: Bool) {
        base = sequence
        next = 0
        acknowledged = 0
        isKnown = true
        self.isAnchored = isAnchored
    }

    /// The offset that a sequence number near the current position stands for.
    func offset(of sequence: UInt32) -> Int64 {
        next + Int64(Int32(bitPattern: sequence &- nextSequence))
    }

    /// Where the stream stands, without its bytes.
    var end: StreamEnd { StreamEnd(numbers: isKnown ? (base, nextSequence) : nil) }

    private var nextSequence: UInt32 { base &+ UInt32(truncatingIfNeeded: next) }

    /// True for the SYN that began this stream, sent again.
    func isBeginning(_ synSequence: UInt32) -> Bool { isKnown && synSequence &+ 1 == base }

    /// Takes a segment of this direction: its payload, known holes and FIN.
    mutating func take(
        _ segment: TCPSegment, _ packet: Span<UInt8>, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout [CapturedEvent]
    ) {
        let start = offset(of: segment.sequence)
        let hasFin = segment.flags.contains(.fin)
        if segment.payload.isEmpty, segment.missingBytes == 0, !hasFin { return }
        if isAnchored, start - next > limits.plausibleBytes {
            events.append(moment.event(.note(.implausibleNumber(direction))))
            return
        }
        if !isAnchored, start > next { moveAhead(to: start) }
        isAnchored = true
        let end = start + Int64(segment.payload.count)
        let lostEnd = end + Int64(segment.missingBytes)
        if hasFin { noteFin(at: lostEnd, moment, into: &events) }
        if start == next, held.isEmpty, finOffset ?? end >= end {
            if end > start {
                let bytes = packet.copied(segment.payload)
                deliver(
                    Piece(start: start, end: end, bytes: bytes, packet: moment.packet),
                    moment, limits, into: &events)
            }
        } else if end > start {
            let bytes = packet.copied(segment.payload)
            add(
                Piece(start: start, end: end, bytes: bytes, packet: moment.packet),
                moment, limits, into: &events)
        }
        if lostEnd > end {
            add(
                Piece(start: end, end: lostEnd, bytes: [], packet: moment.packet),
                moment, limits, into: &events)
        }
        drain(moment, limits, into: &events)
        while let first = held.first,
            held.count > limits.heldSegments || held.byteCount > limits.heldBytes
        {
            skip(to: first.end, moment, limits, into: &events)
        }
    }

    /// Takes the receiver's word for what has arrived.
    mutating func acknowledge(
        _ sequence: UInt32, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout [CapturedEvent]
    ) {
        if !isKnown { begin(at: sequence, isAnchored: false) }
        let upTo = offset(of: sequence)
        if upTo <= acknowledged { return }
        if !isAnchored, upTo > next {
            moveAhead(to: upTo)
        } else if upTo - next > limits.plausibleBytes {
            events.append(moment.event(.note(.implausibleNumber(direction))))
            return
        }
        acknowledged = upTo
        if !remembered.isEmpty { remembered.removeAll { $0.end <= upTo } }
        if upTo > next, missing == nil, finAt == nil { missing = (moment.at, 0) }
        noteFinAcknowledged(moment, into: &events)
    }

    /// Called with every packet of the connection: gives up on acknowledged bytes that were not
    /// captured when they do not turn up soon.
    mutating func settle(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout [CapturedEvent]
    ) {
        guard let (since, packets) = missing else { return }
        if acknowledged <= next {
            missing = nil
        } else if packets >= limits.packetsBeforeGap || moment.at - since >= limits.timeBeforeGap {
            missing = nil
            skip(to: acknowledged, moment, limits, into: &events)
        } else {
            missing = (since, packets + 1)
        }
    }

    /// Delivers whatever is left, with the gaps in between: nothing more will come.
    mutating func finish(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout [CapturedEvent]
    ) {
        guard isKnown else { return }
        let end = max(acknowledged, held.end ?? 0, finOffset.map { $0 + 1 } ?? 0)
        skip(to: end, moment, limits, into: &events)
    }

    // Helpers, in the order they are called.

    private mutating func moveAhead(to offset: Int64) {
        next = offset
        acknowledged = max(acknowledged, offset)
    }

    private mutating func noteFin(
        at offset: Int64, _ moment: Moment, into events: inout [CapturedEvent]
    ) {
        guard finOffset == nil, offset >= next else { return }
        finOffset = offset
        if held.cut(at: offset) { events.append(moment.event(.note(.bytesAfterFin(direction)))) }
    }

    private mutating func add(
        _ piece: Piece, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout [CapturedEvent]
    ) {
        var contradictions = 0
        // One byte before the next is a keep-alive probe; its content means nothing.
        let isProbe = piece.start == next - 1 && piece.end == next
        if piece.start < next, !isProbe {
            contradictions = remembered.reduce(0) { $0 + $1.differences(from: piece) }
        }
        let start = max(piece.start, next)
        var end = piece.end
        if let finOffset, end > finOffset, end > start {
            end = finOffset
            events.append(moment.event(.note(.bytesAfterFin(direction))))
        }
        if start < end { contradictions += held.insert(piece.part(start, end)) }
        if contradictions > 0 {
            let note = ConnectionNote.contradiction(direction, byteCount: contradictions)
            events.append(moment.event(.note(note)))
        }
    }

    private mutating func drain(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout [CapturedEvent]
    ) {
        if !held.isEmpty {
            for piece in held.takeRun(from: next) { deliver(piece, moment, limits, into: &events) }
        }
        if finOffset == next, finAt == nil {
            finAt = moment.at
            next += 1
            events.append(moment.event(.fin(direction)))
            noteFinAcknowledged(moment, into: &events)
        }
    }

    private mutating func deliver(
        _ piece: Piece, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout [CapturedEvent]
    ) {
        next = piece.end
        if piece.isLost {
            let count = Int(piece.end - piece.start)
            events.append(moment.event(.gap(direction, count: count), inPacket: piece.packet))
            return
        }
        events.append(moment.event(.bytes(direction, piece.bytes), inPacket: piece.packet))
        if limits.rememberedSegments > 0, acknowledged < piece.end {
            if remembered.count >= limits.rememberedSegments { remembered.removeFirst() }
            remembered.append(piece)
        }
    }

    private mutating func noteFinAcknowledged(
        _ moment: Moment, into events: inout [CapturedEvent]
    ) {
        guard finAt != nil, !isFinAcknowledged, acknowledged >= next else { return }
        isFinAcknowledged = true
        events.append(moment.event(.finAcknowledged(direction)))
    }

    /// Moves on to `target`, calling everything on the way that is not there a gap.
    private mutating func skip(
        to target: Int64, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout [CapturedEvent]
    ) {
        while next < target, finAt == nil {
            let stop = min(target, held.first?.start ?? target, finOffset ?? target)
            if stop > next {
                events.append(moment.event(.gap(direction, count: Int(stop - next))))
                next = stop
            }
            drain(moment, limits, into: &events)
        }
    }
}

/// The sequence numbers at which a stream began and stopped; nil when none was seen.
struct StreamEnd {
    let numbers: (first: UInt32, next: UInt32)?
}

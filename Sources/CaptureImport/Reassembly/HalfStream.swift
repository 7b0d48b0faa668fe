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
    /// No packet of the sender is in the capture, although the receiver answers: what it
    /// acknowledges is not captured either.
    var isUnheard = false

    /// Sequence number of offset 0.
    private var base: UInt32 = 0
    /// Joined midway at a packet without bytes, which may have been a keep-alive probe.
    private var isTentative = false
    private var finOffset: Int64?
    private var held = HeldPieces()
    private var sent = SentBytes()
    /// Segments that repeated what was not acknowledged, and where the first of them began.
    private var repeated: (from: Int64, count: Int) = (0, 0)
    private var missing: (since: CaptureInstant, packets: Int)?
    private var rightChecksums = 0
    private var wrongChecksums = 0

    init(_ direction: Direction) {
        self.direction = direction
    }

    /// Sets where the stream starts.
    mutating func begin(at sequence: UInt32, isTentative: Bool = false) {
        base = sequence
        next = 0
        acknowledged = 0
        isKnown = true
        self.isTentative = isTentative
    }

    /// The offset that a sequence number near the current position stands for.
    @inline(__always)
    func offset(of sequence: UInt32) -> Int64 {
        next + Int64(Int32(bitPattern: sequence &- nextSequence))
    }

    /// Where the stream stands, without its bytes.
    var end: StreamEnd { StreamEnd(numbers: isKnown ? (base, nextSequence) : nil) }

    private var nextSequence: UInt32 { base &+ UInt32(truncatingIfNeeded: next) }

    /// True for the SYN that began this stream, sent again.
    func isBeginning(_ synSequence: UInt32) -> Bool { isKnown && synSequence &+ 1 == base }

    /// Whether a segment of this sender is one that its receiver's kernel has dropped.
    ///
    /// A wrong checksum means that only where the sender's checksums are real: most of them so far
    /// were right.
    mutating func isDamaged(_ checksum: TCPSegment.Checksum) -> Bool {
        switch checksum {
        case .unknown, .offloaded: return false
        case .right:
            rightChecksums += 1
            return false
        case .wrong:
            wrongChecksums += 1
            return rightChecksums >= wrongChecksums
        }
    }

    /// Takes a segment of this direction: its payload, known holes and FIN.
    @inline(__always)
    mutating func take<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ packet: Span<UInt8>, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        let start = offset(of: segment.sequence)
        let size = segment.payload.count
        if start == next, size > 0, held.isEmpty, segment.missingBytes == 0, finOffset == nil,
            !segment.flags.contains(.fin)
        {
            // What nearly every segment is.
            isUnheard = false
            isTentative = false
            deliver(
                packet.extracting(segment.payload), packet: moment.packet, moment, limits,
                into: &events)
            return
        }
        takeUnusual(segment, packet, start, moment, limits, into: &events)
    }

    private mutating func takeUnusual<Sink: CapturedEventSink>(
        _ segment: TCPSegment, _ packet: Span<UInt8>, _ start: Int64, _ moment: Moment,
        _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        isUnheard = false
        let hasFin = segment.flags.contains(.fin)
        let isEmpty = segment.payload.isEmpty && segment.missingBytes == 0
        if start == next - 1, !hasFin, segment.payload.count <= 1, acknowledged >= next,
            finAt == nil, !isStalled, segment.missingBytes == 0
        {
            events.take(moment.event(.note(.keepAlive(direction))))
        }
        if isEmpty, !hasFin { return }
        if start - next > limits.plausibleBytes {
            events.take(moment.event(.note(.implausibleNumber(direction))))
            return
        }
        if start < next, !segment.payload.isEmpty { noteRepeated(from: start) }
        if isTentative, start == next + 1 { next += 1 }
        isTentative = false
        let end = start + Int64(segment.payload.count)
        let lostEnd = end + Int64(segment.missingBytes)
        if hasFin { noteFin(at: lostEnd, moment, into: &events) }
        if start == next, held.isEmpty, finOffset ?? end >= end {
            if end > start {
                deliver(
                    packet.extracting(segment.payload), packet: moment.packet, moment, limits,
                    into: &events)
            }
        } else if end > start {
            let bytes = packet.copied(segment.payload)
            add(
                Piece(start: start, end: end, bytes: bytes, packet: moment.packet), moment,
                into: &events)
        }
        if lostEnd > end {
            add(
                Piece(start: end, end: lostEnd, bytes: [], packet: moment.packet), moment,
                into: &events)
        }
        drain(moment, limits, into: &events)
        while let first = held.first,
            held.count > limits.heldSegments || held.byteCount > limits.heldBytes
        {
            skip(to: first.end, moment, limits, into: &events)
        }
    }

    /// Takes the receiver's word for what has arrived.
    @inline(__always)
    mutating func acknowledge<Sink: CapturedEventSink>(
        _ sequence: UInt32, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout Sink
    ) {
        if !isKnown { begin(at: sequence) }
        let upTo = offset(of: sequence)
        if upTo <= acknowledged { return }
        if upTo - next > limits.plausibleBytes {
            events.take(moment.event(.note(.implausibleNumber(direction))))
            return
        }
        acknowledged = upTo
        if upTo > next {
            if isUnheard {
                skip(to: upTo, moment, limits, into: &events)
            } else if missing == nil, finAt == nil {
                missing = (moment.at, 0)
            }
        }
        if finAt != nil { noteFinAcknowledged(moment, into: &events) }
    }

    /// Called with every packet of the connection: gives up on acknowledged bytes that were not
    /// captured when they do not turn up soon.
    @inline(__always)
    mutating func settle<Sink: CapturedEventSink>(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        if missing != nil { settleMissing(moment, limits, into: &events) }
    }

    private mutating func settleMissing<Sink: CapturedEventSink>(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout Sink
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
    mutating func finish<Sink: CapturedEventSink>(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        guard isKnown else { return }
        noteUnacknowledged(moment, into: &events)
        let end = max(acknowledged, held.end ?? 0, finOffset.map { $0 + 1 } ?? 0)
        skip(to: end, moment, limits, into: &events)
    }

    // Helpers, in the order they are called.

    /// A receiver that has never acknowledged anything may not be in the capture at all.
    private mutating func noteRepeated(from start: Int64) {
        guard acknowledged > 0, start >= acknowledged else { return }
        if repeated.from < acknowledged { repeated = (start, 0) }
        repeated.count += 1
    }

    private func noteUnacknowledged<Sink: CapturedEventSink>(
        _ moment: Moment, into events: inout Sink
    ) {
        // The FIN has a number of its own.
        let count = next - acknowledged - (finAt == nil ? 0 : 1)
        guard repeated.count > 0, repeated.from >= acknowledged, count > 0 else { return }
        events.take(
            moment.event(.unacknowledged(direction, count: Int(count), resent: repeated.count)))
    }

    private mutating func noteFin<Sink: CapturedEventSink>(
        at offset: Int64, _ moment: Moment, into events: inout Sink
    ) {
        guard finOffset == nil, offset >= next else { return }
        finOffset = offset
        if held.cut(at: offset) { events.take(moment.event(.note(.bytesAfterFin(direction)))) }
    }

    private mutating func add<Sink: CapturedEventSink>(
        _ piece: Piece, _ moment: Moment, into events: inout Sink
    ) {
        var contradictions = 0
        // One byte before the next is a keep-alive probe; its content means nothing.
        let isProbe = piece.start == next - 1 && piece.end == next
        if piece.start < next, !isProbe {
            contradictions = sent.differences(from: piece.bytes.span, at: piece.start)
        }
        let start = max(piece.start, next)
        var end = piece.end
        if let finOffset, end > finOffset, end > start {
            end = finOffset
            events.take(moment.event(.note(.bytesAfterFin(direction))))
        }
        if start < end { contradictions += held.insert(piece.part(start, end)) }
        if contradictions > 0 {
            let note = ConnectionNote.contradiction(direction, byteCount: contradictions)
            events.take(moment.event(.note(note)))
        }
    }

    private mutating func drain<Sink: CapturedEventSink>(
        _ moment: Moment, _ limits: ReassemblyLimits, into events: inout Sink
    ) {
        if !held.isEmpty {
            for piece in held.takeRun(from: next) {
                if piece.isLost {
                    next = piece.end
                    let count = Int(piece.end - piece.start)
                    events.take(
                        moment.event(.gap(direction, count: count), inPacket: piece.packet))
                } else {
                    deliver(piece.bytes.span, packet: piece.packet, moment, limits, into: &events)
                }
            }
        }
        if finOffset == next, finAt == nil {
            finAt = moment.at
            next += 1
            events.take(moment.event(.fin(direction)))
            noteFinAcknowledged(moment, into: &events)
        }
    }

    @inline(__always)
    private mutating func deliver<Sink: CapturedEventSink>(
        _ bytes: Span<UInt8>, packet: Int, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout Sink
    ) {
        sent.append(bytes, at: next, keeping: limits.rememberedBytes)
        next += Int64(bytes.count)
        events.take(bytes, direction, of: moment.connection, at: moment.at, packet: packet)
    }

    private mutating func noteFinAcknowledged<Sink: CapturedEventSink>(
        _ moment: Moment, into events: inout Sink
    ) {
        guard finAt != nil, !isFinAcknowledged, acknowledged >= next else { return }
        isFinAcknowledged = true
        events.take(moment.event(.finAcknowledged(direction)))
    }

    /// Moves on to `target`, calling everything on the way that is not there a gap.
    private mutating func skip<Sink: CapturedEventSink>(
        to target: Int64, _ moment: Moment, _ limits: ReassemblyLimits,
        into events: inout Sink
    ) {
        while next < target, finAt == nil {
            let stop = min(target, held.first?.start ?? target, finOffset ?? target)
            if stop > next {
                events.take(moment.event(.gap(direction, count: Int(stop - next))))
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

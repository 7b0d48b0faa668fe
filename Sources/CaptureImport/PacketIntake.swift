import Simulation

/// Follows the packets of a recording or an interface, whatever hands them in.
///
/// It takes packets in the order of their times, looks into them, and hands on what they show of
/// TCP connections.
struct PacketIntake {
    private(set) var tally = PacketTally()
    private var reassembler: TCPReassembler
    private var fragments = FragmentStore()
    /// The latest time handed on: times never run backwards.
    private(set) var now = CaptureInstant(nanosecondsSinceEpoch: .min)

    init(limits: ReassemblyLimits) {
        reassembler = TCPReassembler(limits: limits)
    }

    var connectionCount: Int { reassembler.connectionCount }
    /// What could not be seen in the packets.
    var notes: [CaptureNote] { tally.notes(fragments.lost) }

    /// Moves the time on.
    ///
    /// - Parameter at: When the next packet was recorded.
    @inline(__always)
    mutating func advance(to at: CaptureInstant) { now = max(now, at) }

    /// Counts a packet of a link type that is not supported.
    mutating func countForeign() { tally.countForeign(at: now) }

    /// Takes the next packet.
    ///
    /// - Parameter number: Counted from 1 in the whole recording.
    @inline(__always)
    mutating func take<Sink: CapturedEventSink>(
        _ bytes: Span<UInt8>, on linkType: LinkType, originalLength: Int, number: Int,
        into sink: inout Sink
    ) {
        let content = PacketLayers(linkType: linkType)
            .read(bytes, originalLength: originalLength)
        tally.count(content, number: number, at: now)
        switch content {
        case .segment(let segment):
            reassembler.take(segment, in: bytes, number: number, at: now, into: &sink)
        case .tcpFragment(let fragment):
            take(fragment, bytes, number: number, into: &sink)
        case .otherProtocol, .headersCut, .malformed: break
        }
    }

    /// Stops following a connection.
    mutating func ignore(_ connection: ConnectionID) { reassembler.ignore(connection) }

    /// Nothing more will come.
    ///
    /// - Parameter number: Of the last packet.
    mutating func finish<Sink: CapturedEventSink>(number: Int, into sink: inout Sink) {
        fragments.finish()
        reassembler.finish(at: now, number: number, into: &sink)
    }

    /// Nothing more will come, and there was no TCP.
    mutating func finishFragments() { fragments.finish() }

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
}

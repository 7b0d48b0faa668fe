import CaptureImport
import EventLog
import GatewayWire
import Simulation

/// A client's end on loopback, port 50000 unless said otherwise.
func clientEnd(_ port: UInt16 = 50_000) -> TCPEndpoint { TCPEndpoint(.loopback, port: port) }

let gatewayEnd = TCPEndpoint(.loopback, port: 4002)

/// Feeds hand-made segments to a reassembler, one millisecond apart.
///
/// Sequence numbers are given from the first byte after the SYN: 0 is the first byte sent.
struct Conversation {
    private(set) var events: [CapturedEvent] = []
    private var reassembler: TCPReassembler
    private var packets = 0
    var client = clientEnd()
    /// Initial sequence numbers of client and gateway.
    var firstSequences: (UInt32, UInt32)
    /// Time from one packet to the next.
    var pace = Duration.milliseconds(1)
    private var now = Duration.zero

    init(
        firstSequences: (UInt32, UInt32) = (1000, 500_000),
        limits: ReassemblyLimits = ReassemblyLimits()
    ) {
        self.firstSequences = firstSequences
        reassembler = TCPReassembler(limits: limits)
    }

    var happenings: [Happening] { events.map(\.happening) }

    mutating func open() {
        send(.toGateway, .syn, at: -1)
        send(.toClient, [.syn, .ack], at: -1, acknowledging: 0)
        send(.toGateway, .ack, at: 0, acknowledging: 0)
    }

    mutating func send(
        _ direction: Direction, _ flags: TCPFlags = .ack, at offset: Int,
        acknowledging acknowledged: Int = 0, _ payload: [UInt8] = [], window: UInt16 = 65_535,
        missing: Int = 0
    ) {
        let isToGateway = direction == .toGateway
        let (own, other) =
            isToGateway
            ? firstSequences : (firstSequences.1, firstSequences.0)
        let segment = TCPSegment(
            source: isToGateway ? client : gatewayEnd,
            destination: isToGateway ? gatewayEnd : client,
            sequence: own &+ 1 &+ UInt32(truncatingIfNeeded: offset),
            acknowledgement: other &+ 1 &+ UInt32(truncatingIfNeeded: acknowledged),
            flags: flags, window: window, payload: 0..<payload.count, missingBytes: missing)
        packets += 1
        now += pace
        reassembler.take(
            segment, in: payload.span, number: packets, at: instant, into: &events)
    }

    mutating func ignore(_ number: Int) {
        reassembler.ignore(ConnectionID(number))
    }

    mutating func finish(after wait: Duration = .zero) {
        now += wait
        reassembler.finish(at: instant, number: packets, into: &events)
    }

    private var instant: CaptureInstant {
        CaptureInstant(nanosecondsSinceEpoch: now.nanoseconds)
    }

    /// All bytes of a direction, with gaps as that many `0xEE`.
    func received(_ wanted: Direction) -> [UInt8] {
        var bytes: [UInt8] = []
        for happening in happenings {
            if case .bytes(wanted, let part) = happening { bytes += part }
            if case .gap(wanted, let count) = happening {
                bytes += [UInt8](repeating: 0xEE, count: count)
            }
        }
        return bytes
    }

    var notes: [ConnectionNote] {
        happenings.compactMap { if case .note(let note) = $0 { note } else { nil } }
    }

    var endings: [ConnectionEnding] {
        happenings.compactMap { if case .closed(let ending) = $0 { ending } else { nil } }
    }
}

/// `count` bytes that differ from their neighbours.
func pattern(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) } }

/// Every order of the numbers 0..<count.
func permutations(_ count: Int) -> [[Int]] {
    if count == 0 { return [[]] }
    return permutations(count - 1).flatMap { shorter in
        (0...shorter.count).map { place in
            var longer = shorter
            longer.insert(count - 1, at: place)
            return longer
        }
    }
}

import Diagnosis
import GatewayWire

/// Diagnoses what is understood on a thread of its own, in the same order.
///
/// To read a recording and to judge it take about as long, so that two processors need half the
/// time. Where reading is all that the first thread does, it also looks up what a frame tells by itself,
/// while that has just been scanned; the rest, for which it has to be known what came before, is the
/// other thread's.
struct RelayedDiagnosis: DecodedEventSink {
    /// What is shared with the thread; `sink` is the thread's from its start to its end.
    private final class Relay: @unchecked Sendable {
        let queue = BatchQueue()
        var sink: DiagnosingSink

        init(_ sink: DiagnosingSink) { self.sink = sink }

        func run() {
            var scanners = RelayScanners()
            var used: RelayBatch?
            while var batch = queue.next(used) {
                batch.hand(on: &sink, &scanners)
                used = batch
            }
        }
    }

    private let relay: Relay
    /// `nil` when there is none: then everything is handed on at the end of each batch.
    private let thread: JoinableThread?
    private var glancer: RowGlancer?
    private var batch = RelayBatch()
    private var scanners = RelayScanners()

    /// - Parameter looksAhead: Whether this thread has time to look at frames.
    init(_ facts: WireFacts, looksAhead: Bool) {
        glancer = looksAhead ? facts.glancer : nil
        let relay = Relay(DiagnosingSink(facts, nil))
        self.relay = relay
        thread = JoinableThread { relay.run() }
    }

    mutating func take(_ event: DecodedEvent) {
        batch.add(event)
        if batch.isFull { send() }
    }

    @inline(__always)
    mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        let glance = glancer?.glance(at: body, scanner, isProtobuf: place.isProtobuf)
        let details = glance?.hasDetails == true ? glancer?.details : nil
        batch.add(place, body, scanner, glance, details)
        if batch.isFull { send() }
    }

    /// Waits until everything is judged.
    ///
    /// It has to be called, once, and nothing after it.
    mutating func finish() -> WireFacts {
        send()
        relay.queue.end()
        thread?.join()
        return relay.sink.facts
    }

    private mutating func send() {
        // Moved, so that its memory is nobody else's.
        var full = RelayBatch()
        swap(&full, &batch)
        if thread != nil {
            batch = relay.queue.send(full)
        } else {
            full.hand(on: &relay.sink, &scanners)
            swap(&full, &batch)
        }
    }
}

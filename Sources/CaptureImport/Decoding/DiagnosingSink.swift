package import Diagnosis
package import EventLog
package import GatewayWire
import Simulation

/// Hands what a recording shows to the facts of its diagnosis.
package struct DiagnosingSink: DecodedEventSink {
    package private(set) var facts: WireFacts
    private let log: ((LogEvent) -> Void)?
    private var number = 0

    /// - Parameter log: Gets everything as events of a log, their times from 1970.
    package init(_ facts: WireFacts, _ log: ((LogEvent) -> Void)?) {
        self.facts = facts
        self.log = log
    }

    package mutating func take(_ event: DecodedEvent) {
        number += 1
        observe(event)
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        number += 1
        if log == nil, facts.take(place.seen(number: number), body, scanner) { return }
        observe(place.event(body, scanner))
    }

    private mutating func observe(_ event: DecodedEvent) {
        let logged = event.logEvent
        facts.take(
            Observation(
                number: number, event: logged, packets: event.position.packets,
                pieceCount: event.position.cuts.count + 1))
        log?(logged)
    }
}

extension DecodedCapture {
    /// Hands everything that is left to the facts of a diagnosis.
    ///
    /// - Parameter log: Gets everything as events of a log, their times from 1970.
    /// - Throws: As `read(into:progress:)`.
    package mutating func read(
        into facts: inout WireFacts, log: ((LogEvent) -> Void)?
    ) throws(CaptureError) {
        var sink = DiagnosingSink(facts, log)
        defer { facts = sink.facts }
        try read(into: &sink)
    }
}

extension MessagePlace {
    fileprivate func seen(number: Int) -> SeenFrame {
        SeenFrame(
            number: number, connection: ConnectionID(connection), at: at.logged,
            packets: position.packets, pieceCount: position.cuts.count + 1,
            isProtobuf: isProtobuf)
    }
}

extension FramePosition {
    fileprivate var packets: ClosedRange<Int> { firstPacket...max(firstPacket, lastPacket) }
}

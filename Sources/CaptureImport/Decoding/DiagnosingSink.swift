package import Diagnosis
package import EventLog
package import GatewayWire
import Simulation

/// Hands what a recording shows to the facts of its diagnosis.
package struct DiagnosingSink: DecodedEventSink {
    package private(set) var facts: WireFacts
    private let log: ((LogEvent) -> Void)?
    private var number = 0
    private var glancer: RowGlancer

    /// - Parameter log: Gets everything as events of a log, their times from 1970.
    package init(_ facts: WireFacts, _ log: ((LogEvent) -> Void)?) {
        self.facts = facts
        self.log = log
        glancer = facts.glancer
    }

    package mutating func take(_ event: DecodedEvent) {
        number += 1
        observe(event)
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        let glance = glancer.glance(at: body, scanner, isProtobuf: place.isProtobuf)
        let details = glance.hasDetails ? glancer.details : nil
        if !takeRow(place, glance, details, body, scanner.serverVersion) {
            takeMessage(place, body, scanner)
        }
    }

    /// Takes a frame that has been looked at, when that is enough.
    ///
    /// - Returns: False when the message itself is needed; then nothing has been done.
    @inline(__always)
    mutating func takeRow(
        _ place: MessagePlace, _ glance: RowGlance, _ details: RowDetails?, _ body: Span<UInt8>,
        _ serverVersion: Int
    ) -> Bool {
        guard log == nil, glance.isRow,
            facts.take(place.seen(number: number + 1, serverVersion), glance, details, body)
        else { return false }
        number += 1
        return true
    }

    /// Takes the message of a frame.
    mutating func takeMessage(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        number += 1
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
    /// - Parameters:
    ///   - log: Gets everything as events of a log, their times from 1970.
    ///   - progress: Called now and then.
    /// - Throws: As `read(into:progress:)`.
    package mutating func read(
        into facts: inout WireFacts, log: ((LogEvent) -> Void)? = nil,
        progress: (borrowing CapturedConnections) -> Void = { _ in }
    ) throws(CaptureError) {
        if let log {
            var sink = DiagnosingSink(facts, log)
            defer { facts = sink.facts }
            try read(into: &sink, progress: progress)
        } else {
            var sink = RelayedDiagnosis(facts, looksAhead: true)
            defer { facts = sink.finish() }
            try read(into: &sink, progress: progress)
        }
    }
}

extension MessagePlace {
    fileprivate func seen(number: Int, _ serverVersion: Int) -> SeenFrame {
        SeenFrame(
            number: number, connection: ConnectionID(connection), at: at.logged,
            packets: position.packets, pieceCount: position.cuts.count + 1,
            serverVersion: serverVersion, isProtobuf: isProtobuf)
    }
}

extension FramePosition {
    fileprivate var packets: ClosedRange<Int> { firstPacket...max(firstPacket, lastPacket) }
}

import EventLog
package import GatewayWire
import Simulation

/// Prints what is understood, a line an event, in large pieces.
package struct LinePrinter: DecodedEventSink {
    private var lines: EventLines
    private var bytes: [UInt8] = []
    private let write: ([UInt8]) -> Void

    private static let pieceSize = 1 << 16

    /// - Parameter write: Takes whole lines.
    package init(isJSON: Bool, write: @escaping ([UInt8]) -> Void) {
        lines = EventLines(isJSON: isJSON, epoch: 0, origin: .connection)
        self.write = write
        bytes.reserveCapacity(Self.pieceSize * 2)
    }

    package mutating func take(_ event: DecodedEvent) {
        lines.append(event.logEvent, to: &bytes)
        if bytes.count > Self.pieceSize { flush() }
    }

    package mutating func take(
        _ place: MessagePlace, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner
    ) {
        let isPrinted = lines.append(
            scanner, body, isProtobuf: place.isProtobuf,
            at: place.at.logged, connection: ConnectionID(place.connection), to: &bytes)
        guard isPrinted else {
            take(place.event(body, scanner))
            return
        }
        if bytes.count > Self.pieceSize { flush() }
    }

    /// Writes what waits.
    package mutating func flush() {
        if !bytes.isEmpty { write(bytes) }
        bytes.removeAll(keepingCapacity: true)
    }
}

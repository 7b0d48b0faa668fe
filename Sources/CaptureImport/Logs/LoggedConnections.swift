import Diagnosis
package import EventLog
import Simulation

/// The connections of an event log, numbered like those of a capture.
///
/// A connection keeps the number that its gateway gave it, as listings show it. Where a log has several
/// gateways, the later of two that are numbered alike gets the next free number.
package struct LoggedConnections: Sendable {
    /// Nanoseconds since 1970 that the log's times count from.
    private let epoch: Int64
    private var numbers: [ConnectionName: Int] = [:]
    private var used: Set<Int> = []
    private var highest = 0

    package init(epoch: Int64) {
        self.epoch = epoch
    }

    package var count: Int { numbers.count }

    package func has(_ number: Int) -> Bool { used.contains(number) }

    /// - Returns: `nil` for what is of no connection.
    package mutating func number(of event: LogEvent) -> Int? {
        guard let connection = event.connection else { return nil }
        let name = ConnectionName(gateway: event.gateway, id: connection)
        if let number = numbers[name] { return number }
        let number = used.contains(connection.number) ? highest + 1 : connection.number
        numbers[name] = number
        used.insert(number)
        highest = max(highest, number)
        return number
    }

    /// When it happened, in the calendar.
    package func instant(of event: LogEvent) -> CaptureInstant {
        CaptureInstant(nanosecondsSinceEpoch: epoch &+ event.at.nanoseconds)
    }

    /// The event as a capture has it; what one instant brought came in one segment.
    ///
    /// - Returns: `nil` for what is of no connection.
    package mutating func decoded(_ event: LogEvent) -> DecodedEvent? {
        number(of: event).map { number in
            DecodedEvent(
                connection: number,
                position: FramePosition(
                    at: instant(of: event), packet: Int(truncatingIfNeeded: event.at.nanoseconds)),
                kind: event.kind)
        }
    }
}

import GatewayWire
import Simulation

/// Turns events into the lines that `fakegw decode` prints, text or JSON.
///
/// Text lines begin with seconds. In a capture they count from the start of the connection. In the
/// log of a run they count from the start of gateway time.
package struct EventLines: Sendable {
    package enum Origin: Hashable, Sendable {
        case connection
        case run(showsGateway: Bool)
    }

    let isJSON: Bool
    let epoch: Int64
    /// Used again for every protobuf message.
    var tape = ProtobufTape()
    var clock = ClockText()
    let origin: Origin
    private var starts: [ConnectionID: SimInstant] = [:]
    private var recent: (connection: ConnectionID, start: SimInstant)?

    /// - Parameter epoch: Nanoseconds since 1970 that the events' instants count from.
    package init(isJSON: Bool, epoch: Int64, origin: Origin) {
        self.isJSON = isJSON
        self.epoch = epoch
        self.origin = origin
    }

    /// Appends the line of an event and a line break.
    package mutating func append(_ event: LogEvent, to lines: inout [UInt8]) {
        if isJSON {
            var line = JSONLine(behind: lines.taken())
            event.add(to: &line, epoch: epoch)
            lines = line.finishedBytes()
        } else {
            lines.append(contentsOf: line(for: event).utf8)
        }
        lines.append(UInt8(ascii: "\n"))
    }

    package mutating func line(for event: LogEvent) -> String {
        if isJSON { return event.jsonLine(epoch: epoch) }
        let text = event.textLine(showsGateway: showsGateway) + calendarTime(of: event)
        return "\(Self.seconds(event.at - start(for: event))) \(text)"
    }

    private var showsGateway: Bool {
        switch origin {
        case .connection: false
        case .run(let showsGateway): showsGateway
        }
    }

    private mutating func start(for event: LogEvent) -> SimInstant {
        guard origin == .connection, let connection = event.connection else { return .start }
        let start = start(of: connection, event.at)
        if case .over = event.kind {
            starts[connection] = nil
            recent = nil
        }
        return start
    }

    /// When a connection began; now, if nothing of it has been printed.
    mutating func start(of connection: ConnectionID, _ now: SimInstant) -> SimInstant {
        if let recent, recent.connection == connection { return recent.start }
        if let start = starts[connection] {
            recent = (connection, start)
            return start
        }
        starts[connection] = now
        recent = (connection, now)
        return now
    }

    /// The first line of a run or connection says when that was.
    private func calendarTime(of event: LogEvent) -> String {
        switch event.kind {
        case .run, .attempted, .opened: ", \(event.timestamp(epoch: epoch))"
        case .step, .expectation, .verdict, .omitted, .listening, .listenerClosed, .light,
            .lifecycle, .commanded, .hello, .legacyHello, .version, .message, .unknown,
            .malformed, .raw, .gap, .phase, .ended, .closed, .finAcknowledged, .unacknowledged,
            .stalled, .resumed,
            .over, .fault, .faultIdle, .faultFailed, .note, .transport, .clientStarted, .clientLine,
            .clientEnded, .clientSignaled, .clientFed, .sockets, .runner:
            ""
        }
    }

    static func seconds(_ span: Duration) -> String {
        let microseconds = max(0, span.nanoseconds / 1000)
        let whole = String(microseconds / 1_000_000)
        let part = String(String(microseconds % 1_000_000 + 1_000_000).dropFirst())
        return String(repeating: " ", count: max(0, 5 - whole.count)) + whole + "." + part
    }
}

extension [UInt8] {
    /// Hands the bytes over and leaves none, so that they can grow elsewhere without a copy.
    mutating func taken() -> [UInt8] {
        var bytes: [UInt8] = []
        swap(&bytes, &self)
        return bytes
    }
}

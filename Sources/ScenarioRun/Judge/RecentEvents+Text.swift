import EventLog
import GatewayWire
import Simulation

/// ```
/// time       client                        │ wire                        │ kernel
/// 0.120 s                                  │                             │ #1 opened 127.0.0.1:51234
/// 0.121 s                                  │ #1 → startApi clientId=7    │
/// 4.002 s    bot#1 stdout| synchronized    │                             │
/// 9.750 s                                  │ #1 ← … 312 tickPrice …      │
/// ```
extension RecentEvents {
    private static let timeWidth = 11
    private static let clientWidth = 32
    private static let wireWidth = 46
    private static let kernelWidth = 34
    /// Lines of one cell; what is longer ends with an ellipsis.
    private static let mostLines = 3

    /// - Parameter showsGateway: There are several.
    func lines(showsGateway: Bool) -> [String] {
        guard !rows.isEmpty else { return ["nothing happened"] }
        let head = Self.line(time: "time", client: "client", wire: "wire", kernel: "kernel")
        return [head] + rows.flatMap { Self.lines(of: $0, showsGateway) }
    }

    private static func lines(of row: Row, _ showsGateway: Bool) -> [String] {
        let width =
            switch row.lane {
            case .client: clientWidth
            case .wire: wireWidth
            case .kernel: kernelWidth
            }
        let cells = row.text(showsGateway: showsGateway).wrapped(to: width, mostLines: mostLines)
        return cells.enumerated().map { index, text in
            line(
                time: index == 0 ? time(row.event.at) : "", client: row.lane == .client ? text : "",
                wire: row.lane == .wire ? text : "", kernel: row.lane == .kernel ? text : "")
        }
    }

    private static func line(
        time: String, client: String, wire: String, kernel: String
    ) -> String {
        let line =
            time.padded(to: timeWidth) + client.padded(to: clientWidth) + " │ "
            + wire.padded(to: wireWidth) + " │ " + kernel
        return line.trimmingEnd
    }

    /// Gateway seconds.
    private static func time(_ instant: SimInstant) -> String {
        let milliseconds = (instant - .start).nanoseconds / 1_000_000
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction) s"
    }
}

extension RecentEvents.Row {
    fileprivate func text(showsGateway: Bool) -> String {
        if messageCount > 1, case .message(let message) = event.kind {
            let counts = messages.map { "\($0.count) \($0.name)" }.joined(separator: ", ")
            let place =
                (showsGateway ? event.gateway.map { "\($0) " } ?? "" : "")
                + (event.connection.map { "\($0) " } ?? "")
            return place.printable + "\(message.schema.direction.arrow) … \(counts) …"
        }
        let text = event.textLine(showsGateway: showsGateway)
        return earlierLines == 0 ? text : "\(text) (\(earlierLines) more before)"
    }
}

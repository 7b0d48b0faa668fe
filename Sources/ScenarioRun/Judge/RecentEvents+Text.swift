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
        let cells = cell(row.text(showsGateway: showsGateway), width: width)
        return cells.enumerated().map { index, text in
            line(
                time: index == 0 ? time(row.event.at) : "", client: row.lane == .client ? text : "",
                wire: row.lane == .wire ? text : "", kernel: row.lane == .kernel ? text : "")
        }
    }

    private static func line(
        time: String, client: String, wire: String, kernel: String
    ) -> String {
        var line =
            column(time, timeWidth) + column(client, clientWidth) + " │ "
            + column(wire, wireWidth) + " │ " + kernel
        while line.last == " " { line.removeLast() }
        return line
    }

    private static func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The text in lines of at most that many characters, cut at spaces where there are any.
    private static func cell(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var rest = Substring(text)
        while rest.count > width {
            guard lines.count < mostLines - 1 else {
                return lines + [rest.prefix(width - 1) + "…"]
            }
            let front = rest.prefix(width + 1)
            // A space near the front would waste the line.
            let space = front.lastIndex(of: " ").flatMap {
                front.distance(from: front.startIndex, to: $0) > width / 2 ? $0 : nil
            }
            lines.append(String(rest[..<(space ?? rest.index(rest.startIndex, offsetBy: width))]))
            // A mark, because a line that begins with what a peer says could be taken for a command.
            rest = "↳ " + (space.map { rest[$0...].dropFirst() } ?? rest.dropFirst(width))
        }
        return lines + [String(rest)]
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

package import GatewayWire
package import Simulation

/// Lines of messages whose fields have not been copied.
extension EventLines {
    /// Appends the line of a text message and a line break, as `line(for:)` would make it.
    ///
    /// - Returns: False, with nothing appended, when `line(for:)` has to make it.
    package mutating func append(
        _ scanner: borrowing MessageScanner, _ body: Span<UInt8>, at: SimInstant,
        connection: ConnectionID, to lines: inout [UInt8]
    ) -> Bool {
        guard !isJSON, origin == .connection else { return false }
        let before = lines.count
        appendSeconds(at - start(of: connection, at), to: &lines)
        lines.append(contentsOf: " #".utf8)
        lines.append(contentsOf: String(connection.number).utf8)
        lines.append(contentsOf: scanner.direction == .toGateway ? " → ".utf8 : " ← ".utf8)
        guard scanner.appendLine(of: body, to: &lines) else {
            lines.removeLast(lines.count - before)
            return false
        }
        lines.append(UInt8(ascii: "\n"))
        return true
    }

    /// Appends seconds with microseconds, five digits wide before the point.
    private func appendSeconds(_ span: Duration, to lines: inout [UInt8]) {
        var rest = max(0, span.nanoseconds / 1000)
        guard rest < 100_000_000_000 else {
            lines.append(contentsOf: Self.seconds(span).utf8)
            return
        }
        let start = lines.count
        lines.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 12))
        var place = start + 11
        for index in 0..<12 where index < 8 || rest > 0 {
            if index == 6 {
                lines[place] = UInt8(ascii: ".")
            } else {
                lines[place] = UInt8(48 + rest % 10)
                rest /= 10
            }
            place -= 1
        }
    }
}

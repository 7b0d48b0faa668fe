package import GatewayWire
package import Simulation

/// Lines of messages whose fields have not been copied.
extension EventLines {
    /// Appends the line of a message and a line break, as `line(for:)` would make it.
    ///
    /// - Parameter isProtobuf: What the scanner called the message that it has scanned last.
    /// - Returns: False, with nothing appended, when `line(for:)` has to make it.
    package mutating func append(
        _ scanner: borrowing MessageScanner, _ body: Span<UInt8>, isProtobuf: Bool,
        at: SimInstant, connection: ConnectionID, to lines: inout [UInt8]
    ) -> Bool {
        guard origin == .connection else { return false }
        let before = lines.count
        let isWhole: Bool
        if isJSON {
            isWhole = appendJSON(
                scanner, body, isProtobuf: isProtobuf, at: at, connection: connection, to: &lines)
        } else {
            appendSeconds(at - start(of: connection, at), to: &lines)
            appendMark(connection.number, scanner.direction, to: &lines)
            isWhole =
                isProtobuf
                ? scanner.appendLine(of: body, using: &tape, to: &lines)
                : scanner.appendLine(of: body, to: &lines)
        }
        guard isWhole else {
            lines.removeLast(lines.count - before)
            return false
        }
        lines.append(UInt8(ascii: "\n"))
        return true
    }

    // Helpers, in the order they are called.

    private mutating func appendJSON(
        _ scanner: borrowing MessageScanner, _ body: Span<UInt8>, isProtobuf: Bool,
        at: SimInstant, connection: ConnectionID, to lines: inout [UInt8]
    ) -> Bool {
        var line = JSONLine(behind: lines.taken())
        line.begin(connection, nanosecondsSince1970: epoch &+ at.nanoseconds, &clock)
        let isWhole =
            isProtobuf
            ? scanner.addMessage(of: body, using: &tape, to: &line)
            : scanner.addMessage(of: body, to: &line)
        lines = line.finishedBytes()
        return isWhole
    }

    /// Appends ` #1 → ` or ` #1 ← `.
    private func appendMark(_ number: Int, _ direction: Direction, to lines: inout [UInt8]) {
        lines.append(UInt8(ascii: " "))
        lines.append(UInt8(ascii: "#"))
        var unit = 1
        while number / unit >= 10 { unit *= 10 }
        while unit > 0 {
            lines.append(UInt8(truncatingIfNeeded: 48 + number / unit % 10))
            unit /= 10
        }
        lines.append(UInt8(ascii: " "))
        // Both arrows begin alike in UTF-8.
        lines.append(0xE2)
        lines.append(0x86)
        lines.append(direction == .toGateway ? 0x92 : 0x90)
        lines.append(UInt8(ascii: " "))
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

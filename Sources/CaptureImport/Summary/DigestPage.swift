import EventLog
import Simulation

/// A digest as a page of text that fits a screen.
package struct DigestPage {
    package private(set) var lines: [String] = []
    private let columns: Int

    /// - Parameters:
    ///   - capture: Of what was read when it was packets.
    ///   - rows: Lines that the page may have; at least 12 are used.
    ///   - columns: Characters that a line may have.
    package init(_ digest: CaptureDigest, _ capture: CaptureSummary?, rows: Int, columns: Int) {
        self.columns = max(40, columns)
        let connections = digest.connections
        let packets = capture.map {
            "\($0.packetCount) packets, \($0.connectionCount) TCP connections, "
        }
        add(
            (packets ?? "") + "\(digest.connectionCount) gateway connections, "
                + "\(digest.messageCount) messages")
        if let first = capture?.firstAt ?? digest.firstAt,
            let last = capture?.lastAt ?? digest.lastAt
        {
            add("\(first) … \(last), \(Self.text(last - first))")
        }
        // What is left for each of three lists.
        let room = max(3, (rows - 10) / 3)
        list("connections:", connections.map(Self.line), room, unlisted: digest.unlistedCount)
        let silences = connections.compactMap { connection in
            connection.silence.map { (connection.number, $0.length, $0.since) }
        }.sorted { $0.1 > $1.1 }
        list(
            "longest silences:",
            silences.prefix(3).map { "#\($0.0) \(Self.text($0.1)) from \($0.2)" }, 3)
        var codes = digest.errorCodes
        for connection in connections where connection.ending == nil {
            for (code, count) in connection.errorCodes { codes[code, default: 0] += count }
        }
        let counts = codes.sorted { ($0.key) < ($1.key) }.map { "\($0.key) ×\($0.value)" }
        if !counts.isEmpty { add("error codes: " + counts.joined(separator: ", ")) }
        let requests = connections.flatMap { connection in
            connection.unanswered.map { Self.line($0, connection, isCapture: capture != nil) }
        }
        list("unanswered requests:", requests, room)
    }

    // Helpers, in the order they are called.

    private mutating func add(_ text: String) {
        lines.append(text.count > columns ? String(text.prefix(columns - 1)) + "…" : text)
    }

    private mutating func list(
        _ title: String, _ rows: [String], _ room: Int, unlisted: Int = 0
    ) {
        if rows.isEmpty, unlisted == 0 { return }
        add(title)
        let isWhole = rows.count <= room && unlisted == 0
        let shown = rows.prefix(isWhole ? room : max(1, room - 1))
        for row in shown { add("  " + row) }
        if !isWhole { add("  … \(rows.count - shown.count + unlisted) more") }
    }

    private static func line(_ connection: ConnectionSummary) -> String {
        var parts = ["#\(connection.number) \(connection.client) → \(connection.gateway)"]
        if let version = connection.serverVersion { parts.append("v\(version)") }
        if let id = connection.clientID { parts.append("client \(id)") }
        parts.append("→\(connection.toGatewayCount) ←\(connection.toClientCount)")
        parts.append(text(connection.duration))
        parts.append(connection.verdict)
        if connection.gapBytes > 0 { parts.append("\(connection.gapBytes) bytes not captured") }
        if connection.malformedCount > 0 { parts.append("\(connection.malformedCount) malformed") }
        if connection.unknownCount > 0 { parts.append("\(connection.unknownCount) unknown") }
        if connection.rawBytes > 0 { parts.append("\(connection.rawBytes) bytes in no frame") }
        if connection.stalls > 0 { parts.append("window closed \(connection.stalls)×") }
        return parts.joined(separator: ", ")
    }

    private static func line(
        _ request: ConnectionSummary.Request, _ connection: ConnectionSummary, isCapture: Bool
    ) -> String {
        let id = request.id.map { " \($0)" } ?? ""
        let age = connection.lastAt.map { ", \(text($0 - request.at)) until the end" } ?? ""
        // A log has no packets.
        let place = isCapture ? "packet \(request.packet)" : "\(request.at)"
        return "#\(connection.number) \(request.name)\(id), \(place)\(age)"
    }

    /// `1.234 s`, `12 min 3 s`, `2 h 5 min`.
    private static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.nanoseconds / 1_000_000)
        let seconds = milliseconds / 1000
        if seconds >= 3600 { return "\(seconds / 3600) h \(seconds / 60 % 60) min" }
        if seconds >= 60 { return "\(seconds / 60) min \(seconds % 60) s" }
        let rest = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(seconds).\(rest) s"
    }
}

import CaptureImport
import EventLog
import GatewayWire

/// A folder of rust-ibapi's raw capture, gone with the value.
final class RawFolder {
    private let folder = TemporaryFolder()

    var path: String { folder.path }

    func add(_ name: String, _ bytes: [UInt8]) { _ = folder.file(name, holding: bytes) }

    func add(_ name: String, _ text: String) { add(name, Array(text.utf8)) }

    // What the recorder writes, and what is read of it.

    static let first = "2026-01-15-14-31-0-inbound-000"
    static let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")
        .bytes

    static func text(_ message: Message) -> [UInt8] {
        MessageEncoder(serverVersion: 176).encode(message)
    }

    static func nextValidID(_ id: Int) -> [UInt8] {
        text(Message("nextValidId", ["orderId": "\(id)"]))
    }

    /// An index as the recorder writes it, its frames half a second apart from 14:31:07.
    static func index(_ frames: [[UInt8]]) -> String {
        var offset = 0
        return frames.enumerated().map { number, frame in
            defer { offset += frame.count }
            let second = 7 + number / 2
            let clock = "14:31:\(second < 10 ? "0" : "")\(second).\(number % 2 * 5)00"
            let length = frame[..<4].reduce(0) { $0 << 8 | Int($1) }
            return "\(number),2026-01-15T\(clock)Z,\(offset),\(length)\n"
        }.joined()
    }

    static func read(
        _ path: String, completesHandshake: Bool = false
    ) throws -> (lines: [String], notes: [String], isDamaged: Bool) {
        var capture = try RustRawCapture(path: path, completesHandshake: completesHandshake)
        var events: [DecodedEvent] = []
        try capture.read(into: &events)
        var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
        return (
            events.map { printer.line(for: $0.logEvent).drop { $0 == " " }.description },
            capture.notes,
            capture.isDamaged
        )
    }

    /// What is known of every raw capture.
    static let always =
        "a raw capture of rust-ibapi: what the client sent is not in it, and no connection's end, so "
        + "neither requests without an answer can be seen nor answers without a request"
}

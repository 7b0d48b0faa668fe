import CaptureImport
import EventLog

/// The captures of the repository.
enum Bundled {
    private static let root = String(
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/"))

    static func path(_ name: String) -> String { "\(root)/Captures/\(name)" }

    /// What a capture shows, a line an event, without the times.
    static func lines(of name: String) throws -> [String] {
        var capture = try DecodedCapture(path: path(name))
        var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
        var lines: [String] = []
        while let event = try capture.next() {
            lines.append(String(printer.line(for: event.logEvent).dropFirst(13)))
        }
        return lines
    }
}

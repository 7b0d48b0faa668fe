import CaptureImport
import EventLog
import GatewayWire

/// `fakegw decode`: what a capture holds, message by message.
enum Decode {
    static let subcommand = Subcommand(
        name: "decode", summary: "print every message of a capture, an event log or raw bytes",
        usage: "FILE [options]",
        about: """
            Reads a pcap or pcapng file, finds the gateway connections in it by their hello, and
            prints every message of both directions, and what happened to the connections.

            Reads event logs too, as serve and run write them with --events: every event of every
            gateway, connection and client program.

            With --raw, FILE holds the bytes of one direction as they were on the wire, '-' standing
            for standard input. Without --server-version they begin with the gateway's version reply.
            Lines then begin with the offset in the stream.
            """,
        options: [
            Option("raw", "DIRECTION", "bytes of one direction: toClient or toGateway"),
            Option("server-version", "N", "with --raw: the version both sides agreed on"),
            Option("hex", nil, "with --raw: FILE holds hexadecimal digits; white space is skipped"),
            Option("json", nil, "one JSON object a line"),
        ],
        run: { arguments in
            Tool.reportingErrors { () throws(CommandFailure) in
                guard let path = arguments.rest.first, arguments.rest.count == 1 else {
                    throw CommandFailure(text: "decode takes one file")
                }
                if let direction = arguments.last("raw") {
                    try decodeStream(path, direction, arguments)
                    return .success
                }
                for option in ["server-version", "hex"] where arguments.has(option) {
                    throw CommandFailure(
                        text: "--\(option) needs --raw",
                        hint: "a capture tells its server version by itself")
                }
                if try isEventLog(path) {
                    try decodeLog(path, arguments)
                } else {
                    try decodeCapture(path, arguments)
                }
                return .success
            }
        })

    private static func decodeCapture(
        _ path: String, _ arguments: ParsedArguments
    ) throws(CommandFailure) {
        do throws(CaptureError) {
            var capture = try DecodedCapture(path: path)
            var lines = EventLines(
                isJSON: arguments.has("json"), epoch: 0, origin: .connection)
            var page = Page()
            defer { page.end() }
            while let event = try capture.next() { page.add(lines.line(for: event.logEvent)) }
            page.end()
            for note in capture.notes { Terminal.error("note: \(note)") }
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    /// A log begins with an object, which no capture does.
    static func isEventLog(_ path: String) throws(CommandFailure) -> Bool {
        try Files.front(of: path, count: 1) == [UInt8(ascii: "{")]
    }

    private static func decodeLog(
        _ path: String, _ arguments: ParsedArguments
    ) throws(CommandFailure) {
        var reader = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        let isJSON = arguments.has("json")
        var lines: EventLines?
        var page = Page()
        defer { page.end() }
        do throws(EventLogError) {
            while let event = try reader.next() {
                var printer =
                    lines
                    ?? EventLines(
                        isJSON: isJSON, epoch: reader.epoch ?? 0, origin: .run(showsGateway: true))
                page.add(printer.line(for: event))
                lines = printer
            }
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
        page.end()
        for note in reader.notes { Terminal.error("note: \(note)") }
    }

    private static func decodeStream(
        _ path: String, _ word: String, _ arguments: ParsedArguments
    ) throws(CommandFailure) {
        guard let direction = Direction(rawValue: word) else {
            throw CommandFailure(text: "--raw takes toClient or toGateway, not '\(word)'")
        }
        let versions = ProtocolSchema.serverVersions
        let version = try arguments.integer("server-version", in: versions)
        guard version != nil || direction == .toClient else {
            throw CommandFailure(
                text: "--raw toGateway needs --server-version",
                hint: "only the gateway's own bytes tell the version")
        }
        var bytes = try Files.read(path == "-" ? "/dev/stdin" : path)
        if arguments.has("hex") { bytes = try hexBytes(bytes, path) }
        for item in RawStream.items(of: bytes, direction, serverVersion: version) {
            Terminal.out(arguments.has("json") ? item.jsonLine : item.textLine)
        }
    }

    private static let whiteSpace: Set<UInt8> = [9, 10, 13, 32]

    private static func hexBytes(
        _ text: [UInt8], _ path: String
    ) throws(CommandFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for (offset, letter) in text.enumerated() where !whiteSpace.contains(letter) {
            guard let digit = Character(UnicodeScalar(letter)).hexDigitValue else {
                throw CommandFailure(
                    text: "\(path): byte \(offset) is no hexadecimal digit",
                    hint: "without --hex the bytes are taken as they are")
            }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        guard high == nil else {
            throw CommandFailure(text: "\(path): an odd number of hexadecimal digits")
        }
        return bytes
    }
}

/// Collects lines for writing.
///
/// One write for each line would take longer than the decoding.
private struct Page {
    private var lines: [String] = []

    mutating func add(_ line: String) {
        lines.append(line)
        if lines.count == 256 { end() }
    }

    mutating func end() {
        if !lines.isEmpty { Terminal.out(lines.joined(separator: "\n")) }
        lines.removeAll(keepingCapacity: true)
    }
}

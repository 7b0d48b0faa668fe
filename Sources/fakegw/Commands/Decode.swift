import CaptureImport
import EventLog
import GatewayWire
import ScenarioFormat

/// `fakegw decode`: what a capture holds, message by message.
enum Decode {
    static let subcommand = Subcommand(
        name: "decode", summary: "print every message of captures, an event log or raw bytes",
        usage: "FILE… [options] | --live INTERFACE [options]",
        about: """
            Reads pcap and pcapng files, plain or packed with gzip or zstd, finds the gateway
            connections in them by their hello, and prints every message of both directions, and
            what happened to the connections. Several files are one recording, as 'tcpdump -C' and
            '-G' rotate them; '-' is standard input. With --summary it prints a page instead.

            Reads event logs too, as serve and run write them with --events: every event of every
            gateway, connection and client program; the logs of ib_insync, ib_async and the official
            Python client at level DEBUG; the log of API messages that a gateway exports; and what
            rust-ibapi writes: the folder of its recorder, and the folder or a .bin file of its raw
            capture. --summary, --connection, --type, --from and --to work on all of them. A gateway's
            log and a recorder's folder have no handshake: their server version is inferred, unless
            --server-version tells it.

            With --live it listens on a network interface and prints what passes, until Ctrl-C or for
            --seconds. That needs the right to capture packets (root, or CAP_NET_RAW).

            With --raw, FILE holds the bytes of one direction as they were on the wire, '-' standing
            for standard input. Without --server-version they begin with the gateway's version reply.
            Lines then begin with the offset in the stream.

            Exits with 1 when a file is damaged; what could be read of it is printed.
            """,
        options: [
            Option("summary", nil, "a page: connections, silences, errors, unanswered requests"),
            Option("connection", "N", "only this gateway connection; may be repeated"),
            Option("from", "TIME", "only from then on: seconds, or 2026-01-15T14:31:07Z"),
            Option("to", "TIME", "only until then"),
            Option("type", "NAME", "only these messages; may be repeated"),
        ] + LiveReading.options + [
            ReadingChoices.portOption,
            Option("streams", "DIR", "write the bytes of each direction to a file in DIR instead"),
            Option("raw", "DIRECTION", "bytes of one direction: toClient or toGateway"),
            Option(
                "server-version", "N",
                "with --raw, of a gateway's log or a folder: the version agreed on"),
            Option("hex", nil, "with --raw: FILE holds hexadecimal digits; white space is skipped"),
            Option("json", nil, "one JSON object a line"),
        ],
        run: { arguments in
            var code = ExitCode.success
            let outcome = Tool.reportingErrors { () throws(CommandFailure) in
                code = try decode(arguments)
                return .success
            }
            return outcome == .success ? code : outcome
        })

    private static func decode(_ arguments: ParsedArguments) throws(CommandFailure) -> ExitCode {
        if let live = try LiveReading(arguments) {
            return try decode(live, arguments)
        }
        let paths = arguments.rest
        guard let path = paths.first else { throw CommandFailure(text: "decode takes a file") }
        if let direction = arguments.last("raw") {
            guard paths.count == 1 else {
                throw CommandFailure(text: "decode --raw takes one file")
            }
            try decodeStream(path, direction, arguments)
            return .success
        }
        if arguments.has("hex") {
            throw CommandFailure(
                text: "--hex needs --raw", hint: "a capture's bytes are taken as they are")
        }
        if let folder = arguments.last("streams") { return try writeStreams(paths, to: folder) }
        let sources = RecordedSource.sources(paths)
        let choices = try ReadingChoices(
            arguments, for: sources,
            showsProgress: arguments.has("summary") || !Terminal.outIsTerminal)
        guard let source = sources.first, sources.count == 1 else {
            throw CommandFailure(
                text: "decode takes one recording: several captures, or one log or folder")
        }
        switch source {
        case .captures(let paths): return try decodeCapture(paths, choices, arguments)
        case .log(let path): try decodeLog(path, arguments)
        case .clientLog, .gatewayLog, .folder, .rawCapture, .live:
            return try decodeMessages(source, choices.version, arguments)
        }
        return .success
    }

    private static func decode(
        _ live: LiveReading, _ arguments: ParsedArguments
    ) throws(CommandFailure) -> ExitCode {
        for option in ["raw", "streams", "server-version", "hex"] where arguments.has(option) {
            throw CommandFailure(
                text: "--\(option) is for files, and does not stand beside --live")
        }
        let filter = try filter(of: arguments)
        var outcome: LiveReading.Outcome
        if arguments.has("summary") {
            var digest = CaptureDigest()
            outcome = try live.read(into: FilteringSink(CaptureDigest(), filter)) { sink in
                digest = sink.sink
            }
            print(digest, of: nil)
        } else {
            let printer = LinePrinter(isJSON: arguments.has("json")) { Terminal.out($0) }
            outcome = try live.read(into: FilteringSink(printer, filter)) { sink in
                sink.finish { $0.flush() }
            }
        }
        for note in outcome.notes { Terminal.error("note: \(note)") }
        return outcome.isDamaged ? .failed : .success
    }

    private static func decodeCapture(
        _ paths: [String], _ choices: ReadingChoices, _ arguments: ParsedArguments
    ) throws(CommandFailure) -> ExitCode {
        let filter = try filter(of: arguments)
        let progress = choices.progress
        do throws(CaptureError) {
            var capture = try DecodedCapture(paths: paths, ports: choices.ports)
            if arguments.has("summary") {
                var sink = FilteringSink(CaptureDigest(), filter)
                try capture.read(into: &sink) { progress.show($0.progress) }
                progress.end()
                print(sink.sink, of: capture.summary)
            } else {
                let printer = LinePrinter(isJSON: arguments.has("json")) { Terminal.out($0) }
                var sink = FilteringSink(printer, filter)
                defer {
                    progress.end()
                    sink.finish { $0.flush() }
                }
                try capture.read(into: &sink) { progress.show($0.progress) }
            }
            for note in capture.notes { Terminal.error("note: \(note)") }
            return capture.isDamaged ? .failed : .success
        } catch {
            throw CommandFailure(text: "\(error)")
        }
    }

    /// Every TCP connection's bytes as they were sent, whatever they mean.
    private static func writeStreams(
        _ paths: [String], to folder: String
    ) throws(CommandFailure) -> ExitCode {
        try Files.makeFolder(folder)
        let progress = ReadingProgress(isWanted: true)
        var files = StreamFiles(folder: folder)
        var isDamaged = false
        do throws(CaptureError) {
            var connections = try CapturedConnections(paths: paths)
            var count = 0
            while try connections.readPacket(into: &files) {
                count += 1
                if count & 0x3FFF == 0 { progress.show(connections.progress) }
            }
            progress.end()
            for note in connections.summary.notes { Terminal.error("note: \(note)") }
            isDamaged = connections.summary.notes.contains(where: \.isDamage)
        } catch {
            throw CommandFailure(text: "\(error)")
        }
        files.finish()
        if let failure = files.failure { throw CommandFailure(text: failure) }
        if files.gapBytes > 0 {
            Terminal.error(
                "note: \(files.gapBytes) bytes were not captured; nothing stands in their place")
        }
        return isDamaged ? .failed : .success
    }

    private static func filter(of arguments: ParsedArguments) throws(CommandFailure) -> EventFilter
    {
        var filter = EventFilter()
        for text in arguments.all("connection") {
            guard let number = Int(text), number > 0 else {
                throw CommandFailure(
                    text: "--connection takes a number from 1 on, not '\(text)'")
            }
            filter.connections.insert(number)
        }
        let known = Set(ProtocolSchema.messages.map(\.name) + ["hello", "serverVersion"])
        for name in arguments.all("type") {
            guard known.contains(name) else {
                let nearest = Suggestion.nearest(to: name, among: known.sorted())
                throw CommandFailure(
                    text: "no message is called '\(name)'",
                    hint: nearest.map { "did you mean '\($0)'?" }
                        ?? "'fakegw messages' lists them")
            }
            filter.types.insert(name)
        }
        filter.from = try moment("from", arguments)
        filter.to = try moment("to", arguments)
        return filter
    }

    /// Seconds from the first event, or a time as listings show it.
    private static func moment(
        _ option: String, _ arguments: ParsedArguments
    ) throws(CommandFailure) -> EventFilter.Moment? {
        guard let text = arguments.last(option) else { return nil }
        if let seconds = Double(text), (0...1e9).contains(seconds) {
            return .after(.nanoseconds(Int64(seconds * 1e9)))
        }
        guard let instant = CaptureInstant(isoText: text) else {
            throw CommandFailure(
                text: "--\(option) takes seconds or a time such as 2026-01-15T14:31:07Z, "
                    + "not '\(text)'")
        }
        return .instant(instant)
    }

    private static func decodeMessages(
        _ source: RecordedSource, _ version: Int?, _ arguments: ParsedArguments
    ) throws(CommandFailure) -> ExitCode {
        var found: (notes: [String], isDamaged: Bool)
        if arguments.has("summary") {
            var sink = FilteringSink(CaptureDigest(), try filter(of: arguments))
            found = try source.readMessages(version, into: &sink)
            print(sink.sink, of: nil)
        } else {
            let printer = LinePrinter(isJSON: arguments.has("json")) { Terminal.out($0) }
            var sink = FilteringSink(printer, try filter(of: arguments))
            found = try source.readMessages(version, into: &sink)
            sink.finish { $0.flush() }
        }
        for note in found.notes { Terminal.error("note: \(note)") }
        return found.isDamaged ? .failed : .success
    }

    private static func decodeLog(
        _ path: String, _ arguments: ParsedArguments
    ) throws(CommandFailure) {
        var reader = EventLogReader(try Files.read(path, maxBytes: Files.maxLogBytes))
        let isJSON = arguments.has("json")
        let isSummary = arguments.has("summary")
        var wanted = LoggedEventFilter(try filter(of: arguments))
        var connections: LoggedConnections?
        var lines: EventLines?
        var digest = CaptureDigest()
        var page = Page()
        defer { page.end() }
        do throws(EventLogError) {
            while let event = try reader.next() {
                let epoch = reader.epoch ?? 0
                var known = connections ?? LoggedConnections(epoch: epoch)
                defer { connections = known }
                let decoded = known.decoded(event)
                guard
                    wanted.wants(
                        event, connection: decoded?.connection, at: known.instant(of: event))
                else { continue }
                if isSummary {
                    if let decoded { digest.take(decoded) }
                    continue
                }
                var printer =
                    lines
                    ?? EventLines(isJSON: isJSON, epoch: epoch, origin: .run(showsGateway: true))
                page.add(printer.line(for: event))
                lines = printer
            }
        } catch {
            throw CommandFailure(text: "\(path):\(error)")
        }
        if isSummary { print(digest, of: nil) }
        page.end()
        for note in reader.notes { Terminal.error("note: \(note)") }
    }

    private static func print(_ digest: CaptureDigest, of capture: CaptureSummary?) {
        let page = DigestPage(
            digest, capture, rows: Terminal.rows ?? 60, columns: Terminal.columns ?? 120)
        Terminal.out(page.lines.joined(separator: "\n"))
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

import CaptureImport
import EventLog
import GatewayWire
import Glibc
import Testing

/// A folder of rust-ibapi's recorder, gone with the value.
private final class RecordedFolder {
    let path: String
    private let top: String
    private var names: [String] = []

    init(_ name: String = "2026-01-15-14-31-0") {
        var template = Array("/tmp/fakegw-rust-XXXXXX".utf8CString)
        top = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
        path = "\(top)/\(name)"
        mkdir(path, 0o700)
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
        rmdir(top)
    }

    func add(_ name: String, _ bytes: [UInt8]) {
        names.append(name)
        guard let stream = fopen("\(path)/\(name)", "we") else { return }
        fwrite(bytes, 1, bytes.count, stream)
        fclose(stream)
    }

    func add(_ name: String, _ text: String) { add(name, Array(text.utf8)) }
}

private func read(
    _ path: String, version: Int? = nil, completesHandshake: Bool = false
) throws -> (lines: [String], notes: [String], isDamaged: Bool) {
    var recording = try RustRecording(
        path: path, serverVersion: version, completesHandshake: completesHandshake)
    var events: [DecodedEvent] = []
    try recording.read(into: &events)
    var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
    return (
        events.map { String(printer.line(for: $0.logEvent).dropFirst(13)) }, recording.notes,
        recording.isDamaged
    )
}

@Suite struct `A recording of rust-ibapi` {
    @Test func `of text is read in the order of its numbers, at a version that is inferred`() throws
    {
        let folder = RecordedFolder()
        folder.add(
            "0003-response.msg", "61|3|DU1|265598|AAPL|STK||0|||NASDAQ|USD|AAPL|NMS|300|187.45||")
        folder.add("0000-response.msg", "15|1|DU1|")
        folder.add("0001-response.msg", "9|1|12|")
        folder.add("0002-request.msg", "61|1|")
        folder.add("10000-response.msg", "62|1|")
        folder.add("notes.txt", "no message")
        let found = try read(folder.path)
        #expect(
            found.lines == [
                "#1 already open, 2026-01-15T14:31:00.000000Z",
                "#1 note: the handshake was not recorded: server version 200 is inferred",
                "#1 ← managedAccounts accountsList=DU1", "#1 ← nextValidId orderId=12",
                "#1 → reqPositions",
                "#1 ← position account=DU1 conId=265598 symbol=AAPL secType=STK exchange=NASDAQ "
                    + "currency=USD localSymbol=AAPL …",
                "#1 ← positionEnd", "#1 closed: still open when the capture ended",
            ])
        #expect(!found.isDamaged)
        #expect(
            found.notes.contains {
                $0.contains("server version 200 is inferred from 5 of 5 messages; 100 to 226 read")
            }, "\(found.notes)")
    }

    @Test func `is read at the version that is told`() throws {
        let folder = RecordedFolder()
        folder.add("0000-response.msg", "9|1|12|")
        #expect(
            try read(folder.path, version: 176).lines[1]
                == "#1 note: the handshake was not recorded: server version 176 is given")
    }

    @Test func `with protobuf is read as it was on the wire, and text between it`() throws {
        let folder = RecordedFolder("2026-01-15-14-31-12")
        let encoder = MessageEncoder(serverVersion: 225)
        folder.add(
            "0000-response.msg",
            Array(encoder.encode(Message("nextValidId", ["orderId": "7"]))[4...]))
        folder.add(
            "0001-request.msg",
            Array(encoder.encode(Message("reqPositions", direction: .toGateway))[4...]))
        folder.add("0002-response.msg", "15|1|DU1||")
        let found = try read(folder.path)
        #expect(
            found.lines[2...4] == [
                "#1 ← nextValidId orderId=7", "#1 → reqPositions",
                "#1 ← managedAccounts accountsList=DU1",
            ])
    }

    @Test func `keeps bars within a text, when only so a message fits`() throws {
        let folder = RecordedFolder()
        folder.add("0000-response.msg", "4|2|-1|2104|Farm is OK|really:usfarm|")
        #expect(
            try read(folder.path, version: 157).lines[2]
                == "#1 ← error reqId=-1 errorCode=2104 errorString=Farm is OK|really:usfarm")
    }

    @Test func `begins a connection at each startApi behind other messages`() throws {
        let folder = RecordedFolder()
        for (number, text) in ["71|2|3||", "9|1|1|", "71|2|3||", "9|1|1|"].enumerated() {
            folder.add("000\(number)-\(text.hasPrefix("7") ? "request" : "response").msg", text)
        }
        let lines = try read(folder.path).lines
        #expect(
            lines.filter { $0.contains("startApi") } == [
                "#1 → startApi clientId=3", "#2 → startApi clientId=3",
            ])
    }

    @Test func `with files that are broken is read as far as it can be, and says so`() throws {
        let folder = RecordedFolder()
        folder.add("0000-response.msg", "9|1|1|")
        folder.add("0001-response.msg", [])
        folder.add("0002-response.msg", "9|1|")
        folder.add("0003-response.msg", [0, 0])
        folder.add(
            "0004-response.msg", [UInt8](repeating: 49, count: RustRecording.maxBodyBytes + 1))
        let found = try read(folder.path, version: 176)
        #expect(found.isDamaged)
        #expect(found.notes.contains("1 files are empty, the first is number 1"))
        #expect(
            found.notes.contains(
                "1 files are larger than a frame can be and were left out, the first is number 4"))
        #expect(found.lines.count == 6, "\(found.lines)")
        #expect(found.lines[3].hasPrefix("#1 ← malformed"), "\(found.lines[3])")
    }

    @Test func `that is none is refused`() throws {
        let folder = RecordedFolder()
        folder.add("holiday.jpg", "no message")
        #expect(throws: CaptureError.noRecording(path: folder.path)) {
            _ = try RustRecording(path: folder.path)
        }
        #expect(throws: CaptureError.self) { _ = try RustRecording(path: "/nonexistent") }
    }

    @Test func `gets a handshake made up where it is to be replayed`() throws {
        let folder = RecordedFolder()
        folder.add("0000-response.msg", "9|1|1|")
        #expect(
            try read(folder.path, version: 176, completesHandshake: true).lines == [
                "#1 opened, 2026-01-15T14:31:00.000000Z",
                "#1 note: the handshake was not recorded: server version 176 is given; "
                    + "hello, its answer and startApi are made up", "#1 → hello v100..176",
                "#1 ← server version 176, 20260115 14:31:00 UTC", "#1 → startApi",
                "#1 ← nextValidId orderId=1", "#1 closed: still open when the capture ended",
            ])
    }

    /// The bundled folder was made of the frames of two bundled captures.
    @Test func `tells the same messages as the captures it was made of`() throws {
        let lines = try read(Bundled.path("logs/rust-ibapi")).lines
        for (number, capture) in ["session/healthy.pcap", "session/protobuf.pcap"].enumerated() {
            let messages = lines.filter { $0.hasPrefix("#\(number + 1) ") }.map { $0.dropFirst(3) }
                .filter { $0.hasPrefix("→") || $0.hasPrefix("←") }
            let known = Set(try Bundled.lines(of: capture).map { $0.dropFirst(3) })
            #expect(messages.count == 24)
            #expect(messages.filter { !known.contains($0) } == [])
        }
    }
}

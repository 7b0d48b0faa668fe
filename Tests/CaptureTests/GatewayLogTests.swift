import CaptureImport
import EventLog
import Testing

@Suite struct `A gateway's log of a client's messages` {
    private func read(_ text: String, named name: String = "api.7.20260115.143107.log") throws -> (
        lines: [String], notes: [String]
    ) {
        let folder = TemporaryFolder()
        let path = folder.file(name, holding: Array(text.utf8))
        #expect(GatewayLog.isLog(Array(text.utf8)[...]))
        var log = GatewayLog(path: path)
        var events: [DecodedEvent] = []
        try log.read(into: &events)
        var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
        return (events.map { printer.line(for: $0.logEvent) }, log.notes)
    }

    @Test func `is read with the lengths before its answers, whole or with letters lost`() throws {
        let text = """
            14:31:08:004 -> ---15-1-DU1234567-
            14:31:08:005 -> ---\u{6}9-1-1-
            14:31:08:006 -> ---54-2--1-2104-Market data farm connection is OK:usfarm-
            14:31:09:007 <- 61-1-
            14:31:09:008 -> ---62-1-
            """
        let found = try read(text)
        #expect(
            found.lines == [
                "    0.000000 #1 already open, 2026-01-15T14:31:08.004000Z",
                "    0.000000 #1 note: the handshake was not recorded: server version 165 is inferred",
                "    0.000000 #1 ← managedAccounts accountsList=DU1234567",
                "    0.001000 #1 ← nextValidId orderId=1",
                "    0.002000 #1 ← error reqId=-1 errorCode=2104 "
                    + "errorString=Market data farm connection is OK:usfarm",
                "    1.003000 #1 → reqPositions", "    1.004000 #1 ← positionEnd",
                "    1.004000 #1 closed: still open when the capture ended",
            ])
        #expect(found.notes.contains { $0.hasPrefix("1 requests are read as the answers are") })
    }

    @Test func `keeps hyphens within texts, and goes on after midnight`() throws {
        let text = """
            23:59:59:998 -> ---54-2--1-2104-Market data farm connection is OK:usfarm-
            23:59:59:999 -> ---84-2--1-2158-Sec-def data farm connection is OK:secdefnj-
            00:00:00:001 -> ---9-1-1-
            """
        let lines = try read(text).lines
        #expect(
            lines[3...4] == [
                "    0.001000 #1 ← error reqId=-1 errorCode=2158 "
                    + "errorString=Sec-def data farm connection is OK:secdefnj",
                "    0.003000 #1 ← nextValidId orderId=1",
            ])
    }

    @Test func `has a connection for each file that was exported into it`() throws {
        let text = """
            ===== Log file: /home/me/Jts/x/api.0.20260115.100521.ibgzenc =====
            10:05:21:720 -> ---9-1-1-
            ===== Log file: /home/me/Jts/x/api.3.20260116.090000.ibgzenc =====
            09:00:00:500 -> ---9-1-1-
            """
        let found = try read(text, named: "exported.txt")
        #expect(
            found.lines.filter { $0.contains("already open") }.map { $0.dropFirst(13) } == [
                "#1 already open, 2026-01-15T10:05:21.720000Z",
                "#2 already open, 2026-01-16T09:00:00.500000Z",
            ])
        #expect(!found.notes.contains { $0.contains("1970") })
    }

    @Test func `leaves out lines that are no text message, and says how many`() throws {
        let found = try read("14:31:08:004 -> ---9-1-1-\n14:31:08:005 -> ???\u{1}protobuf\n")
        #expect(found.notes.contains { $0.hasPrefix("1 lines with an arrow are no text messages") })
    }

    @Test func `without a message that can be read is refused`() {
        #expect(throws: CaptureError.self) { _ = try read("14:31:08:004 -> ---zzz\n") }
    }

    @Test func `tells the same messages as the capture it was made of`() throws {
        let path = Bundled.path("logs/api.7.20261120.091035.log")
        var log = GatewayLog(path: path)
        var events: [DecodedEvent] = []
        try log.read(into: &events)
        var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
        let messages = events.map { String(printer.line(for: $0.logEvent).dropFirst(13)) }
            .filter { $0.hasPrefix("#1 →") || $0.hasPrefix("#1 ←") }
        let known = Set(try Bundled.lines(of: "session/healthy.pcap"))
        #expect(messages.count == 24)
        #expect(messages.filter { !known.contains($0) } == [])
    }
}

import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `A client's log` {
    private func lines(of text: String) throws -> [String] {
        let library = try #require(ClientLog.library(of: Array(text.utf8)[...]))
        var log = ClientLog(library)
        var events: [DecodedEvent] = []
        for line in text.split(separator: "\n") {
            log.take(line: Array(line.utf8)[...], into: &events)
        }
        log.finish(into: &events)
        var printer = EventLines(isJSON: false, epoch: 0, origin: .connection)
        return events.map { printer.line(for: $0.logEvent) }
    }

    @Test func `of ib_async tells the same messages as a capture`() throws {
        let text = """
            2026-01-15 14:31:07,100 ib_async.client INFO Connecting to 127.0.0.1:4002 with clientId 7...
            2026-01-15 14:31:07,101 ib_async.client INFO Connected
            2026-01-15 14:31:07,110 ib_async.client DEBUG <<< 176,20260115 14:31:07 UTC
            2026-01-15 14:31:07,111 ib_async.client DEBUG >>> 71,2,7,
            2026-01-15 14:31:07,120 ib_async.client DEBUG <<< 15,1,DU0000001,DU0000002
            2026-01-15 14:31:07,121 ib_async.client DEBUG <<< 9,1,1
            2026-01-15 14:31:07,130 ib_async.client DEBUG <<< 4,2,-1,2104,Farm is OK, really:usfarm,
            2026-01-15 14:31:09,121 ib_async.client INFO Disconnecting
            """
        #expect(
            try lines(of: text) == [
                "    0.000000 #1 opened, 2026-01-15T14:31:07.100000Z",
                "    0.010000 #1 ← server version 176, 20260115 14:31:07 UTC",
                "    0.011000 #1 → startApi clientId=7",
                "    0.020000 #1 ← managedAccounts accountsList=DU0000001,DU0000002",
                "    0.021000 #1 ← nextValidId orderId=1",
                "    0.030000 #1 ← error reqId=-1 errorCode=2104 errorString=Farm is OK, really:usfarm",
                "    2.021000 #1 client sent FIN",
                "    2.021000 #1 closed: the client's FIN was not acknowledged and never answered, "
                    + "0 ms until the end",
            ])
    }

    @Test func `of the official client is read byte by byte`() throws {
        let text = #"""
            2026-01-15 14:31:07,100 DEBUG Connecting to 127.0.0.1:4002 w/ id:7
            2026-01-15 14:31:07,101 DEBUG REQUEST b'API\x00\x00\x00\x00\tv157..176'
            2026-01-15 14:31:07,102 DEBUG len 30 raw:b'\x00\x00\x00\x1a176\x0020260115 14:31:07 UTC\x00'|
            2026-01-15 14:31:07,103 INFO SENDING startApi b'\x00\x00\x00\x0871\x002\x007\x00\x00'
            2026-01-15 14:31:07,104 DEBUG len 10 raw:b'\x00\x00\x00\x069\x001\x00'|
            2026-01-15 14:31:07,105 DEBUG len 2 raw:b'1\x00'|
            """#
        #expect(
            try lines(of: text).map { $0.dropFirst(13) } == [
                "#1 opened, 2026-01-15T14:31:07.100000Z", "#1 → hello v157..176",
                "#1 ← server version 176, 20260115 14:31:07 UTC", "#1 → startApi clientId=7",
                "#1 ← nextValidId orderId=1", "#1 closed: still open when the capture ended",
            ])
    }

    @Test func `with a line that is no message is read on`() throws {
        let text = """
            2026-01-15 14:31:07,100 ib_async.client INFO Connecting to 127.0.0.1:4002 with clientId 7...
            2026-01-15 14:31:07,110 ib_async.client DEBUG <<< 176,20260115 14:31:07 UTC
            2026-01-15 14:31:07,111 ib_async.client DEBUG <<< nonsense
            2026-01-15 14:31:07,121 ib_async.client DEBUG <<< 9,1,1
            """
        let lines = try lines(of: text)
        #expect(lines.count == 5)
        #expect(lines[2].contains("malformed"))
        #expect(lines[3] == "    0.021000 #1 ← nextValidId orderId=1")
    }

    @Test func `is not taken for one when it is another file`() {
        #expect(ClientLog.library(of: Array("Dear diary\n".utf8)[...]) == nil)
    }
}

import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

@Suite struct `The page about a recording` {
    private let folder = TemporaryFolder()

    private func digest(
        of recording: Recording, _ filter: EventFilter = EventFilter()
    ) throws -> (CaptureDigest, CaptureSummary) {
        let path = folder.file("recording.pcap")
        try recording.write(to: path)
        var capture = try DecodedCapture(path: path)
        var sink = FilteringSink(CaptureDigest(), filter)
        try capture.read(into: &sink)
        return (sink.sink, capture.summary)
    }

    private func session(version: Int) -> Recording {
        var recording = Recording()
        recording.version = version
        recording.open()
        recording.hello(100...version)
        recording.reply()
        recording.startApi()
        recording.send(Message("managedAccounts", ["accountsList": "DU1234567"]))
        recording.send(Message("nextValidId", ["orderId": "1"]))
        recording.send(
            Message("reqContractDetails", ["reqId": "5"], direction: .toGateway),
            Message("reqContractDetails", ["reqId": "6"], direction: .toGateway))
        recording.send(Message("contractDetailsEnd", ["reqId": "5"]))
        recording.wait(.seconds(90))
        recording.send(
            Message(
                "error", ["reqId": "-1", "errorCode": "1100", "errorString": "Connectivity lost"]))
        recording.fin(.toGateway)
        return recording
    }

    @Test(arguments: [176, 225])
    func `names silences, errors and requests without an answer`(version: Int) throws {
        let (digest, _) = try digest(of: session(version: version))
        let connection = try #require(digest.connections.first)
        #expect(digest.messageCount == 9)
        #expect(connection.serverVersion == version)
        #expect(connection.clientID == 7)
        #expect(connection.errorCodes == [1100: 1])
        #expect(connection.silence.map { $0.length >= .seconds(90) } == true)
        #expect(connection.unanswered.map(\.name) == ["reqContractDetails"])
        #expect(connection.unanswered.map(\.id) == [6])
    }

    @Test(arguments: [12, 24, 60])
    func `fits the screen`(rows: Int) throws {
        let (digest, summary) = try digest(of: session(version: 176))
        let page = DigestPage(digest, summary, rows: rows, columns: 80)
        #expect(page.lines.count <= rows)
        #expect(page.lines.allSatisfy { $0.count <= 80 })
        #expect(page.lines.first?.contains("1 gateway connections, 9 messages") == true)
    }

    @Test func `keeps to what is asked for`() throws {
        var filter = EventFilter()
        filter.types = ["error", "startApi"]
        #expect(try digest(of: session(version: 176), filter).0.messageCount == 2)
        filter.from = .after(.seconds(60))
        #expect(try digest(of: session(version: 176), filter).0.messageCount == 1)
        filter.connections = [2]
        #expect(try digest(of: session(version: 176), filter).0.messageCount == 0)
    }

    @Test(arguments: [
        ("2026-01-15T14:31:07.5Z", 1_768_487_467_500_000_000), ("1970-01-01", 0),
        ("2000-02-29T00:00Z", 951_782_400_000_000_000),
    ])
    func `reads times as listings show them`(text: String, nanoseconds: Int64) {
        #expect(CaptureInstant(isoText: text)?.nanosecondsSinceEpoch == nanoseconds)
    }

    @Test(arguments: ["", "yesterday", "2026-13-01", "2026-01-15T25:00", "2026-01-15T10:00:61Z"])
    func `knows no other times`(text: String) {
        #expect(CaptureInstant(isoText: text) == nil)
    }
}

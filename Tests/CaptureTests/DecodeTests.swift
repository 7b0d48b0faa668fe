import CaptureImport
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `A decoded capture` {
    private let folder = TemporaryFolder()

    @Test func `shows a session message by message`() throws {
        var recording = Recording()
        recording.begin()
        recording.wait(.seconds(2))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        #expect(
            lines(try recording.decoded(in: folder)) == [
                "    0.000000 #1 127.0.0.1:50000 calls 127.0.0.1:4002, 2026-01-15T14:31:07.000000Z",
                "    0.000010 #1 opened 127.0.0.1:50000 → 127.0.0.1:4002, "
                    + "2026-01-15T14:31:07.000010Z",
                "    0.000430 #1 → hello v157..176",
                "    0.001440 #1 ← server version 176, 20260115 14:31:07 UTC",
                "    0.002250 #1 → startApi clientId=7",
                "    0.005260 #1 ← managedAccounts accountsList=DU1234567",
                "    0.005260 #1 ← nextValidId orderId=1",
                "    2.005270 #1 client sent FIN",
                "    2.005280 #1 client's FIN was acknowledged",
                "    2.005290 #1 gateway sent FIN",
                "    2.005300 #1 gateway's FIN was acknowledged",
                "    2.005300 #1 closed: by both, the client first",
            ])
    }

    @Test func `is one JSON object a line`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(.toClient, [0, 0, 0, 9, 0x39])
        recording.rst(.toClient)
        let expected = #"""
            {"connection":1,"at":"2026-01-15T14:31:07.000010Z","event":"opened","client":"127.0.0.1:50000","gatewayAddress":"127.0.0.1:4002"}
            {"connection":1,"at":"2026-01-15T14:31:07.000430Z","direction":"toGateway","name":"hello","encoding":"hello","fields":{"minVersion":157,"maxVersion":176,"connectOptions":""}}
            {"connection":1,"at":"2026-01-15T14:31:07.001440Z","direction":"toClient","name":"serverVersion","encoding":"hello","fields":{"serverVersion":176,"connectionTime":"20260115 14:31:07 UTC"}}
            {"connection":1,"at":"2026-01-15T14:31:07.002250Z","direction":"toGateway","id":71,"name":"startApi","encoding":"text","fields":{"clientId":7,"optionalCapabilities":""}}
            {"connection":1,"at":"2026-01-15T14:31:07.005260Z","direction":"toClient","id":15,"name":"managedAccounts","encoding":"text","fields":{"accountsList":"DU1234567"}}
            {"connection":1,"at":"2026-01-15T14:31:07.005260Z","direction":"toClient","id":9,"name":"nextValidId","encoding":"text","fields":{"orderId":1}}
            {"connection":1,"at":"2026-01-15T14:31:07.005280Z","event":"raw","direction":"toClient","count":5,"hex":"0000000939"}
            {"connection":1,"at":"2026-01-15T14:31:07.005280Z","event":"rst","by":"gateway"}
            {"connection":1,"at":"2026-01-15T14:31:07.005280Z","event":"closed","ending":"reset","by":"gateway"}
            """#
        let seen = lines(try recording.decoded(in: folder), isJSON: true).dropFirst()
        #expect(seen.joined(separator: "\n") == expected)
    }

    @Test func `knows where a frame was cut`() throws {
        var recording = Recording()
        recording.open()
        recording.hello()
        recording.reply(cutAt: [4, 9])
        let events = try recording.decoded(in: folder)
        let reply = events.first { if case .version = $0.kind { true } else { false } }
        #expect(reply?.position.cuts.map(\.offset) == [4, 9])
        #expect(reply?.position.cuts.map(\.gap) == [.microseconds(2010), .microseconds(2010)])
    }

    @Test(arguments: [true, false])
    func `goes on after a gap`(isFrameWhole: Bool) throws {
        var recording = Recording()
        recording.begin()
        let lost = recording.bytes([Message("currentTime", ["time": "1768487467"])])
        if isFrameWhole {
            recording.lose(.toClient, lost)
        } else {
            recording.send(.toClient, Array(lost.prefix(6)))
            recording.lose(.toClient, Array(lost[6..<10]))
            recording.send(.toClient, Array(lost[10...]))
        }
        recording.send(Message("nextValidId", ["orderId": "2"]))
        recording.fin(.toGateway)
        let tail = lines(try recording.decoded(in: folder)).map { $0.dropFirst(13) }
        #expect(tail.contains { $0.hasSuffix(" bytes were not captured") })
        #expect(tail.contains("#1 ← nextValidId orderId=2"))
    }

    @Test func `finds the gateway on any port by its hello`() throws {
        var recording = Recording(gatewayPort: 6123)
        recording.begin()
        var web = Recording(port: 50_001, gatewayPort: 80)
        web.open()
        web.send(.toGateway, Array("GET / HTTP/1.1\r\n\r\n".utf8))
        let path = folder.file("mixed.pcap")
        let writer = try CaptureWriter(path: path, linkType: .ethernet)
        for packet in web.packets + recording.packets {
            try writer.write(packet.bytes, at: packet.at)
        }
        var capture = try DecodedCapture(path: path)
        var names: [String] = []
        while let event = try capture.next() {
            if case .message(let message) = event.kind { names.append(message.name) }
        }
        #expect(names == ["startApi", "managedAccounts", "nextValidId"])
        #expect(
            capture.notes == [
                "3 packets were stored out of order and put in their place, the first is packet 5",
                "1 connections are not TWS API and were left out: does not begin with a hello",
            ])
    }

    @Test func `turns a wrongly guessed direction round`() throws {
        // The SYNs are missing and the gateway's port is the higher one.
        var recording = Recording(port: 3000, gatewayPort: 6123)
        recording.begin()
        let events = try recording.decoded(in: folder, missing: 3)
        #expect(lines(events).contains { $0.hasSuffix("#1 → startApi clientId=7") })
    }

    @Test(arguments: [176, 213])
    func `finds the gateway by its messages where no request was captured`(version: Int) throws {
        var recording = Recording(port: 3000, gatewayPort: 6123)
        recording.version = version
        recording.open()
        recording.hello(100...225)
        recording.reply()
        recording.startApi()
        recording.send(Message("nextValidId", ["orderId": "1"]))
        for second in 0..<3 {
            recording.wait(.seconds(1))
            recording.send(Message("currentTime", ["time": "\(1_768_487_467 + second)"]))
        }
        let events = try recording.decoded(in: folder, missing: 6)
        let seen = lines(events).map { $0.dropFirst(13) }
        #expect(seen.first?.hasPrefix("#1 already open 127.0.0.1:3000 → 127.0.0.1:6123") == true)
        #expect(seen.contains("#1 ← currentTime time=1768487469"))
    }

    @Test func `without the handshake is decoded by guess`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(Message("currentTime", ["time": "1768487467"]))
        let events = try recording.decoded(in: folder, missing: 5)
        #expect(
            lines(events).map { $0.dropFirst(13) } == [
                "#1 already open 127.0.0.1:50000 → 127.0.0.1:4002, 2026-01-15T14:31:07.002250Z",
                "#1 note: began before the capture: server version unknown, fields are a guess",
                "#1 → startApi clientId=7",
                "#1 ← managedAccounts accountsList=DU1234567", "#1 ← nextValidId orderId=1",
                "#1 ← currentTime time=1768487467",
                "#1 closed: still open when the capture ended",
            ])
    }

    @Test func `reads protobuf frames`() throws {
        var recording = Recording()
        recording.version = 213
        recording.open()
        recording.hello(100...225)
        recording.reply()
        recording.send(Message("managedAccounts", ["accountsList": "DU1234567"]))
        let tail = lines(try recording.decoded(in: folder)).map { $0.dropFirst(13) }
        #expect(tail.contains("#1 ← managedAccounts accountsList=DU1234567"))
    }

    @Test func `never traps on damaged bytes`() throws {
        var random = SeededRandom(seed: 20_260_116)
        for _ in 0..<100 {
            var recording = Recording()
            recording.begin()
            recording.send(Message("error", ["errorCode": "2104", "errorString": "farm is OK"]))
            recording.fin(.toGateway)
            let path = folder.file("damaged.pcap")
            let writer = try CaptureWriter(path: path, linkType: .ethernet)
            for packet in recording.packets where !random.chance(0.05) {
                var bytes = packet.bytes
                for index in bytes.indices.dropFirst(54) where random.chance(0.02) {
                    bytes[index] = UInt8.random(in: 0...255, using: &random)
                }
                try writer.write(bytes, at: packet.at)
            }
            var capture = try DecodedCapture(path: path)
            var decodedLines = EventLines(
                isJSON: random.chance(0.5), epoch: 0, origin: .connection)
            do {
                while let event = try capture.next() { _ = decodedLines.line(for: event.logEvent) }
            } catch {
                #expect(error == .noTCP(path: path, packetCount: capture.summary.packetCount))
            }
            var importer = CaptureImporter(options: ImportOptions())
            try? importer.read(paths: [path])
            for fixture in importer.makeFixtures() {
                #expect(throws: Never.self) {
                    try Transcript.parse(fixture.files[0].text, file: "t")
                }
            }
        }
    }
}

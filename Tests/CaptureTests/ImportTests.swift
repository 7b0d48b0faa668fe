import CaptureImport
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

/// Imports recordings as captures of a folder of their own.
private func fixtures(
    of recordings: [Recording], options: ImportOptions = ImportOptions()
) throws -> (fixtures: [Fixture], importer: CaptureImporter) {
    let folder = TemporaryFolder()
    var importer = CaptureImporter(options: options)
    for (index, recording) in recordings.enumerated() {
        let path = folder.file("case\(index == 0 ? "" : "-\(index)").pcap")
        try recording.write(to: path)
        try importer.read(paths: [path])
    }
    let fixtures = importer.makeFixtures()
    for fixture in fixtures { try expectSound(fixture) }
    return (fixtures, importer)
}

/// The files can be read by those who will read them.
private func expectSound(_ fixture: Fixture) throws {
    let transcripts = fixture.files.dropLast()
    for file in transcripts {
        let transcript = try Transcript.parse(file.text, file: "t")
        #expect(transcript.text == file.text)
    }
    let scenario = try #require(fixture.files.last)
    #expect(scenario.name == "\(fixture.name).yaml")
    let scenarios = try loadScenarios(
        text: scenario.text, file: "\(fixture.name).yaml", catalogue: .shipped)
    #expect(scenarios.map(\.name) == [fixture.name])
    #expect(scenarios.first?.gateways.first?.replay == transcripts.map(\.name))
}

private func healthy() -> Recording {
    var recording = Recording()
    recording.begin()
    recording.wait(.seconds(2))
    recording.fin(.toGateway)
    recording.fin(.toClient)
    return recording
}

@Suite struct `An imported capture` {
    @Test func `is a transcript and a scenario a connection`() throws {
        let (fixtures, importer) = try fixtures(of: [healthy()])
        #expect(fixtures.map(\.name) == ["case-1"])
        #expect(
            fixtures[0].files[0].text == """
                # fakegw transcript 1
                # Made by 'fakegw import' from case.pcap, connection 1, gateway port 4002.
                # Recorded 2026-01-15T14:31:07.000010Z.
                # Account ids are stand-ins, in 1 place.
                server-version 176
                +0us client opens
                +420us -> hello v157..176
                +1.01ms <- version 176|20260115 14:31:07 UTC|
                +810us -> startApi 71|2|7||
                +3.01ms <- managedAccounts 15|1|DU0000001|
                & <- nextValidId 9|1|1|
                +2.00001s client fin
                +20us gateway fin

                """)
        #expect(fixtures[0].about == "A client connects and becomes ready; it leaves with a FIN.")
        #expect(
            importer.redaction.sentences == [
                "replaced 1 account in 1 place by DU0000001",
                "kept as recorded: connection times (1)",
            ])
        #expect(importer.notes == [])
    }

    @Test func `is the same when it was read from an event log`() throws {
        let folder = TemporaryFolder()
        let recording = healthy()
        // Several gateways may number their connections alike.
        let lines = try recording.decoded(in: folder).flatMap { event in
            ["live", "paper"].map { gateway in
                LogEvent(
                    at: event.logEvent.at, gateway: gateway,
                    connection: event.logEvent.connection, kind: event.kind)
            }
        }.filter { if case .over = $0.kind { false } else { true } }
        let log = lines.map { $0.jsonLine(epoch: 0) + "\n" }.joined()
        var importer = CaptureImporter(options: ImportOptions())
        try importer.read(log: Array((log + "{\"at\":").utf8), path: "some/case.jsonl")
        let read = importer.makeFixtures()
        for fixture in read { try expectSound(fixture) }
        #expect(read.map(\.name) == ["case-1", "case-2"])
        #expect(read.map(\.files.count) == [2, 2])
        let captured = try fixtures(of: [recording]).fixtures[0]
        #expect(
            read[0].files[0].text
                == captured.files[0].text.replacing("case.pcap", with: "case.jsonl"))
        #expect(read[0].about == captured.about)
        let note = "case.jsonl: line \(lines.count + 1), the last, breaks off: "
        #expect(importer.notes.count == 1 && importer.notes[0].hasPrefix(note))
    }

    @Test func `runs a program of the library it recognises`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(Message("reqExecutions", ["reqId": "3"], direction: .toGateway))
        recording.send(Message("execDetailsEnd", ["reqId": "3"]))
        recording.wait(.seconds(2))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        let scenario = try fixtures(of: [recording]).fixtures[0].files[1].text
        #expect(scenario.contains("    python: \"ib_insync\"\n"))
        #expect(
            scenario.contains("        CLIENT = 7\n        TIMEOUT = 4\n        HOLD = 2.000\n"))
        #expect(scenario.contains("expect: {exit: 0, within: 52s, stdout: {contains: connected}}"))
        #expect(
            scenario.hasSuffix(
                """
                expect:
                  - {gateway: gateway, accepted: 1}
                  - {gateway: gateway, received: startApi, count: 1}
                  - {gateway: gateway, sent: nextValidId, count: ">= 1"}
                  - {gateway: gateway, ended: [client-fin]}

                """))
    }

    @Test func `expects no exit code of a client that left before it was synchronized`() throws {
        let scenario = try fixtures(of: [healthy()]).fixtures[0].files[1].text
        #expect(scenario.contains("expect: {within: 52s}"))
    }

    @Test func `runs the program it is given`() throws {
        var options = ImportOptions()
        options.program = ["node", "bot.js", "--port=${gateway.port}", "it's \"quoted\": # - x"]
        let scenario = try fixtures(of: [healthy()], options: options).fixtures[0].files[1].text
        let parsed = try loadScenarios(text: scenario, file: "s.yaml", catalogue: .shipped)
        #expect(parsed[0].clients[0].command == options.program)
        #expect(parsed[0].clients[0].python == nil)
    }

    @Test func `shows a hello that is never answered`() throws {
        var recording = Recording()
        recording.open()
        recording.hello(100...225)
        recording.wait(.seconds(4))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        let fixture = try fixtures(of: [recording]).fixtures[0]
        #expect(fixture.about == "A client's hello is never answered; it leaves with a FIN.")
        #expect(fixture.files[0].text.hasSuffix("+4.00001s client fin\n+20us gateway fin\n"))
        #expect(fixture.files[1].text.contains("python: \"ibapi-10.46\""))
        #expect(fixture.files[1].text.contains("expect: {exit: \"1..4\", "))
        #expect(fixture.files[1].text.contains("received: startApi, count: 0}"))
    }

    @Test(arguments: [nil, 3, 90])
    func `holds a descriptor whose FIN was never answered`(answeredAfter: Int?) throws {
        var recording = Recording()
        recording.begin()
        recording.fin(.toGateway)
        if let answeredAfter {
            recording.wait(.seconds(answeredAfter))
            recording.fin(.toClient)
        }
        let files = try fixtures(of: [recording]).fixtures[0].files
        let isHeld = answeredAfter != 3
        #expect(files[0].text.hasSuffix("client fin\n+0us gateway holds\n") == isHeld)
        #expect(files[1].text.contains("- {gateway: gateway, held: 1}") == isHeld)
        #expect(files[1].text.contains("state: CLOSE_WAIT, count: 1, owner: process") == isHeld)
    }

    @Test func `keeps half a frame before a reset`() throws {
        var recording = Recording()
        recording.begin()
        let position = recording.bytes([Message("position", ["account": "DU1234567"])])
        recording.send(.toClient, Array(position.prefix(12)))
        recording.rst(.toClient)
        let files = try fixtures(of: [recording]).fixtures[0].files
        // The account is cut after "DU1": its stand-in is, too.
        #expect(files[0].text.contains("<- bytes 000000243631003300445530\n+10us gateway rst\n"))
        #expect(files[1].text.contains("expect: {exit: \"1..4\", "))
    }

    @Test func `records the cuts of the version reply`() throws {
        var recording = Recording()
        recording.open()
        recording.hello()
        recording.reply(cutAt: [4])
        recording.rst(.toGateway)
        let files = try fixtures(of: [recording]).fixtures[0].files
        #expect(files[0].text.contains("<- version {cut 4+2.01ms} 176|20260115 14:31:07 UTC|"))
        #expect(files[0].text.hasSuffix("client rst\n"))
    }

    @Test func `says what it could not see`() throws {
        var recording = Recording()
        recording.begin()
        recording.lose(.toClient, recording.bytes([Message("currentTime", ["time": "1"])]))
        recording.send(Message("nextValidId", ["orderId": "2"]))
        let text = try fixtures(of: [recording]).fixtures[0].files[0].text
        #expect(text.contains("# unknown: at 5 ms: 11 bytes to the client were not captured.\n"))
        #expect(
            text.contains("# unknown: still open when the capture ended: its end was not seen.\n"))
    }

    @Test func `keeps the end of much market data and folds its middle`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(
            Message(
                "reqMktData", ["reqId": "3", "contract.symbol": "AAPL"], direction: .toGateway))
        for number in 1...200 {
            recording.wait(.milliseconds(10))
            recording.send(
                Message("tickPrice", ["reqId": "3", "tickType": "1", "price": "\(number)"]))
        }
        recording.send(Message("error", ["reqId": "-1", "errorCode": "1100"]))
        recording.rst(.toClient)
        let fixture = try fixtures(of: [recording]).fixtures[0]
        let text = fixture.files[0].text
        #expect(text.contains("# 160 messages of repeated market data are left out.\n"))
        let transcript = try Transcript.parse(text, file: "t")
        let prices = transcript.lines.compactMap { line -> String? in
            if case .message(let message, _) = line.event {
                message.name == "tickPrice" ? message["price"] : nil
            } else {
                nil
            }
        }
        let expected = (Array(1...20) + Array(181...200)).map { "\($0)" }
        #expect(prices == expected)
        // The time of what is left out stays.
        #expect(text.contains("+1.6"))
        #expect(text.hasSuffix("gateway rst\n"))
        #expect(fixture.files[1].text.contains("ended: [gateway-rst]"))
        var whole = ImportOptions()
        whole.folding = nil
        let all = try fixtures(of: [recording], options: whole).fixtures[0].files[0].text
        #expect(!all.contains("left out") && all.contains("|100|"))
    }

    @Test func `of several connections is one fixture in their order and overlap`() throws {
        let folder = TemporaryFolder()
        var first = healthy()
        var second = Recording(port: 50_001)
        second.wait(.seconds(3))
        second.open()
        second.hello()
        second.wait(.seconds(4))
        second.fin(.toGateway)
        let path = folder.file("case.pcap")
        let writer = try CaptureWriter(path: path, linkType: .ethernet)
        for packet in first.packets + second.packets {
            try writer.write(packet.bytes, at: packet.at)
        }
        first.wait(.zero)
        var importer = CaptureImporter(options: ImportOptions())
        try importer.read(paths: [path])
        let made = importer.makeFixtures()
        #expect(made.map(\.name) == ["case"])
        try expectSound(made[0])
        #expect(
            made[0].files.map(\.name) == ["case-1.transcript", "case-2.transcript", "case.yaml"])
        let scenario = made[0].files[2].text
        #expect(scenario.contains("replay: [\"case-1.transcript\",\"case-2.transcript\"]"))
        #expect(scenario.contains("  - run: client-1\n"))
        #expect(scenario.contains("ended: [client-fin, held]"))
        #expect(scenario.contains("  - wait: 9"))
        var minimal = ImportOptions()
        minimal.isMinimal = true
        var small = CaptureImporter(options: minimal)
        try small.read(paths: [path])
        #expect(small.makeFixtures().map(\.name) == ["case-2"])
        #expect(small.notes == ["case.pcap: 1 healthy connections left out"])
    }

    @Test func `leaves out requests without which the diagnosis is the same`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(
            Message(
                "error", ["reqId": "-1", "errorCode": "2104", "errorString": "Farm is OK:usfarm"]))
        recording.send(Message("reqCurrentTime", direction: .toGateway))
        recording.send(Message("currentTime", ["time": "1768487467"]))
        recording.send(.toClient, [0, 0, 0, 9, 0x34])
        recording.rst(.toClient)
        var options = ImportOptions()
        options.isMinimal = true
        #expect(
            try fixtures(of: [recording], options: options).fixtures[0].files[0].text.contains(
                "-> reqCurrentTime"))
        options.minimizingFor = PathologyCatalogue.shipped.suspects
        let (small, importer) = try fixtures(of: [recording], options: options)
        #expect(!small[0].files[0].text.contains("urrentTime"))
        #expect(small[0].files[0].text.contains("gateway rst"))
        #expect(importer.removedRequestCount == 1)
        #expect(
            importer.notes == [
                "case.pcap: 1 request left out, with what was answered: the diagnosis does not need them"
            ])
    }

    @Test func `needs the user's program for what no stock program asks`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(
            Message(
                "reqMktData", ["reqId": "3", "contract.symbol": "AAPL"], direction: .toGateway))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        let scenario = try fixtures(of: [recording]).fixtures[0].files[1].text
        #expect(scenario.contains("tags: [imported, needs-program]"))
        #expect(scenario.contains("received: reqMktData, count: \">= 1\""))
    }

    @Test func `expects silence where there was none of an answer`() throws {
        var recording = Recording()
        recording.begin()
        recording.send(Message("reqExecutions", ["reqId": "3"], direction: .toGateway))
        recording.wait(.seconds(5))
        recording.fin(.toGateway)
        recording.fin(.toClient)
        let scenario = try fixtures(of: [recording]).fixtures[0].files[1].text
        #expect(scenario.contains("sent: [execDetailsEnd], count: 0"))
        #expect(scenario.contains("expect: {exit: \"1..4\", "))
    }

    @Test func `of a refused connection closes the port`() throws {
        var recording = Recording()
        let packets = recording.connection.open()
        recording.add([packets[0]])
        recording.rst(.toClient)
        let fixture = try fixtures(of: [recording]).fixtures[0]
        #expect(fixture.about == "A client's connection is refused, nobody listens.")
        #expect(fixture.files.map(\.name) == ["case-1.yaml"])
        #expect(fixture.files[0].text.contains("      do: [close-listener]\n"))
        #expect(fixture.files[0].text.contains("accepted: 0"))
    }

    @Test func `of a connection that nobody answers loses its first segments`() throws {
        var recording = Recording()
        let packets = recording.connection.open()
        recording.add([packets[0]])
        recording.wait(.seconds(1))
        recording.add([packets[0]])
        let fixture = try fixtures(of: [recording]).fixtures[0]
        #expect(fixture.about == "A client's connection is never answered, 2 attempts.")
        #expect(fixture.files[0].text.contains("      do: [drop-connections]\n"))
    }

    @Test func `without a hello is a fixture too`() throws {
        var silent = Recording()
        silent.open()
        silent.fin(.toGateway)
        silent.fin(.toClient)
        let (fixtures, importer) = try fixtures(of: [silent])
        #expect(
            fixtures.map(\.about) == ["A client connects and says no hello; it leaves with a FIN."])
        #expect(importer.notes == [])
    }

    @Test func `plays faster or without its times`() throws {
        var options = ImportOptions()
        options.timeScale = 0.1
        let fast = try fixtures(of: [healthy()], options: options).fixtures[0].files
        #expect(fast[0].text.contains("+200.001ms client fin"))
        #expect(fast[1].text.contains("HOLD = 0.200"))
        options.timeScale = 0
        #expect(
            try fixtures(of: [healthy()], options: options).fixtures[0].files[0].text
                .contains("+0us client fin"))
    }
}

@Suite struct `What an import hides` {
    private func fixture(
        _ messages: [Message], options: ImportOptions = ImportOptions()
    ) throws -> (text: String, report: RedactionReport) {
        var recording = Recording()
        recording.begin()
        for message in messages { recording.send(message) }
        recording.fin(.toGateway)
        recording.fin(.toClient)
        let (fixtures, importer) = try fixtures(of: [recording], options: options)
        return (fixtures[0].files[0].text, importer.redaction)
    }

    private let order = Message(
        "placeOrder",
        [
            "orderId": "1", "order.orderRef": "alpha-strategy", "order.totalQuantity": "100",
            "order.modelCode": "Retirement",
        ], direction: .toGateway)

    private func error(_ text: String) -> Message {
        Message("error", ["reqId": "1", "errorCode": "201", "errorString": text])
    }

    @Test func `are order references and names, everywhere`() throws {
        let (text, report) = try fixture([
            order, error("Order alpha-strategy of Retirement rejected"),
        ])
        #expect(!text.contains("alpha-strategy") && !text.contains("Retirement"))
        #expect(text.contains("|Order ref-1 of name-1 rejected|"))
        #expect(report.sentences.contains("replaced 1 name in 2 places"))
        #expect(report.sentences.contains("replaced 1 order reference in 2 places"))
    }

    @Test func `are addresses and telephone numbers in any text`() throws {
        let (text, report) = try fixture([
            error("Call +1 555 010 0199 or write to jane.doe@mail.example.org."),
            error("Dates as 20260115 14:31:07 and 2026-01-15 stay, prices as 1234567.25 too"),
        ])
        #expect(text.contains("|Call +0 000 000 0000 or write to user1@example.com.|"))
        #expect(
            text.contains(
                "|Dates as 20260115 14:31:07 and 2026-01-15 stay, prices as 1234567.25 too|"))
        #expect(report.sentences.contains("replaced 1 e-mail address in 1 place"))
        #expect(report.sentences.contains("replaced 1 telephone number in 1 place"))
        #expect(
            report.sentences.last
                == "could not judge, read it before you share it: error.errorString (1)")
    }

    @Test func `keep their lengths on request`() throws {
        var options = ImportOptions()
        options.redaction.keepsLengths = true
        let text = try fixture([order, error("mail a@b.example, please")], options: options).text
        #expect(text.contains("|xxxxxxxxxref-1|"))
        #expect(
            text.contains("|mail example.com, please|"))
    }

    @Test func `are balances and quantities on request, in their relations`() throws {
        let values = [
            order,
            Message(
                "updateAccountValue",
                ["key": "NetLiquidation", "val": "1000.50", "accountName": "DU1234567"]),
            Message(
                "updateAccountValue",
                ["key": "Cushion", "val": "0.5", "accountName": "DU1234567"]),
            Message("position", ["account": "DU1234567", "position": "-7", "avgCost": "12.5"]),
        ]
        var options = ImportOptions()
        let kept = try fixture(values)
        #expect(kept.text.contains("|NetLiquidation|1000.50|"))
        #expect(kept.report.sentences.contains { $0.contains("balances and quantities (3)") })
        options.redaction.amountFactor = 3
        let (text, report) = try fixture(values, options: options)
        #expect(text.contains("|NetLiquidation|3001.50|") && text.contains("|Cushion|0.5|"))
        #expect(text.contains("|-21|12.5|"))
        #expect(report.sentences.contains("scaled 3 amounts"))
    }
}

@Suite struct `Accounts of an import` {
    private func recording(_ accounts: String, _ texts: String...) -> Recording {
        var recording = Recording()
        recording.begin(account: accounts)
        for text in texts {
            recording.send(Message("error", ["errorCode": "201", "errorString": text]))
        }
        recording.send(
            Message("updateAccountValue", ["key": "AccountCode", "accountName": accounts]))
        recording.fin(.toGateway)
        return recording
    }

    @Test func `are the same stand-ins everywhere`() throws {
        let first = recording(
            "U7654321,DU1234567,F123456,", "Order held for U7654321; DU12 is none, xU7654321 too.")
        let second = recording("DU1234567", "U7654321 and U7654322")
        let (fixtures, importer) = try fixtures(of: [first, second])
        let texts = fixtures.map { $0.files[0].text }
        #expect(texts[0].contains("15|1|U0000001,DU0000001,F000001,|"))
        #expect(texts[0].contains("|Order held for U0000001; DU12 is none, xU7654321 too.|"))
        #expect(texts[1].contains("15|1|DU0000001|"))
        #expect(texts[1].contains("|U0000001 and U0000002|"))
        for account in ["DU1234567", "F123456", "U7654322"] {
            #expect(!texts.joined().contains(account))
        }
        #expect(
            importer.redaction.standIns.sorted() == [
                "DU0000001", "F000001", "U0000001", "U0000002",
            ])
    }

    @Test func `with a name of their own are replaced wherever it stands`() throws {
        let text = try fixtures(of: [recording("jsmith77", "Hello jsmith77, smith.")])
            .fixtures[0].files[0].text
        #expect(!text.contains("jsmith77"))
        #expect(text.contains("|Hello XXXXXXX1, smith.|"))
    }

    @Test func `stay when told so`() throws {
        var options = ImportOptions()
        options.redaction = .nothing
        let (fixtures, importer) = try fixtures(of: [recording("DU1234567")], options: options)
        #expect(fixtures[0].files[0].text.contains("15|1|DU1234567|"))
        #expect(importer.redaction.sentences == [])
    }

    @Test func `go together with the connection time`() throws {
        var options = ImportOptions()
        options.redaction.connectionTime = true
        let text = try fixtures(of: [healthy()], options: options).fixtures[0].files[0].text
        #expect(text.contains("<- version 176|00000000 00:00:00 UTC|"))
        #expect(!text.contains("2026"))
    }
}

@Suite struct `An event that is redacted at its source` {
    @Test func `hides accounts and addresses in messages, bytes and words`() {
        var redactor = Redactor(RedactionOptions())
        let kinds: [LogEvent.Kind] = [
            .message(Message("managedAccounts", ["accountsList": "DU7654321"])),
            .note("DU7654321 wrote from jane.doe@mail.example.org"),
            .raw(.toClient, Array("for DU7654321".utf8)), .listening,
        ]
        let safe = kinds.map { redactor.redact(LogEvent(at: .start, kind: $0)).kind }
        #expect(
            safe == [
                .message(Message("managedAccounts", ["accountsList": "DU0000001"])),
                .note("DU0000001 wrote from user1@example.com"),
                .raw(.toClient, Array("for DU0000001".utf8)), .listening,
            ])
    }
}

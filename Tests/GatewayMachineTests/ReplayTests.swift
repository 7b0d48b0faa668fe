import EventLog
import Faults
import GatewayMachine
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private typealias ReplayHost = VirtualHost

private func host(_ lines: String) throws -> ReplayHost {
    let text = "# fakegw transcript 1\nserver-version 176\n\(lines)\n"
    let transcript = try Transcript.parse(text, file: "recorded")
    return VirtualHost(
        FaultedGateway(
            name: "gateway", origin: RecordingOrigin([transcript], model: .beside), rules: [],
            seed: 1
        ))
}

private let opening = """
    +0us client opens
    +400us -> hello v157..176
    +1ms <- version 176|20260115 14:31:07 UTC|
    +1ms -> startApi 71|2|7||
    +3ms <- managedAccounts 15|1|DU0000001|
    & <- nextValidId 9|1|1|

    """

extension ScriptedClient {
    /// Connects and reads the start-up of `opening`.
    fileprivate mutating func begin(_ host: inout VirtualHost) {
        greet(&host)
        host.advance(by: .milliseconds(1))
        takeVersion(&host)
        start(&host)
        host.advance(by: .milliseconds(3))
        _ = messages(&host)
    }
}

extension VirtualHost {
    /// Notes of the log, in order.
    fileprivate var notes: [String] {
        events.compactMap { if case .note(let text) = $0.kind { text } else { nil } }
    }
}

@Suite struct `A replayed session` {
    @Test func `plays to a live client with the ids of its own`() throws {
        var host = try host(
            opening + """
                +1ms -> reqMktData 1|11|1001|265598|AAPL|STK||0|||SMART||USD|||0|100|0|0||
                +5ms -> reqCurrentTime 49|1|
                +2ms <- tickPrice 1|6|1001|1|187.45|300|0|
                +1ms <- error 4|2|1001|354|Not subscribed||
                +1ms <- currentTime 49|1|1768487467|
                +1s client fin
                +0us gateway fin
                """)
        var client = ScriptedClient(&host, clientID: 42)
        client.greet(&host)
        #expect(client.serverVersion == nil)
        host.advance(by: .milliseconds(1))
        client.takeVersion(&host)
        #expect(client.serverVersion == 176)
        client.start(&host)
        host.advance(by: .milliseconds(2))
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["managedAccounts", "nextValidId"])
        // In the other order, and with another id, than recorded.
        client.request("reqCurrentTime", &host)
        client.request(
            "reqMktData",
            ["reqId": "5", "contract.conId": "265598", "genericTickList": "100"], &host)
        host.advance(by: .milliseconds(10))
        let messages = client.messages(&host)
        #expect(messages.map(\.name) == ["tickPrice", "error", "currentTime"])
        #expect(messages.compactMap { $0["reqId"] } == ["5", "5"])
        host.end(client.connection, .fin)
        #expect(host.effects.last == .close(client.connection))
        #expect(host.notes == [])
    }

    @Test func `keeps its timing and its segments`() throws {
        var host = try host(
            """
            +0us client opens
            +400us -> hello v157..176
            +1ms <- version {cut 4+2ms 9+300us} 176|20260115 14:31:07 UTC|
            +1ms client fin
            +0us gateway fin
            """)
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 157...176).bytes, on: client.connection)
        host.advance(by: .milliseconds(1))
        #expect(host.received[client.connection]?.count == 4)
        host.advance(by: .milliseconds(2))
        #expect(host.received[client.connection]?.count == 9)
        host.advance(by: .microseconds(300))
        let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")
        #expect(host.received[client.connection] == reply.bytes)
    }

    @Test func `refuses what is not in the recording and goes on`() throws {
        var host = try host(opening + "+1ms -> reqCurrentTime 49|1|\n+1ms <- currentTime 49|1|5|")
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .milliseconds(1))
        client.takeVersion(&host)
        client.start(&host)
        host.advance(by: .milliseconds(3))
        client.request("reqPositions", &host)
        client.request("reqMktData", ["reqId": "9"], &host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(1))
        let messages = client.messages(&host).dropFirst(2)
        #expect(messages.map(\.name) == ["error", "error", "currentTime"])
        #expect(messages.compactMap { $0["reqId"] } == ["-1", "9"])
        #expect(messages.compactMap { $0["errorCode"] } == ["320", "320"])
        #expect(
            host.notes == [
                "reqPositions is not in the recording", "reqMktData is not in the recording",
            ])
    }

    @Test func `answers at once a client that leaves out an earlier request`() throws {
        var host = try host(
            opening + "+1ms -> reqPositions 61|1|\n+1ms -> reqCurrentTime 49|1|\n"
                + "+1ms <- currentTime 49|1|5|\n+1s client fin\n+0us gateway fin")
        var client = ScriptedClient(&host)
        client.begin(&host)
        client.request("reqCurrentTime", &host)
        // It waits a little for the request that was recorded before it.
        host.advance(by: .milliseconds(502))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        #expect(host.notes == [])
        host.end(client.connection, .fin)
        #expect(host.notes == ["reqPositions of the recording was never sent"])
    }

    @Test func `ends with a note for a client that cannot speak its version`() throws {
        var host = try host(opening)
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 100...157).bytes, on: client.connection)
        #expect(host.effects == [.close(client.connection)])
        #expect(host.notes == ["recorded at server version 176, outside v100..157"])
    }

    @Test func `plays to every client anew and after a restart`() throws {
        var host = try host(opening)
        for round in 1...3 {
            var client = ScriptedClient(&host)
            client.greet(&host)
            host.advance(by: .milliseconds(1))
            client.takeVersion(&host)
            #expect(client.serverVersion == 176)
            if round == 2 {
                host.command(.restart(down: .seconds(1)))
                #expect(!host.isListening)
                host.advance(by: .seconds(1))
                #expect(host.isListening)
            }
        }
    }

    @Test func `of a version it cannot decode is played by the clock`() throws {
        let text = """
            # fakegw transcript 1
            +0us client opens
            +400us -> hello v100..225
            +1ms <- version 210|20260115 14:31:07 UTC|
            +1ms -> bytes 0000000401020304
            +1ms <- bytes 000000040000000f
            """
        let transcript = try Transcript.parse(text, file: "recorded")
        var host = VirtualHost(
            FaultedGateway(
                name: "gateway", origin: RecordingOrigin([transcript], model: .beside), rules: [],
                seed: 1))
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 100...225).bytes, on: client.connection)
        host.advance(by: .milliseconds(1))
        host.send([0, 0, 0, 4, 0, 0, 0, 15], on: client.connection)
        host.advance(by: .milliseconds(2))
        let reply = VersionReply(serverVersion: 210, connectionTime: "20260115 14:31:07 UTC")
        #expect(host.received[client.connection] == reply.bytes + [0, 0, 0, 4, 0, 0, 0, 15])
        #expect(host.events.last?.kind == .raw(.toClient, [0, 0, 0, 4, 0, 0, 0, 15]))
    }

    @Test func `of a client that said no hello answers with the recorded bytes`() throws {
        let transcript = try Transcript.parse(
            """
            # fakegw transcript 1
            +0us client opens
            +1ms -> bytes 16030100
            +5ms <- bytes 48545450
            +1ms gateway fin
            """, file: "recorded")
        var host = VirtualHost(
            FaultedGateway(
                name: "gateway", origin: RecordingOrigin([transcript], model: .beside), rules: [],
                seed: 1))
        let client = ScriptedClient(&host)
        host.advance(by: .seconds(9))
        #expect(host.take(client.connection).isEmpty)
        host.send([0x16, 3, 1, 0], on: client.connection)
        host.advance(by: .milliseconds(6))
        #expect(
            host.received[client.connection] == [0x48, 0x54, 0x54, 0x50], "\(host.transcript)")
        #expect(host.effects.last == .close(client.connection))
    }

    @Test func `does not keep what comes before any answer without end`() throws {
        var host = try host("+0us client opens\n+400us -> hello v157..176\n+4s client fin")
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 157...176).bytes, on: client.connection)
        for _ in 0..<20 where host.effects.isEmpty {
            host.send([UInt8](repeating: 0, count: 100_000), on: client.connection)
        }
        #expect(host.effects == [.hangUp(client.connection)])
    }

    @Test func `survives any bytes`() throws {
        var random = SeededRandom(seed: 7)
        for _ in 0..<200 {
            var host = try host(opening + "+1ms -> reqCurrentTime 49|1|\n+1ms client fin")
            var client = ScriptedClient(&host)
            if random.chance(0.8) { client.greet(&host) }
            host.advance(by: .milliseconds(1))
            client.takeVersion(&host)
            var bytes: [UInt8] = []
            let names = ["startApi", "reqCurrentTime", "reqPositions", "placeOrder"]
            for name in names where random.chance(0.7) {
                bytes += MessageEncoder(serverVersion: 176).encode(
                    Message(name, direction: .toGateway))
            }
            for index in bytes.indices where random.chance(0.05) {
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            host.send(bytes + [0], on: client.connection)
            host.advance(by: .seconds(2))
            host.end(client.connection, random.chance(0.5) ? .fin : .reset)
            let endings: [StreamEffect] = [.close(client.connection), .hangUp(client.connection)]
            #expect(host.effects.contains { endings.contains($0) }, "\(host.transcript)")
        }
    }
}

@Suite struct `Requests of a replayed session` {
    private func market(_ id: Int, _ symbol: String) -> String {
        "-> reqMktData 1|11|\(id)|0|\(symbol)|STK||0|||SMART||USD|||0||0|0||"
    }

    private func asking(
        _ symbol: String, as id: String, _ client: inout ScriptedClient, _ host: inout VirtualHost
    ) {
        client.request(
            "reqMktData",
            [
                "reqId": id, "contract.symbol": symbol, "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD",
            ], &host)
    }

    @Test func `never get the answer of another contract`() throws {
        var host = try host(
            opening + "+1ms \(market(1, "AAPL"))\n+1ms <- tickPrice 1|6|1|1|187.45|300|0|\n"
                + "+1s client fin\n+0us gateway fin")
        var client = ScriptedClient(&host)
        client.begin(&host)
        asking("MSFT", as: "8", &client, &host)
        host.advance(by: .seconds(1))
        let messages = client.messages(&host)
        #expect(messages.map(\.name) == ["error"])
        #expect(messages.compactMap { $0["reqId"] } == ["8"])
        let difference = "the nearest differs in contract.symbol MSFT, recorded AAPL"
        #expect(host.notes == ["reqMktData is not in the recording: \(difference)"])
        host.end(client.connection, .fin)
        #expect(host.notes.last == "reqMktData of the recording was never sent: \(difference)")
    }

    @Test func `get their own answers in any order`() throws {
        var host = try host(
            opening + "+1ms \(market(1, "AAPL"))\n+1ms \(market(2, "MSFT"))\n"
                + "+1ms <- tickPrice 1|6|1|1|187.45|300|0|\n"
                + "+1ms <- tickPrice 1|6|2|1|402.10|100|0|\n")
        var client = ScriptedClient(&host)
        client.begin(&host)
        asking("MSFT", as: "70", &client, &host)
        host.advance(by: .seconds(2))
        #expect(client.messages(&host).map { [$0["reqId"], $0["price"]] } == [["70", "402.10"]])
        asking("AAPL", as: "71", &client, &host)
        host.advance(by: .milliseconds(2))
        #expect(client.messages(&host).map { [$0["reqId"], $0["price"]] } == [["71", "187.45"]])
        #expect(host.notes == [])
    }

    @Test func `that were never asked get no answer`() throws {
        var host = try host(
            opening + "+1ms \(market(1, "AAPL"))\n+1ms <- tickPrice 1|6|1|1|187.45|300|0|\n"
                + "+1ms -> reqCurrentTime 49|1|\n+1ms <- currentTime 49|1|5|\n"
                + "+1ms <- error 4|2|-1|2104|Market data farm connection is OK||\n")
        var client = ScriptedClient(&host)
        client.begin(&host)
        host.advance(by: .seconds(10))
        // What nobody asks for comes by the clock.
        #expect(client.messages(&host).compactMap { $0["errorCode"] } == ["2104"])
    }

    @Test func `are answered as late as recorded, whenever the recorded client left`() throws {
        var host = try host(
            opening + "+1ms -> reqCurrentTime 49|1|\n+4s client fin\n"
                + "+6s <- currentTime 49|1|5|\n+0us gateway fin")
        var client = ScriptedClient(&host)
        client.begin(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(9_999))
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        host.end(client.connection, .fin)
        #expect(host.effects.last == .close(client.connection))
    }

    @Test func `that come again get the same answers again`() throws {
        var host = try host(
            opening + "+1ms \(market(1, "AAPL"))\n+1ms <- tickPrice 1|6|1|1|187.45|300|0|\n")
        var client = ScriptedClient(&host)
        client.begin(&host)
        asking("AAPL", as: "8", &client, &host)
        host.advance(by: .milliseconds(1))
        asking("AAPL", as: "9", &client, &host)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).compactMap { $0["reqId"] } == ["8", "9"])
        #expect(host.notes == ["reqMktData is asked again: its answers are repeated"])
    }

    @Test func `are over when the client cancels`() throws {
        var host = try host(
            opening + "+1ms \(market(1, "AAPL"))\n+1ms <- tickPrice 1|6|1|1|187.45|300|0|\n"
                + "+1s <- tickPrice 1|6|1|1|187.46|300|0|\n+1s -> cancelMktData 2|1|1|\n"
                + "+1ms <- error 4|2|1|300|Can't find EId||\n")
        var client = ScriptedClient(&host)
        client.begin(&host)
        asking("AAPL", as: "8", &client, &host)
        host.advance(by: .milliseconds(1))
        client.request("cancelMktData", ["reqId": "8"], &host)
        host.advance(by: .seconds(10))
        #expect(client.messages(&host).map(\.name) == ["tickPrice", "error"])
        #expect(host.notes == [])
    }

    @Test func `of an order go on when the client does`() throws {
        var host = try host(
            opening
                + """
                +1ms -> placeOrder \(Self.order(id: 9))
                +1ms <- orderStatus 3|9|Submitted|0|1|0.0|77|0|0.0|7|||
                +1s -> cancelOrder 4|1|9||
                +1ms <- orderStatus 3|9|Cancelled|0|1|0.0|77|0|0.0|7|||
                """)
        var client = ScriptedClient(&host, clientID: 42)
        client.begin(&host)
        host.send(Self.frame(Self.order(id: 31)), on: client.connection)
        host.advance(by: .seconds(100))
        let first = client.messages(&host)
        #expect(first.map { $0["status"] } == ["Submitted"])
        #expect(first.map { $0["orderId"] } == ["31"])
        #expect(first.map { $0["clientId"] } == ["42"])
        client.request("cancelOrder", ["orderId": "31"], &host)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map { $0["status"] } == ["Cancelled"])
    }

    /// A placeOrder's fields as a client of version 176 writes them.
    private static func order(id: Int) -> String {
        let message = Message(
            "placeOrder",
            [
                "orderId": "\(id)", "contract.symbol": "AAPL", "order.action": "BUY",
                "order.totalQuantity": "1", "order.orderType": "MKT", "order.account": "DU0000001",
            ], direction: .toGateway)
        let bytes = MessageEncoder(serverVersion: 176).encode(message).dropFirst(4)
        return String(decoding: bytes.map { $0 == 0 ? UInt8(ascii: "|") : $0 }, as: UTF8.self)
    }

    private static func frame(_ fields: String) -> [UInt8] {
        let body = fields.utf8.map { $0 == UInt8(ascii: "|") ? 0 : $0 }
        return [0, 0, UInt8(body.count >> 8), UInt8(body.count & 255)] + body
    }

    @Test func `name their own account and dates, and hear them again`() throws {
        let history = { (id: Int, end: String) in
            "-> reqHistoricalData 20|\(id)|0|AAPL|STK||0.0|||SMART||USD|||0|\(end)|1 day|2 D|1|TRADES|1|0||"
        }
        var host = try host(
            opening + "+1ms -> reqAccountUpdates 6|2|1|DU0000001|\n"
                + "+1ms <- updateAccountTime 8|1|14:31|\n"
                + "+0us <- accountDownloadEnd 54|1|DU0000001|\n"
                + "+1ms \(history(3, "20260115 14:31:07 UTC"))\n"
                + "+1ms <- headTimestamp 88|3|20260101  00:00:00|\n")
        var client = ScriptedClient(&host)
        client.begin(&host)
        client.request(
            "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU0000009"], &host)
        client.request(
            "reqHistoricalData",
            [
                "reqId": "5", "contract.symbol": "AAPL", "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD",
                "endDateTime": "20260205 10:00:00 UTC", "barSizeSetting": "1 day",
                "durationStr": "2 D", "useRTH": "1", "whatToShow": "TRADES", "formatDate": "1",
            ], &host)
        host.advance(by: .milliseconds(10))
        let messages = client.messages(&host)
        #expect(
            messages.map(\.name) == ["updateAccountTime", "accountDownloadEnd", "headTimestamp"])
        #expect(messages[1]["accountName"] == "DU0000009")
        // Three weeks later.
        #expect(messages[2]["headTimestamp"] == "20260122  00:00:00")
    }
}

@Suite struct `Several recorded connections` {
    @Test func `are played one after the other, the last one again and again`() throws {
        let lines = opening.split(separator: "\n").joined(separator: "\n")
        let texts = [
            lines + "\n+1s client fin\n+0us gateway holds",
            "+0us client opens\n+400us -> hello v157..176\n+4s client fin\n+0us gateway fin",
        ]
        let transcripts = try texts.map {
            try Transcript.parse(
                "# fakegw transcript 1\nserver-version 176\n\($0)\n", file: "recorded")
        }
        var host = VirtualHost(
            FaultedGateway(
                name: "gateway", origin: RecordingOrigin(transcripts, model: .beside), rules: [],
                seed: 1))
        var first = ScriptedClient(&host)
        first.begin(&host)
        host.end(first.connection, .fin)
        #expect(host.effects.last == .hold(first.connection))
        for _ in 1...2 {
            var next = ScriptedClient(&host)
            next.greet(&host)
            host.advance(by: .seconds(100))
            next.takeVersion(&host)
            #expect(next.serverVersion == nil)
            host.end(next.connection, .fin)
            #expect(host.effects.last == .close(next.connection))
        }
    }
}

@Suite struct `The end of a replayed session` {
    /// What the gateway does in the end when the live client sends a FIN after `wait`.
    private func ending(
        of lines: String, wait: Duration = .milliseconds(100), by peer: PeerEnding = .fin
    ) throws -> [StreamEffect] {
        var host = try host(lines)
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .milliseconds(1))
        client.takeVersion(&host)
        if client.serverVersion != nil { client.start(&host) }
        host.advance(by: wait)
        host.end(client.connection, peer)
        host.advance(by: .seconds(60))
        return host.effects.filter { if case .send = $0 { false } else { true } }
    }

    private let one = ConnectionID(1)

    @Test func `is a FIN as recorded`() throws {
        let lines = opening + "+1s client fin\n+20ms gateway fin"
        #expect(try ending(of: lines) == [.close(one)])
        #expect(try ending(of: opening + "+10ms gateway fin") == [.close(one)])
    }

    @Test func `is half a close when the recorded client went on talking`() throws {
        let lines = opening + "+10ms gateway fin\n+1ms -> reqCurrentTime 49|1|\n+1ms client fin"
        #expect(try ending(of: lines) == [.shutdownWrite(one), .close(one)])
    }

    @Test func `is a RST in the middle of a frame`() throws {
        let lines = opening + "+10ms <- bytes 0000001a363100\n+0us gateway rst"
        #expect(try ending(of: lines) == [.reset(one)])
    }

    @Test func `is a RST that answers the client's FIN`() throws {
        #expect(try ending(of: opening + "+1s client fin\n+0us gateway rst") == [.reset(one)])
    }

    @Test func `never comes when the descriptor was kept`() throws {
        let lines = opening + "+1s client fin\n+0us gateway holds"
        #expect(try ending(of: lines) == [.hold(one)])
        // A reset leaves nothing to keep.
        #expect(try ending(of: lines, by: .reset) == [.close(one)])
    }

    @Test func `comes after the request that it followed`() throws {
        let text =
            opening + "+1ms -> reqCurrentTime 49|1|\n+1ms <- bytes 0000000834\n+2ms gateway rst"
        var host = try host(text)
        var client = ScriptedClient(&host)
        client.begin(&host)
        host.advance(by: .seconds(60))
        #expect(host.effects.allSatisfy { if case .send = $0 { true } else { false } })
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(3))
        #expect(host.effects.last == .reset(client.connection))
        #expect(host.take(client.connection) == [0, 0, 0, 8, 0x34])
    }

    @Test func `is a closed window`() throws {
        let lines = opening + "+10ms gateway stops reading\n+1s gateway reads on\n+1s gateway fin"
        #expect(
            try ending(of: lines, wait: .seconds(3))
                == [.stopReading(one), .resumeReading(one), .close(one)])
    }

    @Test func `does not come before a hello that is slow`() throws {
        var host = try host(
            "+0us client opens\n+400us -> hello v157..176\n+1ms gateway fin")
        let client = ScriptedClient(&host)
        host.advance(by: .seconds(9))
        #expect(host.effects == [])
        host.send(Hello(versions: 157...176).bytes, on: client.connection)
        host.advance(by: .milliseconds(1))
        #expect(host.effects == [.close(client.connection)])
    }

    @Test func `comes by the clock when nothing was asked before it`() throws {
        let lines = opening + "+30s gateway rst"
        #expect(try ending(of: lines, wait: .seconds(31)) == [.reset(one)])
    }

    @Test func `leaves a hello unanswered`() throws {
        let silence = """
            +0us client opens
            +400us -> hello v157..176
            +2s client fin
            +0us gateway fin
            """
        #expect(try ending(of: silence, wait: .seconds(90)) == [.close(one)])
    }
}

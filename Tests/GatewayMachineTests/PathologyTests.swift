import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// A gateway with a pathology from the shipped catalogue, in memory.
private func host(_ pathologies: String..., seed: UInt64 = 1) throws -> VirtualHost {
    let rules = try pathologies.flatMap { try PathologyCatalogue.shipped.use(argument: $0).rules }
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: seed)
    return VirtualHost(
        FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: seed))
}

private func kinds(_ messages: [Message]) -> [String] { messages.map(\.name) }

@Suite struct `A healthy gateway in memory` {
    @Test func `greets, starts and answers`() throws {
        var host = try host()
        var client = ScriptedClient(&host)
        client.greet(&host, versions: 157...176)
        #expect(client.serverVersion == 176)
        client.start(&host)
        host.advance(by: .seconds(1))
        let started = kinds(client.messages(&host))
        #expect(Set(started) == ["nextValidId", "managedAccounts", "error"])
        client.request("reqPositions", &host)
        let positions = kinds(client.messages(&host))
        #expect(positions.count { $0 == "position" } == 24)
        #expect(positions.last == "positionEnd")
        #expect(host.transcript.contains { $0.hasSuffix("#1 is synchronized") })
    }

    @Test func `takes every byte by itself`() throws {
        var host = try host()
        var client = ScriptedClient(&host)
        for byte in Hello(versions: 157...178).bytes { host.send([byte], on: client.connection) }
        client.takeVersion(&host)
        #expect(client.serverVersion == 178)
    }

    @Test(arguments: [
        (Array("GET / HTTP/1.1\r\n".utf8), "not a TWS API client"),
        (Array("63\u{0}".utf8), "hello from before API"),
    ])
    func `greets what is no hello as clients were greeted long ago, and is silent then`(
        bytes: [UInt8], reason: String
    ) throws {
        var host = try host()
        let client = ScriptedClient(&host)
        host.send(bytes, on: client.connection)
        host.send([0x30, 0], on: client.connection)
        host.advance(by: .seconds(60))
        let greeting = Array("76\u{0}20260115 14:30:00 UTC\u{0}".utf8)
        #expect(host.received[client.connection] == greeting)
        #expect(host.transcript.contains { $0.contains(reason) })
        host.end(client.connection, .fin)
        #expect(host.effects.last == .close(client.connection))
        var next = ScriptedClient(&host)
        next.greet(&host)
        #expect(next.serverVersion == 176)
    }

    @Test(arguments: [
        (Array("GET / HTTP/1.1\r\n".utf8), "not a TWS API client"),
        (Array("63\u{0}".utf8), "hello from before API"),
        (Hello.magic + [0, 0, 0, 0], "length is 0"),
        (Hello(versions: 999...1000).bytes, ""),
    ])
    func `closes a connection that cannot become one of its own, where it is set up so`(
        bytes: [UInt8], reason: String
    ) throws {
        var settings = GatewaySettings()
        settings.legacyGreeting = nil
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        var host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1))
        let client = ScriptedClient(&host)
        host.send(bytes, on: client.connection)
        let endings: [StreamEffect] = [.close(client.connection), .hangUp(client.connection)]
        #expect(host.effects.contains { endings.contains($0) })
        #expect(host.transcript.contains { $0.contains(reason) })
        var next = ScriptedClient(&host)
        next.greet(&host)
        #expect(next.serverVersion == 176)
    }

    @Test func `closes at a frame length beyond its limit`() throws {
        var host = try host()
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.send([0x7F, 0xFF, 0xFF, 0xFF], on: client.connection)
        #expect(host.effects.last == .hangUp(client.connection))
    }

    @Test func `answers a request it cannot read with an error`() throws {
        var host = try host()
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(1))
        _ = client.messages(&host)
        host.send(frame("200\u{0}x\u{0}".utf8), on: client.connection)
        host.send(frame("7\u{0}3\u{0}".utf8), on: client.connection)
        host.send(frame([]), on: client.connection)
        let errors = client.messages(&host)
        #expect(kinds(errors) == ["error", "error", "error"])
        #expect(errors.allSatisfy { $0["errorCode"] == "320" })
    }
}

/// Requests above the limit wait in the client's socket.
@Suite struct `A client in memory that sends too fast` {
    private func host(_ limit: Int) -> VirtualHost {
        var settings = GatewaySettings()
        (settings.messagesPerSecond, settings.warnsNearMaxRate) = (limit, false)
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        return VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: [], seed: 1))
    }

    private func started(_ host: inout VirtualHost) -> ScriptedClient {
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(2))
        _ = client.messages(&host)
        return client
    }

    @Test func `is answered as the limit allows, and its end is heard after its requests`() {
        var host = host(10)
        var client = started(&host)
        let request = MessageEncoder(serverVersion: 176).encode(
            Message("reqCurrentTime", [:], direction: .toGateway))
        let flood = Array(repeating: request, count: 35).flatMap(\.self)
        host.send(flood, on: client.connection)
        #expect(client.messages(&host).count == 10)
        #expect(host.effects.last { $0 != .stopReading(client.connection) } != nil)
        #expect(host.effects.contains(.stopReading(client.connection)))
        host.end(client.connection, .fin)
        #expect(!host.effects.contains(.close(client.connection)))
        for count in [10, 10] {
            host.advance(by: .seconds(1))
            #expect(client.messages(&host).count == count)
        }
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).count == 5)
        #expect(host.effects.contains(.resumeReading(client.connection)))
        #expect(host.effects.contains(.close(client.connection)))
    }
}

@Suite struct `A pathology in memory` {
    @Test(arguments: ["stranger", "early-frame"])
    func `listener-wedged-by-early-bytes answers nobody until a restart`(by: String) throws {
        var host = try host("listener-wedged-by-early-bytes:by=\(by)")
        var resident = ScriptedClient(&host)
        resident.greet(&host)
        resident.start(&host)
        host.advance(by: .seconds(2))
        var culprit = ScriptedClient(&host)
        if by == "stranger" {
            host.send(Array("GET / HTTP/1.1\r\n".utf8), on: culprit.connection)
        } else {
            culprit.greet(&host)
            #expect(culprit.serverVersion == 176)
            culprit.request("reqCurrentTime", &host)
        }
        var next = ScriptedClient(&host)
        next.greet(&host)
        host.advance(by: .seconds(600))
        next.takeVersion(&host)
        #expect(next.serverVersion == nil)
        _ = resident.messages(&host)
        resident.request("reqCurrentTime", &host)
        #expect(kinds(resident.messages(&host)) == ["currentTime"])
        host.command(.restart(down: .seconds(2)))
        host.advance(by: .seconds(2))
        var fresh = ScriptedClient(&host)
        fresh.greet(&host)
        #expect(fresh.serverVersion == 176)
    }

    @Test func `silent-handshake answers no hello`() throws {
        var host = try host("silent-handshake")
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .seconds(3600))
        client.takeVersion(&host)
        #expect(client.serverVersion == nil)
        #expect(host.received[client.connection]?.isEmpty ?? true)
        #expect(!host.effects.contains(.close(client.connection)))
    }

    @Test
    func `leaked-close-wait keeps descriptors until a restart clears them`()
        throws
    {
        var host = try host("leaked-close-wait:slots=2")
        for id in 1...2 {
            var client = ScriptedClient(&host)
            client.greet(&host)
            #expect(client.serverVersion == 176)
            host.end(client.connection, .fin)
            #expect(host.effects.last == .hold(ConnectionID(id)))
        }
        var starved = ScriptedClient(&host)
        starved.greet(&host)
        host.advance(by: .seconds(600))
        starved.takeVersion(&host)
        #expect(starved.serverVersion == nil)
        host.command(.restart(down: .seconds(2)))
        #expect(!host.isListening)
        #expect(host.effects.contains(.close(ConnectionID(1))))
        #expect(host.effects.contains(.close(ConnectionID(2))))
        host.advance(by: .seconds(2))
        #expect(host.isListening)
        var fresh = ScriptedClient(&host)
        fresh.greet(&host)
        #expect(fresh.serverVersion == 176)
    }

    @Test func `red-on-disconnect poisons the next client after a FIN and not after a RST`() throws
    {
        for (ending, expected) in [(PeerEnding.fin, nil), (.reset, 176)] {
            var host = try host("red-on-disconnect")
            var first = ScriptedClient(&host)
            first.greet(&host)
            first.start(&host)
            host.advance(by: .seconds(1))
            host.end(first.connection, ending)
            var second = ScriptedClient(&host)
            second.greet(&host)
            #expect(second.serverVersion == expected)
        }
    }

    @Test func `startapi-mute answers the hello and nothing else`() throws {
        var host = try host("startapi-mute")
        var client = ScriptedClient(&host)
        client.greet(&host)
        #expect(client.serverVersion == 176)
        client.start(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(3600))
        #expect(client.messages(&host).isEmpty)
    }

    @Test func `one-connection-limit lets the first work and mutes the second`() throws {
        var host = try host("one-connection-limit")
        var first = ScriptedClient(&host, clientID: 1)
        first.greet(&host)
        first.start(&host)
        var second = ScriptedClient(&host, clientID: 2)
        second.greet(&host)
        second.start(&host)
        host.advance(by: .seconds(10))
        #expect(second.serverVersion == 176)
        #expect(second.messages(&host).isEmpty)
        #expect(kinds(first.messages(&host)).contains("nextValidId"))
    }

    @Test func `slow-synchronization is late, and spoiled by a request that cannot wait`() throws {
        var host = try host("slow-synchronization:ids=2s,notices=5s")
        var patient = ScriptedClient(&host)
        patient.greet(&host)
        patient.start(&host)
        host.advance(by: .milliseconds(1999))
        #expect(patient.messages(&host).isEmpty)
        host.advance(by: .seconds(4))
        #expect(kinds(patient.messages(&host)).contains("nextValidId"))
        patient.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(kinds(patient.messages(&host)) == ["currentTime"])

        var eager = ScriptedClient(&host, clientID: 8)
        eager.greet(&host)
        eager.start(&host)
        eager.request("reqCurrentTime", &host)
        host.advance(by: .seconds(60))
        #expect(eager.messages(&host).isEmpty)
        var next = ScriptedClient(&host, clientID: 9)
        next.greet(&host)
        #expect(next.serverVersion == nil)
    }

    @Test func `client-id-in-use says 326 and closes`() throws {
        var host = try host("client-id-in-use")
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).first?["errorCode"] == "326")
        #expect(host.effects.last == .close(client.connection))
    }

    @Test func `client-id-in-use says when, which some clients need`() throws {
        var host = try host("client-id-in-use")
        var client = ScriptedClient(&host)
        client.greet(&host, versions: 213...225)
        client.start(&host)
        host.advance(by: .seconds(1))
        let time = client.messages(&host).first?["errorTime"].flatMap { Int($0) } ?? 0
        #expect((1_768_487_400_000...1_768_487_402_000).contains(time))
    }

    @Test func `established-but-not-listening closes the port behind the first`() throws {
        var host = try host("established-but-not-listening")
        var client = ScriptedClient(&host)
        client.greet(&host)
        #expect(client.serverVersion == 176)
        #expect(!host.isListening)
    }

    @Test func `rst-mid-frame breaks off inside a frame`() throws {
        var host = try host("rst-mid-frame")
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(1))
        client.request("reqPositions", &host)
        host.advance(by: .seconds(1))
        _ = client.messages(&host)
        #expect(client.restCount > 0)
        #expect(host.effects.last == .reset(client.connection))
    }

    @Test func `frame-split sends the same bytes in pieces`() throws {
        var host = try host("frame-split:size=1")
        var client = ScriptedClient(&host)
        client.greet(&host)
        #expect(client.serverVersion == nil)
        host.advance(by: .seconds(1))
        client.takeVersion(&host)
        #expect(client.serverVersion == 176)
        let sizes = host.effects.compactMap { effect -> Int? in
            if case .send(_, let bytes) = effect { bytes.count } else { nil }
        }
        #expect(sizes.allSatisfy { $0 == 1 })
    }

    @Test func `frame-coalesce puts the ids behind the version in one write`() throws {
        var host = try host("frame-coalesce")
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .seconds(1))
        #expect(kinds(client.messages(&host)).contains("nextValidId"))
        #expect(client.serverVersion == 176)
    }

    @Test(arguments: PathologyCatalogue.shipped.names)
    func `tells the same story for the same seed`(name: String) throws {
        func story() throws -> [String] {
            var host = try host(name, seed: 42)
            for round in 0..<3 {
                var client = ScriptedClient(&host, clientID: round)
                client.greet(&host)
                host.advance(by: .milliseconds(50))
                client.takeVersion(&host)
                if client.serverVersion != nil { client.start(&host) }
                host.advance(by: .seconds(8))
                if client.serverVersion != nil {
                    client.request("reqPositions", &host)
                    client.request("reqOpenOrders", &host)
                }
                host.advance(by: .seconds(2))
                host.end(client.connection, round == 1 ? .reset : .fin)
            }
            return host.transcript
        }
        #expect(try story() == story())
    }
}

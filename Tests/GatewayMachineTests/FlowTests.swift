import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func host(
    _ faults: String, seed: UInt64 = 1, limits: GatewayLimits = GatewayLimits()
) throws -> VirtualHost {
    let text = "version: 1\nname: flow\ngateway: {faults: [\(faults)]}"
    let rules = try loadScenarios(text: text, file: "flow.yaml", catalogue: .shipped)
        .flatMap { $0.gateways.flatMap(\.rules) }
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return VirtualHost(
        FaultedGateway(
            name: "gateway", origin: ModelOrigin(model), rules: rules, seed: seed, limits: limits))
}

/// Connected, started, and its start-up read.
private func started(_ host: inout VirtualHost, clientID: Int = 7) -> ScriptedClient {
    var client = ScriptedClient(&host, clientID: clientID)
    client.greet(&host)
    client.start(&host)
    host.advance(by: .seconds(3))
    _ = client.messages(&host)
    return client
}

/// At the client's request for the time.
private func atRequest(_ action: String) -> String {
    "{when: {message: {type: reqCurrentTime}}, times: 1, do: [\(action)]}"
}

@Suite struct `A connection's bytes` {
    @Test(arguments: [(100_000, true), (1_000_000_000, false)])
    func `are bounded by what their pieces cost`(most: Int, isReset: Bool) throws {
        var limits = GatewayLimits()
        limits.maxLaneBytes = most
        var host = try host(
            "{when: {phase: greeted}, do: [{slice: {size: 1, gap: 1h}}]}", limits: limits)
        var client = ScriptedClient(&host, clientID: 7)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .seconds(3))
        // More than a hundred thousand bytes wait, each a piece.
        for _ in 0..<50 { client.request("reqPositions", &host) }
        host.advance(by: .seconds(3))
        #expect(host.effects.contains(.reset(client.connection)) == isReset)
    }

    @Test func `are not the only thing that is bounded`() throws {
        var limits = GatewayLimits()
        limits.maxDeferredCount = 3
        var host = try host(
            "{when: {message: {type: reqCurrentTime}}, after: 1h, do: [{note: late}]}",
            limits: limits)
        var client = started(&host)
        for _ in 0..<5 { client.request("reqCurrentTime", &host) }
        let refused = host.events.filter { event in
            if case .faultIdle(_, "note", "3 firings wait already") = event.kind {
                true
            } else {
                false
            }
        }
        #expect(refused.count == 2)
        host.advance(by: .seconds(3601))
        #expect(host.events.count { $0.kind == .note("late") } == 3)
    }

    @Test func `leave in two halves of each frame`() throws {
        var host = try host("{when: {phase: greeted}, do: [{halve: {gap: 1ms}}]}")
        let client = started(&host)
        let chunks = host.effects.compactMap { effect -> [UInt8]? in
            if case .send(client.connection, let bytes) = effect { bytes } else { nil }
        }.dropFirst()
        #expect(chunks.count > 4 && chunks.count % 2 == 0)
        for (first, second) in zip(chunks, chunks.dropFirst()).enumerated()
            .filter({ $0.offset % 2 == 0 }).map(\.element)
        {
            let length = first.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            #expect(first.count + second.count == 4 + length)
            #expect((0...1).contains(first.count - second.count))
        }
    }

    @Test func `wait in a black hole until it heals`() throws {
        var host = try host(
            atRequest("blackhole")
                + ", {when: {message: {type: reqCurrentTime}}, after: 5s, do: [heal]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(4999))
        #expect(client.messages(&host).isEmpty)
        #expect(host.effects.contains(.loseSegments(client.connection)))
        client.request("reqIds", ["numIds": "1"], &host)
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime", "nextValidId"])
    }

    @Test func `wait while nothing is written, an end too`() throws {
        var host = try host(
            atRequest("stop-writing")
                + ", {when: {message: {type: reqIds}}, do: [fin]}"
                + ", {when: {message: {type: reqIds}}, after: 5s, do: [resume-writing]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        client.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .milliseconds(4999))
        #expect(client.messages(&host).isEmpty)
        #expect(!host.effects.contains(.close(client.connection)))
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).first?.name == "currentTime")
        #expect(host.effects.last == .close(client.connection))
    }

    @Test(arguments: ["both", "toClient", "toGateway"])
    func `pause and then pass at once`(direction: String) throws {
        var host = try host(
            "{when: {message: {type: reqIds}}, do: [{pause: {time: 10s, direction: \(direction)}}]}"
        )
        var client = started(&host)
        client.request("reqIds", ["numIds": "1"], &host)
        _ = client.messages(&host)
        for _ in 0..<3 { client.request("reqCurrentTime", &host) }
        host.advance(by: .milliseconds(9999))
        #expect(!client.messages(&host).map(\.name).contains("currentTime"))
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).filter { $0.name == "currentTime" }.count == 3)
    }

    @Test func `come later in their order, by the seed`() throws {
        func times(seed: UInt64) throws -> [Int64] {
            var host = try host(
                atRequest("{latency: {time: 200ms, jitter: 150ms, correlation: 0.2}}"), seed: seed)
            var client = started(&host)
            let begin = host.now
            var times: [Int64] = []
            for _ in 0..<5 { client.request("reqCurrentTime", &host) }
            while times.count < 5, host.now - begin < .seconds(2) {
                host.advance(by: .milliseconds(1))
                for _ in client.messages(&host) { times.append((host.now - begin).nanoseconds) }
            }
            return times
        }
        let one = try times(seed: 1)
        #expect(one.count == 5)
        #expect(one == one.sorted())
        #expect(one[0] >= 50_000_000 && one[4] <= 350_000_000)
        #expect(try times(seed: 1) == one)
        #expect(try times(seed: 2) != one)
    }

    @Test func `vanish by the seed, and what follows arrives`() throws {
        func bytes(_ action: String, seed: UInt64) throws -> [UInt8] {
            var host = try host(atRequest(action), seed: seed)
            var client = started(&host)
            client.request("reqCurrentTime", &host)
            client.request("reqPositions", &host)
            host.advance(by: .seconds(1))
            return host.received[client.connection] ?? []
        }
        let whole = try bytes("{note: x}", seed: 1)
        let some = try bytes("{lose: {rate: 0.3, chunk: 20}}", seed: 1)
        #expect(some.count < whole.count && some.count > whole.count / 3)
        #expect(try bytes("{lose: {rate: 0.3, chunk: 20}}", seed: 1) == some)
        #expect(try bytes("{lose: {rate: 0.3, chunk: 20}}", seed: 2) != some)
        #expect(try bytes("{lose: {rate: 1}}", seed: 1).isEmpty)
    }

    @Test func `end after exactly so many`() throws {
        for (way, last) in [
            ("fin", StreamEffect.hangUp(ConnectionID(1))), ("rst", .reset(ConnectionID(1))),
            ("silence", .loseSegments(ConnectionID(1))),
        ] {
            var host = try host(atRequest("{end-after: {bytes: 100, by: \(way)}}"))
            var client = started(&host)
            client.request("reqCurrentTime", &host)
            client.request("reqPositions", &host)
            host.advance(by: .seconds(1))
            #expect(host.received[client.connection]?.count == 100, "\(way)")
            #expect(host.effects.last == last)
        }
    }

    @Test func `to the gateway end after so many as well`() throws {
        var host = try host(
            "{when: {phase: synchronized}, do: [{end-after: {bytes: 20, by: rst, direction: toGateway}}]}"
        )
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        client.request("reqCurrentTime", &host)
        client.request("reqCurrentTime", &host)
        #expect(host.effects.last == .reset(client.connection))
    }

    @Test func `are followed by a slow end`() throws {
        var host = try host("{when: connect, do: [{slow-close: 5s}]}")
        let client = started(&host)
        host.end(client.connection, .fin)
        host.advance(by: .milliseconds(4999))
        #expect(!host.effects.contains(.close(client.connection)))
        host.advance(by: .milliseconds(1))
        #expect(host.effects.last == .close(client.connection))
    }
}

@Suite struct `A connection that is served later` {
    @Test func `is accepted, and its bytes wait in the kernel`() throws {
        var host = try host(
            "{when: connect, connection: 2, do: [{delay-accept: 2s}]}")
        var prompt = started(&host)
        var late = ScriptedClient(&host, clientID: 8)
        late.greet(&host)
        host.advance(by: .milliseconds(1999))
        #expect(host.effects.contains(.stopReading(late.connection)))
        #expect(host.received[late.connection] ?? [] == [])
        prompt.request("reqCurrentTime", &host)
        #expect(prompt.messages(&host).map(\.name) == ["currentTime"])
        host.advance(by: .milliseconds(1))
        #expect(host.received[late.connection]?.isEmpty == false)
        late.takeVersion(&host)
        late.start(&host)
        host.advance(by: .seconds(3))
        #expect(late.messages(&host).map(\.name).contains("nextValidId"))
    }

    @Test func `is gone when its client did not wait`() throws {
        var host = try host("{when: connect, do: [{delay-accept: 2s}]}")
        let client = ScriptedClient(&host)
        host.send(Hello(versions: 157...176).bytes, on: client.connection)
        host.advance(by: .seconds(1))
        host.end(client.connection, .fin)
        host.advance(by: .milliseconds(999))
        #expect(!host.effects.contains(.close(client.connection)))
        host.advance(by: .milliseconds(1))
        #expect(host.effects.contains(.close(client.connection)))
    }
}

@Suite struct `A gateway as a whole` {
    @Test func `tells its clients of another port once it listens there`() throws {
        var host = try host(
            atRequest("{change-port: {port: 4003}}") + ", " + atRequest("close-listener")
                + ", {when: {signal: again}, do: [{change-port: {port: 4004}}]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        let told = client.messages(&host).first { $0["errorCode"] == "1300" }
        #expect(told?["errorString"]?.hasSuffix("4003") == true)
        #expect(host.effects.contains(.hangUp(client.connection)))
        host.command(.signal("again"))
        #expect(!host.effects.contains(.moveListener(to: 4004)))
        let reasons = host.events.compactMap { event in
            if case .faultIdle(_, "change-port", let reason) = event.kind { reason } else { nil }
        }
        #expect(reasons == ["the port is closed"])
    }

    @Test func `stands still, then does everything at once`() throws {
        var host = try host("{when: {signal: go}, do: [{freeze: 10s}]}")
        var client = started(&host)
        host.command(.signal("go"))
        client.request("reqCurrentTime", &host)
        var late = ScriptedClient(&host, clientID: 8)
        host.advance(by: .milliseconds(9999))
        #expect(client.messages(&host).isEmpty)
        #expect(!host.events.contains { $0.connection == late.connection })
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        late.greet(&host)
        #expect(late.serverVersion != nil)
    }

    @Test func `stays closed after a frost when it was closed before`() throws {
        var host = try host("{when: {signal: go}, do: [{freeze: 10s}]}")
        host.command(.stopAccepting(backlog: nil))
        host.command(.signal("go"))
        host.advance(by: .seconds(11))
        #expect(!host.effects.contains(.resumeAccepting))
        host.command(.resumeAccepting)
        #expect(host.effects.last == .resumeAccepting)
    }

    @Test func `ends all connections but the one that asked`() throws {
        var host = try host(
            atRequest("{end-all: {by: rst, except: triggering}}"))
        let one = started(&host)
        var two = started(&host, clientID: 8)
        two.request("reqCurrentTime", &host)
        #expect(two.messages(&host).map(\.name) == ["currentTime"])
        #expect(host.effects.contains(.reset(one.connection)))
        #expect(!host.effects.contains(.reset(two.connection)))
    }

    @Test func `kicks one client id`() throws {
        var host = try host(atRequest("{kick: {client-id: 7}}"))
        let one = started(&host)
        var two = started(&host, clientID: 8)
        two.request("reqCurrentTime", &host)
        #expect(host.effects.contains(.hangUp(one.connection)))
        #expect(!host.effects.contains(.hangUp(two.connection)))
    }

    @Test func `answers no connect, then accepts again`() throws {
        var host = try host(
            "{when: start, do: [drop-connections]}, {when: {signal: go}, do: [resume-accepting]}")
        var lost = ScriptedClient(&host)
        lost.greet(&host)
        #expect(lost.serverVersion == nil)
        host.command(.signal("go"))
        var client = ScriptedClient(&host)
        client.greet(&host)
        #expect(client.serverVersion != nil)
    }

    @Test func `keeps a full queue for those who came in time`() throws {
        var host = try host(
            """
            {when: start, do: [{stop-accepting: {backlog: 1}}]},
            {when: {signal: go}, do: [resume-accepting]}
            """)
        let clients = (0..<4).map { _ in ScriptedClient(&host) }
        host.command(.signal("go"))
        let accepted = host.events.filter { if case .opened = $0.kind { true } else { false } }
        #expect(accepted.map(\.connection) == [clients[0].connection, clients[1].connection])
    }

    @Test func `does not follow notices to many clients that cause each other`() throws {
        var host = try host(
            """
            {when: {message: {type: error, direction: toClient}}, do: [lose-server, interrupt-server]}
            """)
        for id in 1...3 { _ = started(&host, clientID: id) }
        let notes = host.events.compactMap { event in
            if case .note(let text) = event.kind { text } else { nil }
        }
        #expect(notes.contains { $0.hasPrefix("too many faults cause each other") })
    }

    @Test func `does not follow a signal for ever`() throws {
        var host = try host("{when: {signal: go}, do: [{signal: go}]}")
        host.command(.signal("go"))
        let firings = host.events.filter { if case .fault = $0.kind { true } else { false } }
        #expect(firings.count == GatewayLimits().maxSignalDepth)
    }

    @Test func `turns a rule off and on`() throws {
        var host = try host(
            """
            {name: deaf, when: {message: {type: reqCurrentTime}}, do: [drop]},
            {when: {signal: off}, do: [{disable-rule: deaf}]},
            {when: {signal: on}, do: [{enable-rule: deaf}]},
            {when: {signal: gone}, do: [{remove-rule: deaf}]}
            """)
        var client = started(&host)
        func answers() -> Int {
            client.request("reqCurrentTime", &host)
            return client.messages(&host).count
        }
        #expect(answers() == 0)
        host.command(.signal("off"))
        #expect(answers() == 1)
        host.command(.signal("on"))
        #expect(answers() == 0)
        host.command(.signal("gone"))
        #expect(answers() == 1)
    }

    @Test(arguments: [
        "{disable-rule: nobody}", "{signal: nobody}", "{set-farm: {name: nobody, state: broken}}",
        "{kick: {client-id: -1}}", "{lose: {rate: 2}}", "{end-after: {bytes: 0}}",
        "{end-all: {by: bang}}", "{pause: {direction: both}}",
    ])
    func `is told when an action cannot be right`(action: String) throws {
        #expect(throws: ScenarioError.self) {
            _ = try host("{name: rule, when: {message: {type: reqIds}}, do: [\(action)]}")
        }
    }
}

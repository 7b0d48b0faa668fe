import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func host(_ faults: String, replay: Transcript? = nil) throws -> VirtualHost {
    let text = "version: 1\nname: link\ngateway: {faults: [\(faults)]}"
    let rules = try loadScenarios(text: text, file: "link.yaml", catalogue: .shipped)
        .flatMap { $0.gateways.flatMap(\.rules) }
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    let origin: any GatewayOrigin =
        replay.map { RecordingOrigin([$0], model: model) } ?? ModelOrigin(model)
    return VirtualHost(FaultedGateway(name: "gateway", origin: origin, rules: rules, seed: 1))
}

/// Connected, started, and its start-up read.
private func started(_ host: inout VirtualHost) -> ScriptedClient {
    var client = ScriptedClient(&host)
    client.greet(&host)
    client.start(&host)
    host.advance(by: .seconds(3))
    _ = client.messages(&host)
    return client
}

@Suite struct `A message on its way` {
    @Test func `is overtaken by as many as were asked for`() throws {
        var host = try host(
            "{when: {message: {type: managedAccounts}}, do: [{reorder: {past: 2}}]}")
        var client = ScriptedClient(&host)
        client.greet(&host)
        client.start(&host)
        host.advance(by: .milliseconds(900))
        let names = client.messages(&host).map(\.name)
        #expect(names.firstIndex(of: "managedAccounts") == 2)
    }

    @Test func `is not kept for ever when nobody overtakes it`() throws {
        var host = try host(
            """
            {when: {message: {type: currentTime}}, do: [{reorder: {past: 9, within: 2s}}]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(1999))
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `is held until its trigger, on its own connection only`() throws {
        var host = try host(
            """
            {when: {message: {type: reqCurrentTime}}, times: unlimited,
             do: [{hold: {until: {message: {type: reqIds}}}}]}
            """)
        var client = started(&host)
        var other = started(&host)
        client.request("reqCurrentTime", &host)
        other.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(60))
        #expect(client.messages(&host).isEmpty)
        client.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(1))
        #expect(Set(client.messages(&host).map(\.name)) == ["nextValidId", "currentTime"])
    }

    @Test func `leaves behind the answer of the rule whose firing releases it`() throws {
        var host = try host(
            """
            {name: refuse, when: {message: {type: reqIds}}, do: [{answer: {error: {errorCode: 104}}}]},
            {when: {message: {type: currentTime}}, do: [{hold: {until: {fired: refuse}}}]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(60))
        #expect(client.messages(&host).isEmpty)
        client.request("reqIds", ["numIds": "1"], &host)
        #expect(client.messages(&host).map(\.name) == ["error", "currentTime"])
    }

    @Test func `is held until an operator gives a signal`() throws {
        var host = try host(
            "{when: {message: {type: currentTime}}, do: [{hold: {until: {signal: go}}}]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(60))
        #expect(client.messages(&host).isEmpty)
        host.command(.signal("go"))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `to the gateway is late as well`() throws {
        var host = try host("{when: {message: {type: reqCurrentTime}}, do: [{delay: 3s}]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(2999))
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `still reaches the gateway when its sender has said FIN`() throws {
        var host = try host("{when: {message: {type: reqCurrentTime}}, do: [{delay: 3s}]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.end(client.connection, .fin)
        #expect(!host.effects.contains(.close(client.connection)))
        host.advance(by: .seconds(3))
        #expect(host.effects.last == .close(client.connection))
    }

    @Test func `passes at the rate of its connection`() throws {
        var host = try host("{when: {phase: synchronized}, do: [{limit: {rate: 100}}]}")
        var client = started(&host)
        client.request("reqPositions", &host)
        host.advance(by: .seconds(10))
        let count = host.received[client.connection]?.count ?? 0
        #expect((950...1050).contains(count), "\(count) bytes in ten seconds")
    }
}

@Suite struct `The answer to a hello` {
    @Test func `comes twice, cut, late or never, as the rules want`() throws {
        func answer(_ action: String, wait: Duration = .zero) throws -> ([UInt8], [StreamEffect]) {
            var host = try host("{when: hello, do: [\(action)]}")
            let client = ScriptedClient(&host)
            host.send(Hello(versions: 157...176).bytes, on: client.connection)
            host.advance(by: wait)
            return (host.received[client.connection] ?? [], host.effects)
        }
        let whole = try answer("{note: x}").0
        #expect(whole.count > 10)
        #expect(try answer("duplicate").0 == whole + whole)
        #expect(try answer("drop", wait: .seconds(9)).0.isEmpty)
        #expect(try answer("{delay: 2s}").0.isEmpty)
        #expect(try answer("{delay: 2s}", wait: .seconds(2)).0 == whole)
        let cut = try answer("{cut: {kept: 5}}")
        #expect(cut.0 == Array(whole.prefix(5)))
        #expect(!cut.1.contains(.close(ConnectionID(1))))
        let fin = try answer("{fin-mid-frame: {kept: 5}}")
        #expect(fin.0 == Array(whole.prefix(5)) && fin.1.last == .close(ConnectionID(1)))
        let rst = try answer("{rst-mid-frame: {kept: 5}}")
        #expect(rst.0 == Array(whole.prefix(5)) && rst.1.last == .reset(ConnectionID(1)))
    }
}

@Suite struct `A tree of triggers` {
    @Test func `fires where all its parts hold`() throws {
        var host = try host(
            """
            {when: {all: [{message: {type: reqCurrentTime}}, {not: {state: {light: red}}},
                          {state: {client-id: 8}}]}, times: unlimited, do: [drop]}
            """)
        var seven = started(&host)
        seven.request("reqCurrentTime", &host)
        #expect(seven.messages(&host).map(\.name) == ["currentTime"])
        var eight = ScriptedClient(&host, clientID: 8)
        eight.greet(&host)
        eight.start(&host)
        host.advance(by: .seconds(3))
        _ = eight.messages(&host)
        eight.request("reqCurrentTime", &host)
        #expect(eight.messages(&host).isEmpty)
        host.command(.turnLight(.red))
        eight.request("reqCurrentTime", &host)
        #expect(eight.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `fires where any part happens`() throws {
        var host = try host(
            """
            {when: {any: [{message: {type: reqCurrentTime}}, {message: {type: reqIds}}]},
             times: unlimited, do: [drop]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        client.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).isEmpty)
    }

    @Test(arguments: [
        ("{all: [connect, hello]}", "never happen at the same time"),
        ("{not: hello}", "waits for nothing to happen"),
        ("{state: {light: red}}", "waits for nothing to happen"),
        ("{any: []}", "holds no trigger"),
        ("{any: [connect, {signal: x}]}", "needs a connection"),
    ])
    func `that cannot come true is refused`(tree: String, reason: String) {
        let error = #expect(throws: ScenarioError.self) {
            try host("{when: \(tree), do: [fin]}")
        }
        #expect(error.map { "\($0)".contains(reason) } ?? false)
    }
}

@Suite struct `Rules of a running gateway` {
    private func rule(_ name: String, chance: Double = 1) -> FaultRule {
        FaultRule(
            name: name,
            when: .message(MessagePattern(direction: .toClient, types: ["currentTime"])),
            chance: chance, times: nil, do: [.message(.drop)])
    }

    private func answers(_ client: inout ScriptedClient, _ host: inout VirtualHost) -> [Bool] {
        (0..<40).map { _ in
            client.request("reqCurrentTime", &host)
            host.advance(by: .milliseconds(100))
            return !client.messages(&host).isEmpty
        }
    }

    @Test func `come, pause and go`() throws {
        var host = try host("")
        var client = started(&host)
        func isAnswered() -> Bool {
            client.request("reqCurrentTime", &host)
            host.advance(by: .milliseconds(100))
            return !client.messages(&host).isEmpty
        }
        #expect(isAnswered())
        host.command(.addRule(rule("gag")))
        #expect(!isAnswered())
        host.command(.enableRule("gag", false))
        #expect(isAnswered())
        host.command(.enableRule("gag", true))
        #expect(!isAnswered())
        host.command(.removeRule("gag"))
        #expect(isAnswered())
    }

    @Test func `leave each other's chances alone`() throws {
        var plain = try host("")
        var mixed = try host("")
        plain.command(.addRule(rule("half", chance: 0.5)))
        mixed.command(.addRule(rule("other", chance: 0.5)))
        mixed.command(.enableRule("other", false))
        mixed.command(.addRule(rule("half", chance: 0.5)))
        var one = started(&plain)
        var two = started(&mixed)
        mixed.command(.removeRule("other"))
        let first = answers(&one, &plain)
        #expect(first == answers(&two, &mixed))
        #expect(Set(first).count == 2)
    }
}

@Suite struct `A recording with faults` {
    private static let session = """
        # fakegw transcript 1
        server-version 176
        +0ms client opens
        +1ms -> hello v157..176
        +1ms <- version 176|20260115 14:31:07 UTC|
        +1ms -> startApi 71|2|7||
        +1ms <- managedAccounts 15|1|DU0000001|
        & <- nextValidId 9|1|1|
        +5ms -> reqCurrentTime 49|1|
        +1ms <- currentTime 49|1|1768487467|
        +5ms client fin
        """

    private func recording(_ faults: String) throws -> VirtualHost {
        try host(faults, replay: try Transcript.parse(Self.session, file: "session"))
    }

    private func visit(_ host: inout VirtualHost) -> [String] {
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .milliseconds(5))
        client.takeVersion(&host)
        guard client.serverVersion != nil else { return [] }
        client.start(&host)
        host.advance(by: .milliseconds(20))
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(20))
        let names = client.messages(&host).map(\.name)
        host.end(client.connection, .fin)
        host.advance(by: .milliseconds(500))
        return names
    }

    @Test func `turns red as the live gateway does`() throws {
        var host = try recording(
            "{when: {disconnect: {kind: fin}}, times: unlimited, do: [light-red]}")
        #expect(visit(&host) == ["managedAccounts", "nextValidId", "currentTime"])
        #expect(visit(&host).isEmpty)
        host.command(.turnLight(.green))
        #expect(visit(&host).count == 3)
    }

    @Test func `changes, drops and cuts what was recorded`() throws {
        var replaced = try recording(
            "{when: {message: {type: nextValidId}}, do: [{replace: {orderId: 77}}]}")
        #expect(visit(&replaced).count == 3)
        #expect(replaced.transcript.contains { $0.contains("orderId=77") })
        var dropped = try recording("{when: {message: {type: managedAccounts}}, do: [drop]}")
        #expect(visit(&dropped) == ["nextValidId", "currentTime"])
        var cut = try recording(
            "{when: {message: {type: currentTime}}, do: [{rst-mid-frame: {kept: 3}}]}")
        #expect(visit(&cut) == ["managedAccounts", "nextValidId"])
        #expect(cut.effects.contains(.reset(ConnectionID(1))))
    }

    @Test func `goes through its phases, and names what never fired`() throws {
        var host = try recording("{name: late, when: {phase: synchronized}, do: [{note: x}]}")
        #expect(host.machine.unfired == ["late"])
        _ = visit(&host)
        #expect(host.machine.unfired.isEmpty)
    }

    @Test func `tells its clients of a lost broker, and is silent until it is back`() throws {
        var host = try recording("")
        var client = ScriptedClient(&host)
        client.greet(&host)
        host.advance(by: .milliseconds(5))
        client.takeVersion(&host)
        client.start(&host)
        host.advance(by: .seconds(2))
        _ = client.messages(&host)
        host.command(.loseServer)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(2))
        #expect(client.messages(&host).map { $0["errorCode"] } == ["1100"])
        host.command(.restoreServer(dataLost: false))
        host.advance(by: .seconds(2))
        #expect(Set(client.messages(&host).map(\.name)) == ["error", "currentTime"])
    }

    @Test func `takes the gateway's own rules: read-only, pace, clients at a time`() throws {
        let transcript = try Transcript.parse(Self.session, file: "session")
        func host(_ change: (inout GatewaySettings) -> Void) -> VirtualHost {
            var settings = GatewaySettings()
            change(&settings)
            let model = HealthyGateway(world: .default, settings: settings, seed: 1)
            let origin = RecordingOrigin([transcript], model: model)
            return VirtualHost(
                FaultedGateway(name: "gateway", origin: origin, rules: [], seed: 1))
        }
        func started(_ host: inout VirtualHost, clientID: Int = 7) -> ScriptedClient {
            var client = ScriptedClient(&host, clientID: clientID)
            client.greet(&host)
            host.advance(by: .milliseconds(5))
            client.takeVersion(&host)
            client.start(&host)
            host.advance(by: .seconds(2))
            return client
        }
        var readOnly = host { $0.readOnly = true }
        var client = started(&readOnly)
        _ = client.messages(&readOnly)
        client.request("reqOpenOrders", &readOnly)
        #expect(client.messages(&readOnly).map { $0["errorCode"] } == ["321"])
        var paced = host {
            ($0.messagesPerSecond, $0.pacingViolations) = (1, 1)
            $0.rejectMessagesAboveMaxRate = true
        }
        client = started(&paced)
        _ = client.messages(&paced)
        for _ in 0..<3 { client.request("reqCurrentTime", &paced) }
        #expect(client.messages(&paced).contains { $0["errorCode"] == "100" })
        #expect(paced.effects.contains(.hangUp(client.connection)))
        var narrow = host { $0.maxClients = 1 }
        _ = started(&narrow)
        let second = started(&narrow, clientID: 8)
        #expect(narrow.effects.contains(.hangUp(second.connection)))
        var ids = host { _ in }
        _ = started(&ids)
        var twin = started(&ids)
        #expect(twin.messages(&ids).map { $0["errorCode"] } == ["326"])
    }

    @Test func `lets the model answer beyond itself`() throws {
        let transcript = try Transcript.parse(Self.session, file: "session")
        for beyond in BeyondRecording.allCases {
            let origin = RecordingOrigin([transcript], beyond: beyond, model: .beside)
            var host = VirtualHost(
                FaultedGateway(name: "gateway", origin: origin, rules: [], seed: 1))
            var client = ScriptedClient(&host)
            client.greet(&host)
            host.advance(by: .milliseconds(5))
            client.takeVersion(&host)
            client.start(&host)
            host.advance(by: .seconds(2))
            _ = client.messages(&host)
            client.request("reqPositions", &host)
            host.advance(by: .seconds(1))
            let names = client.messages(&host).map(\.name)
            #expect(names.contains("positionEnd") == (beyond == .model))
            #expect(names.contains("error") == (beyond == .refuse))
        }
    }
}

@Suite struct `The API light` {
    @Test func `keeps new hellos from the model, and leaves who is connected alone`() throws {
        var host = try host("")
        var working = started(&host)
        host.command(.turnLight(.red))
        #expect(host.machine.light == .red)
        var silent = ScriptedClient(&host, clientID: 8)
        silent.greet(&host)
        #expect(silent.serverVersion == nil)
        working.request("reqCurrentTime", &host)
        #expect(working.messages(&host).map(\.name) == ["currentTime"])
        host.command(.turnLight(.green))
        var answered = ScriptedClient(&host, clientID: 9)
        answered.greet(&host)
        #expect(answered.serverVersion == 176)
        host.command(.turnLight(.red))
        host.command(.restart(down: .zero))
        host.advance(by: .seconds(1))
        #expect(host.machine.light == .green)
    }
}

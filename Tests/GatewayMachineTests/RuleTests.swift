import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// Modifiers and triggers of rules, on a gateway in memory.
private func rules(_ faults: String) throws -> [FaultRule] {
    let text = """
        version: 1
        name: rules
        gateway:
          faults:
        \(faults.split(separator: "\n").map { "    - \($0)" }.joined(separator: "\n"))
        """
    return try loadScenarios(text: text, file: "r.yaml", catalogue: .shipped)
        .flatMap { $0.gateways.flatMap(\.rules) }
}

private func host(_ faults: String) throws -> VirtualHost {
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return VirtualHost(
        FaultedGateway(
            name: "gateway", origin: ModelOrigin(model), rules: try rules(faults), seed: 1))
}

/// A client that has started, and has read everything.
private func started(_ host: inout VirtualHost, clientID: Int = 7) -> ScriptedClient {
    var client = ScriptedClient(&host, clientID: clientID)
    client.greet(&host)
    client.start(&host)
    host.advance(by: .seconds(1))
    _ = client.messages(&host)
    return client
}

extension VirtualHost {
    /// When the rule acted, in seconds since the start.
    fileprivate func times(of rule: String) -> [Double] {
        events.compactMap { event in
            guard case .fault(rule, _, _) = event.kind else { return nil }
            return (event.at - .start) / .seconds(1)
        }
    }

    fileprivate func count(of rule: String) -> Int { times(of: rule).count }
}

@Suite struct `A modifier of a rule` {
    @Test func `every repeats while the connection lives`() throws {
        var host = try host("{name: r, when: connect, every: 10s, do: [{note: x}]}")
        let client = ScriptedClient(&host)
        host.advance(by: .seconds(25))
        #expect(host.times(of: "r") == [0, 10, 20])
        host.end(client.connection, .fin)
        host.advance(by: .seconds(60))
        #expect(host.count(of: "r") == 3)
    }

    @Test func `every counts against times`() throws {
        var host = try host(
            "{name: r, when: start, after: 1s, every: 2s, times: 3, do: [{note: x}]}")
        host.advance(by: .seconds(60))
        #expect(host.times(of: "r") == [1, 3, 5])
    }

    @Test func `every is not started a second time`() throws {
        var host = try host(
            "{name: r, when: {message: {type: reqCurrentTime}}, every: 10s, do: [{note: x}]}")
        var client = started(&host)
        for _ in 0..<5 { client.request("reqCurrentTime", &host) }
        host.advance(by: .seconds(15))
        #expect(host.count(of: "r") == 2)
    }

    @Test func `until ends it on its connection alone`() throws {
        var host = try host(
            """
            {name: r, when: connect, every: 10s, until: {message: {type: reqIds}}, do: [{note: x}]}
            """)
        var one = started(&host)
        var two = started(&host, clientID: 8)
        one.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(30))
        let last = host.events.filter { if case .fault = $0.kind { true } else { false } }
            .map(\.connection)
        #expect(last.filter { $0 == one.connection }.count == 1)
        #expect(last.filter { $0 == two.connection }.count == 4)
        two.request("reqIds", ["numIds": "1"], &host)
    }

    @Test func `until ends a rule of the whole gateway`() throws {
        var host = try host(
            "{name: r, when: start, every: 10s, until: {signal: stop}, do: [{note: x}]}")
        host.advance(by: .seconds(15))
        host.command(.signal("stop"))
        host.advance(by: .seconds(60))
        #expect(host.count(of: "r") == 2)
    }

    @Test func `since waits for an earlier rule`() throws {
        var host = try host(
            """
            {name: first, when: {message: {type: reqIds}}, do: [{note: x}]}
            {name: r, when: {message: {type: reqCurrentTime}}, since: first, do: [drop]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        client.request("reqIds", ["numIds": "1"], &host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.name) == ["nextValidId"])
    }

    @Test(arguments: [("gateway", 1), ("connection", 3), ("client-id", 2)])
    func `per counts for its scope`(scope: String, count: Int) throws {
        var host = try host(
            "{name: r, when: {message: {type: reqIds}}, times: 1, per: \(scope), do: [{note: x}]}")
        for id in [7, 7, 8] {
            var client = started(&host, clientID: id)
            for _ in 0..<2 { client.request("reqIds", ["numIds": "1"], &host) }
            host.end(client.connection, .fin)
            host.advance(by: .seconds(1))
        }
        #expect(host.count(of: "r") == count)
    }

    @Test func `nth is counted per connection`() throws {
        var host = try host(
            "{name: r, when: {message: {type: reqIds}}, nth: 2, per: connection, do: [{note: x}]}")
        for id in 7...8 {
            var client = started(&host, clientID: id)
            for _ in 0..<3 { client.request("reqIds", ["numIds": "1"], &host) }
        }
        #expect(host.count(of: "r") == 2)
    }
}

@Suite struct `A trigger` {
    @Test func `bytes comes once when so many have passed`() throws {
        var host = try host(
            """
            {name: in, when: {bytes: {direction: toGateway, after: 40}}, do: [{note: x}]}
            {name: out, when: {bytes: {direction: toClient, after: 1000000}}, do: [{note: x}]}
            """)
        var client = started(&host)
        #expect(host.count(of: "in") == 0)
        for _ in 0..<9 { client.request("reqCurrentTime", &host) }
        #expect(host.count(of: "in") == 1)
        #expect(host.count(of: "out") == 0)
    }

    @Test func `idle comes again after each silence`() throws {
        var host = try host("{name: r, when: {idle: 30s}, do: [{note: x}]}")
        var client = started(&host)
        let quiet = host.now
        host.advance(by: .seconds(100))
        #expect(host.count(of: "r") == 1)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(29))
        #expect(host.count(of: "r") == 1)
        host.advance(by: .seconds(2))
        #expect(host.count(of: "r") == 2)
        #expect(host.now > quiet)
    }

    @Test(arguments: [("start", 60.0), ("connect", 65), ("last-message", 65)])
    func `elapsed counts from its moment`(moment: String, second: Double) throws {
        var host = try host(
            "{name: r, when: {elapsed: {time: 60s, since: \(moment)}}, do: [{note: x}]}")
        host.advance(by: .seconds(5))
        let client = ScriptedClient(&host)
        host.advance(by: .seconds(100))
        #expect(host.times(of: "r") == [second])
        host.end(client.connection, .fin)
    }

    @Test func `elapsed since ready counts from there`() throws {
        var host = try host("{name: r, when: {elapsed: {time: 60s, since: ready}}, do: [fin]}")
        let ready = host.now
        var client = started(&host)
        _ = client.messages(&host)
        host.advance(by: .seconds(70))
        #expect(host.count(of: "r") == 1)
        #expect(host.times(of: "r")[0] >= (ready - .start) / .seconds(1) + 60)
    }

    @Test func `elapsed since congested stops when the client has taken everything`() throws {
        let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
        var gateway = FaultedGateway(
            name: "gateway", origin: ModelOrigin(model),
            rules: try rules("{name: r, when: {elapsed: {time: 5s, since: congested}}, do: [rst]}"),
            seed: 1)
        let client = ConnectionID(1)
        var resets: [Double] = []
        let events: [(second: Int, event: StreamEvent)] = [
            (0, .started), (1, .accepted(client)), (2, .congested(client)), (6, .drained(client)),
            (8, .deadlineReached), (10, .congested(client)), (12, .deadlineReached),
            (15, .deadlineReached),
        ]
        for (second, event) in events {
            let now = SimInstant.start + .seconds(second)
            if gateway.handle(event, at: now).contains(.reset(client)) {
                resets.append((now - .start) / .seconds(1))
            }
        }
        #expect(resets == [15])
    }

    @Test func `client comes with what a program does`() throws {
        var host = try host("{name: r, when: start, do: [{note: x}]}")
        host.command(
            .addRule(
                FaultRule(
                    name: "p",
                    when: .happening(.client(name: "bot", says: "Conn", exits: .exactly(3))),
                    do: [.note("x")])))
        host.command(.programDid(client: "bot", .said("Connected")))
        host.command(.programDid(client: "other", .said("Connected")))
        host.command(.programDid(client: "bot", .exited(1)))
        host.command(.programDid(client: "bot", .exited(3)))
        #expect(host.count(of: "p") == 2)
    }

    @Test func `disconnect by the gateway is its own end`() throws {
        var host = try host(
            """
            {name: cut, when: {message: {type: reqIds}}, do: [rst]}
            {name: r, when: {disconnect: {by: gateway, kind: rst}}, client-id: 7, do: [light-red]}
            """)
        let other = started(&host, clientID: 8)
        host.end(other.connection, .fin)
        host.advance(by: .seconds(1))
        #expect(host.count(of: "r") == 0)
        var client = started(&host)
        client.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(1))
        #expect(host.count(of: "r") == 1)
    }

    @Test func `a restart at the end of each connection ends`() throws {
        var host = try host("{name: r, when: {disconnect: {by: gateway}}, do: [restart]}")
        for id in 1...100 { _ = started(&host, clientID: id) }
        host.command(.restart(down: .seconds(1)))
        host.advance(by: .seconds(5))
        #expect(host.count(of: "r") > 0)
    }

    @Test func `fired comes with an earlier rule's actions`() throws {
        var host = try host(
            """
            {name: first, when: {message: {type: reqIds}}, after: 5s, do: [{note: x}]}
            {name: second, when: {fired: first}, do: [{note: y}]}
            {name: third, when: {fired: second}, do: [fin]}
            """)
        var client = started(&host)
        client.request("reqIds", ["numIds": "1"], &host)
        host.advance(by: .seconds(4))
        #expect(host.count(of: "third") == 0)
        host.advance(by: .seconds(2))
        #expect(host.count(of: "third") == 1)
        #expect(host.times(of: "first") == host.times(of: "third"))
    }

    @Test(arguments: [
        ("server: lost", GatewayCommand.loseServer),
        ("farm: {usfarm: broken}", .setFarm("usfarm", .broken)),
        ("listening: false", .closeListener),
    ])
    func `may ask for the state of the gateway`(state: String, command: GatewayCommand) throws {
        var host = try host(
            "{name: r, when: {all: [{message: {type: reqIds}}, {state: {\(state)}}]}, do: [{note: x}]}"
        )
        var client = started(&host)
        client.request("reqIds", ["numIds": "1"], &host)
        #expect(host.count(of: "r") == 0)
        host.command(command)
        client.request("reqIds", ["numIds": "1"], &host)
        #expect(host.count(of: "r") == 1)
    }

    @Test(arguments: [
        ("\">= 5\"", [5, 9]), ("\"< 5\"", [3]), ("{not: 5}", [3, 9]), ("{one-of: [3, 9]}", [3, 9]),
        ("{contains: 9}", [9]), ("{set: true}", [3, 5, 9]), ("5", [5]),
    ])
    func `compares fields`(test: String, ids: [Int]) throws {
        var host = try host(
            "{name: r, when: {message: {type: cancelMktData, fields: {reqId: \(test)}}}, do: [{note: x}]}"
        )
        var client = started(&host)
        var fired: [Int] = []
        for id in [3, 5, 9] {
            let before = host.count(of: "r")
            client.request("cancelMktData", ["reqId": "\(id)"], &host)
            if host.count(of: "r") > before { fired.append(id) }
        }
        #expect(fired == ids)
    }
}

@Suite struct `A rule that can never fire` {
    @Test(arguments: [
        ("{when: connect, nth: 0, do: [fin]}", "numbered from 1"),
        ("{when: connect, connection: 0, do: [fin]}", "numbered from 1"),
        ("{when: hello, phase: ready, do: [drop]}", "never comes in this phase"),
        ("{when: {all: [hello, {state: {phase: ready}}]}, do: [drop]}", "no phase"),
        ("{when: {all: [{phase: ready}, {phase: greeted}]}, do: [fin]}", "never comes true"),
        ("{when: connect, client-id: 3, do: [fin]}", "no client id is known"),
        ("{when: connect, per: client-id, do: [fin]}", "no client id is known"),
        ("{when: start, per: connection, do: [light-red]}", "needs a connection"),
        ("{when: hello, until: hello, do: [drop]}", "over before it fires"),
        ("{when: hello, until: connect, do: [drop]}", "over at once"),
        ("{when: hello, until: start, do: [drop]}", "over at once"),
        ("{name: a, when: hello, since: a, do: [drop]}", "no rule 'a' stands before"),
        ("{when: {fired: b}, do: [light-red]}", "no rule 'b' stands before"),
        ("{when: {client: {name: nobody, says: x}}, do: [light-red]}", "no client 'nobody'"),
        ("{when: {message: {type: reqIds}}, every: 1s, do: [drop]}", "cannot be done again"),
        ("{when: connect, every: 0s, do: [fin]}", "at least 1ms"),
        (
            "{when: {all: [connect, {state: {farm: {usfarn: broken}}}]}, do: [fin]}",
            "did you mean 'usfarm'"
        ),
        ("{when: {idle: 0s}, do: [fin]}", "at least 1ms"),
        ("{when: {disconnect: {kind: rst}}, every: 1s, do: [light-red]}", "has ended"),
        ("{when: {disconnect: {by: gateway, kind: rst-unread}}, do: [light-red]}", "does not end"),
        ("{when: {message: {type: reqIds, fields: {numIds: \"> x\"}}}, do: [fin]}", "no number"),
    ])
    func `does not load`(rule: String, reason: String) {
        let error = #expect(throws: ScenarioError.self) { try rules(rule) }
        #expect(error.map { "\($0)".contains(reason) } ?? false, "\(error.map { "\($0)" } ?? "")")
    }
}

@Suite struct `The words of a rule` {
    @Test func `are explained as they were read`() throws {
        let triggers = TriggerWord.all.map { word in
            "{when: \(word.example.replacing("NAME", with: "first")), do: [{note: x}]}"
        }
        let modifiers = [
            """
            {when: {message: {type: reqIds, fields: {numIds: {not: [1, 2]}}}}, every: 1s, since: first, \
            per: client-id, until: {elapsed: {time: 9s, since: last-message}}, do: [{note: x}]}
            """,
            """
            {when: {all: [connect, {state: {server: lost, listening: true, farm: {usfarm: broken}}}]}, \
            do: [{note: x}]}
            """,
            """
            {when: {message: {type: reqIds, fields: {numIds: {is: ">= 5"}}}}, do: [{note: x}]}
            """,
            """
            {when: {message: {type: reqIds, fields: {numIds: "<= 5"}}}, do: [{note: x}]}
            """,
            "{when: {client: {name: bot, exits: any}}, do: [{note: x}]}",
        ]
        let faults = ["{name: first, when: connect, do: [{note: x}]}"] + triggers + modifiers
        let text = """
            version: 1
            name: words
            gateway:
              faults:
            \(faults.map { "    - \($0)" }.joined(separator: "\n"))
            clients: {bot: {run: [bot]}}
            """
        let scenario = try #require(
            try loadScenarios(text: text, file: "w.yaml", catalogue: .shipped).first)
        let again = try #require(
            try loadScenarios(
                text: scenario.explained, file: "w.yaml", catalogue: .shipped
            ).first)
        #expect(again.gateways[0].rules == scenario.gateways[0].rules)
        #expect(scenario.gateways[0].rules.count == faults.count)
    }
}

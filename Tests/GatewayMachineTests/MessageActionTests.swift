import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

private func host(_ faults: String) throws -> VirtualHost {
    let text = "version: 1\nname: actions\ngateway: {faults: [\(faults)]}"
    let rules = try loadScenarios(text: text, file: "actions.yaml", catalogue: .shipped)
        .flatMap { $0.gateways.flatMap(\.rules) }
    let model = HealthyGateway(world: .default, settings: GatewaySettings(), seed: 1)
    return VirtualHost(
        FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
}

/// Connected, started, and its start-up read.
private func started(
    _ host: inout VirtualHost, clientID: Int = 7, versions: ClosedRange<Int> = 157...176
) -> ScriptedClient {
    var client = ScriptedClient(&host, clientID: clientID)
    client.greet(&host, versions: versions)
    client.start(&host)
    host.advance(by: .seconds(3))
    _ = client.messages(&host)
    return client
}

/// What a client gets during its start-up.
private func startUp(_ faults: String) throws -> [Message] {
    var host = try host(faults)
    var client = ScriptedClient(&host)
    client.greet(&host)
    client.start(&host)
    host.advance(by: .seconds(3))
    return client.messages(&host)
}

@Suite struct `A field's expression` {
    @Test(arguments: [
        ("{add: -4}", "-3"), ("{add: 0.25}", "1.25"), ("{times: 100}", "100"),
        ("{times: 0.10}", "0.1"), ("{negate: true}", "-1"), ("{is: unset}", "2147483647"),
        ("{is: max-long}", "9223372036854775807"), ("{is: empty}", ""), ("{is: zero}", "0"),
        ("{repeat: ab, count: 3}", "ababab"), ("{from: orderId}", "1"), ("many", "many"),
    ])
    func `gives the field its value`(expression: String, value: String) throws {
        let messages = try startUp(
            "{when: {message: {type: nextValidId}}, do: [{replace: {orderId: \(expression)}}]}")
        #expect(messages.first { $0.name == "nextValidId" }?["orderId"] == value)
    }

    @Test func `puts bytes on the wire that are no text`() throws {
        let messages = try startUp(
            """
            {when: {message: {type: managedAccounts}},
             do: [{replace: {accountsList: {hex: "44e1ff"}}}]}
            """)
        let accounts = try #require(messages.first { $0.name == "managedAccounts" })
        #expect(accounts.values.contains(.bytes([0x44, 0xE1, 0xFF])))
    }

    @Test func `leaves a value that it cannot compute with`() throws {
        let messages = try startUp(
            """
            {when: {message: {type: nextValidId}},
             do: [{replace: {orderId: many}}, {replace: {orderId: {add: 1}}}]}
            """)
        #expect(messages.first { $0.name == "nextValidId" }?["orderId"] == "many")
    }

    @Test func `sees what an earlier one has done`() throws {
        let messages = try startUp(
            """
            {when: {message: {type: nextValidId}},
             do: [{replace: {orderId: 20}}, {replace: {orderId: {add: 1}}}]}
            """)
        #expect(messages.first { $0.name == "nextValidId" }?["orderId"] == "21")
    }
}

@Suite struct `A message of a scenario` {
    private static let request: KeyValuePairs = [
        "reqId": "41", "contract.symbol": "AAPL", "contract.secType": "STK",
        "contract.exchange": "SMART", "contract.currency": "USD",
    ]

    @Test func `answers a request with the request's id, and nothing else does`() throws {
        var host = try host(
            """
            {when: {message: {type: reqContractDetails}},
             do: [{answer: {error: {reqId: {from: reqId}, errorCode: 162, errorString: no}}}]}
            """)
        var client = started(&host)
        client.request("reqContractDetails", Self.request, &host)
        host.advance(by: .seconds(5))
        let messages = client.messages(&host)
        #expect(messages.map(\.name) == ["error"])
        #expect(messages.first?["reqId"] == "41")
        #expect(messages.first?["errorCode"] == "162")
    }

    @Test func `stands in the place of another, delayed as that one would be`() throws {
        var host = try host(
            """
            {when: {message: {type: currentTime}},
             do: [{delay: 2s}, {answer: [{currentTime: {time: 1}}, {currentTime: {time: 2}}]}]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(1999))
        #expect(client.messages(&host).isEmpty)
        host.advance(by: .milliseconds(1))
        #expect(client.messages(&host).map { $0["time"] } == ["1", "2"])
    }

    @Test func `knows the request after the rule's delay too`() throws {
        var host = try host(
            """
            {when: {message: {type: reqContractDetails}}, after: 9s,
             do: [{send: {error: {reqId: {from: reqId}, errorCode: 366}}},
              {send: {error: {reqId: {from: reqId}, errorCode: 162}}}]}
            """)
        var client = started(&host)
        client.request("reqContractDetails", Self.request, &host)
        host.advance(by: .seconds(8))
        _ = client.messages(&host)
        host.advance(by: .seconds(1))
        let messages = client.messages(&host)
        #expect(messages.map { $0["errorCode"] } == ["366", "162"])
        #expect(messages.allSatisfy { $0["reqId"] == "41" })
    }

    @Test func `is sent again`() throws {
        var host = try host(
            """
            {when: {message: {type: reqCurrentTime}},
             do: [{replay: {type: managedAccounts}}, {replay: {type: nextValidId, nth: 1}}]}
            """)
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(
            client.messages(&host).map(\.name) == ["managedAccounts", "nextValidId", "currentTime"])
    }

    @Test func `is not sent again when it never was sent`() throws {
        var host = try host(
            "{when: {message: {type: reqCurrentTime}}, do: [{replay: {type: nextValidId, nth: 2}}]}"
        )
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        #expect(host.transcript.contains { $0.contains("the client has had no such message") })
    }
}

@Suite struct `A message that goes another way` {
    @Test func `reaches the other client instead`() throws {
        var host = try host(
            "{when: {message: {type: currentTime}}, client-id: 7, do: [redirect]}")
        var client = started(&host)
        var other = started(&host, clientID: 8)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).isEmpty)
        #expect(other.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `reaches the client with the id as well`() throws {
        var host = try host(
            """
            {when: {message: {type: currentTime}}, client-id: 7,
             do: [{redirect: {client-id: 8, keep: true}}]}
            """)
        var client = started(&host)
        var other = started(&host, clientID: 8)
        var latest = started(&host, clientID: 9)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        #expect(other.messages(&host).map(\.name) == ["currentTime"])
        #expect(latest.messages(&host).isEmpty)
    }

    @Test(arguments: ["reqCurrentTime", "currentTime"])
    func `reaches the other client after it was answered by a rule`(type: String) throws {
        var host = try host(
            """
            {when: {message: {type: \(type)}},
             do: [redirect, {answer: {currentTime: {time: 5}}}]}
            """)
        var client = started(&host)
        var other = started(&host, clientID: 8)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).isEmpty)
        #expect(other.messages(&host).map { $0["time"] } == ["5"])
    }

    @Test func `goes its own way when nobody else is there`() throws {
        var host = try host("{when: {message: {type: currentTime}}, do: [redirect]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.name) == ["currentTime"])
        #expect(host.transcript.contains { $0.contains("no other connection is open") })
    }

    @Test func `is asked by another client`() throws {
        var host = try host("{when: {message: {type: reqCurrentTime}}, do: [redirect]}")
        var client = started(&host)
        var other = started(&host, clientID: 8)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).isEmpty)
        #expect(other.messages(&host).map(\.name) == ["currentTime"])
    }

    @Test func `leaves as text where protobuf is usual`() throws {
        var host = try host("{when: {message: {type: currentTime}}, do: [{encode: text}]}")
        var client = started(&host, versions: 157...222)
        client.request("reqCurrentTime", &host)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).map(\.encoding) == [.text])
        var healthy = try self.healthy()
        var usual = started(&healthy, versions: 157...222)
        usual.request("reqCurrentTime", &healthy)
        healthy.advance(by: .seconds(1))
        #expect(usual.messages(&healthy).map(\.encoding) == [.protobuf])
    }

    private func healthy() throws -> VirtualHost {
        try host("{when: {signal: never}, optional: true, do: [light-red]}")
    }
}

@Suite struct `A delay with jitter` {
    /// When each of the answers arrives after its request, in milliseconds.
    private func delays(_ action: String) throws -> [Int] {
        var host = try host("{when: {message: {type: currentTime}}, do: [{delay: \(action)}]}")
        var client = started(&host)
        return (0..<20).map { _ in
            client.request("reqCurrentTime", &host)
            var waited = 0
            while client.messages(&host).isEmpty, waited < 1000 {
                host.advance(by: .milliseconds(1))
                waited += 1
            }
            return waited
        }
    }

    @Test func `stays within the jitter and is not the same each time`() throws {
        let delays = try delays("{time: 500ms, jitter: 100ms}")
        #expect(delays.allSatisfy { (400...601).contains($0) })
        #expect(Set(delays).count > 10)
        #expect(delays == (try self.delays("{time: 500ms, jitter: 100ms}")))
    }

    @Test func `follows the one before when they are correlated`() throws {
        func steps(_ delays: [Int]) -> Int {
            zip(delays, delays.dropFirst()).map { abs($0 - $1) }.reduce(0, +)
        }
        let free = try delays("{time: 500ms, jitter: 100ms}")
        let bound = try delays("{time: 500ms, jitter: 100ms, correlation: 0.9}")
        #expect(steps(bound) * 3 < steps(free))
    }

    @Test(arguments: [false, true])
    func `keeps the order where it says so`(inOrder: Bool) throws {
        var host = try host(
            """
            {when: {message: {type: currentTime}},
             do: [{delay: {time: 500ms, jitter: 500ms, in-order: \(inOrder)}}]}
            """)
        var client = started(&host)
        for _ in 0..<10 { client.request("reqCurrentTime", &host) }
        client.request("reqIds", ["numIds": "1"], &host)
        var names: [String] = []
        var moments: Set<Int64> = []
        for _ in 0..<1100 {
            let heard = client.messages(&host).map(\.name)
            if !heard.isEmpty { moments.insert(host.now.nanoseconds) }
            names += heard
            host.advance(by: .milliseconds(1))
        }
        #expect(names.count == 11)
        // The id is not delayed itself.
        #expect(names.firstIndex(of: "nextValidId") == (inOrder ? 10 : 0))
        #expect(moments.count > 2)
    }

    @Test func `copies leave after each other`() throws {
        var host = try host(
            "{when: {message: {type: currentTime}}, do: [{duplicate: {copies: 3, gap: 1s}}]}")
        var client = started(&host)
        client.request("reqCurrentTime", &host)
        host.advance(by: .milliseconds(1500))
        #expect(client.messages(&host).count == 2)
        host.advance(by: .seconds(1))
        #expect(client.messages(&host).count == 1)
    }
}

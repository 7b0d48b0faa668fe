import EventLog
import Faults
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `A good file` {
    @Test func `becomes one scenario a matrix row`() throws {
        let scenarios = try Example.loaded()
        #expect(
            scenarios.map(\.title) == [
                "close-wait-starves-fourth-client [ib_insync 176]",
                "close-wait-starves-fourth-client [ib_insync 163]",
                "close-wait-starves-fourth-client [ib_async 176]",
                "close-wait-starves-fourth-client [ib_async 163]",
            ])
        #expect(scenarios.map { $0.gateways[0].settings.newestVersion } == [176, 163, 176, 163])
        #expect(scenarios[1].clients[0].python == "ib_insync")
    }

    @Test func `keeps what is said about the whole`() throws {
        let scenario = try #require(try Example.loaded().first)
        #expect(scenario.cite == ["seed-000"])
        #expect(scenario.tags == ["p0"])
        #expect(scenario.seed == 7)
        #expect(scenario.deadline == .seconds(60))
        #expect(scenario.speed == 1)
    }

    @Test func `puts the pathologies' rules before the scenario's own`() throws {
        let gateway = try #require(try Example.loaded().first?.gateways.first)
        #expect(
            gateway.pathologies == [
                PathologyUse(name: "leaked-close-wait", parameters: ["slots": "3"])
            ])
        #expect(
            gateway.rules.prefix(2) == [
                FaultRule(
                    name: "leaked-close-wait/keep-descriptor",
                    when: .happening(.disconnect([.fin])),
                    times: nil, do: [.holdSocket]),
                FaultRule(
                    name: "leaked-close-wait/starve",
                    when: .happening(.connect(others: nil, held: CountRange(3, nil))), times: nil,
                    isOptional: true, do: [.mute]),
            ])
    }

    @Test func `keeps every part of a fault`() throws {
        let gateway = try #require(try Example.loaded().first?.gateways.first)
        let notice = MessageTemplate(
            try #require(ProtocolSchema.message(named: "error", .toClient)),
            [
                .init("reqId", .text("-1")), .init("errorCode", .text("1100")),
                .init("errorString", .text("x")),
            ])
        #expect(
            gateway.rules[2]
                == FaultRule(
                    name: "third-reply-is-late",
                    when: .message(
                        MessagePattern(
                            direction: .toClient, types: ["nextValidId"], fields: ["orderId": "1"])),
                    if: Condition(
                        phases: [.starting], connections: .exactly(3), clientID: 10),
                    nth: .exactly(1), chance: 0.5, times: 1, isOptional: true,
                    do: [
                        .message(.delay(Latency(.milliseconds(500)))), .message(.drop),
                        .message(.replace(["orderId": .text("7")])),
                        .slice(size: 1, gap: .milliseconds(1), .toClient),
                        .coalesce(window: .milliseconds(50), .toClient), .send(notice),
                        .sendBytes([0x00, 0xFF]), .message(.cut(kept: 7, then: .rst)),
                        .gateway(.restart(down: .seconds(10))),
                        .gateway(.restoreServer(dataLost: true)), .gateway(.turnLight(.red)),
                        .note("text"),
                    ]))
    }

    @Test func `leaves run facts to the run`() throws {
        let client = try #require(try Example.loaded().first?.clients.first)
        #expect(
            client.command == [
                "clients/connect_once.py", "--port", "${gateway.port}", "--client-id", "10",
            ])
        #expect(client.environment.map(\.name) == ["PYTHONUNBUFFERED"])
        #expect(client.environment.map(\.value) == ["1"])
        #expect(client.directory == "scenarios")
        let filled = client.command.map { argument in
            RunFact.fill(argument) { $0.property == .port ? "4002" : nil }
        }
        #expect(filled[2] == "4002")
    }

    @Test func `keeps the steps in order`() throws {
        let steps = try #require(try Example.loaded().first?.steps)
        let words = steps.map { step in
            switch step.action {
            case .run(let client, let arguments): "run \(client) \(arguments)"
            case .start(let client, let name, _): "start \(client) as \(name)"
            case .stop(let client, let signal): "stop \(client) \(signal)"
            case .kill(let client, let unread): "kill \(client) \(unread.map(String.init) ?? "-")"
            case .feed(let client, let line): "feed \(client) \(line)"
            case .closeInput(let client): "close \(client)"
            case .command(let gateway, let command): "\(gateway): \(command.text)"
            case .pause(let duration): "pause \(duration)"
            case .waitForOutput(let client, let text): "output \(client) \(text)"
            case .waitForExit(let client): "exit \(client)"
            case .waitFor(.gateway(let expectation)): "gateway \(expectation.claims.count)"
            case .waitFor(.sockets(let expectation)): "sockets \(expectation.states)"
            case .waitFor(.client), .waitFor(.socketPaths): "never"
            case .check: "check \(step.expectations.count)"
            }
        }
        #expect(
            words.prefix(4) == [
                #"run bot ["--goodbye", "disconnect"]"#, "start bot as holder",
                "output holder connected", "exit holder",
            ])
        #expect(
            words.suffix(13) == [
                "stop holder TERM", "kill holder -", "gateway: restart",
                "gateway: light red", "gateway: light green", "gateway: lose-server",
                "gateway: restore-server, data kept", "gateway: interrupt-server",
                "gateway: set-farm usfarm broken", "gateway: change-port 4003",
                "gateway: authenticate", "gateway: signal name", "check 1",
            ])
        #expect(steps[2].within == .seconds(5))
    }

    @Test func `finds a fault by its name within the pathology`() throws {
        let expectations = try #require(try Example.loaded().first?.expectations)
        let fired = expectations.compactMap { expectation -> [GatewayClaim]? in
            if case .gateway(let gateway) = expectation { gateway.claims } else { nil }
        }.joined().filter { $0.keyword == "fired" }
        let name = "leaked-close-wait/keep-descriptor"
        #expect(fired == [GatewayClaim("fired", name, .count(.exactly(3)))])
    }

    @Test func `may be JSON`() throws {
        let text = #"{"version": 1, "name": "n", "gateway": {"server-version": 176}}"#
        let scenarios = try loadScenarios(text: text, file: "s.json", catalogue: .shipped)
        #expect(scenarios.map { $0.gateways[0].settings.newestVersion } == [176])
    }

    @Test func `runs every client once when it has no steps`() throws {
        let text = scenario(
            "clients: {a: {run: [x]}, b: {run: [y]}}\nexpect: [{client: b, exit: 0}]")
        let steps = try loadScenarios(text: text, file: "s.yaml", catalogue: .shipped)[0].steps
        #expect(steps.count == 2)
    }

    @Test func `spells durations in five units`() {
        let texts = ["500us", "250ms", "1.5s", "2m", "1h", "0s", "0.25us", "9999.999999999h"]
        #expect(
            texts.map { Duration(scenarioText: $0)?.scenarioText } == [
                "500us", "250ms", "1500ms", "2m", "1h", "0s", "0.250us", "35999999999996.400us",
            ])
        for wrong in ["", "5", "s", "1.s", "-1s", "1 s", "1d", "10000h", "1e3s", "99999999999h"] {
            #expect(Duration(scenarioText: wrong) == nil)
        }
    }
}

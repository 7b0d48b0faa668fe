import EventLog
import Faults
import GatewayMachine
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation
import TestSupport
import Testing

/// Every action at every kind of occasion: it changes what is on the wire, or its scenario is refused.
@Suite struct `An action at an occasion` {
    /// A trigger of that kind, as `when:` has it.
    private static func trigger(_ occasion: OccasionKind, for word: ActionWord) -> String {
        switch occasion {
        case .start: "start"
        case .connect: "connect"
        case .hello: "hello"
        case .stranger: "stranger"
        case .phase: "{phase: ready}"
        case .toGateway: "{message: {type: reqContractDetails}}"
        case .toClient: "{message: {type: nextValidId}}"
        case .clientFIN: "{disconnect: {kind: fin}}"
        case .clientRST: "{disconnect: {kind: rst}}"
        // A light can only be turned to the other colour.
        case .light: word.keyword == "light-green" ? "{light: red}" : "{light: green}"
        case .signal: "{signal: go}"
        case .flow: "{elapsed: {time: 1200ms, since: ready}}"
        case .moment: "{elapsed: {time: 1500ms}}"
        // A gateway that waits for a login has closed its connections with a FIN.
        case .gatewayEnd:
            "{disconnect: {by: gateway, kind: \(word.keyword == "authenticate" ? "fin" : "rst")}}"
        }
    }

    /// What must have been done for the action to find something to do.
    private static func preparation(_ word: ActionWord, before occasion: OccasionKind) -> String? {
        let action: String
        switch word.keyword {
        case "light-green": action = "light-red"
        case "open-listener":
            // A port that is closed earlier lets nobody in to meet the occasion.
            let connection = occasion.hasConnection ? ", connection: \">= 2\"" : ""
            return
                "{name: prepare, when: \(trigger(occasion, for: word))\(connection), do: [close-listener]}"
        case "resume-writing":
            return "{name: prepare, when: \(trigger(occasion, for: word)), do: [stop-writing]}"
        case "signal":
            return "{name: prepare, when: {signal: other}, do: [close-listener]}"
        case "disable-rule", "remove-rule": return silentLater
        case "enable-rule":
            return silentLater + ", {name: off, when: start, do: [{disable-rule: prepare}]}"
        case "restore-server": action = "lose-server"
        case "resume-trading":
            return "{name: prepare, when: start, do: [{halt: {contract: AAPL}}]}"
        case "start-clock": return "{name: prepare, when: start, do: [stop-clock]}"
        case "release-sockets":
            return
                "{name: prepare, when: {disconnect: {kind: fin}}, connection: 1, do: [hold-socket]}"
        default: return nil
        }
        switch occasion {
        case .light where word.keyword == "light-green": return nil
        case .start, .connect, .hello, .stranger, .moment:
            return "{name: prepare, when: start, do: [\(action)]}"
        case .phase, .toGateway, .toClient, .clientFIN, .clientRST, .light, .signal, .flow:
            return "{name: prepare, when: {phase: starting}, do: [\(action)]}"
        case .gatewayEnd:
            // The connection that ends must have begun before.
            return
                "{name: prepare, when: {phase: ready}, client-id: 8, after: 500ms, do: [\(action)]}"
        }
    }

    /// A word that changes the world; most cannot do the same twice.
    private static func isWorld(_ word: ActionWord) -> Bool {
        ActionWord.worldWords.contains { $0.keyword == word.keyword }
    }

    /// Words that find nothing to act on at some of the occasions.
    private static let isIdleAtTimes = ["kick", "remove-rule"]

    /// Asks for everything that shows what the world is like.
    private static func lookAround(_ client: inout ScriptedClient, _ host: inout VirtualHost) {
        client.request("reqCurrentTime", [:], &host)
        client.request("reqPositions", [:], &host)
        client.request("reqAllOpenOrders", [:], &host)
        client.request(
            "reqAccountSummary",
            ["reqId": "1", "groupName": "All", "tags": "TotalCashValue,ExcessLiquidity"], &host)
        client.request("reqMktData", ["reqId": "2", "contract.conId": "265598"], &host)
    }

    /// Turns the last bystanders away.
    private static let silentLater =
        "{name: prepare, when: hello, connection: \">= 7\", optional: true, do: [drop]}"

    private static func rules(
        _ word: ActionWord, at occasion: OccasionKind, withAction: Bool
    ) throws -> [FaultRule] {
        var rules = [preparation(word, before: occasion)].compactMap(\.self)
        if occasion == .gatewayEnd {
            // With the action and without it, the gateway ends the client's connection.
            rules.append(
                "{name: end, when: {phase: ready}, client-id: 8, after: 1s, do: [rst]}")
        }
        if withAction {
            let example =
                switch (word.keyword, occasion) {
                case ("replace", .toGateway): "{replace: {contract.symbol: MSFT}}"
                // A stranger gets a few bytes only.
                case ("limit", .stranger): "{limit: {rate: 10}}"
                case ("end-after", .stranger): "{end-after: {bytes: 1}}"
                case ("lose", _): "{lose: {rate: 1}}"
                // The last client has not come yet.
                case ("kick", .toGateway), ("kick", .stranger), ("kick", .moment):
                    "{kick: {client-id: 7}}"
                case ("enable-rule", _), ("disable-rule", _), ("remove-rule", _):
                    "{\(word.keyword): prepare}"
                default: word.example
                }
            let connection = occasion.hasConnection ? ", connection: \">= 2\"" : ""
            let times = isWorld(word) ? ", times: 1" : ""
            rules.append(
                "{name: rule, when: \(trigger(occasion, for: word))\(connection)\(times), "
                    + "do: [\(example)]}")
        }
        let text = """
            version: 1
            name: pair
            gateway: {faults: [\(rules.joined(separator: ", "))]}
            """
        return try loadScenarios(text: text, file: "pair.yaml", catalogue: .shipped)
            .flatMap { $0.gateways.flatMap(\.rules) }
    }

    /// What leaves the gateway, with its times, in a story that meets every kind of occasion.
    ///
    /// - Parameter word: Some words need a second client beside the first, or a version with protobuf.
    private static func wire(
        _ rules: [FaultRule], for word: ActionWord, at occasion: OccasionKind
    ) -> (wire: [String], log: [LogEvent]) {
        var settings = GatewaySettings()
        if word.keyword == "authenticate" {
            // The calendar begins on a Thursday at 14:30.
            settings.life.weeklyLogin = 4 * 86_400 + 52_200 + (occasion == .moment ? 1 : 6)
            settings.life.loginWait = nil
        }
        let model = HealthyGateway(world: .default, settings: settings, seed: 1)
        var host = VirtualHost(
            FaultedGateway(name: "gateway", origin: ModelOrigin(model), rules: rules, seed: 1))
        var wire: [String] = []
        var seen = 0
        func look() {
            for effect in host.effects[seen...] {
                wire.append("\((host.now - .start).nanoseconds) \(effect)")
            }
            seen = host.effects.count
        }
        func pass(_ duration: Duration) {
            for _ in 0..<10 {
                host.advance(by: duration / 10)
                look()
            }
        }
        func bystander() {
            let client = ScriptedClient(&host)
            host.send(Hello(versions: 157...176).bytes, on: client.connection)
            look()
        }
        let early = ScriptedClient(&host)
        host.end(early.connection, .fin)
        var client = ScriptedClient(&host)
        client.greet(&host, versions: word.keyword == "encode" ? 157...222 : 157...176)
        pass(.milliseconds(100))
        if word.keyword == "redirect" {
            var neighbour = ScriptedClient(&host, clientID: 6)
            neighbour.greet(&host)
        }
        client.takeVersion(&host)
        client.start(&host)
        pass(.seconds(2))
        for symbol in ["AAPL", "AMZN", "MSFT"] {
            client.request(
                "reqContractDetails",
                [
                    "reqId": "9", "contract.symbol": symbol, "contract.secType": "STK",
                    "contract.exchange": "SMART",
                    "contract.currency": "USD",
                ], &host)
            pass(.milliseconds(100))
        }
        pass(.seconds(2))
        let stranger = ScriptedClient(&host)
        host.send(Array("GET / HTTP/1.1".utf8), on: stranger.connection)
        pass(.milliseconds(100))
        bystander()
        // One that ends with a RST, and one that stays to the end.
        var other = ScriptedClient(&host, clientID: 8)
        var resident = ScriptedClient(&host, clientID: 9)
        other.greet(&host)
        other.start(&host)
        resident.greet(&host)
        resident.start(&host)
        pass(.seconds(2))
        host.end(client.connection, .fin)
        pass(.milliseconds(100))
        host.end(other.connection, .reset)
        pass(.milliseconds(100))
        bystander()
        host.command(.signal("go"))
        pass(.milliseconds(100))
        bystander()
        host.command(.turnLight(.red))
        bystander()
        host.command(.turnLight(.green))
        bystander()
        host.end(stranger.connection, .fin)
        pass(.seconds(2))
        if isWorld(word) {
            lookAround(&resident, &host)
            pass(.seconds(1))
        }
        return (wire, host.events)
    }

    static let pairs = ActionWord.all.flatMap { word in
        OccasionKind.allCases.map { (word.keyword, $0) }
    }

    @Test(arguments: ActionWord.keywords)
    func `acts on the wire, or does not load`(keyword: String) throws {
        let word = try #require(ActionWord.named(keyword))
        for occasion in OccasionKind.allCases {
            guard word.acts.contains(occasion) else {
                let error = #expect(throws: ScenarioError.self) {
                    try Self.rules(word, at: occasion, withAction: true)
                }
                let text = error.map { "\($0)" } ?? ""
                #expect(text.contains("'\(keyword)'"), "\(keyword) at \(occasion): \(text)")
                continue
            }
            let healthy = Self.wire(
                try Self.rules(word, at: occasion, withAction: false), for: word, at: occasion)
            let ill = Self.wire(
                try Self.rules(word, at: occasion, withAction: true), for: word, at: occasion)
            let firings = ill.log.count {
                if case .fault("rule", _, _) = $0.kind { true } else { false }
            }
            #expect(firings > 0, "\(keyword) at \(occasion) never fired")
            let idle = ill.log.filter {
                if case .faultIdle = $0.kind { true } else { false }
            }
            #expect(
                idle.isEmpty || Self.isIdleAtTimes.contains(keyword) && idle.count < firings,
                "\(keyword) at \(occasion): \(idle.map { $0.textLine() })")
            if word.scope == .log {
                let entries: [LogEvent.Kind] = [
                    .note("here it begins"),
                    .faultFailed(rule: "rule", reason: "this must not happen"),
                ]
                #expect(ill.log.contains { entries.contains($0.kind) })
            } else {
                #expect(ill.wire != healthy.wire, "\(keyword) at \(occasion) changes nothing")
            }
        }
    }
}
